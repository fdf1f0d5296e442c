/*
 * DART's switch on BMv2 (v1model): no translator. It forwards traffic, adds to the paths that INT-MD
 * traces, and where a packet leaves to a host, writes checksum and path into the memory of the
 * collector that the flow's hash chooses. What is in memory is in docs/wire-format.md; how to load
 * it is in docs/p4.md.
 *
 * A report is a mirrored copy of the packet that it is about, multicast where all copies are
 * written. Addresses, ports, polynomials and whatever else a store or a collector has are in tables.
 */
#include <core.p4>
#include <v1model.p4>

#include "dart_types.p4"
#include "dart_parser.p4"
#include "admission.p4"
#include "int_path.p4"
#include "dart_report.p4"
#include "copy_offset.p4"
#include "invariant_crc.p4"
#include "dart_requests.p4"
#include "forwarding.p4"

control DartIngress(inout headers_t hdr, inout metadata_t meta,
                    inout standard_metadata_t standard) {
    /* By target: operations a second, and whether the queue pair is up. */
    meter(MAX_TARGETS, MeterType.packets) rate;
    register<bit<8>>(MAX_TARGETS) queue_pair_up;
    /* By reason: reports that are not written. */
    counter(DROP_REASONS, CounterType.packets) drops;
    /* By target * 8 + the upper three bits of an answer's syndrome, 7 for congestion. */
    counter(MAX_TARGETS * 8, CounterType.packets) answers;

    IntPath() int_path;
    Report(rate, queue_pair_up) report;
    Forwarding() forwarding;

    action set_switch(bit<32> switch_id, bit<8> collectors) {
        meta.switch_id = switch_id;
        meta.collectors = collectors;
    }
    table settings {
        key = {}
        actions = {
            set_switch;
            NoAction;
        }
        default_action = NoAction();
    }

    /* Ports that lead to hosts. */
    action from_host() {
        meta.from_host = 1;
    }
    table arriving {
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
    table leaving {
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

    /* Answers of collectors to our queue pairs. */
    action set_answering(bit<8> target, bit<9> port) {
        meta.target = target;
        standard.egress_spec = port;
    }
    table answering {
        key = {
            hdr.ipv4.source: exact;
            hdr.bth.queue_pair: exact;
        }
        actions = {
            set_answering;
            NoAction;
        }
        default_action = NoAction();
        size = MAX_TARGETS;
    }

    action flow_of_udp() {
        meta.flow = hdr.ipv4.source ++ hdr.ipv4.destination ++ hdr.udp.source_port
            ++ hdr.udp.destination_port ++ hdr.ipv4.protocol;
    }
    action flow_of_tcp() {
        meta.flow = hdr.ipv4.source ++ hdr.ipv4.destination ++ hdr.tcp.source_port
            ++ hdr.tcp.destination_port ++ hdr.ipv4.protocol;
    }
    action hash_flow() {
        CHECKSUM(meta.flow_hash, meta.flow);
    }

    apply {
        meta.drop_reason = NOT_DROPPED;
        meta.operation = OPERATION_NONE;
        meta.pending = 0;
        meta.from_host = 0;
        meta.to_host = 0;
        meta.now = standard.ingress_global_timestamp;
        if (hdr.bth.isValid() && answering.apply().hit) {
            if (hdr.bth.opcode == CONGESTION_NOTIFICATION) {
                answers.count((bit<32>)meta.target * 8 + 7);
                mark_to_drop(standard);
            } else if (hdr.aeth.isValid()) {
                answers.count((bit<32>)meta.target * 8 + (bit<32>)(hdr.aeth.syndrome >> 5));
                if (hdr.aeth.syndrome == NAK_SEQUENCE_ERROR
                        || hdr.aeth.syndrome & 0xE0 == RNR_NAK) {
                    meta.operation = OPERATION_GO_BACK;
                } else {
                    if (hdr.aeth.syndrome & 0xE0 == NAK_SEQUENCE_ERROR) {
                        /* The responder's queue pair is in error: it has to be made again. */
                        queue_pair_up.write((bit<32>)meta.target, 0);
                    }
                    mark_to_drop(standard);
                }
            } else {
                mark_to_drop(standard);
            }
        } else {
            settings.apply();
            arriving.apply();
            forwarding.apply(hdr, standard);
            if (standard.egress_spec != DROP_PORT && (hdr.udp.isValid() || hdr.tcp.isValid())) {
                leaving.apply();
                if (hdr.udp.isValid()) {
                    flow_of_udp();
                } else {
                    flow_of_tcp();
                }
                hash_flow();
                int_path.apply(hdr, meta);
                if (meta.pending & REPORT_PATH != 0) {
                    report.apply(hdr, meta);
                    if (meta.drop_reason != NOT_DROPPED) {
                        drops.count((bit<32>)meta.drop_reason);
                    }
                }
            }
        }
    }
}

control DartEgress(inout headers_t hdr, inout metadata_t meta,
                   inout standard_metadata_t standard) {
    Requests() requests;

    apply {
        if (standard.instance_type == INSTANCE_INGRESS_CLONE
                || meta.operation == OPERATION_GO_BACK) {
            requests.apply(hdr, meta, standard);
        }
    }
}

control VerifyNothing(inout headers_t hdr, inout metadata_t meta) {
    apply {}
}

control Ipv4Checksum(inout headers_t hdr, inout metadata_t meta) {
    apply {
        update_checksum(hdr.ipv4.isValid(),
            { hdr.ipv4.version, hdr.ipv4.header_words, hdr.ipv4.traffic_class,
              hdr.ipv4.total_length, hdr.ipv4.identification, hdr.ipv4.flags,
              hdr.ipv4.fragment_offset, hdr.ipv4.time_to_live, hdr.ipv4.protocol, hdr.ipv4.source,
              hdr.ipv4.destination },
            hdr.ipv4.checksum, HashAlgorithm.csum16);
    }
}

V1Switch(DartParser(), VerifyNothing(), DartIngress(), DartEgress(), Ipv4Checksum(),
         DartDeparser()) main;
