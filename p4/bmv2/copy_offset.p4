/* The offset of a copy's slot, by the hash of its number. KEY_BYTES is the key. */
#ifndef DTA_COPY_OFFSET_P4
#define DTA_COPY_OFFSET_P4

control CopyOffset(inout headers_t hdr, inout metadata_t meta, in bit<16> copy) {
    bit<32> crc = 0;
#define SLOT_HASH(n) \
    action slot_hash_##n() { \
        CRC32(crc, KEY_BYTES); \
    }
    SLOT_HASH(0)
    SLOT_HASH(1)
    SLOT_HASH(2)
    SLOT_HASH(3)
    SLOT_HASH(4)
    SLOT_HASH(5)
    SLOT_HASH(6)
    SLOT_HASH(7)
    table slot_hashes {
        key = {
            copy: exact;
        }
        actions = {
            slot_hash_0;
            slot_hash_1;
            slot_hash_2;
            slot_hash_3;
            slot_hash_4;
            slot_hash_5;
            slot_hash_6;
            slot_hash_7;
        }
        const entries = {
            0: slot_hash_0();
            1: slot_hash_1();
            2: slot_hash_2();
            3: slot_hash_3();
            4: slot_hash_4();
            5: slot_hash_5();
            6: slot_hash_6();
            7: slot_hash_7();
        }
        const default_action = slot_hash_0();
    }
    apply {
        slot_hashes.apply();
        crc = crc & meta.slot_mask;
        meta.detail = crc[15:0];
        meta.offset = (bit<64>)crc * (bit<64>)meta.stride;
    }
}

#endif
