/* Key-Write: N WRITEs of checksum and value at N hashed slots (DTA section 3). */
#ifndef DTA_KEY_WRITE_P4
#define DTA_KEY_WRITE_P4

/*
 * The checksum of the slot, zlib's CRC-32 of key and value. A CRC over a certain number of bytes is
 * affine: it is a linear hash, to which zeros before the key do not matter, and a constant, the CRC
 * of as many zeros. So one hash serves keys of both lengths.
 */
control SlotChecksum(inout headers_t hdr, inout ingress_metadata_t meta) {
#define CHECKSUM_HASH(n, ...) \
    CRCPolynomial<bit<32>>(POLYNOMIAL_CHECKSUM, true, false, false, 0, 0) polynomial_##n; \
    Hash<bit<32>>(HashAlgorithm_t.CUSTOM, polynomial_##n) hash_##n; \
    action checksum_##n() { \
        meta.checksum = hash_##n.get({ hdr.key.head.high, hdr.key.head.low, hdr.key.head.last, \
            hdr.key.tail.data __VA_ARGS__ }); \
    }
    CHECKSUM_HASH(0, )
    CHECKSUM_HASH(1, , hdr.words.w1.data)
    CHECKSUM_HASH(2, , hdr.words.w1.data, hdr.words.w2.data)
    CHECKSUM_HASH(3, , hdr.words.w1.data, hdr.words.w2.data, hdr.words.w3.data)
    CHECKSUM_HASH(4, , hdr.words.w1.data, hdr.words.w2.data, hdr.words.w3.data, hdr.words.w4.data)
    CHECKSUM_HASH(5, , hdr.words.w1.data, hdr.words.w2.data, hdr.words.w3.data, hdr.words.w4.data,
        hdr.words.w5.data)
#undef CHECKSUM_HASH

    action start(bit<32> crc) {
        meta.checksum_start = crc;
    }
    /* CRC-32 of zeros, as many as the bytes that are covered: by words of the value and key format. */
    table starts {
        key = {
            meta.covered: exact;
            hdr.operation.key_format: exact;
        }
        actions = {
            start;
        }
        const entries = {
            (0, 0): start(0x2144DF1C);
            (0, 1): start(0x0F744682);
            (1, 0): start(0x6522DF69);
            (1, 1): start(0xC9EFF1BD);
            (2, 0): start(0x7BD5C66F);
            (2, 1): start(0x4104C58B);
            (3, 0): start(0xECBB4B55);
            (3, 1): start(0xE9CF0E8F);
            (4, 0): start(0x0FD59B8D);
            (4, 1): start(0x0B54C526);
            (5, 0): start(0xA3C1CA20);
            (5, 1): start(0x7A7C3A8D);
        }
        const default_action = start(0);
        size = 12;
    }
    action store_checksum() {
        hdr.words.w0.setValid();
        hdr.words.w0.data = meta.checksum ^ meta.checksum_start;
    }

    apply {
        starts.apply();
        if (meta.covered == 0) {
            checksum_0();
        } else if (meta.covered == 1) {
            checksum_1();
        } else if (meta.covered == 2) {
            checksum_2();
        } else if (meta.covered == 3) {
            checksum_3();
        } else if (meta.covered == 4) {
            checksum_4();
        } else {
            checksum_5();
        }
        store_checksum();
    }
}

/* What the report's store is. */
control KeyWrite(inout headers_t hdr, inout ingress_metadata_t meta) {
    /*
     * slot_mask: M - 1. stride: bytes from slot to slot. The length of a slot is the parser's here.
     * covered_mask: 0xFF for checksum: key-value, 0 for checksum: key.
     */
    action store(bit<8> max_redundancy, bit<32> slot_mask, bit<8> stride,
                 bit<8> covered_mask) {
        meta.max_redundancy = max_redundancy;
        hdr.operation.slot_mask = slot_mask;
        hdr.operation.stride = stride;
        meta.covered = meta.value_words & covered_mask;
        hdr.operation.words = meta.value_words + 1;
        hdr.operation.copies = hdr.redundancy.redundancy;
        meta.known = 1;
        meta.counted_opcode = OPCODE_KEY_WRITE;
        meta.first_drop = OPCODE_KEY_WRITE << 5;
        hdr.operation.operation = OPERATION_HASHED_WRITE;
    }
    table stores {
        key = {
            hdr.base.store: exact;
        }
        actions = {
            store;
            @defaultonly NoAction;
        }
        const default_action = NoAction();
        size = 64;
    }

    apply {
        stores.apply();
    }
}

#endif
