/*
 * IPv4 by longest prefix, with equal-cost multipath: a hash of the 5-tuple, salted for the switch,
 * chooses among the next hops of a route, as io.dta.fattree.routing.EcmpHash does.
 */
#ifndef DTA_ECMP_P4
#define DTA_ECMP_P4

/* What becomes of a packet that is not forwarded, for the counter. */
const bit<32> CAUSE_NOT_IPV4 = 0;
const bit<32> CAUSE_TIME_TO_LIVE = 1;
const bit<32> CAUSE_NO_ROUTE = 2;
const bit<32> CAUSE_LINK_DOWN = 3;

/* Two rounds of xor-shift and multiplication: every bit moves every bit. */
control Mix(inout bit<64> bits) {
    apply {
        bits = (bits ^ (bits >> 32)) * 64w0xD6E8FEB86659FD93;
        bits = (bits ^ (bits >> 32)) * 64w0xD6E8FEB86659FD93;
        bits = bits ^ (bits >> 32);
    }
}

/* cause: why it is not forwarded; event: what is to be told of that, 0 for nothing. */
control Ecmp(inout headers_t hdr, inout metadata_t meta, inout standard_metadata_t standard,
             out bit<8> event) {
    counter(4, CounterType.packets) drops;
    Mix() mix_addresses;
    Mix() mix_ports;
    bit<64> bits;
    bit<16> group = 0;
    bit<16> choices = 0;
    bit<16> choice;

    action next_hops(bit<16> of_group, bit<16> number) {
        group = of_group;
        choices = number;
    }
    table routes {
        key = {
            hdr.ipv4.destination: lpm;
        }
        actions = {
            next_hops;
            NoAction;
        }
        default_action = NoAction();
        size = 4096;
    }

    action forward(bit<9> port, bit<48> mac, bit<48> source_mac) {
        standard.egress_spec = port;
        hdr.ethernet.destination = mac;
        hdr.ethernet.source = source_mac;
        hdr.ipv4.time_to_live = hdr.ipv4.time_to_live - 1;
        meta.forwarded = 1;
    }
    table members {
        key = {
            group: exact;
            choice: exact;
        }
        actions = {
            forward;
            NoAction;
        }
        default_action = NoAction();
        size = 4096;
    }

    /* Ports whose link is down. */
    action link_down() {
        meta.forwarded = 0;
    }
    table links {
        key = {
            standard.egress_spec: exact;
        }
        actions = {
            link_down;
            NoAction;
        }
        default_action = NoAction();
        size = 512;
    }

    apply {
        event = 0;
        meta.forwarded = 0;
        if (!hdr.ipv4.isValid()) {
            drops.count(CAUSE_NOT_IPV4);
        } else if (hdr.ipv4.time_to_live <= 1) {
            drops.count(CAUSE_TIME_TO_LIVE);
        } else {
            if (routes.apply().hit) {
                bits = meta.salt ^ meta.addresses;
                mix_addresses.apply(bits);
                bits = bits ^ (24w0 ++ meta.ports);
                mix_ports.apply(bits);
                choice = (bit<16>)(((16w0 ++ bits) * (64w0 ++ choices)) >> 64);
                members.apply();
            }
            if (meta.forwarded == 0) {
                drops.count(CAUSE_NO_ROUTE);
                event = EVENT_NO_ROUTE_DROP;
            } else if (links.apply().hit) {
                drops.count(CAUSE_LINK_DOWN);
                event = EVENT_LINK_DOWN_DROP;
            }
        }
        if (meta.forwarded == 0) {
            mark_to_drop(standard);
        }
    }
}

#endif
