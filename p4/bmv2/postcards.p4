/*
 * A postcard a hop: which packets is decided by a hash of what no switch changes, so that all of
 * them choose the same ones (Duffield and Grossglauser, SIGCOMM 2000), and the first of every TCP
 * connection. Which hop this is follows from the time to live.
 */
#ifndef DTA_POSTCARDS_P4
#define DTA_POSTCARDS_P4

control Postcards(inout headers_t hdr, inout metadata_t meta) {
    /* Hops beyond the store's, which are not reported. */
    counter(1, CounterType.packets) beyond;
    bit<8> hops = 0;
    bit<8> first_time_to_live = 0;
    bit<33> share = 0;
    bit<32> choice;
    bit<32> sequence;

    /* threshold: share of the packets, 2^32 for all of them. */
    action sample(bit<8> store_hops, bit<8> time_to_live, bit<33> threshold) {
        hops = store_hops;
        first_time_to_live = time_to_live;
        share = threshold;
    }
    table sampling {
        key = {}
        actions = {
            sample;
            NoAction;
        }
        default_action = NoAction();
    }
    action packet_hash() {
        CRC32(choice, meta.flow, hdr.ipv4.identification, sequence);
    }

    apply {
        sampling.apply();
        if (hops != 0) {
            sequence = 0;
            if (hdr.tcp.isValid()) {
                sequence = hdr.tcp.sequence;
            }
            packet_hash();
            if (1w0 ++ choice < share
                    || (hdr.tcp.isValid() && hdr.tcp.flags & 0x12 == 0x02)) {
                /* It is one less already: this switch counts. */
                meta.postcard_hop = first_time_to_live - hdr.ipv4.time_to_live;
                if (meta.postcard_hop == 0 || meta.postcard_hop > hops) {
                    beyond.count(0);
                } else {
                    meta.pending = meta.pending | REPORT_POSTCARD;
                }
            }
        }
    }
}

#endif
