/*
 * What has arrived of each reporter's essential reports, as in the software's ReporterWindow: base
 * is the next number of which all earlier ones have arrived, bit i says that base + i has, and span
 * numbers from base on are known to have been sent. Gaps are asked for when they open; after that
 * it is the reporter's time-out that brings them.
 */
#ifndef DTA_REPORTERS_P4
#define DTA_REPORTERS_P4

/* How many numbers lie ahead of base at most: half of all. */
#define WINDOW 128
/* A reporter that is seen first with a lower number than this has begun with 0. */
#define LIKELY_FIRST 64

/* Looks a reporter up, and whether its report has arrived before. */
control ReporterArrival(inout headers_t hdr, inout metadata_t meta, inout standard_metadata_t standard,
                        out bit<32> reporter, out bit<9> port)
                       (register<bit<1>> known, register<bit<8>> bases,
                        register<bit<8>> spans, register<bit<128>> windows) {
    counter(1, CounterType.packets) untracked;
    bit<1> is_known;
    bit<8> base;
    bit<8> ahead;
    bit<128> window;

    /* session: a mirror session to the same port. */
    action set_reporter(bit<32> index, bit<48> mac, bit<9> egress_port, bit<32> session) {
        reporter = index;
        port = egress_port;
        meta.reporter = hdr.ipv4.source;
        meta.reporter_mac = mac;
        meta.session = session;
    }
    table reporters {
        key = {
            hdr.ipv4.source: exact;
        }
        actions = {
            set_reporter;
            NoAction;
        }
        default_action = NoAction();
        size = MAX_REPORTERS;
    }

    apply {
        reporter = 0;
        port = 0;
        if (reporters.apply().hit) {
            meta.essential = 1;
            known.read(is_known, reporter);
            if (is_known == 0) {
                known.write(reporter, 1);
                base = 0;
                if (hdr.base.seqnum >= LIKELY_FIRST) {
                    base = hdr.base.seqnum;
                }
                bases.write(reporter, base);
            }
            bases.read(base, reporter);
            windows.read(window, reporter);
            ahead = hdr.base.seqnum - base;
            window = window >> ahead;
            if (ahead >= WINDOW || window[0:0] == 1) {
                meta.drop_reason = DROP_DUPLICATE;
            }
        } else {
            untracked.count(0);
        }
    }
}

/* Takes the report's number, and decides what its reporter is told. */
control ReporterAnswer(inout headers_t hdr, inout metadata_t meta, in bit<32> reporter)
                      (register<bit<8>> bases, register<bit<8>> spans,
                       register<bit<128>> windows) {
    bit<8> base;
    bit<8> span;
    bit<8> ahead;
    bit<8> arrived;
    bit<128> window;
    bit<1> refused;

    apply {
        bases.read(base, reporter);
        spans.read(span, reporter);
        windows.read(window, reporter);
        if (meta.drop_reason == DROP_DUPLICATE) {
            meta.acknowledge = 1;
            meta.nack = 0;
            meta.gap = 1;
            meta.seqnum = base - 1;
        } else {
            ahead = hdr.base.seqnum - base;
            refused = 0;
            if (meta.drop_reason == DROP_RATE_LIMITED || meta.drop_reason == DROP_QUEUE_PAIR_DOWN) {
                refused = 1;
            } else {
                window = window | (128w1 << ahead);
            }
            /* The gap that opens: from the first number that was not known to be sent. */
            meta.nack = 1;
            if (ahead >= span) {
                meta.seqnum = base + span;
                meta.gap = ahead - span + (bit<8>)refused;
                span = ahead + 1;
            } else {
                meta.seqnum = hdr.base.seqnum;
                meta.gap = (bit<8>)refused;
            }
            /* Base moves over all that has arrived. */
            arrived = 0;
#define ADVANCE(n) \
            if (window[n-1:0] == ~n##w0) { \
                window = window >> n; \
                arrived = arrived + n; \
            }
            ADVANCE(64)
            ADVANCE(32)
            ADVANCE(16)
            ADVANCE(8)
            ADVANCE(4)
            ADVANCE(2)
            ADVANCE(1)
            ADVANCE(1)
#undef ADVANCE
            if (arrived > 0) {
                base = base + arrived;
                span = span - arrived;
                meta.nack = 0;
                meta.gap = 1;
                meta.seqnum = base - 1;
            }
            if (meta.gap > 0) {
                meta.acknowledge = 1;
            }
            bases.write(reporter, base);
            spans.write(reporter, span);
            windows.write(reporter, window);
        }
    }
}

/* Makes the packet an ACK or a NACK; more of them where the gap is longer. */
control Acknowledge(inout headers_t hdr, inout metadata_t meta, inout standard_metadata_t standard) {
    counter(2, CounterType.packets) sent;

    action set_source(bit<48> mac, bit<32> address) {
        hdr.ethernet.source = mac;
        hdr.ipv4.source = address;
    }
    table source {
        key = {}
        actions = {
            set_source;
            NoAction;
        }
        default_action = NoAction();
    }

    apply {
        hdr.ethernet.destination = meta.reporter_mac;
        hdr.ipv4.traffic_class = 0;
        hdr.ipv4.total_length = IPV4_LENGTH + UDP_LENGTH + 2;
        hdr.ipv4.identification = 0;
        hdr.ipv4.flags = IPV4_DONT_FRAGMENT;
        hdr.ipv4.time_to_live = IPV4_TIME_TO_LIVE;
        hdr.ipv4.destination = meta.reporter;
        source.apply();
        hdr.udp.source_port = UDP_PORT_REPORTS;
        hdr.udp.destination_port = UDP_PORT_ACKNOWLEDGEMENTS;
        hdr.udp.length = UDP_LENGTH + 2;
        hdr.udp.checksum = 0;
        hdr.acknowledgement.setValid();
        hdr.acknowledgement.seqnum = meta.seqnum;
        hdr.acknowledgement.nack = meta.nack;
        hdr.acknowledgement.reserved = 0;
        sent.count((bit<32>)meta.nack);
        truncate((bit<32>)(ETHERNET_LENGTH + IPV4_LENGTH + UDP_LENGTH + 2));
        if (meta.nack == 1 && meta.gap > 1) {
            meta.seqnum = meta.seqnum + 1;
            meta.gap = meta.gap - 1;
            clone_preserving_field_list(CloneType.E2E, meta.session, FIELDS_ACKNOWLEDGEMENT);
        }
    }
}

#endif
