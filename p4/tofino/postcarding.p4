/*
 * Postcarding: a flow's postcards gather in a row of a cache, and a path is one WRITE a copy (DTA
 * section 3). It goes out when all hops are there, or when its row is needed for another flow; always
 * to the slots of its own flow, with what is there of it. Paths have 5 hops here, and at most 4 copies.
 */
#ifndef DTA_POSTCARDING_P4
#define DTA_POSTCARDING_P4

/* What the report's store is, and in which row its flow is. */
control PostcardingStores(inout headers_t hdr, inout ingress_metadata_t meta) {
    CRCPolynomial<bit<32>>(POLYNOMIAL_CHECKSUM, true, false, false, 0, 0) polynomial;
    Hash<bit<32>>(HashAlgorithm_t.CUSTOM, polynomial) hash;

    /*
     * chunk_mask: M - 1. words: 7 for verify: checksum, 5 for verify: value-set. first_row,
     * rows_mask: the store's rows in the registers, a power of two of them.
     */
    action store(bit<8> copies, bit<32> chunk_mask, bit<8> stride, bit<8> words,
                 bit<32> first_row, bit<32> rows_mask) {
        hdr.operation.copies = copies;
        hdr.operation.slot_mask = chunk_mask;
        hdr.operation.stride = stride;
        hdr.operation.words = words;
        meta.first_row = first_row;
        meta.rows_mask = rows_mask;
        meta.known = 1;
        meta.counted_opcode = OPCODE_POSTCARDING;
        meta.first_drop = OPCODE_POSTCARDING << 5;
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
    action bits_of_hop(bit<8> hop, bit<8> others) {
        meta.bit_of_hop = hop;
        meta.other_hops = others;
        meta.key_last = (bit<32>)hdr.key.head.last;
        meta.immediate = (bit<8>)hdr.base.immediate;
    }
    table hops {
        key = {
            hdr.postcard.hop: exact;
        }
        actions = {
            bits_of_hop;
            @defaultonly NoAction;
        }
        const entries = {
            1: bits_of_hop(0x01, 0x1E);
            2: bits_of_hop(0x02, 0x1D);
            3: bits_of_hop(0x04, 0x1B);
            4: bits_of_hop(0x08, 0x17);
            5: bits_of_hop(0x10, 0x0F);
        }
        const default_action = NoAction();
        size = 5;
    }
    action row_hash() {
        meta.row = hash.get({ hdr.key.head.high, hdr.key.head.low, hdr.key.head.last,
            hdr.key.tail.data });
    }
    action row_in_store() {
        meta.row = meta.row & meta.rows_mask;
    }
    action row_in_registers() {
        meta.row = meta.row | meta.first_row;
    }

    apply {
        stores.apply();
        hops.apply();
        row_hash();
        row_in_store();
        row_in_registers();
    }
}

control Postcarding(inout headers_t hdr, inout ingress_metadata_t meta) {
    KeyTarget() key_target;
    /* Values of which a later one came before the path was written. */
    Counter<bit<32>, bit<1>>(1, CounterType_t.PACKETS) superseded;

    /*
     * By row, those of one store after those of the other. The report's key takes the place of the
     * row's; what comes out is in which bits they differ, 0 in all words where the row is the flow's.
     */
#define KEY_WORD(name, value) \
    Register<bit<32>, bit<32>>(MAX_ROWS, 0) keys_##name; \
    RegisterAction<bit<32>, bit<32>, bit<32>>(keys_##name) exchange_##name = { \
        void apply(inout bit<32> word, out bit<32> result) { \
            result = word ^ value; \
            word = value; \
        } \
    }; \
    action key_##name() { \
        meta.differs_##name = exchange_##name.execute(meta.row); \
    }
    KEY_WORD(high, hdr.key.head.high)
    KEY_WORD(low, hdr.key.head.low)
    KEY_WORD(last, meta.key_last)
    KEY_WORD(tail, hdr.key.tail.data)
#undef KEY_WORD
    /* Of the flow that had the row; its own where that is the same. */
    action key_of_row() {
        hdr.key.head.high = hdr.key.head.high ^ meta.differs_high;
        hdr.key.head.low = hdr.key.head.low ^ meta.differs_low;
        hdr.key.head.last = hdr.key.head.last ^ meta.differs_last[7:0];
        hdr.key.tail.data = hdr.key.tail.data ^ meta.differs_tail;
    }

    /* Which hops are there; a row without any is free. */
    Register<bit<8>, bit<32>>(MAX_ROWS, 0) masks;
    RegisterAction<bit<8>, bit<32>, bit<8>>(masks) add_hop = {
        void apply(inout bit<8> mask, out bit<8> result) {
            result = mask;
            if (mask == meta.other_hops) {
                mask = 0;
            } else {
                mask = mask | meta.bit_of_hop;
            }
        }
    };
    RegisterAction<bit<8>, bit<32>, bit<8>>(masks) only_hop = {
        void apply(inout bit<8> mask, out bit<8> result) {
            result = mask;
            mask = meta.bit_of_hop;
        }
    };
    action same_flow() {
        meta.mask = add_hop.execute(meta.row);
        meta.same = 1;
    }
    action other_flow() {
        meta.mask = only_hop.execute(meta.row);
        meta.same = 0;
    }
    table flows {
        key = {
            meta.differs_high: ternary;
            meta.differs_low: ternary;
            meta.differs_last: ternary;
            meta.differs_tail: ternary;
        }
        actions = {
            same_flow;
            other_flow;
            @defaultonly NoAction;
        }
        const entries = {
            (0, 0, 0, 0): same_flow();
            (_, _, _, _): other_flow();
        }
        const default_action = NoAction();
        size = 2;
    }

    /*
     * Value of hop n, put into the row or, where that begins anew, blank; what comes out is the
     * path's, that is to be written or not.
     */
#define HOP(n, i) \
    Register<bit<32>, bit<32>>(MAX_ROWS, 0) values_##n; \
    RegisterAction<bit<32>, bit<32>, bit<32>>(values_##n) put_##n = { \
        void apply(inout bit<32> value, out bit<32> result) { \
            value = hdr.postcard.value; \
            result = hdr.postcard.value; \
        } \
    }; \
    RegisterAction<bit<32>, bit<32>, bit<32>>(values_##n) get_##n = { \
        void apply(inout bit<32> value, out bit<32> result) { \
            result = value; \
        } \
    }; \
    RegisterAction<bit<32>, bit<32>, bit<32>>(values_##n) begin_##n = { \
        void apply(inout bit<32> value, out bit<32> result) { \
            result = value; \
            value = hdr.postcard.value; \
        } \
    }; \
    RegisterAction<bit<32>, bit<32>, bit<32>>(values_##n) blank_##n = { \
        void apply(inout bit<32> value, out bit<32> result) { \
            result = value; \
            value = BLANK; \
        } \
    }; \
    action put_value_##n() { \
        hdr.words.w##i.data = put_##n.execute(meta.row); \
    } \
    action get_value_##n() { \
        hdr.words.w##i.data = get_##n.execute(meta.row); \
    } \
    action begin_value_##n() { \
        hdr.words.w##i.data = begin_##n.execute(meta.row); \
    } \
    action blank_value_##n() { \
        hdr.words.w##i.data = blank_##n.execute(meta.row); \
    } \
    table hop_##n { \
        key = { \
            meta.same: ternary; \
            meta.mask: ternary; \
            hdr.postcard.hop: ternary; \
        } \
        actions = { \
            put_value_##n; \
            get_value_##n; \
            begin_value_##n; \
            blank_value_##n; \
            @defaultonly NoAction; \
        } \
        const entries = { \
            (0, _, n): begin_value_##n(); \
            (0, _, _): blank_value_##n(); \
            (_, 0, n): begin_value_##n(); \
            (_, 0, _): blank_value_##n(); \
            (_, _, n): put_value_##n(); \
            (_, _, _): get_value_##n(); \
        } \
        const default_action = NoAction(); \
        size = 6; \
    }
    HOP(1, 0)
    HOP(2, 1)
    HOP(3, 2)
    HOP(4, 3)
    HOP(5, 4)
#undef HOP

    /* Whether a report of the path has asked for an immediate. */
    Register<bit<8>, bit<32>>(MAX_ROWS, 0) immediates;
    RegisterAction<bit<8>, bit<32>, bit<8>>(immediates) add_immediate = {
        void apply(inout bit<8> immediate, out bit<8> result) {
            immediate = immediate | meta.immediate;
            result = immediate;
        }
    };
    RegisterAction<bit<8>, bit<32>, bit<8>>(immediates) only_immediate = {
        void apply(inout bit<8> immediate, out bit<8> result) {
            result = immediate;
            immediate = meta.immediate;
        }
    };
    action immediate_of_path() {
        hdr.operation.with_immediate = add_immediate.execute(meta.row);
    }
    action immediate_of_row() {
        hdr.operation.with_immediate = only_immediate.execute(meta.row);
    }
    table path_immediates {
        key = {
            meta.same: ternary;
            meta.mask: ternary;
        }
        actions = {
            immediate_of_path;
            immediate_of_row;
            @defaultonly NoAction;
        }
        const entries = {
            (0, _): immediate_of_row();
            (_, 0): immediate_of_row();
            (_, _): immediate_of_path();
        }
        const default_action = NoAction();
        size = 3;
    }

    action complete() {
        hdr.operation.operation = OPERATION_HASHED_WRITE;
        hdr.operation.hops = 0x1F;
    }
    action evicted() {
        hdr.operation.operation = OPERATION_HASHED_WRITE;
        hdr.operation.hops = meta.mask;
    }
    action superseding() {
        meta.superseding = 1;
    }
    /* Whether a path is written, and which. */
    table paths {
        key = {
            meta.same: ternary;
            meta.mask: ternary;
            hdr.postcard.hop: ternary;
        }
        actions = {
            complete;
            evicted;
            superseding;
            NoAction;
        }
        const entries = {
            (0, 0, _): NoAction();
            (0, _, _): evicted();
            (_, 0x1E, 1): complete();
            (_, 0x1D, 2): complete();
            (_, 0x1B, 3): complete();
            (_, 0x17, 4): complete();
            (_, 0x0F, 5): complete();
            (_, 0x01 &&& 0x01, 1): superseding();
            (_, 0x02 &&& 0x02, 2): superseding();
            (_, 0x04 &&& 0x04, 3): superseding();
            (_, 0x08 &&& 0x08, 4): superseding();
            (_, 0x10 &&& 0x10, 5): superseding();
        }
        const default_action = NoAction();
        size = 16;
    }
    action show_words() {
        hdr.words.w0.setValid();
        hdr.words.w1.setValid();
        hdr.words.w2.setValid();
        hdr.words.w3.setValid();
        hdr.words.w4.setValid();
    }
    action limit_target() {
        hdr.operation.target = meta.collector[7:0] & meta.collector_mask;
    }

    apply {
        key_high();
        key_low();
        key_last();
        key_tail();
        flows.apply();
        key_of_row();
        /* That of the flow that is written. */
        key_target.apply(hdr, meta);
        limit_target();
        hop_1.apply();
        hop_2.apply();
        hop_3.apply();
        hop_4.apply();
        hop_5.apply();
        path_immediates.apply();
        paths.apply();
        show_words();
        if (meta.superseding == 1) {
            superseded.count(0);
        }
    }
}

/* In egress: word i is the value of hop i XOR h_i(key); of no hop, blank XOR h_i(key). */
control PathWords(inout headers_t hdr, inout egress_metadata_t meta) {
#define WORD_HASH(n, i) \
    CRCPolynomial<bit<32>>(POLYNOMIAL_WORD_##n, true, false, false, 0, 0) polynomial_##n; \
    Hash<bit<32>>(HashAlgorithm_t.CUSTOM, polynomial_##n) hash_##n; \
    action word_hash_##n() { \
        hdr.words.w##i.data = hdr.words.w##i.data ^ hash_##n.get({ hdr.key.head.high, \
            hdr.key.head.low, hdr.key.head.last, hdr.key.tail.data }); \
    }
    WORD_HASH(1, 0)
    WORD_HASH(2, 1)
    WORD_HASH(3, 2)
    WORD_HASH(4, 3)
    WORD_HASH(5, 4)
#undef WORD_HASH

    /* As in CopySlot: CRCs of zeros, by key format. The last one is the checksum's. */
    action start(bit<32> start_1, bit<32> start_2, bit<32> start_3, bit<32> start_4,
                 bit<32> start_5, bit<32> checksum_start) {
        hdr.words.w0.data = hdr.words.w0.data ^ start_1;
        hdr.words.w1.data = hdr.words.w1.data ^ start_2;
        hdr.words.w2.data = hdr.words.w2.data ^ start_3;
        hdr.words.w3.data = hdr.words.w3.data ^ start_4;
        hdr.words.w4.data = hdr.words.w4.data ^ start_5;
        hdr.words.w5.data = checksum_start;
    }
    table starts {
        key = {
            hdr.operation.key_format: exact;
        }
        actions = {
            start;
            @defaultonly NoAction;
        }
        const entries = {
            0: start(0xBAD819E2, 0x562AFDB6, 0xCCCEFBBE, 0x2DD1ED67, 0x860F6100,
                     0xE9CF0E8F);
            1: start(0x9DBDEB63, 0x115C0F1F, 0xA69B134B, 0x77E8A531, 0xEC8B4358,
                     0x41716C2A);
        }
        const default_action = NoAction();
        size = 2;
    }

    CRCPolynomial<bit<32>>(POLYNOMIAL_CHECKSUM, true, false, false, 0, 0) polynomial;
    Hash<bit<32>>(HashAlgorithm_t.CUSTOM, polynomial) hash;
    action path_checksum() {
        hdr.words.w5.data = hdr.words.w5.data ^ hash.get({ hdr.key.head.high, hdr.key.head.low,
            hdr.key.head.last, hdr.key.tail.data, WORDS_5, hdr.operation.hops });
    }
    action path_tail() {
        hdr.words.w5.setValid();
        hdr.words.w6.setValid();
        hdr.words.w6.data = hdr.operation.hops ++ 24w0;
    }

    apply {
        starts.apply();
        word_hash_1();
        word_hash_2();
        word_hash_3();
        word_hash_4();
        word_hash_5();
        if (hdr.operation.words == 7) {
            path_tail();
            path_checksum();
        }
    }
}

#endif
