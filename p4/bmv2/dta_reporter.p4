/*
 * The reporter on BMv2 (v1model): a switch that forwards IPv4 and tells of it as the reporters of
 * fat-tree-sim do, in the formats of docs/wire-format.md. What runs where and how to load it is in
 * docs/p4.md.
 *
 * All that is remembered is in the ingress, where packets pass one after the other, save what is
 * seen of queues. A function whose table is not set is off; addresses, stores and sizes are in
 * tables.
 */
#include <core.p4>
#include <v1model.p4>

#include "reporter_types.p4"
#include "reporter_parser.p4"
#include "ecmp.p4"
#include "int_path.p4"
#include "postcards.p4"
#include "host_counters.p4"
#include "flow_events.p4"
#include "count_min.p4"
#include "essential.p4"
#include "report_packets.p4"

control ReporterIngress(inout headers_t hdr, inout metadata_t meta,
                        inout standard_metadata_t standard) {
    counter(1, CounterType.packets) commands_taken;
    Ecmp() ecmp;
    IntPath() int_path;
    Postcards() postcards;
    HostCounters() host_counters;
    IngressEvents() ingress_events;
    Sketch() sketch;
    Essential() essential;
    NextReport() next_report;
    bit<32> overhead = 0;
    bit<32> least_length = 0;
    bit<8> event;
    bit<1> is_answer;
    bit<1> is_telemetry;
    bit<1> exported;
    bit<1> stop;
    kept_t column_report;
    bit<8> sketch_target;
    bit<32> steps;

    /*
     * wire_overhead: bytes on the wire beside the IPv4 packet. least_wire_length: of the shortest
     * frame.
     */
    action set_switch(bit<32> id, bit<64> ecmp_salt, bit<8> number_of_collectors,
                      bit<32> wire_overhead, bit<32> least_wire_length) {
        meta.switch_id = id;
        meta.salt = ecmp_salt;
        meta.collectors = number_of_collectors;
        overhead = wire_overhead;
        least_length = least_wire_length;
    }
    table this_switch {
        key = {}
        actions = {
            set_switch;
            NoAction;
        }
        default_action = NoAction();
    }

    /* Ports that lead to hosts, as packets come and as they go. */
    action from_host() {
        meta.from_host = 1;
    }
    table host_ports_in {
        key = {
            standard.ingress_port: exact;
        }
        actions = {
            from_host;
            NoAction;
        }
        default_action = NoAction();
        size = 512;
    }
    action to_host() {
        meta.to_host = 1;
    }
    table host_ports_out {
        key = {
            standard.egress_spec: exact;
        }
        actions = {
            to_host;
            NoAction;
        }
        default_action = NoAction();
        size = 512;
    }

    /* Translators that answer, by their address and ours. */
    action set_answering(bit<8> target) {
        meta.essential_target = target;
    }
    table answering {
        key = {
            hdr.ipv4.source: exact;
            hdr.ipv4.destination: exact;
        }
        actions = {
            set_answering;
            NoAction;
        }
        default_action = NoAction();
        size = MAX_TARGETS;
    }

    /* Who may give commands, and at which address of ours. */
    table commanders {
        key = {
            hdr.ipv4.source: exact;
            hdr.ipv4.destination: exact;
        }
        actions = {
            NoAction;
        }
        default_action = NoAction();
        size = 64;
    }

    action place_of_flow() {
        CRC32(meta.flow_hash, meta.flow);
    }

    apply {
        this_switch.apply();
        meta.now = standard.ingress_global_timestamp + 1;
        event = 0;
        is_answer = 0;
        is_telemetry = 0;
        exported = 0;
        stop = 0;
        steps = 0;
        column_report = 0;
        if (standard.instance_type == INSTANCE_RECIRCULATED) {
            /* Events of the egress. */
            meta.again = 0;
            meta.pending = 0;
            mark_to_drop(standard);
        } else {
            meta.pending = 0;
            meta.event_1 = 0;
            meta.event_2 = 0;
            host_ports_in.apply();
            if (hdr.acknowledgement.isValid() && answering.apply().hit) {
                is_answer = 1;
                mark_to_drop(standard);
            } else if (hdr.command.isValid() && commanders.apply().hit) {
                meta.is_command = 1;
                steps = hdr.command.count;
                if (meta.step == 0) {
                    commands_taken.count(0);
                }
                mark_to_drop(standard);
            } else {
                meta.addresses = hdr.ipv4.source ++ hdr.ipv4.destination;
                meta.ports = 32w0 ++ hdr.ipv4.protocol;
                if (hdr.udp.isValid()) {
                    meta.ports =
                        hdr.udp.source_port ++ hdr.udp.destination_port ++ hdr.ipv4.protocol;
                    if (hdr.udp.destination_port == UDP_PORT_REPORTS
                            || hdr.udp.destination_port == UDP_PORT_ACKNOWLEDGEMENTS) {
                        is_telemetry = 1;
                    }
                } else if (hdr.tcp.isValid()) {
                    meta.ports =
                        hdr.tcp.source_port ++ hdr.tcp.destination_port ++ hdr.ipv4.protocol;
                }
                meta.flow = meta.addresses ++ meta.ports;
                place_of_flow();
                meta.wire_length = (bit<32>)hdr.ipv4.total_length + overhead;
                if (meta.wire_length < least_length) {
                    meta.wire_length = least_length;
                }
                ecmp.apply(hdr, meta, standard, event);
                if (is_telemetry == 1) {
                    /* Reports of reports would never end. */
                    event = 0;
                    meta.forwarded = 0;
                }
                host_ports_out.apply();
            }
            if (meta.is_command == 1 || meta.forwarded == 1 || event != 0) {
                ingress_events.apply(hdr, meta, standard, event);
            }
            if (meta.is_command == 1 || meta.forwarded == 1) {
                host_counters.apply(hdr, meta);
                sketch.apply(hdr, meta, column_report, sketch_target, exported);
                if (meta.is_command == 1) {
                    meta.essential_target = sketch_target;
                }
            }
            if (meta.forwarded == 1) {
                postcards.apply(hdr, meta);
                int_path.apply(hdr, meta);
            }
        }
        essential.apply(hdr, meta, is_answer, column_report, exported, stop);
        if (meta.pending != 0) {
            next_report.apply(meta);
            clone_preserving_field_list(CloneType.I2E, FIRST_SESSION + (bit<32>)meta.target,
                                        FIELDS_REPORTS);
        }
        if (steps > 1 && stop == 0) {
            meta.step = meta.step + 1;
            if (meta.step < steps) {
                resubmit_preserving_field_list(FIELDS_COMMAND);
            }
        }
    }
}

control ReporterEgress(inout headers_t hdr, inout metadata_t meta,
                       inout standard_metadata_t standard) {
    ReportPacket() report_packet;
    EgressEvents() egress_events;

    apply {
        if (meta.again == 1) {
            recirculate_preserving_field_list(FIELDS_REPORTS);
        } else if (standard.instance_type == INSTANCE_INGRESS_CLONE
                || standard.instance_type == INSTANCE_EGRESS_CLONE) {
            report_packet.apply(hdr, meta, standard);
        } else {
            egress_events.apply(hdr, meta, standard);
            if (meta.event_1 == 1 || meta.event_2 == 1) {
                meta.again = 1;
                clone_preserving_field_list(CloneType.E2E, SESSION_AGAIN, FIELDS_REPORTS);
            }
        }
    }
}

control VerifyNothing(inout headers_t hdr, inout metadata_t meta) {
    apply {}
}

control Ipv4Checksum(inout headers_t hdr, inout metadata_t meta) {
    apply {
        update_checksum(hdr.ipv4.isValid() && hdr.ipv4.header_words == IPV4_HEADER_WORDS,
            { hdr.ipv4.version, hdr.ipv4.header_words, hdr.ipv4.traffic_class,
              hdr.ipv4.total_length, hdr.ipv4.identification, hdr.ipv4.flags,
              hdr.ipv4.fragment_offset, hdr.ipv4.time_to_live, hdr.ipv4.protocol, hdr.ipv4.source,
              hdr.ipv4.destination },
            hdr.ipv4.checksum, HashAlgorithm.csum16);
    }
}

V1Switch(ReporterParser(), VerifyNothing(), ReporterIngress(), ReporterEgress(), Ipv4Checksum(),
         ReporterDeparser()) main;
