/*
 * The translator on a Tofino (TNA): reports come in on UDP port 40040, RDMA requests go out to the
 * collectors. What comes in, what goes out and what is in memory is in docs/wire-format.md; what
 * runs where, how to compile and load it and where its limits are is in docs/p4.md.
 *
 * Ingress decides what is to be done, egress makes requests of it. Copies of a Key-Write are
 * multicast copies, and the replication identifier is the number of the copy. Addresses, lengths
 * and whatever else a store or a collector has are in tables.
 */
#include <core.p4>
#include <tna.p4>

#include "translator_types.p4"
#include "translator_parser.p4"
#include "admission.p4"
#ifdef PROFILE_KEY
#include "key_write.p4"
#include "key_increment.p4"
#endif
#ifdef PROFILE_POSTCARDING
#include "postcarding.p4"
#endif
#ifdef PROFILE_APPEND
#include "append.p4"
#endif
#include "requests.p4"
#include "forwarding.p4"

/*
 * What a profile's reports are checked for, once they are known to be whole: fields, anything in
 * them, and the entries of table verdicts.
 */
#ifdef PROFILE_KEY
#define CHECKED hdr.redundancy.redundancy: ternary; meta.excess: ternary;
#define UNCHECKED _, _
#define CHECKS \
    (0, true, _, _, 0, 0, _): refuse(DROP_BAD_REDUNDANCY); \
    (0, true, _, _, 0, _, 0): NoAction(); \
    (0, true, _, _, 0, _, _): refuse(DROP_BAD_REDUNDANCY);
#endif
#ifdef PROFILE_POSTCARDING
#define CHECKED hdr.postcard.hop: ternary; hdr.postcard.value: ternary;
#define UNCHECKED _, _
#define CHECKS \
    (0, true, _, _, 0, 0, _): refuse(DROP_BAD_HOP); \
    (0, true, _, _, 0, 8w6 &&& 8w0xFE, _): refuse(DROP_BAD_HOP); \
    (0, true, _, _, 0, 8w0x08 &&& 8w0x08, _): refuse(DROP_BAD_HOP); \
    (0, true, _, _, 0, 8w0x10 &&& 8w0x10, _): refuse(DROP_BAD_HOP); \
    (0, true, _, _, 0, 8w0x20 &&& 8w0x20, _): refuse(DROP_BAD_HOP); \
    (0, true, _, _, 0, 8w0x40 &&& 8w0x40, _): refuse(DROP_BAD_HOP); \
    (0, true, _, _, 0, 8w0x80 &&& 8w0x80, _): refuse(DROP_BAD_HOP); \
    (0, true, _, _, 0, _, BLANK): refuse(DROP_RESERVED_VALUE); \
    (0, true, _, _, 0, _, _): NoAction();
#endif
#ifdef PROFILE_APPEND
#define CHECKED meta.list_known: ternary;
#define UNCHECKED _
#define CHECKS \
    (0, true, _, _, 0, 0): refuse(DROP_BAD_LIST); \
    (0, true, _, _, 0, _): NoAction();
#endif

control TranslatorIngress(inout headers_t hdr, inout ingress_metadata_t meta,
                          in ingress_intrinsic_metadata_t intrinsic,
                          in ingress_intrinsic_metadata_from_parser_t parser_metadata,
                          inout ingress_intrinsic_metadata_for_deparser_t deparser,
                          inout ingress_intrinsic_metadata_for_tm_t manager) {
    /* By opcode, 0 for what cannot be decoded; and by opcode * 32 + reason. */
    Counter<bit<32>, bit<8>>(OPCODES, CounterType_t.PACKETS) received;
    Counter<bit<32>, bit<8>>(OPCODES * DROP_REASONS, CounterType_t.PACKETS) drops;
    /* By target * 8 + the upper three bits of an answer's syndrome, 7 for congestion. */
    Counter<bit<32>, bit<9>>(MAX_TARGETS * 8, CounterType_t.PACKETS) answers;
    /* Datagrams with more than a report: only the first is taken. */
    Counter<bit<32>, bit<1>>(1, CounterType_t.PACKETS) followed;

    Admission() admission;
    Forwarding() forwarding;
#ifdef PROFILE_KEY
    KeyTarget() key_target;
    KeyWrite() key_write;
    SlotChecksum() slot_checksum;
    KeyIncrement() key_increment;
#endif
#ifdef PROFILE_POSTCARDING
    KeyTarget() key_target;
    PostcardingStores() postcarding_stores;
    Postcarding() postcarding;
#endif
#ifdef PROFILE_APPEND
    AppendStores() append_stores;
    Append() append;
#endif


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
            @defaultonly NoAction;
        }
        const default_action = NoAction();
        size = 512;
    }

    action set_collectors(bit<8> mask) {
        meta.collector_mask = mask;
    }
    /* Their number, a power of two, less 1. */
    table collectors {
        actions = {
            set_collectors;
        }
        default_action = set_collectors(0);
        size = 1;
    }

    /* Answers of collectors to our queue pairs. */
    action set_answering(bit<8> target, PortId_t port) {
        hdr.operation.target = target;
        manager.ucast_egress_port = port;
        meta.kind = KIND_ANSWER;
    }
    table answering {
        key = {
            hdr.ipv4.source: exact;
            hdr.bth.queue_pair: exact;
        }
        actions = {
            set_answering;
            @defaultonly NoAction;
        }
        const default_action = NoAction();
        size = MAX_TARGETS;
    }

    action go_back() {
        hdr.operation.operation = OPERATION_GO_BACK;
        hdr.operation.psn = hdr.bth.psn;
    }
    action swallow() {
        deparser.drop_ctl = 1;
    }
    action swallow_fatal() {
        deparser.drop_ctl = 1;
        meta.fatal = 1;
    }
    /* To go back, at once, or not to send any more; all other answers are only counted. */
    table syndromes {
        key = {
            hdr.bth.opcode: ternary;
            hdr.aeth.syndrome: ternary;
        }
        actions = {
            go_back;
            swallow;
            swallow_fatal;
        }
        const entries = {
            (RC_ACKNOWLEDGE, NAK_SEQUENCE_ERROR): go_back();
            (RC_ACKNOWLEDGE, NAK_SEQUENCE_ERROR &&& 0xE0): swallow_fatal();
            (RC_ACKNOWLEDGE, RNR_NAK &&& 0xE0): go_back();
        }
        const default_action = swallow();
        size = 8;
    }

    action refuse(bit<8> reason) {
        meta.drop_reason = reason;
    }
    /* Nothing is known of it but that it is a report. */
    action reject(bit<8> reason) {
        meta.drop_reason = reason;
        meta.counted_opcode = 0;
        meta.first_drop = 0;
    }
    /* Whether a report can be taken, in the order of the software's checks. */
    table verdicts {
        key = {
            parser_metadata.parser_err: ternary;
            hdr.base.isValid(): ternary;
            hdr.base.opcode: ternary;
            meta.known: ternary;
            meta.missing: ternary;
            CHECKED
        }
        actions = {
            refuse;
            reject;
            NoAction;
        }
        const entries = {
            (_, false, _, _, _, UNCHECKED): reject(DROP_TRUNCATED);
            (_, true, 0, _, _, UNCHECKED): reject(DROP_UNKNOWN_OPCODE);
            (_, true, 8w6 &&& 8w0xFE, _, _, UNCHECKED): reject(DROP_UNKNOWN_OPCODE);
            (_, true, 8w0x08 &&& 8w0x08, _, _, UNCHECKED): reject(DROP_UNKNOWN_OPCODE);
            (_, true, 8w0x10 &&& 8w0x10, _, _, UNCHECKED): reject(DROP_UNKNOWN_OPCODE);
            (_, true, 8w0x20 &&& 8w0x20, _, _, UNCHECKED): reject(DROP_UNKNOWN_OPCODE);
            (_, true, 8w0x40 &&& 8w0x40, _, _, UNCHECKED): reject(DROP_UNKNOWN_OPCODE);
            (_, true, 8w0x80 &&& 8w0x80, _, _, UNCHECKED): reject(DROP_UNKNOWN_OPCODE);
            (_, true, _, 0, _, UNCHECKED): reject(DROP_UNKNOWN_STORE);
            CHECKS
            (_, _, _, _, _, UNCHECKED): reject(DROP_TRUNCATED);
        }
        const default_action = NoAction();
        size = 24;
    }

    action report() {
        meta.kind = KIND_REPORT;
        meta.payload = hdr.udp.length - UDP_LENGTH;
        hdr.immediate.opcode = hdr.base.opcode;
        hdr.immediate.store = (bit<8>)hdr.base.store;
    }
#ifndef PROFILE_POSTCARDING
    action with_immediate() {
        hdr.operation.with_immediate = 1;
    }
#endif
    action compare() {
        meta.missing = meta.report_length |-| meta.payload;
        meta.surplus = meta.payload |-| meta.report_length;
#ifdef PROFILE_KEY
        meta.excess = hdr.redundancy.redundancy |-| meta.max_redundancy;
#endif
    }
#ifdef PROFILE_APPEND
    action target_of_list() {
        meta.collector = hdr.append.list;
    }
#endif
    action limit_target() {
        hdr.operation.target = meta.collector[7:0] & meta.collector_mask;
    }
    action set_drop_index() {
        meta.drop_index = meta.first_drop + meta.drop_reason;
    }
    action set_answer_index() {
        meta.answer_index = hdr.operation.target[5:0] ++ hdr.aeth.syndrome[7:5];
    }
    action set_congestion_index() {
        meta.answer_index[2:0] = 7;
    }
    /* The multicast group of so many copies to the target. */
    action set_group(MulticastGroupId_t group) {
        manager.mcast_grp_a = group;
    }
    table groups {
        key = {
            hdr.operation.target: exact;
            hdr.operation.copies: exact;
        }
        actions = {
            set_group;
            @defaultonly NoAction;
        }
        const default_action = NoAction();
        size = 512;
    }

    /* Egress puts headers of a request in place of the others. */
    action no_report() {
        hdr.udp.setInvalid();
    }

    apply {
        if (hdr.udp.isValid() && hdr.udp.destination_port == UDP_PORT_REPORTS) {
            collectors.apply();
            reports.apply();
            report();
#ifdef PROFILE_KEY
            if (hdr.base.opcode == OPCODE_KEY_WRITE) {
                key_write.apply(hdr, meta);
            } else if (hdr.base.opcode == OPCODE_KEY_INCREMENT) {
                key_increment.apply(hdr, meta);
            }
            key_target.apply(hdr, meta);
#endif
#ifdef PROFILE_POSTCARDING
            postcarding_stores.apply(hdr, meta);
            key_target.apply(hdr, meta);
#endif
#ifdef PROFILE_APPEND
            append_stores.apply(hdr, meta);
            target_of_list();
#endif
            compare();
            limit_target();
            verdicts.apply();
        } else if (hdr.bth.isValid()) {
            answering.apply();
        }

        if (meta.kind == KIND_ANSWER) {
            syndromes.apply();
            set_answer_index();
            if (hdr.bth.opcode == CONGESTION_NOTIFICATION) {
                set_congestion_index();
            }
            answers.count(meta.answer_index);
        } else if (meta.kind == KIND_OTHER) {
            forwarding.apply(hdr, deparser, manager);
        }
        if (meta.kind != KIND_OTHER && meta.drop_reason == NOT_DROPPED) {
            admission.apply(hdr, meta);
        }

        if (meta.kind == KIND_REPORT) {
            received.count(meta.counted_opcode);
            if (meta.drop_reason != NOT_DROPPED) {
                set_drop_index();
                drops.count(meta.drop_index);
                swallow();
            } else {
                if (meta.surplus != 0) {
                    followed.count(0);
                }
#ifdef PROFILE_KEY
                if (hdr.base.opcode == OPCODE_KEY_WRITE) {
                    slot_checksum.apply(hdr, meta);
                }
#endif
#ifdef PROFILE_POSTCARDING
                postcarding.apply(hdr, meta);
#endif
#ifdef PROFILE_APPEND
                append.apply(hdr, meta);
#endif
                if (hdr.operation.operation == OPERATION_NONE) {
                    swallow();
                } else {
                    groups.apply();
                    no_report();
#ifndef PROFILE_POSTCARDING
                    if (hdr.base.immediate == 1) {
                        with_immediate();
                    }
#endif
                }
            }
        }
    }
}

control TranslatorEgress(inout headers_t hdr, inout egress_metadata_t meta,
                         in egress_intrinsic_metadata_t intrinsic,
                         in egress_intrinsic_metadata_from_parser_t parser_metadata,
                         inout egress_intrinsic_metadata_for_deparser_t deparser,
                         inout egress_intrinsic_metadata_for_output_port_t port) {
    Requests() requests;

    apply {
        requests.apply(hdr, meta, intrinsic, deparser);
    }
}

Pipeline(TranslatorParser(), TranslatorIngress(), TranslatorDeparser(), RequestParser(),
         TranslatorEgress(), RequestDeparser()) pipe;

Switch(pipe) main;
