/* Traffic, with and without INT, and answers of collectors. */
#ifndef DTA_DART_PARSER_P4
#define DTA_DART_PARSER_P4

parser DartParser(packet_in packet, out headers_t hdr, inout metadata_t meta,
                  inout standard_metadata_t standard) {
    /* The DSCP that marks INT. */
    value_set<bit<6>>(1) int_dscp;

    state start {
        meta.int_known = 0;
        meta.hops = 0;
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
            (IPV4_HEADER_WORDS, 0, IP_PROTOCOL_TCP): tcp;
            default: accept;
        }
    }
    state udp {
        packet.extract(hdr.udp);
        transition select(hdr.ipv4.traffic_class[7:2]) {
            int_dscp: int_shim;
            default: udp_port;
        }
    }
    state udp_port {
        transition select(hdr.udp.destination_port) {
            UDP_PORT_ROCE: bth;
            default: accept;
        }
    }
    state bth {
        packet.extract(hdr.bth);
        transition select(hdr.bth.opcode) {
            RC_ACKNOWLEDGE: aeth;
            default: accept;
        }
    }
    state aeth {
        packet.extract(hdr.aeth);
        transition accept;
    }
    state tcp {
        packet.extract(hdr.tcp);
        transition select(hdr.tcp.words) {
            0 &&& 12: accept;
            4: accept;
            5: int_or_not;
            default: tcp_options;
        }
    }
    state tcp_options {
        packet.extract(hdr.tcp_options, (bit<32>)(hdr.tcp.words - 5) << 5);
        transition int_or_not;
    }
    state int_or_not {
        transition select(hdr.ipv4.traffic_class[7:2]) {
            int_dscp: int_shim;
            default: accept;
        }
    }

    state int_shim {
        packet.extract(hdr.int_shim);
        transition select(hdr.int_shim.type, hdr.int_shim.next_protocol, hdr.int_shim.length) {
            (INT_TYPE_MD, INT_NEXT_ORIGINAL, INT_MD_WORDS .. INT_MD_WORDS + INT_MAX_HOPS): int_md;
            default: accept;
        }
    }
    state int_md {
        packet.extract(hdr.int_md);
        meta.hops_left = hdr.int_shim.length - INT_MD_WORDS;
        transition select(hdr.int_md.version, hdr.int_md.hop_words, hdr.int_md.instructions,
                          hdr.int_md.domain_instructions) {
            (INT_VERSION, INT_HOP_WORDS, INT_INSTRUCTION_NODE_ID, 0): hops_or_not;
            default: accept;
        }
    }
    state hops_or_not {
        transition select(meta.hops_left) {
            0: int_complete;
            default: hop;
        }
    }
    state hop {
        packet.extract(hdr.hops.next);
        meta.hops_left = meta.hops_left - 1;
        meta.hops = meta.hops + 1;
        transition hops_or_not;
    }
    state int_complete {
        meta.int_known = 1;
        transition accept;
    }
}

control DartDeparser(packet_out packet, in headers_t hdr) {
    apply {
        packet.emit(hdr.ethernet);
        packet.emit(hdr.ipv4);
        packet.emit(hdr.udp);
        packet.emit(hdr.tcp);
        packet.emit(hdr.tcp_options);
        packet.emit(hdr.int_shim);
        packet.emit(hdr.int_md);
        packet.emit(hdr.hops);
        packet.emit(hdr.bth);
        packet.emit(hdr.aeth);
        packet.emit(hdr.reth);
        packet.emit(hdr.slot);
        packet.emit(hdr.path_16);
        packet.emit(hdr.path_4);
        packet.emit(hdr.icrc);
    }
}

#endif
