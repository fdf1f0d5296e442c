/* Key-Increment: N FETCH_ADDs at N hashed counters (DTA section 3). They have no immediate. */
#ifndef DTA_KEY_INCREMENT_P4
#define DTA_KEY_INCREMENT_P4

control KeyIncrement(inout headers_t hdr, inout metadata_t meta)
                    (meter rate, register<bit<8>> queue_pair_up) {
    KeyTarget() key_target;
    Admission(rate, queue_pair_up) admission;
    bit<8> redundancy = 0;

    /* counter_mask: M - 1. */
    action store(bit<8> max_redundancy, bit<32> counter_mask) {
        redundancy = max_redundancy;
        meta.slot_mask = counter_mask;
        meta.stride = (bit<32>)COUNTER_LENGTH;
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
            meta.operation = OPERATION_FETCH_ADD;
            meta.copies = hdr.redundancy.redundancy;
        }
    }
}

#endif
