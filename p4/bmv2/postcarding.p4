/*
 * Postcarding: a flow's postcards gather in a row of a cache, and a path is one WRITE a copy (DTA
 * section 3). It goes out when all hops are there, when its row is needed for another flow, or when
 * its first postcard has waited for its time; always to the slots of its own flow, with what is there
 * of it.
 */
#ifndef DTA_POSTCARDING_P4
#define DTA_POSTCARDING_P4

control Postcarding(inout headers_t hdr, inout metadata_t meta)
                   (meter rate, register<bit<8>> queue_pair_up,
                    counter drops) {
    KeyTarget() key_target;
    Admission(rate, queue_pair_up) admission;
    KeyTarget() row_target;
    Admission(rate, queue_pair_up) row_admission;
    JoinKey() join_key;
    ReplaceKey() replace_key;
    SplitData() split_data;
    ValidKey() valid_key;

    /* By row, those of one store after those of the other. A row without hops is free. */
    register<bit<1024>>(MAX_ROWS) keys;
    register<bit<256>>(MAX_ROWS) rows;
    register<bit<8>>(MAX_ROWS) masks;
    register<bit<1>>(MAX_ROWS) immediates;
    /* Rows that wait, see ages.p4. */
    register<bit<32>>(STORES_OF_PRIMITIVE) oldest;
    register<bit<32>>(STORES_OF_PRIMITIVE) newest;
    register<bit<32>>(MAX_ROWS) nexts;
    register<bit<32>>(MAX_ROWS) previous;
    register<bit<48>>(MAX_ROWS) since;
    Await(oldest, newest, nexts, previous, since) await;
    Leave(oldest, newest, nexts, previous) leave;
    FindOldest(oldest, since) find_oldest;

    bit<8> hops = 0;
    bit<8> all_hops = 0;
    bit<8> redundancy = 0;
    bit<32> row = 0;
    bit<32> row_mask = 0;
    bit<1> verified = 0;
    bit<8> key_bytes = 0;
    bit<48> longest = 0;

    /*
     * path_mask: the bits of all hops. first_row, rows_mask: the store's rows in the registers, a
     * power of two of them. checksum_verified: verify: checksum. timeout: microseconds that a row may
     * wait.
     */
    action store(bit<8> path_length, bit<8> path_mask, bit<8> copies, bit<32> chunk_mask,
                 bit<32> stride, bit<32> first_row, bit<32> rows_mask, bit<1> checksum_verified,
                 bit<8> key_length, bit<48> timeout) {
        hops = path_length;
        all_hops = path_mask;
        redundancy = copies;
        meta.slot_mask = chunk_mask;
        meta.stride = stride;
        row = first_row;
        row_mask = rows_mask;
        verified = checksum_verified;
        key_bytes = key_length;
        longest = timeout;
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

    bit<32> crc;
    bit<32> word_1;
    bit<32> word_2;
    bit<32> word_3;
    bit<32> word_4;
    bit<32> word_5;
    bit<32> word_6;
    bit<32> word_7;
    bit<32> word_8;
    action row_hash() {
        CHECKSUM(crc, KEY_BYTES);
    }
#define WORD_HASH(n) \
    action word_hash_##n() { \
        CRC32(word_##n, KEY_BYTES); \
    }
    WORD_HASH(1)
    WORD_HASH(2)
    WORD_HASH(3)
    WORD_HASH(4)
    WORD_HASH(5)
    WORD_HASH(6)
    WORD_HASH(7)
    WORD_HASH(8)
    action path_checksum() {
        CHECKSUM(hdr.path_tail.checksum, KEY_BYTES, DATA_BYTES, hdr.path_tail.hops);
    }

    bit<1024> key;
    bit<1024> row_key;
    bit<256> values;
    bit<256> written;
    bit<8> mask;
    bit<8> written_mask;
    bit<8> bit_of_hop;
    bit<1> immediate;
    bit<1> written_immediate;
    bit<8> operations;
    bit<1> found;
    bit<1> waits;
    bytes_t path;

    apply {
        written_mask = 0;
        written_immediate = 0;
        written = 0;
        if (!stores.apply().hit) {
            meta.drop_reason = DROP_UNKNOWN_STORE;
        } else if (meta.tick == 1) {
            find_oldest.apply(meta, longest, found, row);
            if (found == 0) {
                meta.step_done = 1;
            } else {
                keys.read(row_key, row);
                valid_key.apply(hdr, key_bytes);
                replace_key.apply(hdr, row_key);
                row_target.apply(hdr, meta);
                row_admission.apply(meta, redundancy);
                leave.apply(meta, row);
                if (meta.drop_reason == NOT_DROPPED) {
                    rows.read(written, row);
                    masks.read(written_mask, row);
                    immediates.read(written_immediate, row);
                    masks.write(row, 0);
                } else {
                    /* It cannot be written now: others have their turn first. */
                    await.apply(meta, row);
                }
            }
        } else if (hdr.postcard.hop == 0 || hdr.postcard.hop > hops) {
            meta.drop_reason = DROP_BAD_HOP;
        } else if (hdr.postcard.value == BLANK) {
            meta.drop_reason = DROP_RESERVED_VALUE;
        } else {
            row_hash();
            row = row + (crc & row_mask);
            join_key.apply(hdr, key);
            keys.read(row_key, row);
            rows.read(values, row);
            masks.read(mask, row);
            immediates.read(immediate, row);
            bit_of_hop = 8w1 << (hdr.postcard.hop - 1);

            /* Room for the flow: the row's other flow is written. */
            operations = 0;
            if (mask != 0 && row_key != key) {
                replace_key.apply(hdr, row_key);
                written = values;
                written_mask = mask;
                written_immediate = immediate;
                operations = redundancy;
                mask = 0;
            } else if ((mask | bit_of_hop) == all_hops) {
                operations = redundancy;
            }
            key_target.apply(hdr, meta);
            admission.apply(meta, operations);
            if (meta.drop_reason == NOT_DROPPED) {
                waits = 0;
                if (mask != 0 || written_mask != 0) {
                    waits = 1;
                }
                if (waits == 1 && operations != 0) {
                    leave.apply(meta, row);
                    waits = 0;
                }
                if (mask == 0) {
                    values = ~256w0;
                    immediate = 0;
                } else if ((mask & bit_of_hop) != 0) {
                    drops.count((bit<32>)OPCODE_POSTCARDING * DROP_REASONS + (bit<32>)DROP_SUPERSEDED);
                }
                mask = mask | bit_of_hop;
                immediate = immediate | hdr.base.immediate;
#define PUT(n, high, low) \
                if (hdr.postcard.hop == n) { \
                    values[high:low] = hdr.postcard.value; \
                }
                PUT(1, 255, 224)
                PUT(2, 223, 192)
                PUT(3, 191, 160)
                PUT(4, 159, 128)
                PUT(5, 127, 96)
                PUT(6, 95, 64)
                PUT(7, 63, 32)
                PUT(8, 31, 0)
                /* A path of one hop never waits, so no row is both taken from a flow and complete. */
                if (mask == all_hops) {
                    written = values;
                    written_mask = mask;
                    written_immediate = immediate;
                    mask = 0;
                } else if (waits == 0) {
                    await.apply(meta, row);
                }
                keys.write(row, key);
                rows.write(row, values);
                masks.write(row, mask);
                immediates.write(row, immediate);
            }
        }
        if (meta.drop_reason == NOT_DROPPED && written_mask != 0) {
            /* Word i is the value of hop i XOR h_i(key); of no hop, blank XOR h_i(key). */
            path = 0;
#define WORD(n, high, low) \
            if (hops >= n) { \
                word_hash_##n(); \
                path = path[2015:0] ++ (written[high:low] ^ word_##n); \
            }
            WORD(1, 255, 224)
            WORD(2, 223, 192)
            WORD(3, 191, 160)
            WORD(4, 159, 128)
            WORD(5, 127, 96)
            WORD(6, 95, 64)
            WORD(7, 63, 32)
            WORD(8, 31, 0)
            meta.payload_length = (bit<16>)hops << 2;
            split_data.apply(hdr, path, meta.payload_length);
            if (verified == 1) {
                hdr.path_tail.setValid();
                hdr.path_tail.hops = written_mask;
                path_checksum();
                meta.payload_length = meta.payload_length + PATH_TAIL_LENGTH;
            }
            meta.operation = OPERATION_HASHED_WRITE;
            meta.copies = redundancy;
            meta.with_immediate = written_immediate;
        }
    }
}

#endif
