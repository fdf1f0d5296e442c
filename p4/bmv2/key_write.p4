/* Key-Write: N WRITEs of checksum and value at N hashed slots (DTA section 3). */
#ifndef DTA_KEY_WRITE_P4
#define DTA_KEY_WRITE_P4

control KeyWrite(inout headers_t hdr, inout metadata_t meta)
                (meter rate, register<bit<8>> queue_pair_up) {
    KeyTarget() key_target;
    Admission(rate, queue_pair_up) admission;
    bit<8> redundancy = 0;
    bit<1> value_covered = 0;

    /*
     * slot_mask: M - 1. stride: bytes from slot to slot. slot_length: checksum and value.
     * checksum_covers_value: checksum: key-value.
     */
    action store(bit<8> max_redundancy, bit<32> slot_mask, bit<32> stride, bit<16> slot_length,
                 bit<1> checksum_covers_value) {
        redundancy = max_redundancy;
        meta.slot_mask = slot_mask;
        meta.stride = stride;
        meta.payload_length = slot_length;
        value_covered = checksum_covers_value;
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
    action checksum_of_key() {
        CHECKSUM(hdr.slot.checksum, KEY_BYTES);
    }
    action checksum_of_key_and_value() {
        CHECKSUM(hdr.slot.checksum, KEY_BYTES, DATA_BYTES);
    }

    apply {
        if (!stores.apply().hit) {
            meta.drop_reason = DROP_UNKNOWN_STORE;
        } else if (hdr.redundancy.redundancy == 0 || hdr.redundancy.redundancy > redundancy) {
            meta.drop_reason = DROP_BAD_REDUNDANCY;
        } else {
            key_target.apply(hdr, meta);
            admission.apply(meta, hdr.redundancy.redundancy);
        }
        if (meta.drop_reason == NOT_DROPPED) {
            hdr.slot.setValid();
            if (value_covered == 1) {
                checksum_of_key_and_value();
            } else {
                checksum_of_key();
            }
            meta.operation = OPERATION_HASHED_WRITE;
            meta.copies = hdr.redundancy.redundancy;
            meta.with_immediate = hdr.base.immediate;
        }
    }
}

#endif
