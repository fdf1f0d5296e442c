/*
 * Events of flows, as io.dta.fattree.reporter.NetSeerReporter tells of them: a flow's first packet
 * at once, then every so many more; what is left of drops when another flow needs the place.
 */
#ifndef DTA_FLOW_EVENTS_P4
#define DTA_FLOW_EVENTS_P4

/* The flow, and a bit that says that the place is taken. */
typedef bit<105> owner_t;

control FlowEvents(inout metadata_t meta, in bit<8> type, in bit<32> place, in bit<16> every,
                   in bit<16> queue)
                  (register<owner_t> owners, register<bit<16>> counts) {
    owner_t owner;
    bit<16> count;
    bit<16> detail;

    apply {
        owners.read(owner, place);
        counts.read(count, place);
        detail = 0;
        if (owner != 1w1 ++ meta.flow) {
            if (owner[104:104] == 1 && type != EVENT_CONGESTION && count != 0) {
                meta.event_1 = 1;
                meta.event_1_entry = owner[103:0] ++ meta.switch_id[15:0] ++ type ++ count;
            }
            owners.write(place, 1w1 ++ meta.flow);
            count = 0;
            detail = 1;
        } else {
            count = count + 1;
            if (count == every) {
                count = 0;
                detail = every;
            }
        }
        counts.write(place, count);
        if (detail != 0) {
            if (type == EVENT_CONGESTION) {
                detail = queue;
            }
            meta.event_2 = 1;
            meta.event_2_entry = meta.flow ++ meta.switch_id[15:0] ++ type ++ detail;
        }
    }
}

/* In the ingress: drops of packets that have no way, and flows that take another way. */
control IngressEvents(inout headers_t hdr, inout metadata_t meta,
                      inout standard_metadata_t standard, in bit<8> type) {
    register<owner_t>(2 * MAX_FLOWS) owners;
    register<bit<16>>(2 * MAX_FLOWS) counts;
    register<owner_t>(MAX_FLOWS) way_owners;
    register<bit<16>>(MAX_FLOWS) ways;
    FlowEvents(owners, counts) flow_events;
    bit<32> mask = 0;
    bit<16> every = 0;
    bit<32> place;
    owner_t owner;
    bit<16> known;
    bit<16> way;
    bit<8> flushed_type;

    action watch(bit<32> flow_mask, bit<16> packets) {
        mask = flow_mask;
        every = packets;
    }
    table watching {
        key = {}
        actions = {
            watch;
            NoAction;
        }
        default_action = NoAction();
    }

    apply {
        watching.apply();
        if (every == 0) {
            /* Not configured. */
        } else if (type != 0) {
            place = meta.flow_hash & mask;
            if (type == EVENT_LINK_DOWN_DROP) {
                place = place | MAX_FLOWS;
            }
            flow_events.apply(meta, type, place, every, 0);
        } else if (meta.is_command == 1) {
            if (hdr.command.kind == COMMAND_FLUSH_DROPS) {
                /* Told to report a place: first those without a route, then those without a link. */
                place = (hdr.command.first + meta.step) & (2 * MAX_FLOWS - 1);
                flushed_type = EVENT_NO_ROUTE_DROP;
                if (place >= MAX_FLOWS) {
                    flushed_type = EVENT_LINK_DOWN_DROP;
                }
                owners.read(owner, place);
                counts.read(known, place);
                if (owner[104:104] == 1 && known != 0) {
                    meta.event_1 = 1;
                    meta.event_1_entry =
                        owner[103:0] ++ meta.switch_id[15:0] ++ flushed_type ++ known;
                }
                owners.write(place, 0);
                counts.write(place, 0);
            }
        } else {
            place = meta.flow_hash & mask;
            way = standard.ingress_port[7:0] ++ standard.egress_spec[7:0];
            way_owners.read(owner, place);
            ways.read(known, place);
            if (owner == 1w1 ++ meta.flow && known != way) {
                meta.event_2 = 1;
                meta.event_2_entry = meta.flow ++ meta.switch_id[15:0] ++ EVENT_PATH_CHANGE ++ way;
            }
            way_owners.write(place, 1w1 ++ meta.flow);
            ways.write(place, way);
        }
    }
}

/* In the egress: long queues, and queues that are full. */
control EgressEvents(inout headers_t hdr, inout metadata_t meta,
                     inout standard_metadata_t standard) {
    register<owner_t>(2 * MAX_PORTS * MAX_PORT_FLOWS) owners;
    register<bit<16>>(2 * MAX_PORTS * MAX_PORT_FLOWS) counts;
    counter(512, CounterType.packets) queue_full;
    FlowEvents(owners, counts) flow_events;
    bit<16> every = 0;
    bit<19> depth = 0;
    bit<19> most = 0;
    bit<32> mask = 0;
    bit<32> place;
    bit<8> type;
    bit<16> queue;

    /*
     * depth: packets from which on a queue is long. limit: packets from which on it is full, fewer
     * than the switch itself lets wait, since what that drops nobody hears of.
     */
    action watch(bit<32> flow_mask, bit<16> packets, bit<19> long_queue, bit<19> limit) {
        mask = flow_mask;
        every = packets;
        depth = long_queue;
        most = limit;
    }
    table watching {
        key = {}
        actions = {
            watch;
            NoAction;
        }
        default_action = NoAction();
    }

    apply {
        watching.apply();
        if (every != 0 && meta.forwarded == 1 && standard.enq_qdepth >= depth) {
            type = EVENT_CONGESTION;
            place = (bit<32>)standard.egress_port[5:0] << 10 | (meta.flow_hash & mask);
            if (standard.enq_qdepth >= most) {
                queue_full.count((bit<32>)standard.egress_port);
                type = EVENT_QUEUE_FULL_DROP;
                place = place | MAX_PORTS * MAX_PORT_FLOWS;
                mark_to_drop(standard);
            }
            queue = standard.enq_qdepth[15:0];
            if (standard.enq_qdepth > 0xFFFF) {
                queue = 0xFFFF;
            }
            flow_events.apply(meta, type, place, every, queue);
        }
    }
}

#endif
