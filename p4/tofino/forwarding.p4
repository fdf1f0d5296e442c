/* What a switch does besides: IPv4 by longest prefix. */
#ifndef DTA_FORWARDING_P4
#define DTA_FORWARDING_P4

control Forwarding(inout headers_t hdr, inout ingress_intrinsic_metadata_for_deparser_t deparser,
                   inout ingress_intrinsic_metadata_for_tm_t manager) {
    action forward(PortId_t port, bit<48> mac, bit<48> source_mac) {
        manager.ucast_egress_port = port;
        hdr.ethernet.destination = mac;
        hdr.ethernet.source = source_mac;
        hdr.ipv4.time_to_live = hdr.ipv4.time_to_live - 1;
    }
    action discard() {
        deparser.drop_ctl = 1;
    }
    table routes {
        key = {
            hdr.ipv4.destination: lpm;
        }
        actions = {
            forward;
            discard;
        }
        const default_action = discard();
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
