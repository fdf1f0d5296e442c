/*
 * Append: entries of a list gather in a frame, and a frame is one WRITE (DTA section 3). It goes
 * out when it is full, or at once with a report that has the immediate flag. Here an entry is one
 * word, and how many make a frame is the build's. A register array keeps one of each list's entries;
 * the last one of a full frame is always that of the report at hand.
 */
#ifndef DTA_APPEND_P4
#define DTA_APPEND_P4

/* What the report's store is, and where the list's things are in the registers. */
control AppendStores(inout headers_t hdr, inout ingress_metadata_t meta) {
    /* mask: F - 1. frame_stride: bytes from frame to frame. */
    action store(bit<32> mask, bit<8> frame_stride) {
        meta.frame_mask = mask;
        hdr.operation.stride = frame_stride;
        meta.known = 1;
        hdr.operation.copies = 1;
        hdr.operation.words = APPEND_BATCH + 2;
        meta.counted_opcode = OPCODE_APPEND;
        meta.first_drop = OPCODE_APPEND << 5;
        hdr.operation.operation = OPERATION_WRITE;
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
    /* list_index: where the list is in the registers. first_frame: list * F, as rings follow each other. */
    action set_list(bit<32> list_index, bit<32> first_frame) {
        meta.list_index = list_index;
        hdr.operation.slot = first_frame;
        meta.list_known = 1;
    }
    table lists {
        key = {
            hdr.base.store: exact;
            hdr.append.list: exact;
        }
        actions = {
            set_list;
            @defaultonly NoAction;
        }
        const default_action = NoAction();
        size = MAX_LISTS;
    }

    apply {
        stores.apply();
        lists.apply();
    }
}

control Append(inout headers_t hdr, inout ingress_metadata_t meta) {
    Register<bit<8>, bit<32>>(MAX_LISTS, 0) counts;
    RegisterAction<bit<8>, bit<32>, bit<8>>(counts) next = {
        void apply(inout bit<8> count, out bit<8> position) {
            position = count;
            if (count == APPEND_BATCH - 1) {
                count = 0;
            } else {
                count = count + 1;
            }
        }
    };
    RegisterAction<bit<8>, bit<32>, bit<8>>(counts) last = {
        void apply(inout bit<8> count, out bit<8> position) {
            position = count;
            count = 0;
        }
    };
    /* The last frame's sequence; the first one's is 1. */
    Register<bit<32>, bit<32>>(MAX_LISTS, 0) written;
    RegisterAction<bit<32>, bit<32>, bit<32>>(written) next_sequence = {
        void apply(inout bit<32> sequence, out bit<32> result) {
            sequence = sequence + 1;
            result = sequence;
        }
    };

    bit<8> position = 0;
    bit<32> sequence = 0;

    action next_position() {
        position = next.execute(meta.list_index);
    }
    action last_position() {
        position = last.execute(meta.list_index);
    }
    action sequence_of_frame() {
        sequence = next_sequence.execute(meta.list_index);
        hdr.operation.operation = OPERATION_WRITE;
    }
    action no_frame() {
        hdr.operation.operation = OPERATION_NONE;
    }
    /* A frame is written when it is full, and at once with a report that says so. */
    table sequences {
        key = {
            hdr.base.immediate: ternary;
            position: ternary;
        }
        actions = {
            sequence_of_frame;
            no_frame;
        }
        const entries = {
            (1, _): sequence_of_frame();
            (_, APPEND_BATCH - 1): sequence_of_frame();
        }
        const default_action = no_frame();
        size = 2;
    }

    /*
     * Entry n of a frame that is written, by the position of the report's own entry: an earlier one,
     * the report's own, or none. Of a frame that is not: it is kept.
     */
#define ENTRY(n) \
    Register<bit<32>, bit<32>>(MAX_LISTS, 0) entries_##n; \
    RegisterAction<bit<32>, bit<32>, bit<32>>(entries_##n) put_##n = { \
        void apply(inout bit<32> entry, out bit<32> result) { \
            entry = OWN_ENTRY; \
            result = 0; \
        } \
    }; \
    RegisterAction<bit<32>, bit<32>, bit<32>>(entries_##n) get_##n = { \
        void apply(inout bit<32> entry, out bit<32> result) { \
            result = entry; \
        } \
    }; \
    action keep_##n() { \
        put_##n.execute(meta.list_index); \
    } \
    action earlier_##n() { \
        hdr.words.w##n.data = get_##n.execute(meta.list_index); \
    } \
    action own_##n() { \
        hdr.words.w##n.data = OWN_ENTRY; \
    } \
    action none_##n() { \
        hdr.words.w##n.data = 0; \
    } \
    table entry_##n { \
        key = { \
            hdr.base.immediate: ternary; \
            position[3:0]: range @name("position"); \
        } \
        actions = { \
            keep_##n; \
            earlier_##n; \
            own_##n; \
            none_##n; \
            @defaultonly NoAction; \
        } \
        const entries = { \
            (0, n): keep_##n(); \
            (_, APPEND_BATCH - 1): earlier_##n(); \
            (1, n): own_##n(); \
            (1, (n + 1)..15): earlier_##n(); \
            (1, _): none_##n(); \
        } \
        const default_action = NoAction(); \
        size = 5; \
    }
    ENTRY(0)
    ENTRY(1)
    ENTRY(2)
#if APPEND_BATCH > 4
    ENTRY(3)
    ENTRY(4)
    ENTRY(5)
    ENTRY(6)
#endif
#if APPEND_BATCH > 8
    ENTRY(7)
    ENTRY(8)
    ENTRY(9)
    ENTRY(10)
    ENTRY(11)
    ENTRY(12)
    ENTRY(13)
    ENTRY(14)
#endif
#undef ENTRY

    action place_in_ring() {
        sequence = sequence & meta.frame_mask;
    }
    action trailer() {
        SHOW_WORDS
        hdr.append_trailer.setValid();
        hdr.append_trailer.sequence = sequence;
        hdr.append_trailer.crc = 0;
        hdr.immediate.detail = hdr.append.list[15:0];
    }
    action not_full() {
        OWN_ENTRY = 0;
        hdr.append_trailer.flags = APPEND_FLUSHED_FLAG;
    }
    action full() {
        hdr.append_trailer.flags = 0;
    }
    action count_of_frame() {
        hdr.append_trailer.count = position + 1;
    }
    action frame() {
        hdr.operation.slot = hdr.operation.slot | sequence;
    }

    apply {
        if (hdr.base.immediate == 1) {
            last_position();
        } else {
            next_position();
        }
        sequences.apply();
        entry_0.apply();
        entry_1.apply();
        entry_2.apply();
#if APPEND_BATCH > 4
        entry_3.apply();
        entry_4.apply();
        entry_5.apply();
        entry_6.apply();
#endif
#if APPEND_BATCH > 8
        entry_7.apply();
        entry_8.apply();
        entry_9.apply();
        entry_10.apply();
        entry_11.apply();
        entry_12.apply();
        entry_13.apply();
        entry_14.apply();
#endif
        count_of_frame();
        if (position == APPEND_BATCH - 1) {
            full();
        } else {
            not_full();
        }
        trailer();
        place_in_ring();
        frame();
    }
}

/* In egress, where the words of the frame are all there. */
control FrameCrc(inout headers_t hdr) {
    CRCPolynomial<bit<32>>(POLYNOMIAL_CHECKSUM, true, false, false, 0xFFFFFFFF, 0xFFFFFFFF) polynomial;
    Hash<bit<32>>(HashAlgorithm_t.CUSTOM, polynomial) hash;
    action calculate() {
        bit<32> crc = hash.get({ ENTRIES, TRAILER_SEQUENCE, TRAILER_REST[31:16] });
        TRAILER_REST[15:0] = crc[15:0];
    }
    apply {
        calculate();
    }
}

#endif
