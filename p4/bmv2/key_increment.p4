/*
 * Key-Increment: N FETCH_ADDs at N hashed counters (DTA section 3). They have no immediate. A
 * responder takes so many atomics at a time (InfiniBand specification 1.4, volume 1, section 9.4.5:
 * responder resources); reports that call for more are dropped as beyond the rate limit. Where no
 * answer comes for a while, the outstanding ones are lost, and so are not counted any more.
 */
#ifndef DTA_KEY_INCREMENT_P4
#define DTA_KEY_INCREMENT_P4

control KeyIncrement(inout headers_t hdr, inout metadata_t meta)
                    (meter rate, register<bit<8>> queue_pair_up,
                     register<bit<16>> outstanding, register<bit<48>> last_answers) {
    KeyTarget() key_target;
    Admission(rate, queue_pair_up) admission;
    /* By target: reports for which there was no room. */
    counter(MAX_TARGETS, CounterType.packets) no_room;
    bit<8> redundancy = 0;
    bit<16> limit = 0;
    bit<16> atomics;
    bit<48> last_answer;
    bit<48> silence;

    /* counter_mask: M - 1. */
    action store(bit<8> max_redundancy, bit<32> counter_mask) {
        redundancy = max_redundancy;
        meta.slot_mask = counter_mask;
        meta.stride = (bit<32>)COUNTER_LENGTH;
    }
    table stores {
        key = {
            hdr.base.store: exact;
        }
        actions = {
            store;
            NoAction;
        }
        default_action = NoAction();
        size = 64;
    }

    /* atomics: how many the target takes at a time; without an entry, any number. */
    action set_limit(bit<16> most) {
        limit = most;
    }
    table limits {
        key = {
            meta.target: exact;
        }
        actions = {
            set_limit;
            NoAction;
        }
        default_action = NoAction();
        size = MAX_TARGETS;
    }

    apply {
        atomics = 0;
        if (!stores.apply().hit) {
            meta.drop_reason = DROP_UNKNOWN_STORE;
        } else if (hdr.redundancy.redundancy == 0 || hdr.redundancy.redundancy > redundancy) {
            meta.drop_reason = DROP_BAD_REDUNDANCY;
        } else {
            key_target.apply(hdr, meta);
            outstanding.read(atomics, (bit<32>)meta.target);
            if (limits.apply().hit && atomics != 0
                    && atomics + (bit<16>)hdr.redundancy.redundancy > limit) {
                last_answers.read(last_answer, (bit<32>)meta.target);
                silence = meta.now - last_answer;
                if (silence[47:47] == 0 && silence > ATOMIC_LOST) {
                    atomics = 0;
                } else {
                    meta.drop_reason = DROP_RATE_LIMITED;
                    no_room.count((bit<32>)meta.target);
                }
            }
            if (meta.drop_reason == NOT_DROPPED) {
                admission.apply(meta, hdr.redundancy.redundancy);
            }
        }
        if (meta.drop_reason == NOT_DROPPED) {
            if (atomics == 0) {
                last_answers.write((bit<32>)meta.target, meta.now);
            }
            outstanding.write((bit<32>)meta.target,
                              atomics + (bit<16>)hdr.redundancy.redundancy);
            meta.operation = OPERATION_FETCH_ADD;
            meta.copies = hdr.redundancy.redundancy;
        }
    }
}

#endif
