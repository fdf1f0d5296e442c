/*
 * Append: entries of a list gather in a frame, and a frame is one WRITE (DTA section 3). It goes
 * out when it is full, at once with a report that has the immediate flag, or when it has waited for
 * its time.
 */
#ifndef DTA_APPEND_P4
#define DTA_APPEND_P4

control Append(inout headers_t hdr, inout metadata_t meta)
              (meter rate, register<bit<8>> queue_pair_up) {
    Admission(rate, queue_pair_up) admission;
    AppendData() append_data;
    AppendZeros() append_zeros;
    SplitData() split_data;

    /* By list, those of one store after those of the other. */
    register<bytes_t>(MAX_LISTS) frames;
    register<bit<8>>(MAX_LISTS) counts;
    /* The next frame's sequence less the first one's, 1: registers begin with 0. */
    register<bit<32>>(MAX_LISTS) written;
    /* Lists with entries that wait, see ages.p4; those of a store begin where its lists do. */
    register<bit<32>>(STORES_OF_PRIMITIVE) oldest;
    register<bit<32>>(STORES_OF_PRIMITIVE) newest;
    register<bit<32>>(MAX_LISTS) nexts;
    register<bit<32>>(MAX_LISTS) previous;
    register<bit<48>>(MAX_LISTS) since;
    Await(oldest, newest, nexts, previous, since) await;
    Leave(oldest, newest, nexts, previous) leave;
    FindOldest(oldest, since) find_oldest;

    bit<32> list_index = 0;
    bit<32> first = 0;
    bit<48> longest = 0;
    bit<32> lists = 0;
    bit<32> index = 0;
    bit<16> entries_length = 0;
    bit<8> entry_length = 0;
    bit<8> batch = 0;
    bit<32> frame_mask = 0;
    bit<64> ring_length = 0;
    bit<64> stride = 0;

    /*
     * flush: microseconds that a frame may wait. first_list: where the store's lists begin in the registers. list_length: bytes from list to
     * list. frame_mask: F - 1. frame_stride: bytes from frame to frame.
     */
    action store(bit<32> number_of_lists, bit<32> first_list, bit<8> entry_bytes, bit<8> batch_size,
                 bit<16> batch_bytes, bit<32> mask, bit<64> list_length, bit<64> frame_stride,
                 bit<48> flush) {
        lists = number_of_lists;
        first = first_list;
        entry_length = entry_bytes;
        batch = batch_size;
        entries_length = batch_bytes;
        frame_mask = mask;
        ring_length = list_length;
        stride = frame_stride;
        longest = flush;
    }
    table stores {
        key = {
            hdr.base.store: exact;
        }
        actions = {
            store;
            NoAction;
        }
        default_action = NoAction();
        size = 64;
    }
    /* The list modulo the number of collectors. */
    action list_collector() {
        hash(meta.target, HashAlgorithm.identity, 8w0, { list_index }, meta.collectors);
    }
    action frame_crc() {
        CHECKSUM(meta.crc, DATA_BYTES, hdr.append_trailer.sequence, hdr.append_trailer.count,
                 hdr.append_trailer.flags);
    }

    bytes_t frame;
    bit<8> count;
    bit<8> waiting;
    bit<32> sequence;
    bit<8> writes;
    bit<1> found;

    apply {
        found = 1;
        if (!stores.apply().hit) {
            meta.drop_reason = DROP_UNKNOWN_STORE;
        } else if (meta.tick == 1) {
            find_oldest.apply(meta, longest, found, index);
            list_index = index - first;
            if (found == 0) {
                meta.step_done = 1;
            }
        } else if (hdr.append.list >= lists) {
            meta.drop_reason = DROP_BAD_LIST;
        } else {
            list_index = hdr.append.list;
            index = first + list_index;
        }
        if (meta.drop_reason == NOT_DROPPED && found == 1) {
            list_collector();
            counts.read(waiting, index);
            count = waiting;
            if (meta.tick == 0) {
                count = count + 1;
            }
            writes = 0;
            if (meta.tick == 1 || count == batch || hdr.base.immediate == 1) {
                writes = 1;
            }
            admission.apply(meta, writes);
            if (meta.drop_reason == NOT_DROPPED) {
                frames.read(frame, index);
                if (meta.tick == 0) {
                    append_data.apply(hdr, frame);
                }
                if (waiting != 0 && writes == 1) {
                    leave.apply(meta, index);
                } else if (waiting == 0 && writes == 0) {
                    await.apply(meta, index);
                }
                if (writes == 0) {
                    frames.write(index, frame);
                    counts.write(index, count);
                } else {
                    frames.write(index, 0);
                    counts.write(index, 0);
                    written.read(sequence, index);
                    written.write(index, sequence + 1);
                    sequence = sequence + 1;
                    append_zeros.apply(frame, (batch - count) * entry_length);
                    split_data.apply(hdr, frame, entries_length);
                    hdr.append_trailer.setValid();
                    hdr.append_trailer.sequence = sequence;
                    hdr.append_trailer.count = count;
                    hdr.append_trailer.flags = 0;
                    if (count != batch) {
                        hdr.append_trailer.flags = APPEND_FLUSHED_FLAG;
                    }
                    frame_crc();
                    hdr.append_trailer.crc = meta.crc[15:0];
                    meta.operation = OPERATION_WRITE;
                    meta.copies = 1;
                    meta.with_immediate = hdr.base.immediate;
                    meta.detail = list_index[15:0];
                    meta.payload_length = entries_length + APPEND_TRAILER_LENGTH;
                    meta.offset = (bit<64>)list_index * ring_length
                        + (bit<64>)(sequence & frame_mask) * stride;
                }
            } else if (meta.tick == 1) {
                /* It cannot be written now: others have their turn first. */
                leave.apply(meta, index);
                await.apply(meta, index);
            }
        }
    }
}

#endif
