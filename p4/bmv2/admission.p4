/* To which collector a report goes, and whether it may cause operations there now. */
#ifndef DTA_ADMISSION_P4
#define DTA_ADMISSION_P4

/* The key's collector: its hash modulo their number (io.dta.primitives.hash.CollectorHasher). */
control KeyTarget(in headers_t hdr, inout metadata_t meta) {
    action collector_hash() {
        hash(meta.target, HashAlgorithm.crc32_custom, 8w0, { KEY_BYTES }, meta.collectors);
    }
    apply {
        collector_hash();
    }
}

/*
 * Takes operations from the rate limit of the target's queue pair, if that is up; all of them or,
 * where the bucket has too few, none that lead to anything.
 */
control Admission(inout metadata_t meta, in bit<8> operations)
                 (meter rate, register<bit<8>> queue_pair_up) {
    bit<8> up;
    bit<32> color;
    bit<32> worst;
    apply {
        queue_pair_up.read(up, (bit<32>)meta.target);
        worst = 0;
#define TAKE(n) \
        if (operations >= n) { \
            rate.execute_meter((bit<32>)meta.target, color); \
            worst = worst | color; \
        }
        if (up == 0) {
            meta.drop_reason = DROP_QUEUE_PAIR_DOWN;
        } else {
            TAKE(1)
            TAKE(2)
            TAKE(3)
            TAKE(4)
            TAKE(5)
            TAKE(6)
            TAKE(7)
            TAKE(8)
            if (worst != 0) {
                meta.drop_reason = DROP_RATE_LIMITED;
            }
        }
#undef TAKE
    }
}

#endif
