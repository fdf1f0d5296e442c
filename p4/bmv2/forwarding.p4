/* What a switch does besides: IPv4 by longest prefix. */
#ifndef DTA_FORWARDING_P4
#define DTA_FORWARDING_P4

control Forwarding(inout headers_t hdr, inout standard_metadata_t standard) {
    action forward(bit<9> port, bit<48> mac, bit<48> source_mac) {
        standard.egress_spec = port;
        hdr.ethernet.destination = mac;
        hdr.ethernet.source = source_mac;
        hdr.ipv4.time_to_live = hdr.ipv4.time_to_live - 1;
    }
    action discard() {
        mark_to_drop(standard);
    }
    table routes {
        key = {
            hdr.ipv4.destination: lpm;
        }
        actions = {
            forward;
            discard;
        }
        default_action = discard();
        size = 4096;
    }

    apply {
        if (hdr.ipv4.isValid() && hdr.ipv4.time_to_live > 1) {
            routes.apply();
        } else {
            discard();
        }
    }
}

#endif
