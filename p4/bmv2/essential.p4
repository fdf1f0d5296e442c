/*
 * Essential reports: numbered, kept until they are acknowledged and sent again when a NACK or the
 * control plane asks for them, as io.dta.fattree.send.Reporter does. All of this is in the ingress,
 * where packets pass one after the other.
 */
#ifndef DTA_ESSENTIAL_P4
#define DTA_ESSENTIAL_P4

const bit<32> ESSENTIAL_KEPT = 0;
/* The window was full: an event left without protection, an export stopped. */
const bit<32> ESSENTIAL_UNPROTECTED = 1;
const bit<32> ESSENTIAL_STALLED = 2;
const bit<32> ESSENTIAL_ACKNOWLEDGED = 3;
const bit<32> ESSENTIAL_SENT_AGAIN = 4;
/* NACKs that came right after the report was sent, and answers for what is not outstanding. */
const bit<32> ESSENTIAL_HELD = 5;
const bit<32> ESSENTIAL_UNKNOWN = 6;
const bit<32> ESSENTIAL_COUNTERS = 7;

/* Gives a report the next number and keeps it, where there is room. */
control Keep(in bit<8> target, in bit<48> now, in kept_t report, out bit<8> seqnum, out bit<1> protected)
            (register<bit<8>> oldest, register<bit<8>> outstanding, register<kept_t> kept,
             register<bit<48>> sent_at) {
    bit<8> first;
    bit<8> number;
    bit<32> place;

    apply {
        oldest.read(first, (bit<32>)target);
        outstanding.read(number, (bit<32>)target);
        seqnum = 0;
        protected = 0;
        if (number < WINDOW) {
            seqnum = first + number;
            protected = 1;
            place = (bit<32>)target << WINDOW_BITS
                | (bit<32>)seqnum[WINDOW_BITS - 1:0];
            kept.write(place, report);
            sent_at.write(place, now);
            outstanding.write((bit<32>)target, number + 1);
        }
    }
}

/* Takes a kept report that was not sent in the last so many microseconds. */
control SendAgain(inout metadata_t meta, in bit<8> seqnum, in bit<48> age)
                 (register<kept_t> kept, register<bit<48>> sent_at,
                  counter counters) {
    bit<32> place;
    bit<48> at;

    apply {
        place = (bit<32>)meta.essential_target << WINDOW_BITS
            | (bit<32>)seqnum[WINDOW_BITS - 1:0];
        sent_at.read(at, place);
        if (meta.now - at < age) {
            counters.count((bit<32>)meta.essential_target * ESSENTIAL_COUNTERS + ESSENTIAL_HELD);
        } else {
            counters.count(
                (bit<32>)meta.essential_target * ESSENTIAL_COUNTERS + ESSENTIAL_SENT_AGAIN);
            sent_at.write(place, meta.now);
            kept.read(meta.essential_2, place);
            meta.seqnum_2 = seqnum;
            meta.protected_2 = 1;
            meta.pending = meta.pending | REPORT_ESSENTIAL_2;
        }
    }
}

control Essential(inout headers_t hdr, inout metadata_t meta, in bit<1> is_answer,
                  in kept_t column_report, in bit<1> exported, out bit<1> stop) {
    /* By target: the oldest number that is not acknowledged, and how many are not. */
    register<bit<8>>(MAX_TARGETS) oldest;
    register<bit<8>>(MAX_TARGETS) outstanding;
    /* By target * 128 + the lower bits of the number. */
    register<kept_t>(MAX_TARGETS * WINDOW) kept;
    register<bit<48>>(MAX_TARGETS * WINDOW) sent_at;
    /* By target * 7 + what happened. */
    counter(MAX_TARGETS * 7, CounterType.packets) counters;
    Keep(oldest, outstanding, kept, sent_at) keep_1;
    Keep(oldest, outstanding, kept, sent_at) keep_2;
    SendAgain(kept, sent_at, counters) on_nack;
    SendAgain(kept, sent_at, counters) on_command;
    bit<8> first;
    bit<8> number;
    bit<8> distance;
    bit<48> nack_hold = 0;
    bit<16> list_prefix = 0;
    bit<32> list_id = 0;
    bit<8> event_target = 0;
    bit<32> counter_base;
    bit<32> position;

    /* microseconds in which one sending answers all NACKs for a report. */
    action events(bit<8> store, bit<32> list_number, bit<8> target, bit<48> microseconds) {
        list_prefix = OPCODE_APPEND ++ store;
        list_id = list_number;
        event_target = target;
        nack_hold = microseconds;
    }
    table event_list {
        key = {}
        actions = {
            events;
            NoAction;
        }
        default_action = NoAction();
    }

    apply {
        stop = 0;
        event_list.apply();
        if (is_answer == 1) {
            counter_base = (bit<32>)meta.essential_target * ESSENTIAL_COUNTERS;
            oldest.read(first, (bit<32>)meta.essential_target);
            outstanding.read(number, (bit<32>)meta.essential_target);
            distance = hdr.acknowledgement.seqnum - first;
            if (distance >= number) {
                counters.count(counter_base + ESSENTIAL_UNKNOWN);
            } else if (hdr.acknowledgement.nack == 0) {
                counters.count(counter_base + ESSENTIAL_ACKNOWLEDGED);
                oldest.write((bit<32>)meta.essential_target, first + distance + 1);
                outstanding.write((bit<32>)meta.essential_target, number - distance - 1);
            } else {
                on_nack.apply(meta, hdr.acknowledgement.seqnum, nack_hold);
            }
        } else if (meta.is_command == 1 && hdr.command.kind == COMMAND_SEND_AGAIN) {
            meta.essential_target = hdr.command.target;
            oldest.read(first, (bit<32>)meta.essential_target);
            outstanding.read(number, (bit<32>)meta.essential_target);
            position = hdr.command.first + meta.step;
            if (position >= (bit<32>)number) {
                stop = 1;
            } else {
                on_command.apply(meta, first + position[7:0], (bit<48>)hdr.command.epoch);
            }
        } else if (exported == 1) {
            counter_base = (bit<32>)meta.essential_target * ESSENTIAL_COUNTERS;
            keep_2.apply(meta.essential_target, meta.now, column_report, meta.seqnum_2,
                         meta.protected_2);
            if (meta.protected_2 == 1) {
                counters.count(counter_base + ESSENTIAL_KEPT);
                meta.essential_2 = column_report;
                meta.pending = meta.pending | REPORT_ESSENTIAL_2;
            } else {
                counters.count(counter_base + ESSENTIAL_STALLED);
                stop = 1;
            }
        } else if (list_prefix != 0) {
            meta.essential_target = event_target;
            counter_base = (bit<32>)meta.essential_target * ESSENTIAL_COUNTERS;
#define EVENT(i) \
            if (meta.event_##i == 1) { \
                meta.essential_##i = list_prefix ++ list_id ++ meta.event_##i##_entry ++ 160w0; \
                keep_##i.apply(meta.essential_target, meta.now, meta.essential_##i, \
                               meta.seqnum_##i, meta.protected_##i); \
                if (meta.protected_##i == 1) { \
                    counters.count(counter_base + ESSENTIAL_KEPT); \
                } else { \
                    counters.count(counter_base + ESSENTIAL_UNPROTECTED); \
                } \
                meta.pending = meta.pending | REPORT_ESSENTIAL_##i; \
            }
            EVENT(1)
            EVENT(2)
#undef EVENT
        }
        meta.event_1 = 0;
        meta.event_2 = 0;
    }
}

#endif
