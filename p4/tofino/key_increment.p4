/* Key-Increment: N FETCH_ADDs at N hashed counters (DTA section 3). They have no immediate. */
#ifndef DTA_KEY_INCREMENT_P4
#define DTA_KEY_INCREMENT_P4

/* The increment is words 0 and 1; the AtomicETH's other 64 bits, the compare data, are 0. */
control KeyIncrement(inout headers_t hdr, inout ingress_metadata_t meta) {
    /* counter_mask: M - 1. */
    action store(bit<8> max_redundancy, bit<32> counter_mask) {
        meta.max_redundancy = max_redundancy;
        hdr.operation.slot_mask = counter_mask;
        hdr.operation.stride = 8;
        hdr.operation.words = 3;
        hdr.operation.copies = hdr.redundancy.redundancy;
        hdr.words.w2.setValid();
        hdr.words.w2.data = 0;
        meta.known = 1;
        meta.counted_opcode = OPCODE_KEY_INCREMENT;
        meta.first_drop = OPCODE_KEY_INCREMENT << 5;
        hdr.operation.operation = OPERATION_FETCH_ADD;
    }
    table stores {
        key = {
            hdr.base.store: exact;
        }
        actions = {
            store;
            @defaultonly NoAction;
        }
        const default_action = NoAction();
        size = 64;
    }

    apply {
        stores.apply();
    }
}

#endif
