/*
 * Reports and answers. How long a store's keys and values are is the control plane's to say: the
 * value set key_16, say, holds the (opcode, store) of which the key has a piece of 16 bytes.
 */
#ifndef DTA_TRANSLATOR_PARSER_P4
#define DTA_TRANSLATOR_PARSER_P4

/* A piece of the key or of the data, where the store has it. */
#define PIECE(part, size, next) \
    state part##_##size##_or_not { \
        transition select(meta.report_type) { \
            part##_##size: extract_##part##_##size; \
            default: next; \
        } \
    } \
    state extract_##part##_##size { \
        packet.extract(hdr.part.b##size); \
        transition next; \
    }

parser TranslatorParser(packet_in packet, out headers_t hdr, inout metadata_t meta,
                        inout standard_metadata_t standard) {
    value_set<bit<16>>(320) key_64;
    value_set<bit<16>>(320) key_32;
    value_set<bit<16>>(320) key_16;
    value_set<bit<16>>(320) key_8;
    value_set<bit<16>>(320) key_4;
    value_set<bit<16>>(320) key_2;
    value_set<bit<16>>(320) key_1;
    value_set<bit<16>>(320) data_256;
    value_set<bit<16>>(320) data_128;
    value_set<bit<16>>(320) data_64;
    value_set<bit<16>>(320) data_32;
    value_set<bit<16>>(320) data_16;
    value_set<bit<16>>(320) data_8;
    value_set<bit<16>>(320) data_4;
    value_set<bit<16>>(320) data_2;
    value_set<bit<16>>(320) data_1;

    state start {
        meta.complete = 0;
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
            CONGESTION_NOTIFICATION: reserved;
            default: accept;
        }
    }
    state aeth {
        packet.extract(hdr.aeth);
        transition select(hdr.bth.opcode) {
            RC_ATOMIC_ACKNOWLEDGE: original_value;
            default: icrc;
        }
    }
    state original_value {
        packet.extract(hdr.data.b8);
        transition icrc;
    }
    /* Annex A17.9.3: 16 bytes. */
    state reserved {
        packet.extract(hdr.data.b16);
        transition icrc;
    }
    state icrc {
        packet.extract(hdr.icrc);
        transition accept;
    }

    state base {
        packet.extract(hdr.base);
        meta.report_type = hdr.base.opcode ++ 2w0 ++ hdr.base.store;
        transition select(hdr.base.opcode) {
            OPCODE_KEY_WRITE: redundancy;
            OPCODE_APPEND: append;
            OPCODE_KEY_INCREMENT: redundancy;
            OPCODE_POSTCARDING: key_64_or_not;
            OPCODE_SKETCH_MERGE: sketch;
            default: accept;
        }
    }
    state redundancy {
        packet.extract(hdr.redundancy);
        transition key_64_or_not;
    }
    state append {
        packet.extract(hdr.append);
        transition data_256_or_not;
    }
    state sketch {
        packet.extract(hdr.sketch);
        transition data_256_or_not;
    }
    PIECE(key, 64, key_32_or_not)
    PIECE(key, 32, key_16_or_not)
    PIECE(key, 16, key_8_or_not)
    PIECE(key, 8, key_4_or_not)
    PIECE(key, 4, key_2_or_not)
    PIECE(key, 2, key_1_or_not)
    PIECE(key, 1, after_key)
    state after_key {
        transition select(hdr.base.opcode) {
            OPCODE_KEY_INCREMENT: increment;
            OPCODE_POSTCARDING: postcard;
            default: data_256_or_not;
        }
    }
    state increment {
        packet.extract(hdr.increment);
        transition complete;
    }
    state postcard {
        packet.extract(hdr.postcard);
        transition complete;
    }
    PIECE(data, 256, data_128_or_not)
    PIECE(data, 128, data_64_or_not)
    PIECE(data, 64, data_32_or_not)
    PIECE(data, 32, data_16_or_not)
    PIECE(data, 16, data_8_or_not)
    PIECE(data, 8, data_4_or_not)
    PIECE(data, 4, data_2_or_not)
    PIECE(data, 2, data_1_or_not)
    PIECE(data, 1, complete)
    state complete {
        meta.complete = 1;
        transition accept;
    }
}

control TranslatorDeparser(packet_out packet, in headers_t hdr) {
    apply {
        packet.emit(hdr.ethernet);
        packet.emit(hdr.ipv4);
        packet.emit(hdr.udp);
        packet.emit(hdr.acknowledgement);
        packet.emit(hdr.bth);
        packet.emit(hdr.reth);
        packet.emit(hdr.atomic);
        packet.emit(hdr.immediate);
        packet.emit(hdr.aeth);
        packet.emit(hdr.slot);
        packet.emit(hdr.data);
        packet.emit(hdr.append_trailer);
        packet.emit(hdr.path_tail);
        packet.emit(hdr.sketch_trailer);
        packet.emit(hdr.padding_2);
        packet.emit(hdr.padding_1);
        packet.emit(hdr.icrc);
    }
}

#endif
