/*
 * Reports and answers. How long a store's keys and values are is the control plane's to say: value
 * set key_13 holds the (opcode, store) whose key is an IPv4 5-tuple, others have keys of 4 bytes;
 * data_20, say, those of which a value has 20 bytes, others have 4.
 */
#ifndef DTA_TRANSLATOR_PARSER_P4
#define DTA_TRANSLATOR_PARSER_P4

parser TranslatorParser(packet_in packet, out headers_t hdr, out ingress_metadata_t meta,
                        out ingress_intrinsic_metadata_t intrinsic) {
#ifndef PROFILE_APPEND
    value_set<report_type_t>(16) key_13;
#endif
#ifdef PROFILE_KEY
    value_set<report_type_t>(8) data_8;
    value_set<report_type_t>(8) data_12;
    value_set<report_type_t>(8) data_16;
    value_set<report_type_t>(8) data_20;
#endif

    state start {
        packet.extract(intrinsic);
        packet.advance(PORT_METADATA_SIZE);
        hdr.operation.setValid();
        hdr.operation.operation = OPERATION_NONE;
        hdr.operation.hops = 0;
        hdr.immediate.setValid();
        hdr.immediate.opcode = 0;
        hdr.immediate.store = 0;
        hdr.immediate.detail = 0;
        hdr.operation.with_immediate = 0;
        hdr.operation.key_format = 0;
        hdr.operation.slot = 0;
        hdr.operation.slot_mask = 0;
        hdr.operation.words = 0;
        hdr.operation.stride = 0;
        hdr.operation.copies = 0;
        hdr.operation.target = 0;
        hdr.operation.psn = 0;
        meta.kind = KIND_OTHER;
        meta.counted_opcode = 0;
        meta.value_words = 0;
        meta.known = 0;
        meta.report_length = 0;
        meta.payload = 0;
        meta.missing = 0;
        meta.surplus = 0;
        meta.drop_reason = NOT_DROPPED;
        meta.drop_index = 0;
        meta.collector = 0;
        meta.collector_mask = 0;
        meta.max_redundancy = 0;
        meta.excess = 0;
#ifdef PROFILE_POSTCARDING
        meta.row = 0;
        meta.rows_mask = 0;
        meta.first_row = 0;
        meta.key_last = 0;
        meta.differs_high = 0;
        meta.differs_low = 0;
        meta.differs_last = 0;
        meta.differs_tail = 0;
        meta.bit_of_hop = 0;
        meta.other_hops = 0;
        meta.mask = 0;
        meta.same = 0;
        meta.immediate = 0;
        meta.superseding = 0;
#endif
#ifdef PROFILE_APPEND
        meta.list_known = 0;
        meta.list_index = 0;
        meta.frame_mask = 0;
#endif
        meta.first_drop = 0;
        meta.covered = 0;
        meta.up = 0;
        meta.fatal = 0;
        meta.color = 0;
        meta.checksum = 0;
        meta.checksum_start = 0;
        meta.answer_index = 0;
        packet.extract(hdr.ethernet);
        transition select(hdr.ethernet.ether_type) {
            ETHER_TYPE_IPV4: ipv4;
            default: accept;
        }
    }
    state ipv4 {
        packet.extract(hdr.ipv4);
        transition select(hdr.ipv4.header_words, hdr.ipv4.fragment_offset, hdr.ipv4.protocol) {
            (IPV4_HEADER_WORDS, 0, IP_PROTOCOL_UDP): udp;
            default: accept;
        }
    }
    state udp {
        packet.extract(hdr.udp);
        transition select(hdr.udp.destination_port) {
            UDP_PORT_REPORTS: base;
            UDP_PORT_ROCE: bth;
            default: accept;
        }
    }

    state bth {
        packet.extract(hdr.bth);
        transition select(hdr.bth.opcode) {
            RC_ACKNOWLEDGE: aeth;
            RC_ATOMIC_ACKNOWLEDGE: aeth;
            default: accept;
        }
    }
    state aeth {
        packet.extract(hdr.aeth);
        transition accept;
    }

    state base {
        packet.extract(hdr.base);
        transition select(hdr.base.opcode) {
#ifdef PROFILE_KEY
            OPCODE_KEY_WRITE: redundancy;
            OPCODE_KEY_INCREMENT: redundancy;
#endif
#ifdef PROFILE_APPEND
            OPCODE_APPEND: append;
#endif
#ifdef PROFILE_POSTCARDING
            OPCODE_POSTCARDING: key;
#endif
            default: accept;
        }
    }
#ifdef PROFILE_KEY
    state redundancy {
        packet.extract(hdr.redundancy);
        transition key;
    }
#endif
#ifndef PROFILE_APPEND
    state key {
        transition select(hdr.base.opcode, hdr.base.store) {
            key_13: long_key;
            default: short_key;
        }
    }
    state long_key {
        packet.extract(hdr.key.head);
        hdr.operation.key_format = 1;
        transition key_tail;
    }
    state short_key {
        hdr.key.head.setValid();
        hdr.key.head.high = 0;
        hdr.key.head.low = 0;
        hdr.key.head.last = 0;
        transition key_tail;
    }
    state key_tail {
        packet.extract(hdr.key.tail);
#ifdef PROFILE_KEY
        transition select(hdr.base.opcode) {
            OPCODE_KEY_INCREMENT: increment;
            default: value;
        }
    }
#else
        packet.extract(hdr.postcard);
        transition accept;
    }
#endif
#endif
#ifdef PROFILE_KEY
    /* Word 0 is the checksum's. */
    state value {
        transition select(hdr.base.opcode, hdr.base.store) {
            data_8: value_2;
            data_12: value_3;
            data_16: value_4;
            data_20: value_5;
            default: value_1;
        }
    }
    state value_1 {
        packet.extract(hdr.words.w1);
        meta.value_words = 1;
        transition accept;
    }
    state value_2 {
        packet.extract(hdr.words.w1);
        packet.extract(hdr.words.w2);
        meta.value_words = 2;
        transition accept;
    }
    state value_3 {
        packet.extract(hdr.words.w1);
        packet.extract(hdr.words.w2);
        packet.extract(hdr.words.w3);
        meta.value_words = 3;
        transition accept;
    }
    state value_4 {
        packet.extract(hdr.words.w1);
        packet.extract(hdr.words.w2);
        packet.extract(hdr.words.w3);
        packet.extract(hdr.words.w4);
        meta.value_words = 4;
        transition accept;
    }
    state value_5 {
        packet.extract(hdr.words.w1);
        packet.extract(hdr.words.w2);
        packet.extract(hdr.words.w3);
        packet.extract(hdr.words.w4);
        packet.extract(hdr.words.w5);
        meta.value_words = 5;
        transition accept;
    }
    state increment {
        packet.extract(hdr.words.w0);
        packet.extract(hdr.words.w1);
        transition accept;
    }
#endif
#ifdef PROFILE_APPEND
    /* The entry, where it stands in a full frame. */
    state append {
        packet.extract(hdr.append);
        packet.extract(OWN_WORD);
        transition accept;
    }
#endif
}

control TranslatorDeparser(packet_out packet, inout headers_t hdr, in ingress_metadata_t meta,
                           in ingress_intrinsic_metadata_for_deparser_t deparser) {
    Checksum() checksum;
    apply {
        if (hdr.ipv4.isValid()) {
            hdr.ipv4.checksum = checksum.update({
                hdr.ipv4.version, hdr.ipv4.header_words, hdr.ipv4.traffic_class,
                hdr.ipv4.total_length, hdr.ipv4.identification, hdr.ipv4.flags,
                hdr.ipv4.fragment_offset, hdr.ipv4.time_to_live, hdr.ipv4.protocol, hdr.ipv4.source,
                hdr.ipv4.destination });
        }
        packet.emit(hdr.operation);
        packet.emit(hdr.immediate);
        packet.emit(hdr.ethernet);
        packet.emit(hdr.ipv4);
        packet.emit(hdr.udp);
        packet.emit(hdr.bth);
        packet.emit(hdr.aeth);
        packet.emit(hdr.key);
        packet.emit(hdr.words);
        packet.emit(hdr.append_trailer);
    }
}

parser RequestParser(packet_in packet, out headers_t hdr, out egress_metadata_t meta,
                     out egress_intrinsic_metadata_t intrinsic) {
    state start {
        packet.extract(intrinsic);
        meta.ask_every = 0;
        meta.psn = 0;
        meta.ask = 0;
        meta.copies_left = 0;
        meta.slot_start = 0;
        meta.detail = 0;
        meta.offset_1 = 0;
        meta.offset_2 = 0;
        packet.extract(hdr.operation);
        packet.extract(hdr.immediate_word);
        /* What the packet was before; a request's are put in their place. */
        packet.extract(hdr.ethernet);
        packet.extract(hdr.ipv4);
        transition select(hdr.operation.operation) {
#ifdef PROFILE_KEY
            OPERATION_HASHED_WRITE: key;
            OPERATION_FETCH_ADD: key;
#endif
#ifdef PROFILE_APPEND
            OPERATION_WRITE: frame;
#endif
#ifdef PROFILE_POSTCARDING
            OPERATION_HASHED_WRITE: path;
#endif
            default: accept;
        }
    }
#ifdef PROFILE_KEY
    state key {
        packet.extract(hdr.key.head);
        packet.extract(hdr.key.tail);
        transition words;
    }
    state words {
        packet.extract(hdr.words.w0);
        packet.extract(hdr.words.w1);
        transition select(hdr.operation.words) {
            2: accept;
            3: words_3;
            4: words_4;
            5: words_5;
            default: words_6;
        }
    }
    state words_3 {
        packet.extract(hdr.words.w2);
        transition accept;
    }
    state words_4 {
        packet.extract(hdr.words.w2);
        packet.extract(hdr.words.w3);
        transition accept;
    }
    state words_5 {
        packet.extract(hdr.words.w2);
        packet.extract(hdr.words.w3);
        packet.extract(hdr.words.w4);
        transition accept;
    }
    state words_6 {
        packet.extract(hdr.words.w2);
        packet.extract(hdr.words.w3);
        packet.extract(hdr.words.w4);
        packet.extract(hdr.words.w5);
        transition accept;
    }
#endif
#ifdef PROFILE_POSTCARDING
    state path {
        packet.extract(hdr.key.head);
        packet.extract(hdr.key.tail);
        packet.extract(hdr.words.w0);
        packet.extract(hdr.words.w1);
        packet.extract(hdr.words.w2);
        packet.extract(hdr.words.w3);
        packet.extract(hdr.words.w4);
        transition accept;
    }
#endif
#ifdef PROFILE_APPEND
    state frame {
        packet.extract(hdr.words.w0);
        packet.extract(hdr.words.w1);
        packet.extract(hdr.words.w2);
        packet.extract(hdr.words.w3);
        packet.extract(hdr.words.w4);
        packet.extract(hdr.words.w5);
#if APPEND_BATCH > 4
        packet.extract(hdr.words.w6);
        packet.extract(hdr.words.w7);
        packet.extract(hdr.words.w8);
        packet.extract(hdr.words.w9);
#endif
#if APPEND_BATCH > 8
        packet.extract(hdr.words.w10);
        packet.extract(hdr.words.w11);
        packet.extract(hdr.words.w12);
        packet.extract(hdr.words.w13);
        packet.extract(hdr.words.w14);
        packet.extract(hdr.words.w15);
        packet.extract(hdr.words.w16);
        packet.extract(hdr.words.w17);
#endif
        transition accept;
    }
#endif
}

control RequestDeparser(packet_out packet, inout headers_t hdr, in egress_metadata_t meta,
                        in egress_intrinsic_metadata_for_deparser_t deparser) {
    Checksum() checksum;
    apply {
        if (hdr.bth.isValid()) {
            hdr.ipv4.checksum = checksum.update({
                hdr.ipv4.version, hdr.ipv4.header_words, hdr.ipv4.traffic_class,
                hdr.ipv4.total_length, hdr.ipv4.identification, hdr.ipv4.flags,
                hdr.ipv4.fragment_offset, hdr.ipv4.time_to_live, hdr.ipv4.protocol, hdr.ipv4.source,
                hdr.ipv4.destination });
        }
        packet.emit(hdr.ethernet);
        packet.emit(hdr.ipv4);
        packet.emit(hdr.udp);
        packet.emit(hdr.bth);
        packet.emit(hdr.reth);
#ifndef PROFILE_KEY
        packet.emit(hdr.immediate_word);
#endif
        packet.emit(hdr.words);
        packet.emit(hdr.icrc);
    }
}

#endif
