/*
 * Path tracing by INT-MD, as io.dta.fattree.reporter.IntMdReporter does it: where a packet comes
 * from a host it is given INT headers, every switch adds its number, and where it goes to a host
 * they are taken out and the path is reported under the flow's 5-tuple - unless it is the one that
 * was reported before, not longer ago than the interval.
 */
#ifndef DTA_INT_PATH_P4
#define DTA_INT_PATH_P4

const bit<32> INT_SOURCED = 0;
const bit<32> INT_TRANSIT = 1;
const bit<32> INT_SUNK = 2;
/* No more hops may be added: the E bit is set. */
const bit<32> INT_EXCEEDED = 3;
/* Marked as INT, but nothing that this program understands: forwarded as it is. */
const bit<32> INT_FOREIGN = 4;
/* Marked as INT by a host: the mark is taken off. */
const bit<32> INT_SPOOFED = 5;
/* Of those that came to the sink: longer than a value, as it was reported, reported. */
const bit<32> INT_TOO_LONG = 6;
const bit<32> INT_UNCHANGED = 7;
const bit<32> INT_REPORTED = 8;

control IntPath(inout headers_t hdr, inout metadata_t meta) {
    counter(9, CounterType.packets) packets;
    /* By flow: the digest of key and path that was reported, and when: 0 is never. */
    register<bit<32>>(MAX_FLOWS) digests;
    register<bit<48>>(MAX_FLOWS) reported_at;

    bit<6> dscp = 0;
    bit<8> most_hops = 0;
    bit<16> domain = 0;
    bit<32> flow_mask = 0;
    bit<48> interval = 0;
    bit<32> path_crc;
    bit<32> known;
    bit<48> at;
    bit<32> place;
    bit<16> removed;

    /* max_hops: of a path. mask: flows that are remembered less 1. microseconds: until it is
     * reported again. */
    action trace(bit<6> int_dscp, bit<8> max_hops, bit<16> domain_id, bit<32> mask,
                 bit<48> microseconds) {
        dscp = int_dscp;
        most_hops = max_hops;
        domain = domain_id;
        flow_mask = mask;
        interval = microseconds;
    }
    table tracing {
        key = {}
        actions = {
            trace;
            NoAction;
        }
        default_action = NoAction();
    }
    action path_digest() {
        CHECKSUM(path_crc, meta.flow, meta.path);
    }

    apply {
        tracing.apply();
        if (most_hops == 0 || !(hdr.udp.isValid() || hdr.tcp.isValid())) {
            /* Not configured, or nothing that can carry INT. */
        } else if (meta.from_host == 1) {
            if (hdr.int_shim.isValid()) {
                packets.count(INT_SPOOFED);
                hdr.ipv4.traffic_class[7:2] = 0;
            } else if (meta.to_host == 1) {
                meta.path = meta.switch_id ++ 128w0;
                meta.pending = meta.pending | REPORT_PATH;
            } else {
                packets.count(INT_SOURCED);
                hdr.int_shim.setValid();
                hdr.int_shim.type = INT_TYPE_MD;
                hdr.int_shim.next_protocol = INT_NEXT_ORIGINAL;
                hdr.int_shim.reserved_1 = 0;
                hdr.int_shim.length = INT_MD_WORDS + 1;
                hdr.int_shim.reserved_2 = 0;
                hdr.int_shim.dscp = hdr.ipv4.traffic_class[7:2];
                hdr.int_shim.reserved_3 = 0;
                hdr.int_md.setValid();
                hdr.int_md.version = INT_VERSION;
                hdr.int_md.discard = 0;
                hdr.int_md.exceeded = 0;
                hdr.int_md.mtu_exceeded = 0;
                hdr.int_md.reserved = 0;
                hdr.int_md.hop_words = INT_HOP_WORDS;
                hdr.int_md.remaining_hops = most_hops - 1;
                hdr.int_md.instructions = INT_INSTRUCTION_NODE_ID;
                hdr.int_md.domain = domain;
                hdr.int_md.domain_instructions = 0;
                hdr.int_md.domain_flags = 0;
                hdr.hops[0].setValid();
                hdr.hops[0].node_id = meta.switch_id;
                hdr.ipv4.traffic_class[7:2] = dscp;
                hdr.ipv4.total_length =
                    hdr.ipv4.total_length + INT_HEADERS_LENGTH + INT_HOP_LENGTH;
                if (hdr.udp.isValid()) {
                    hdr.udp.length = hdr.udp.length + INT_HEADERS_LENGTH + INT_HOP_LENGTH;
                }
            }
        } else if (!hdr.int_shim.isValid()) {
            /* Comes from within, without INT. */
        } else if (meta.int_known == 0) {
            packets.count(INT_FOREIGN);
        } else if (meta.to_host == 0) {
            if (hdr.int_md.remaining_hops == 0) {
                packets.count(INT_EXCEEDED);
                hdr.int_md.exceeded = 1;
            } else {
                packets.count(INT_TRANSIT);
                hdr.int_md.remaining_hops = hdr.int_md.remaining_hops - 1;
                hdr.hops.push_front(1);
                hdr.hops[0].setValid();
                hdr.hops[0].node_id = meta.switch_id;
                hdr.int_shim.length = hdr.int_shim.length + 1;
                hdr.ipv4.total_length = hdr.ipv4.total_length + INT_HOP_LENGTH;
                if (hdr.udp.isValid()) {
                    hdr.udp.length = hdr.udp.length + INT_HOP_LENGTH;
                }
            }
        } else {
            packets.count(INT_SUNK);
            if (hdr.int_md.remaining_hops == 0 || meta.hops >= PATH_HOPS) {
                packets.count(INT_TOO_LONG);
            } else {
                /* From the last switch back to the first: each goes before what is there. */
                meta.path = meta.switch_id ++ 128w0;
#define PRECEDE(i) \
                if (meta.hops > i) { \
                    meta.path = hdr.hops[i].node_id ++ meta.path[159:32]; \
                }
                PRECEDE(0)
                PRECEDE(1)
                PRECEDE(2)
                PRECEDE(3)
#undef PRECEDE
                meta.pending = meta.pending | REPORT_PATH;
            }
            removed = INT_HEADERS_LENGTH + ((bit<16>)meta.hops << 2);
            hdr.ipv4.traffic_class[7:2] = hdr.int_shim.dscp;
            hdr.ipv4.total_length = hdr.ipv4.total_length - removed;
            if (hdr.udp.isValid()) {
                hdr.udp.length = hdr.udp.length - removed;
            }
            hdr.int_shim.setInvalid();
            hdr.int_md.setInvalid();
            hdr.hops.pop_front(HOPS_STACK);
        }
        if (meta.pending & REPORT_PATH != 0) {
            path_digest();
            place = meta.flow_hash & flow_mask;
            digests.read(known, place);
            reported_at.read(at, place);
            if (at != 0 && known == path_crc && meta.now - at < interval) {
                packets.count(INT_UNCHANGED);
                meta.pending = meta.pending & ~REPORT_PATH;
            } else {
                packets.count(INT_REPORTED);
                digests.write(place, path_crc);
                reported_at.write(place, meta.now);
            }
        }
    }
}

#endif
