/*
 * A path that is to be reported: its collector by the key's hash, and one of its copies, drawn at
 * random, or all of them (DART section 3).
 */
#ifndef DTA_DART_REPORT_P4
#define DTA_DART_REPORT_P4

control Report(in headers_t hdr, inout metadata_t meta)
              (meter rate, register<bit<8>> queue_pair_up) {
    KeyTarget() key_target;
    Admission(rate, queue_pair_up) admission;
    bit<8> redundancy = 0;
    bit<8> last = 0;
    bit<8> written = 0;

    /* copies: N of the store. all: write all of them. */
    action set_copies(bit<8> copies, bit<1> all) {
        redundancy = copies;
        last = copies - 1;
        written = 1;
        if (all == 1) {
            last = 0;
            written = copies;
        }
    }
    table copies {
        key = {}
        actions = {
            set_copies;
            NoAction;
        }
        default_action = NoAction();
    }

    apply {
        copies.apply();
        if (redundancy == 0) {
            meta.drop_reason = DROP_UNKNOWN_STORE;
        } else {
            key_target.apply(hdr, meta);
            admission.apply(meta, written);
        }
        if (meta.drop_reason == NOT_DROPPED) {
            /* The last copy that may be the first to be written: 0 where all are. */
            random(meta.first_copy, 8w0, last);
            clone_preserving_field_list(CloneType.I2E,
                FIRST_GROUP + (bit<32>)meta.target * GROUPS_PER_TARGET + (bit<32>)written - 1,
                FIELDS_REPORT);
        }
    }
}

#endif
