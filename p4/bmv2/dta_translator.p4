/*
 * The translator on BMv2 (v1model): reports come in on UDP port 40040, RDMA requests go out to the
 * collectors. What comes in, what goes out and what is in memory is in docs/wire-format.md; what
 * runs where and how to load it is in docs/p4.md.
 *
 * One pass takes one report. Where a datagram has more of them, a copy without the first one goes
 * round. Copies of a Key-Write are multicast copies, and the replication identifier is the number
 * of the copy. A tick, a packet that goes round at the rate of a queue, writes what has waited for
 * its time. Addresses, lengths, polynomials and whatever else a store or a collector has are in
 * tables: nothing is compiled in but the largest sizes (translator_types.p4).
 */
#include <core.p4>
#include <v1model.p4>

#include "translator_types.p4"
#include "translator_parser.p4"
#include "bytes.p4"
#include "admission.p4"
#include "ages.p4"
#include "key_write.p4"
#include "append.p4"
#include "key_increment.p4"
#include "postcarding.p4"
#include "sketch_merge.p4"
#include "reporters.p4"
#include "requests.p4"
#include "forwarding.p4"

control TranslatorIngress(inout headers_t hdr, inout metadata_t meta,
                          inout standard_metadata_t standard) {
    /* By target: operations a second, and whether the queue pair is up. */
    meter(MAX_TARGETS, MeterType.packets) rate;
    register<bit<8>>(MAX_TARGETS) queue_pair_up;
    /* By opcode, 0 for what cannot be decoded; and by opcode * 32 + reason. */
    counter(OPCODES, CounterType.packets) received;
    counter(OPCODES * DROP_REASONS, CounterType.packets) drops;
    /* By target * 8 + the upper three bits of an answer's syndrome, 7 for congestion. */
    counter(MAX_TARGETS * 8, CounterType.packets) answers;
    /* By target: answers whose iCRC is wrong. */
    counter(MAX_TARGETS, CounterType.packets) bad_icrc;
    /* By target: FETCH_ADDs without an answer yet; when the last answer came. */
    register<bit<16>>(MAX_TARGETS) atomics;
    register<bit<48>>(MAX_TARGETS) atomic_answers;
    /* When the last tick came. */
    register<bit<48>>(1) last_tick;
    counter(1, CounterType.packets) ticks;
    /* Reporters' windows. */
    register<bit<1>>(MAX_REPORTERS) reporter_known;
    register<bit<8>>(MAX_REPORTERS) reporter_bases;
    register<bit<8>>(MAX_REPORTERS) reporter_spans;
    register<bit<128>>(MAX_REPORTERS) reporter_windows;

    KeyWrite(rate, queue_pair_up) key_write;
    Append(rate, queue_pair_up) append;
    KeyIncrement(rate, queue_pair_up, atomics, atomic_answers) key_increment;
    Postcarding(rate, queue_pair_up, drops) postcarding;
    SketchMerge(rate, queue_pair_up) sketch_merge;
    AnswerCrc() answer_crc;
    ReporterArrival(reporter_known, reporter_bases, reporter_spans, reporter_windows) arrival;
    ReporterAnswer(reporter_bases, reporter_spans, reporter_windows) answer;
    Forwarding() forwarding;

    bit<1> icrc_right;
    bit<16> outstanding;
    bit<48> tick_time;
    bit<48> silence;
    bit<1> translates;
    bit<16> payload;
    bit<32> reporter;
    bit<9> reporter_port;

    /* How long a store's reports are. */
    action set_length(bit<16> length) {
        meta.report_length = length;
    }
    table reports {
        key = {
            hdr.base.opcode: exact;
            hdr.base.store: exact;
        }
        actions = {
            set_length;
            NoAction;
        }
        default_action = NoAction();
        size = 512;
    }

    /* The stores that a tick looks at, one after the other. */
    action set_step(bit<8> opcode, bit<6> store) {
        hdr.base.setValid();
        hdr.base.opcode = opcode;
        hdr.base.store = store;
        hdr.base.immediate = 0;
        hdr.base.retransmittable = 0;
    }
    table steps {
        key = {
            meta.step: exact;
        }
        actions = {
            set_step;
            NoAction;
        }
        default_action = NoAction();
        size = 192;
    }

    bit<1> clock_runs = 0;
    action run() {
        clock_runs = 1;
    }
    table clock {
        key = {}
        actions = {
            run;
            NoAction;
        }
        default_action = NoAction();
    }

    action set_collectors(bit<8> number) {
        meta.collectors = number;
    }
    table collectors {
        key = {}
        actions = {
            set_collectors;
        }
        default_action = set_collectors(1);
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

    apply {
        meta.drop_reason = NOT_DROPPED;
        meta.operation = OPERATION_NONE;
        meta.acknowledge = 0;
        meta.essential = 0;
        meta.again = 0;
        meta.step_done = 0;
        meta.cloned = 0;
        translates = 0;
        payload = 0;
        reporter = 0;
        reporter_port = 0;
        if (meta.now == 0) {
            meta.now = standard.ingress_global_timestamp;
        }
        clock.apply();
        if (meta.tick == 1) {
            if (clock_runs == 0) {
                /* It may begin again at once. */
                last_tick.write(0, 0);
                mark_to_drop(standard);
            } else if (steps.apply().hit) {
                translates = 1;
            } else {
                /* Round once more, when the queue's rate allows it. */
                ticks.count(0);
                last_tick.write(0, meta.now);
                meta.step = 0;
                meta.passes = 0;
                standard.egress_spec = CLOCK_PORT;
            }
        } else if (hdr.bth.isValid() && answering.apply().hit) {
            answer_crc.apply(hdr, meta, icrc_right);
            if (icrc_right == 0) {
                bad_icrc.count((bit<32>)meta.target);
                mark_to_drop(standard);
            } else if (hdr.bth.opcode == CONGESTION_NOTIFICATION) {
                answers.count((bit<32>)meta.target * 8 + 7);
                mark_to_drop(standard);
            } else {
                answers.count((bit<32>)meta.target * 8 + (bit<32>)(hdr.aeth.syndrome >> 5));
                if (hdr.bth.opcode == RC_ATOMIC_ACKNOWLEDGE) {
                    atomics.read(outstanding, (bit<32>)meta.target);
                    if (outstanding > 0) {
                        atomics.write((bit<32>)meta.target, outstanding - 1);
                    }
                    atomic_answers.write((bit<32>)meta.target, meta.now);
                }
                if (hdr.aeth.syndrome == NAK_SEQUENCE_ERROR
                        || hdr.aeth.syndrome & 0xE0 == RNR_NAK) {
                    /* What has no answer by now gets none. */
                    atomics.write((bit<32>)meta.target, 0);
                    meta.operation = OPERATION_GO_BACK;
                } else {
                    if (hdr.aeth.syndrome & 0xE0 == NAK_SEQUENCE_ERROR) {
                        /* The responder's queue pair is in error: it has to be made again. */
                        queue_pair_up.write((bit<32>)meta.target, 0);
                    }
                    mark_to_drop(standard);
                }
            }
        } else if (hdr.udp.isValid() && hdr.udp.destination_port == UDP_PORT_REPORTS) {
            payload = hdr.udp.length - UDP_LENGTH;
            if (!hdr.base.isValid() || hdr.udp.length < UDP_LENGTH + BASE_HEADER_LENGTH) {
                meta.drop_reason = DROP_TRUNCATED;
            } else if (hdr.base.opcode == 0 || hdr.base.opcode > OPCODE_SKETCH_MERGE) {
                meta.drop_reason = DROP_UNKNOWN_OPCODE;
            } else if (!reports.apply().hit) {
                meta.drop_reason = DROP_UNKNOWN_STORE;
            } else if (meta.complete == 0 || payload < meta.report_length) {
                meta.drop_reason = DROP_TRUNCATED;
            }
            if (meta.drop_reason != NOT_DROPPED) {
                received.count(0);
                drops.count((bit<32>)meta.drop_reason);
                mark_to_drop(standard);
            } else {
                translates = 1;
                if (meta.repeated == 0) {
                    received.count((bit<32>)hdr.base.opcode);
                }
                if (hdr.base.retransmittable == 1) {
                    arrival.apply(hdr, meta, standard, reporter, reporter_port);
                }
            }
        } else {
            forwarding.apply(hdr, standard);
        }

        if (translates == 1) {
            meta.opcode = hdr.base.opcode;
            meta.store = (bit<8>)hdr.base.store;
            collectors.apply();
            if (meta.drop_reason == NOT_DROPPED) {
                if (meta.opcode == OPCODE_KEY_WRITE) {
                    key_write.apply(hdr, meta);
                } else if (meta.opcode == OPCODE_APPEND) {
                    append.apply(hdr, meta);
                } else if (meta.opcode == OPCODE_KEY_INCREMENT) {
                    key_increment.apply(hdr, meta);
                } else if (meta.opcode == OPCODE_POSTCARDING) {
                    postcarding.apply(hdr, meta);
                } else {
                    sketch_merge.apply(hdr, meta);
                }
            }
            if (meta.tick == 1) {
                meta.passes = meta.passes + 1;
                if (meta.step_done == 1 || meta.passes == PASSES_OF_A_TICK) {
                    meta.step = meta.step + 1;
                    meta.passes = 0;
                }
                if (meta.operation == OPERATION_NONE) {
                    resubmit_preserving_field_list(FIELDS_AGAIN);
                } else {
                    /* The packet becomes the request, and a clone of it goes on. */
                    meta.cloned = 1;
                    clone_preserving_field_list(CloneType.I2E, SESSION_LOOP, FIELDS_AGAIN);
                }
            } else if (meta.again == 1) {
                /* The report comes in again at once, and a clone of it is the request. */
                meta.repeated = 1;
                if (meta.operation != OPERATION_NONE) {
                    meta.cloned = 1;
                    clone_preserving_field_list(CloneType.I2E, SESSION_TARGETS
                        + (bit<32>)meta.target, FIELDS_SKETCH);
                }
                resubmit_preserving_field_list(FIELDS_AGAIN);
            } else {
                if (payload > meta.report_length) {
                    meta.cloned = 1;
                    clone_preserving_field_list(CloneType.I2E, SESSION_REST, FIELDS_REST);
                }
                if (meta.drop_reason != NOT_DROPPED) {
                    drops.count((bit<32>)meta.opcode * DROP_REASONS + (bit<32>)meta.drop_reason);
                }
                if (meta.essential == 1) {
                    answer.apply(hdr, meta, reporter);
                }
            }
            if (meta.operation != OPERATION_NONE) {
                standard.mcast_grp = FIRST_GROUP
                    + (bit<16>)meta.target * GROUPS_PER_TARGET + (bit<16>)meta.copies - 1;
            } else if (meta.acknowledge == 1) {
                meta.operation = OPERATION_ACKNOWLEDGE;
                standard.egress_spec = reporter_port;
            } else {
                mark_to_drop(standard);
            }
        }

        if (clock_runs == 1 && meta.tick == 0 && meta.cloned == 0) {
            last_tick.read(tick_time, 0);
            silence = meta.now - tick_time;
            if (tick_time == 0 || (silence[47:47] == 0 && silence > CLOCK_STOPPED)) {
                last_tick.write(0, meta.now);
                meta.starts_clock = 1;
                clone_preserving_field_list(CloneType.I2E, SESSION_CLOCK, FIELDS_CLOCK);
            }
        }
    }
}

control TranslatorEgress(inout headers_t hdr, inout metadata_t meta,
                         inout standard_metadata_t standard) {
    Requests() requests;
    Acknowledge() acknowledge;
    NoData() no_data;

    /* Nothing but what is needed to be a packet. */
    action become_tick() {
        hdr.ethernet.ether_type = 0;
        hdr.ipv4.setInvalid();
        hdr.udp.setInvalid();
        hdr.bth.setInvalid();
        hdr.aeth.setInvalid();
        hdr.icrc.setInvalid();
        truncate((bit<32>)ETHERNET_LENGTH);
    }

    apply {
        if (meta.operation == OPERATION_NONE && (meta.tick == 1
                || (standard.instance_type == INSTANCE_INGRESS_CLONE
                    && meta.starts_clock == 1))) {
            no_data.apply(hdr);
            become_tick();
            meta.tick = 1;
            meta.now = standard.egress_global_timestamp;
            recirculate_preserving_field_list(FIELDS_AGAIN);
        } else if (standard.instance_type == INSTANCE_INGRESS_CLONE
                && meta.operation == OPERATION_NONE) {
            /* The rest of a datagram: what was parsed of the first report is not emitted. */
            no_data.apply(hdr);
            hdr.udp.length = hdr.udp.length - meta.report_length;
            hdr.ipv4.total_length = hdr.ipv4.total_length - meta.report_length;
            meta.now = standard.egress_global_timestamp;
            recirculate_preserving_field_list(FIELDS_REST);
        } else if (standard.instance_type == INSTANCE_EGRESS_CLONE
                || meta.operation == OPERATION_ACKNOWLEDGE) {
            hdr.bth.setInvalid();
            hdr.reth.setInvalid();
            hdr.atomic.setInvalid();
            hdr.immediate.setInvalid();
            hdr.slot.setInvalid();
            hdr.append_trailer.setInvalid();
            hdr.path_tail.setInvalid();
            hdr.sketch_trailer.setInvalid();
            hdr.padding_2.setInvalid();
            hdr.padding_1.setInvalid();
            hdr.icrc.setInvalid();
            no_data.apply(hdr);
            acknowledge.apply(hdr, meta, standard);
        } else if (meta.operation != OPERATION_NONE) {
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

V1Switch(TranslatorParser(), VerifyNothing(), TranslatorIngress(), TranslatorEgress(),
         Ipv4Checksum(), TranslatorDeparser()) main;
