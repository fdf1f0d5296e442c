/*
 * RDMA requests: one queue pair a collector, reliable connection (InfiniBand specification 1.4,
 * volume 1, chapter 9). The packet sequence number is counted here, where a queue pair's packets
 * pass one after the other.
 */
#ifndef DTA_REQUESTS_P4
#define DTA_REQUESTS_P4

/* The fields that the invariant CRC of every packet begins with. */
#define INVARIANT_FIELDS \
    64w0xFFFFFFFFFFFFFFFF, \
    hdr.ipv4.version, hdr.ipv4.header_words, 8w0xFF, hdr.ipv4.total_length, \
    hdr.ipv4.identification, hdr.ipv4.flags, hdr.ipv4.fragment_offset, \
    8w0xFF, hdr.ipv4.protocol, 16w0xFFFF, hdr.ipv4.source, hdr.ipv4.destination, \
    hdr.udp.source_port, hdr.udp.destination_port, hdr.udp.length, 16w0xFFFF, \
    hdr.bth.opcode, hdr.bth.solicited_event, hdr.bth.migration_request, hdr.bth.pad_count, \
    hdr.bth.version, hdr.bth.partition_key, 8w0xFF, hdr.bth.queue_pair, \
    hdr.bth.acknowledge_request, hdr.bth.reserved, hdr.bth.psn

/* Whether the invariant CRC of an answer is right. */
control AnswerCrc(in headers_t hdr, inout metadata_t meta, out bit<1> right) {
    action calculate() {
        CHECKSUM(meta.crc, INVARIANT_FIELDS, hdr.aeth, DATA_BYTES);
    }
    apply {
        calculate();
        right = 0;
        if (hdr.icrc.isValid() && meta.crc == hdr.icrc.byte_3 ++ hdr.icrc.byte_2
                ++ hdr.icrc.byte_1 ++ hdr.icrc.byte_0) {
            right = 1;
        }
    }
}

/*
 * The invariant CRC over everything that routers do not change (annex A17.3.3): eight bytes and the
 * fields that they do change are ones. Headers that are not valid are left out of the calculation.
 */
control InvariantCrc(inout headers_t hdr, inout metadata_t meta) {
    action calculate() {
        CHECKSUM(meta.crc,
            INVARIANT_FIELDS, hdr.reth, hdr.atomic, hdr.immediate, hdr.slot, DATA_BYTES, hdr.append_trailer,
            hdr.path_tail, hdr.sketch_trailer, hdr.padding_2, hdr.padding_1);
    }
    apply {
        calculate();
        hdr.icrc.setValid();
        hdr.icrc.byte_0 = meta.crc[7:0];
        hdr.icrc.byte_1 = meta.crc[15:8];
        hdr.icrc.byte_2 = meta.crc[23:16];
        hdr.icrc.byte_3 = meta.crc[31:24];
    }
}

/* The offset of a copy's slot, by the hash of its number. */
control CopyOffset(inout headers_t hdr, inout metadata_t meta, in bit<16> copy) {
    bit<32> crc = 0;
#define SLOT_HASH(n) \
    action slot_hash_##n() { \
        CRC32(crc, KEY_BYTES); \
    }
    SLOT_HASH(0)
    SLOT_HASH(1)
    SLOT_HASH(2)
    SLOT_HASH(3)
    SLOT_HASH(4)
    SLOT_HASH(5)
    SLOT_HASH(6)
    SLOT_HASH(7)
    table slot_hashes {
        key = {
            copy: exact;
        }
        actions = {
            slot_hash_0;
            slot_hash_1;
            slot_hash_2;
            slot_hash_3;
            slot_hash_4;
            slot_hash_5;
            slot_hash_6;
            slot_hash_7;
        }
        const entries = {
            0: slot_hash_0();
            1: slot_hash_1();
            2: slot_hash_2();
            3: slot_hash_3();
            4: slot_hash_4();
            5: slot_hash_5();
            6: slot_hash_6();
            7: slot_hash_7();
        }
        const default_action = slot_hash_0();
    }
    apply {
        slot_hashes.apply();
        crc = crc & meta.slot_mask;
        meta.detail = crc[15:0];
        meta.offset = (bit<64>)crc * (bit<64>)meta.stride;
    }
}

control Requests(inout headers_t hdr, inout metadata_t meta, inout standard_metadata_t standard) {
    CopyOffset() copy_offset;
    InvariantCrc() invariant_crc;
    SketchPart() sketch_part;
    /* By target: the next PSN, and the packets since an acknowledgement was asked for. */
    register<bit<32>>(MAX_TARGETS) psns;
    register<bit<32>>(MAX_TARGETS) since_asked;
    /* By opcode. */
    counter(OPCODES, CounterType.packets) operations;
    counter(OPCODES, CounterType.packets) without_region;

    bit<64> address = 0;
    bit<32> rkey = 0;
    bit<32> ask_every = 0;
    bit<32> psn;
    bit<32> asked;
    bit<2> padding = 0;
    bit<16> length = 0;

    action set_region(bit<64> region_address, bit<32> region_rkey) {
        address = region_address;
        rkey = region_rkey;
    }
    table regions {
        key = {
            meta.target: exact;
            meta.opcode: exact;
            meta.store: exact;
        }
        actions = {
            set_region;
            NoAction;
        }
        default_action = NoAction();
        size = 4096;
    }

    action set_queue_pair(bit<48> mac, bit<48> source_mac, bit<32> destination, bit<32> source,
                          bit<16> destination_port, bit<16> source_port, bit<8> traffic_class,
                          bit<24> number, bit<32> acknowledge_every) {
        hdr.ethernet.destination = mac;
        hdr.ethernet.source = source_mac;
        hdr.ipv4.destination = destination;
        hdr.ipv4.source = source;
        hdr.ipv4.traffic_class = traffic_class;
        hdr.udp.destination_port = destination_port;
        hdr.udp.source_port = source_port;
        hdr.bth.queue_pair = number;
        ask_every = acknowledge_every;
    }
    table queue_pairs {
        key = {
            meta.target: exact;
        }
        actions = {
            set_queue_pair;
            NoAction;
        }
        default_action = NoAction();
        size = MAX_TARGETS;
    }

    action write() {
        hdr.bth.opcode = RC_WRITE_ONLY;
        hdr.reth.setValid();
        hdr.reth.address = address + meta.offset;
        hdr.reth.rkey = rkey;
        hdr.reth.dma_length = (bit<32>)meta.payload_length;
        length = RETH_LENGTH + meta.payload_length;
    }
    action with_immediate() {
        hdr.bth.opcode = RC_WRITE_ONLY_WITH_IMMEDIATE;
        hdr.immediate.setValid();
        hdr.immediate.opcode = meta.opcode;
        hdr.immediate.store = meta.store;
        hdr.immediate.detail = meta.detail;
        length = length + IMMEDIATE_LENGTH;
    }
    action fetch_add() {
        hdr.bth.opcode = RC_FETCH_ADD;
        hdr.atomic.setValid();
        hdr.atomic.address = address + meta.offset;
        hdr.atomic.rkey = rkey;
        hdr.atomic.swap_or_add = hdr.increment.increment;
        hdr.atomic.compare = 0;
        length = ATOMIC_LENGTH;
    }
    action transport_header() {
        hdr.bth.solicited_event = 0;
        hdr.bth.migration_request = 1;
        hdr.bth.pad_count = padding;
        hdr.bth.version = 0;
        hdr.bth.partition_key = DEFAULT_PARTITION_KEY;
        hdr.bth.congestion = 0;
        hdr.bth.acknowledge_request = 0;
        hdr.bth.reserved = 0;
        hdr.bth.psn = psn[23:0];
    }
    action network_headers() {
        /* A tick has none of these. */
        hdr.ethernet.ether_type = ETHER_TYPE_IPV4;
        hdr.ipv4.version = IPV4_VERSION;
        hdr.ipv4.header_words = IPV4_HEADER_WORDS;
        hdr.ipv4.fragment_offset = 0;
        hdr.ipv4.protocol = IP_PROTOCOL_UDP;
        hdr.udp.length = UDP_LENGTH + BTH_LENGTH + length + (bit<16>)padding + ICRC_LENGTH;
        hdr.udp.checksum = 0;
        hdr.ipv4.total_length = IPV4_LENGTH + hdr.udp.length;
        hdr.ipv4.identification = 0;
        hdr.ipv4.flags = IPV4_DONT_FRAGMENT;
        hdr.ipv4.time_to_live = IPV4_TIME_TO_LIVE;
    }

    bit<24> distance;

    apply {
        if (meta.operation == OPERATION_GO_BACK) {
            /* At once, and only back: an answer that was overtaken says nothing new. */
            psns.read(psn, (bit<32>)meta.target);
            distance = psn[23:0] - hdr.bth.psn;
            if (distance[23:23] == 0) {
                psns.write((bit<32>)meta.target, (bit<32>)hdr.bth.psn);
            }
            mark_to_drop(standard);
            return;
        }
        if (meta.operation == OPERATION_HASHED_WRITE || meta.operation == OPERATION_FETCH_ADD) {
            copy_offset.apply(hdr, meta, standard.egress_rid);
        }
        meta.copy = (bit<8>)standard.egress_rid;
        if (meta.operation == OPERATION_SKETCH) {
            sketch_part.apply(hdr, meta);
        }
        hdr.ipv4.setValid();
        hdr.udp.setValid();
        hdr.bth.setValid();
        if (!regions.apply().hit || !queue_pairs.apply().hit) {
            without_region.count((bit<32>)meta.opcode);
            mark_to_drop(standard);
        } else {
            psns.read(psn, (bit<32>)meta.target);
            psns.write((bit<32>)meta.target, (psn + 1) & 0xFFFFFF);
            padding = (bit<2>)(16w0 - meta.payload_length);
            transport_header();
            if (meta.operation == OPERATION_FETCH_ADD) {
                padding = 0;
                hdr.bth.pad_count = 0;
                fetch_add();
            } else {
                write();
                if (meta.with_immediate == 1 && meta.copy + 1 == meta.copies) {
                    with_immediate();
                }
            }
            if (padding[1:1] == 1) {
                hdr.padding_2.setValid();
                hdr.padding_2.data = 0;
            }
            if (padding[0:0] == 1) {
                hdr.padding_1.setValid();
                hdr.padding_1.data = 0;
            }
            since_asked.read(asked, (bit<32>)meta.target);
            asked = asked + 1;
            if (asked >= ask_every) {
                hdr.bth.acknowledge_request = 1;
                asked = 0;
            }
            since_asked.write((bit<32>)meta.target, asked);
            network_headers();
            invariant_crc.apply(hdr, meta);
            truncate((bit<32>)(ETHERNET_LENGTH + hdr.ipv4.total_length));
            operations.count((bit<32>)meta.opcode);
            if (meta.acknowledge == 1 && standard.egress_rid == 0) {
                clone_preserving_field_list(CloneType.E2E, meta.session, FIELDS_ACKNOWLEDGEMENT);
            }
        }
    }
}

#endif
