/* To which collector a report goes, and whether it may cause operations there now. */
#ifndef DTA_ADMISSION_P4
#define DTA_ADMISSION_P4

#ifndef PROFILE_APPEND
/*
 * The key's collector: its hash modulo their number (io.dta.primitives.hash.CollectorHasher), which
 * here is a power of two: a Tofino cannot divide.
 */
control KeyTarget(inout headers_t hdr, inout ingress_metadata_t meta) {
    CRCPolynomial<bit<32>>(POLYNOMIAL_COLLECTOR, true, false, false, 0xFFFFFFFF, 0xFFFFFFFF) short_polynomial;
    CRCPolynomial<bit<32>>(POLYNOMIAL_COLLECTOR, true, false, false, 0xFFFFFFFF, 0xFFFFFFFF) long_polynomial;
    Hash<bit<32>>(HashAlgorithm_t.CUSTOM, short_polynomial) short_hash;
    Hash<bit<32>>(HashAlgorithm_t.CUSTOM, long_polynomial) long_hash;

    action collector_of_short_key() {
        meta.collector = short_hash.get({ hdr.key.tail.data });
    }
    action collector_of_long_key() {
        meta.collector = long_hash.get({
            hdr.key.head.high, hdr.key.head.low, hdr.key.head.last, hdr.key.tail.data });
    }

    apply {
        if (hdr.operation.key_format == 0) {
            collector_of_short_key();
        } else {
            collector_of_long_key();
        }
    }
}

#endif

/*
 * Takes a report from the rate limit of the target's queue pair, if that is up. A Tofino's meter
 * counts packets: what it limits is reports, whatever their number of copies.
 */
control Admission(inout headers_t hdr, inout ingress_metadata_t meta) {
    Meter<bit<8>>(MAX_TARGETS, MeterType_t.PACKETS) rate;
    Register<bit<8>, bit<8>>(MAX_TARGETS, 0) queue_pair_up;
    RegisterAction<bit<8>, bit<8>, bit<8>>(queue_pair_up) read_up = {
        void apply(inout bit<8> up, out bit<8> result) {
            result = up;
        }
    };
    RegisterAction<bit<8>, bit<8>, bit<8>>(queue_pair_up) clear_up = {
        void apply(inout bit<8> up, out bit<8> result) {
            up = 0;
            result = 0;
        }
    };

    /* The responder's queue pair is in error: it has to be made again. */
    action set_down() {
        clear_up.execute(hdr.operation.target);
    }

    action is_up() {
        meta.up = read_up.execute(hdr.operation.target);
    }
    action take() {
        meta.color = rate.execute(hdr.operation.target);
    }
    action refuse(bit<8> reason) {
        meta.drop_reason = reason;
    }
    /* Green is 0; a queue pair that is down refuses whatever the meter says. */
    table admission {
        key = {
            meta.up: ternary;
            meta.color: ternary;
        }
        actions = {
            refuse;
            NoAction;
        }
        const entries = {
            (0, _): refuse(DROP_QUEUE_PAIR_DOWN);
            (_, 0): NoAction();
            (_, _): refuse(DROP_RATE_LIMITED);
        }
        const default_action = NoAction();
        size = 4;
    }

    apply {
        if (meta.kind == KIND_REPORT) {
            is_up();
            take();
            admission.apply();
        } else if (meta.fatal == 1) {
            set_down();
        }
    }
}

#endif
