/*
 * RDMA requests: one queue pair a collector, reliable connection (InfiniBand specification 1.4,
 * volume 1, chapter 9). The packet sequence number is counted here, where a queue pair's packets
 * pass one after the other.
 */
#ifndef DTA_REQUESTS_P4
#define DTA_REQUESTS_P4

/*
 * The invariant CRC over everything that routers do not change (annex A17.3.3): eight bytes and the
 * fields that they do change are ones. One hash for each number of words behind the RETH; what is
 * the same in all such packets is constant, so that it costs no crossbar. A stage has room for three.
 */
control InvariantCrc(inout headers_t hdr) {
#define ICRC_HASH(name, n, flags, ...) \
    CRCPolynomial<bit<32>>(POLYNOMIAL_CHECKSUM, true, false, false, 0xFFFFFFFF, 0xFFFFFFFF) polynomial_##name; \
    Hash<bit<32>>(HashAlgorithm_t.CUSTOM, polynomial_##name) hash_##name; \
    action calculate_##name() { \
        bit<32> crc = hash_##name.get({ \
            64w0xFFFFFFFFFFFFFFFF, \
            8w0x45, 8w0xFF, 16w60 + 16w4 * (n), 16w0, 16w0x4000, 8w0xFF, IP_PROTOCOL_UDP, 16w0xFFFF, \
            hdr.ipv4.source, hdr.ipv4.destination, \
            hdr.udp.source_port, hdr.udp.destination_port, 16w40 + 16w4 * (n), 16w0xFFFF, \
            hdr.bth.opcode, flags, DEFAULT_PARTITION_KEY, 8w0xFF, hdr.bth.queue_pair, \
            hdr.bth.acknowledge_request, 7w0, hdr.bth.psn, \
            hdr.reth.address, hdr.reth.rkey, hdr.reth.dma_length, __VA_ARGS__ }); \
        hdr.icrc.byte_0 = crc[7:0]; \
        hdr.icrc.byte_1 = crc[15:8]; \
        hdr.icrc.byte_2 = crc[23:16]; \
        hdr.icrc.byte_3 = crc[31:24]; \
    }
#ifdef PROFILE_KEY
    ICRC_HASH(2, 2, 8w0x40, WORDS_2)
    ICRC_HASH(3, 3, 8w0x40, WORDS_3)
    ICRC_HASH(4, 4, 8w0x40, WORDS_4)
    ICRC_HASH(5, 5, 8w0x40, WORDS_5)
    ICRC_HASH(6, 6, 8w0x40, WORDS_6)
    ICRC_HASH(7, 7, 8w0x40, WORDS_7)
#endif
#ifdef PROFILE_APPEND
    ICRC_HASH(without_immediate, FRAME_WORDS, 8w0x40, FRAME)
    ICRC_HASH(with_immediate, FRAME_WORDS + 1, 8w0x40, FRAME_WITH_IMMEDIATE)
#endif
#ifdef PROFILE_POSTCARDING
    /* With three bytes of padding the flags say so. */
    ICRC_HASH(path, 5, 8w0x40, WORDS_5)
    ICRC_HASH(path_with_immediate, 6, 8w0x40, hdr.immediate_word.data, WORDS_5)
    ICRC_HASH(path_and_tail, 7, 8w0x70, WORDS_7)
    ICRC_HASH(path_and_tail_with_immediate, 8, 8w0x70, hdr.immediate_word.data, WORDS_7)
#endif
#undef ICRC_HASH

    apply {
#ifdef PROFILE_KEY
        if (hdr.operation.words == 2) {
            calculate_2();
        } else if (hdr.operation.words == 3) {
            calculate_3();
        } else if (hdr.operation.words == 4) {
            calculate_4();
        } else if (hdr.operation.words == 5) {
            calculate_5();
        } else if (hdr.operation.words == 6) {
            calculate_6();
        } else {
            calculate_7();
        }
#endif
#ifdef PROFILE_POSTCARDING
        if (hdr.immediate_word.isValid()) {
            if (hdr.words.w6.isValid()) {
                calculate_path_and_tail_with_immediate();
            } else {
                calculate_path_with_immediate();
            }
        } else if (hdr.words.w6.isValid()) {
            calculate_path_and_tail();
        } else {
            calculate_path();
        }
#endif
#ifdef PROFILE_APPEND
        if (hdr.immediate_word.isValid()) {
            calculate_with_immediate();
        } else {
            calculate_without_immediate();
        }
#endif
    }
}

#ifndef PROFILE_APPEND
/*
 * The slot of a copy, by the hash of its number. As with the checksum, a hash of keys of both lengths
 * is a linear one and a constant, the CRC of zeros.
 */
control CopySlot(inout headers_t hdr, inout egress_metadata_t meta, in bit<16> copy) {
#define SLOT_HASH(n) \
    CRCPolynomial<bit<32>>(POLYNOMIAL_SLOT_##n, true, false, false, 0, 0) polynomial_##n; \
    Hash<bit<32>>(HashAlgorithm_t.CUSTOM, polynomial_##n) hash_##n; \
    action slot_hash_##n() { \
        hdr.operation.slot = hash_##n.get({ hdr.key.head.high, hdr.key.head.low, \
            hdr.key.head.last, hdr.key.tail.data }); \
    }
    SLOT_HASH(0)
    SLOT_HASH(1)
    SLOT_HASH(2)
    SLOT_HASH(3)
#ifdef PROFILE_KEY
    SLOT_HASH(4)
    SLOT_HASH(5)
    SLOT_HASH(6)
    SLOT_HASH(7)
#endif
#undef SLOT_HASH

    action start(bit<32> crc) {
        meta.slot_start = crc;
    }
    /* By copy and key format: the CRC of 4 or of 13 bytes of zeros. */
    table starts {
        key = {
            copy: exact;
            hdr.operation.key_format: exact;
        }
        actions = {
            start;
        }
        const entries = {
            (0, 0): start(0x48674BC7);
            (0, 1): start(0xBC5BA5E4);
            (1, 0): start(0xF7BCCDC4);
            (1, 1): start(0x481C145E);
            (2, 0): start(0xBAD8FAAE);
            (2, 1): start(0xA69F609D);
            (3, 0): start(0xB53D5AF6);
            (3, 1): start(0xCED36237);
            (4, 0): start(0x73D0BEE8);
            (4, 1): start(0x87B518A2);
            (5, 0): start(0x996C0D46);
            (5, 1): start(0x384F43B6);
            (6, 0): start(0xB6B6F6F3);
            (6, 1): start(0xF629EEC7);
            (7, 0): start(0x6FB32240);
            (7, 1): start(0x0AA6FFCA);
        }
        const default_action = start(0);
        size = 16;
    }
    action add_start() {
        hdr.operation.slot = hdr.operation.slot ^ meta.slot_start;
    }
    action keep_in_store() {
        hdr.operation.slot = hdr.operation.slot & hdr.operation.slot_mask;
    }
    action detail_of_slot() {
        meta.detail = hdr.operation.slot & 0xFFFF;
    }

    apply {
        starts.apply();
        if (copy == 0) {
            slot_hash_0();
        } else if (copy == 1) {
            slot_hash_1();
        } else if (copy == 2) {
            slot_hash_2();
#ifndef PROFILE_KEY
        } else {
            slot_hash_3();
        }
#else
        } else if (copy == 3) {
            slot_hash_3();
        } else if (copy == 4) {
            slot_hash_4();
        } else if (copy == 5) {
            slot_hash_5();
        } else if (copy == 6) {
            slot_hash_6();
        } else {
            slot_hash_7();
        }
#endif
        add_start();
        keep_in_store();
        detail_of_slot();
    }
}

#endif

#ifdef PROFILE_KEY
/* Immediate data is the first word behind the RETH; the others move up, so that few lengths differ. */
control Immediate(inout headers_t hdr, in egress_metadata_t meta) {
#define WITH_IMMEDIATE(n, next) \
    action with_immediate_##n() { \
        SHIFT_##n \
        hdr.words.w0.data = hdr.immediate_word.data; \
        hdr.words.w##n.setValid(); \
        hdr.operation.words = next; \
        hdr.bth.opcode = RC_WRITE_ONLY_WITH_IMMEDIATE; \
    }
#define SHIFT_2 hdr.words.w2.data = hdr.words.w1.data; hdr.words.w1.data = hdr.words.w0.data;
#define SHIFT_3 hdr.words.w3.data = hdr.words.w2.data; SHIFT_2
#define SHIFT_4 hdr.words.w4.data = hdr.words.w3.data; SHIFT_3
#define SHIFT_5 hdr.words.w5.data = hdr.words.w4.data; SHIFT_4
#define SHIFT_6 hdr.words.w6.data = hdr.words.w5.data; SHIFT_5
    WITH_IMMEDIATE(2, 3)
    WITH_IMMEDIATE(3, 4)
    WITH_IMMEDIATE(4, 5)
    WITH_IMMEDIATE(5, 6)
    WITH_IMMEDIATE(6, 7)
#undef WITH_IMMEDIATE
    table immediates {
        key = {
            hdr.operation.words: exact;
        }
        actions = {
            with_immediate_2;
            with_immediate_3;
            with_immediate_4;
            with_immediate_5;
            with_immediate_6;
            @defaultonly NoAction;
        }
        const entries = {
            2: with_immediate_2();
            3: with_immediate_3();
            4: with_immediate_4();
            5: with_immediate_5();
            6: with_immediate_6();
        }
        const default_action = NoAction();
        size = 8;
    }

    action add_detail() {
        hdr.immediate_word.data = hdr.immediate_word.data | meta.detail;
    }

    apply {
        add_detail();
        immediates.apply();
    }
}
#endif

control Requests(inout headers_t hdr, inout egress_metadata_t meta,
                 in egress_intrinsic_metadata_t intrinsic,
                 inout egress_intrinsic_metadata_for_deparser_t deparser) {
#ifdef PROFILE_KEY
    CopySlot() copy_slot;
    Immediate() immediate;
#endif
#ifdef PROFILE_POSTCARDING
    CopySlot() copy_slot;
    PathWords() path_words;
#endif
    InvariantCrc() invariant_crc;
#ifdef PROFILE_APPEND
    FrameCrc() frame_crc;
#endif

    /*
     * By target: the next PSN, in the upper 24 bits so that it wraps, and the packets since an
     * acknowledgement was asked for.
     */
    Register<int<32>, bit<8>>(MAX_TARGETS, 0) psns;
    RegisterAction<int<32>, bit<8>, int<32>>(psns) next_psn = {
        void apply(inout int<32> psn, out int<32> result) {
            result = psn;
            psn = psn + 0x100;
        }
    };
    /* At once, and only back: an answer that was overtaken says nothing new. */
    RegisterAction<int<32>, bit<8>, int<32>>(psns) go_back = {
        void apply(inout int<32> psn, out int<32> result) {
            if (psn - meta.psn >= 0) {
                psn = meta.psn;
            }
            result = 0;
        }
    };
    Register<bit<32>, bit<8>>(MAX_TARGETS, 0) since_asked;
    RegisterAction<bit<32>, bit<8>, bit<8>>(since_asked) ask_or_not = {
        void apply(inout bit<32> asked, out bit<8> result) {
            if (asked >= meta.ask_every) {
                asked = 0;
                result = 1;
            } else {
                asked = asked + 1;
                result = 0;
            }
        }
    };
    /* By opcode. */
    Counter<bit<32>, bit<8>>(OPCODES, CounterType_t.PACKETS) operations;
    Counter<bit<32>, bit<8>>(OPCODES, CounterType_t.PACKETS) without_region;

    /* A region does not cross a multiple of 4 GiB, so that adding to the low half does. */
    action set_region(bit<32> address_high, bit<32> address_low, bit<32> region_rkey) {
        hdr.reth.setValid();
        hdr.reth.address[63:32] = address_high;
        hdr.reth.address[31:0] = address_low;
        hdr.reth.rkey = region_rkey;
    }
    table regions {
        key = {
            hdr.operation.target: exact;
            hdr.immediate_word.data[31:24]: exact @name("opcode");
            hdr.immediate_word.data[23:16]: exact @name("store");
        }
        actions = {
            set_region;
            @defaultonly NoAction;
        }
        const default_action = NoAction();
        size = 4096;
    }

    /* acknowledge_after: one less than every how many packets an acknowledgement is asked for. */
    action set_queue_pair(bit<48> mac, bit<48> source_mac, bit<32> destination, bit<32> source,
                          bit<16> destination_port, bit<16> source_port, bit<8> traffic_class,
                          bit<24> number, bit<32> acknowledge_after) {
        hdr.ethernet.destination = mac;
        hdr.ethernet.source = source_mac;
        hdr.ipv4.destination = destination;
        hdr.ipv4.source = source;
        hdr.ipv4.traffic_class = traffic_class;
        hdr.udp.destination_port = destination_port;
        hdr.udp.source_port = source_port;
        hdr.bth.queue_pair = number;
        meta.ask_every = acknowledge_after;
        hdr.bth.setValid();
    }
    table queue_pairs {
        key = {
            hdr.operation.target: exact;
        }
        actions = {
            set_queue_pair;
            @defaultonly NoAction;
        }
        const default_action = NoAction();
        size = MAX_TARGETS;
    }

    action take_psn() {
        meta.psn = next_psn.execute(hdr.operation.target);
    }
    action find_psn() {
        meta.psn = (int<32>)(hdr.operation.psn ++ 8w0);
    }
    action set_psn() {
        go_back.execute(hdr.operation.target);
        deparser.drop_ctl = 1;
    }
    action ask() {
        meta.ask = ask_or_not.execute(hdr.operation.target);
    }
    action use_psn() {
        hdr.bth.psn = meta.psn[31:8];
    }
    action request_acknowledgement() {
        hdr.bth.acknowledge_request = 1;
    }
    action headers() {
        hdr.ethernet.ether_type = ETHER_TYPE_IPV4;
        hdr.ipv4.version = IPV4_VERSION;
        hdr.ipv4.header_words = IPV4_HEADER_WORDS;
        hdr.ipv4.identification = 0;
        hdr.ipv4.flags = IPV4_DONT_FRAGMENT;
        hdr.ipv4.fragment_offset = 0;
        hdr.ipv4.time_to_live = IPV4_TIME_TO_LIVE;
        hdr.ipv4.protocol = IP_PROTOCOL_UDP;
        hdr.udp.setValid();
        hdr.udp.checksum = 0;
        hdr.bth.solicited_event = 0;
        hdr.bth.migration_request = 1;
        hdr.bth.version = 0;
        hdr.bth.partition_key = DEFAULT_PARTITION_KEY;
        hdr.bth.congestion = 0;
        hdr.bth.acknowledge_request = 0;
        hdr.bth.reserved = 0;
        hdr.icrc.setValid();
    }
    /* The increment's upper half is where a WRITE has its length. */
    action fetch_add() {
        hdr.bth.opcode = RC_FETCH_ADD;
        hdr.bth.pad_count = 0;
        hdr.reth.dma_length = hdr.words.w0.data;
        hdr.words.w0.data = hdr.words.w1.data;
        hdr.words.w1.data = 0;
    }
    action write(bit<32> length, bit<2> pad_count) {
        hdr.bth.opcode = RC_WRITE_ONLY;
        hdr.bth.pad_count = pad_count;
        hdr.reth.dma_length = length;
    }
    table payloads {
        key = {
            hdr.operation.operation: exact;
            hdr.operation.words: exact;
        }
        actions = {
            fetch_add;
            write;
            @defaultonly NoAction;
        }
        const entries = {
#ifdef PROFILE_KEY
            (OPERATION_FETCH_ADD, 3): fetch_add();
            (OPERATION_HASHED_WRITE, 2): write(8, 0);
            (OPERATION_HASHED_WRITE, 3): write(12, 0);
            (OPERATION_HASHED_WRITE, 4): write(16, 0);
            (OPERATION_HASHED_WRITE, 5): write(20, 0);
            (OPERATION_HASHED_WRITE, 6): write(24, 0);
#endif
#ifdef PROFILE_POSTCARDING
            (OPERATION_HASHED_WRITE, 5): write(20, 0);
            (OPERATION_HASHED_WRITE, 7): write(25, 3);
#endif
#ifdef PROFILE_APPEND
            (OPERATION_WRITE, FRAME_WORDS): write(4 * FRAME_WORDS, 0);
#endif
        }
        const default_action = NoAction();
        size = 8;
    }
    action set_lengths(bit<16> ipv4_length, bit<16> udp_length) {
        hdr.ipv4.total_length = ipv4_length;
        hdr.udp.length = udp_length;
    }
    table lengths {
        key = {
            hdr.operation.words: exact;
        }
        actions = {
            set_lengths;
            @defaultonly NoAction;
        }
        const entries = {
#ifdef PROFILE_KEY
            2: set_lengths(68, 48);
            3: set_lengths(72, 52);
            4: set_lengths(76, 56);
            5: set_lengths(80, 60);
            6: set_lengths(84, 64);
            7: set_lengths(88, 68);
#endif
#ifdef PROFILE_POSTCARDING
            5: set_lengths(80, 60);
            6: set_lengths(84, 64);
            7: set_lengths(88, 68);
            8: set_lengths(92, 72);
#endif
#ifdef PROFILE_APPEND
            FRAME_WORDS: set_lengths(60 + 4 * FRAME_WORDS, 40 + 4 * FRAME_WORDS);
            FRAME_WORDS + 1: set_lengths(64 + 4 * FRAME_WORDS, 44 + 4 * FRAME_WORDS);
#endif
        }
        const default_action = NoAction();
        size = 8;
    }

    /* The slot's offset is the sum of two multiples by powers of two. */
    action times_8() {
        meta.offset_1 = hdr.operation.slot << 3;
        meta.offset_2 = 0;
    }
    action times_16() {
        meta.offset_1 = hdr.operation.slot << 4;
        meta.offset_2 = 0;
    }
    action times_24() {
        meta.offset_1 = hdr.operation.slot << 4;
        meta.offset_2 = hdr.operation.slot << 3;
    }
    action times_32() {
        meta.offset_1 = hdr.operation.slot << 5;
        meta.offset_2 = 0;
    }
    table strides {
        key = {
            hdr.operation.stride: exact;
        }
        actions = {
            times_8;
            times_16;
            times_24;
            times_32;
        }
        const entries = {
            8: times_8();
            16: times_16();
            24: times_24();
        }
        const default_action = times_32();
        size = 4;
    }
    action add_offset_1() {
        hdr.reth.address[31:0] = hdr.reth.address[31:0] + meta.offset_1;
    }
    action add_offset_2() {
        hdr.reth.address[31:0] = hdr.reth.address[31:0] + meta.offset_2;
    }
    action find_copies_left() {
        meta.copies_left = hdr.operation.copies - intrinsic.egress_rid[7:0];
    }

#ifdef PROFILE_POSTCARDING
    action add_detail() {
        hdr.immediate_word.data = hdr.immediate_word.data | meta.detail;
    }
#endif
#ifndef PROFILE_KEY
    action with_immediate() {
        hdr.bth.opcode = RC_WRITE_ONLY_WITH_IMMEDIATE;
        hdr.operation.words = hdr.operation.words + 1;
    }
    action without_immediate() {
        hdr.immediate_word.setInvalid();
    }
#endif

    apply {
        if (hdr.operation.operation == OPERATION_GO_BACK) {
            find_psn();
            set_psn();
        } else if (hdr.operation.operation != OPERATION_NONE) {
            regions.apply();
            queue_pairs.apply();
            find_copies_left();
            if (!hdr.reth.isValid() || !hdr.bth.isValid()) {
                without_region.count(hdr.immediate_word.data[31:24]);
                deparser.drop_ctl = 1;
            } else {
                headers();
                operations.count(hdr.immediate_word.data[31:24]);
                take_psn();
                ask();
                use_psn();
                if (meta.ask == 1) {
                    request_acknowledgement();
                }
                payloads.apply();
#ifdef PROFILE_POSTCARDING
                path_words.apply(hdr, meta);
                copy_slot.apply(hdr, meta, intrinsic.egress_rid);
#endif
#ifdef PROFILE_APPEND
                frame_crc.apply(hdr);
#endif
#ifdef PROFILE_KEY
                copy_slot.apply(hdr, meta, intrinsic.egress_rid);
#endif
                strides.apply();
                add_offset_1();
                add_offset_2();
                if (hdr.operation.with_immediate == 1 && hdr.operation.operation != OPERATION_FETCH_ADD && meta.copies_left == 1) {
#ifdef PROFILE_KEY
                    immediate.apply(hdr, meta);
#else
#ifdef PROFILE_POSTCARDING
                    add_detail();
#endif
                    with_immediate();
                } else {
                    without_immediate();
#endif
                }
                lengths.apply();
                invariant_crc.apply(hdr);
            }
        }
    }
}

#endif
