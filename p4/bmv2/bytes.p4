/* Byte strings as integers: append a header's bytes to one, take the last ones off it. */
#ifndef DTA_BYTES_P4
#define DTA_BYTES_P4

/* Appends to an integer of 2048 bits the pieces of hdr.data that are valid. */
control AppendData(in headers_t hdr, inout bytes_t bytes) {
    apply {
        if (hdr.data.b256.isValid()) {
            bytes = hdr.data.b256.data;
        }
        if (hdr.data.b128.isValid()) {
            bytes = bytes[1023:0] ++ hdr.data.b128.data;
        }
        if (hdr.data.b64.isValid()) {
            bytes = bytes[1535:0] ++ hdr.data.b64.data;
        }
        if (hdr.data.b32.isValid()) {
            bytes = bytes[1791:0] ++ hdr.data.b32.data;
        }
        if (hdr.data.b16.isValid()) {
            bytes = bytes[1919:0] ++ hdr.data.b16.data;
        }
        if (hdr.data.b8.isValid()) {
            bytes = bytes[1983:0] ++ hdr.data.b8.data;
        }
        if (hdr.data.b4.isValid()) {
            bytes = bytes[2015:0] ++ hdr.data.b4.data;
        }
        if (hdr.data.b2.isValid()) {
            bytes = bytes[2031:0] ++ hdr.data.b2.data;
        }
        if (hdr.data.b1.isValid()) {
            bytes = bytes[2039:0] ++ hdr.data.b1.data;
        }
    }
}

/* Appends zeros, 0 to 255 bytes. */
control AppendZeros(inout bytes_t bytes, in bit<8> length) {
    apply {
        if (length[7:7] == 1) {
            bytes = bytes[1023:0] ++ 1024w0;
        }
        if (length[6:6] == 1) {
            bytes = bytes[1535:0] ++ 512w0;
        }
        if (length[5:5] == 1) {
            bytes = bytes[1791:0] ++ 256w0;
        }
        if (length[4:4] == 1) {
            bytes = bytes[1919:0] ++ 128w0;
        }
        if (length[3:3] == 1) {
            bytes = bytes[1983:0] ++ 64w0;
        }
        if (length[2:2] == 1) {
            bytes = bytes[2015:0] ++ 32w0;
        }
        if (length[1:1] == 1) {
            bytes = bytes[2031:0] ++ 16w0;
        }
        if (length[0:0] == 1) {
            bytes = bytes[2039:0] ++ 8w0;
        }
    }
}

/* Leaves no piece of hdr.data valid. */
control NoData(inout headers_t hdr) {
    apply {
        hdr.data.b256.setInvalid();
        hdr.data.b128.setInvalid();
        hdr.data.b64.setInvalid();
        hdr.data.b32.setInvalid();
        hdr.data.b16.setInvalid();
        hdr.data.b8.setInvalid();
        hdr.data.b4.setInvalid();
        hdr.data.b2.setInvalid();
        hdr.data.b1.setInvalid();
    }
}

/* Makes the low end of an integer, 0 to 256 bytes, the only valid pieces of hdr.data. */
control SplitData(inout headers_t hdr, in bytes_t source, in bit<16> length) {
    NoData() no_data;
    bytes_t bytes;
    apply {
        bytes = source;
        no_data.apply(hdr);
/* A piece of 2^place bytes. */
#define TAKE_PIECE(place, size, bits) \
        if (length[place:place] == 1) { \
            hdr.data.b##size.setValid(); \
            hdr.data.b##size.data = bytes[bits - 1:0]; \
            bytes = bits##w0 ++ bytes[2047:bits]; \
        }
        TAKE_PIECE(0, 1, 8)
        TAKE_PIECE(1, 2, 16)
        TAKE_PIECE(2, 4, 32)
        TAKE_PIECE(3, 8, 64)
        TAKE_PIECE(4, 16, 128)
        TAKE_PIECE(5, 32, 256)
        TAKE_PIECE(6, 64, 512)
        TAKE_PIECE(7, 128, 1024)
#undef TAKE_PIECE
        if (length[8:8] == 1) {
            hdr.data.b256.setValid();
            hdr.data.b256.data = bytes;
        }
    }
}

/* The key's bytes as an integer. */
control JoinKey(in headers_t hdr, out bit<1024> key) {
    apply {
        key = 0;
        if (hdr.key.b64.isValid()) {
            key = 512w0 ++ hdr.key.b64.data;
        }
        if (hdr.key.b32.isValid()) {
            key = key[767:0] ++ hdr.key.b32.data;
        }
        if (hdr.key.b16.isValid()) {
            key = key[895:0] ++ hdr.key.b16.data;
        }
        if (hdr.key.b8.isValid()) {
            key = key[959:0] ++ hdr.key.b8.data;
        }
        if (hdr.key.b4.isValid()) {
            key = key[991:0] ++ hdr.key.b4.data;
        }
        if (hdr.key.b2.isValid()) {
            key = key[1007:0] ++ hdr.key.b2.data;
        }
        if (hdr.key.b1.isValid()) {
            key = key[1015:0] ++ hdr.key.b1.data;
        }
    }
}

/* Makes the pieces of a key of so many bytes valid. */
control ValidKey(inout headers_t hdr, in bit<8> length) {
    apply {
        if (length[6:6] == 1) {
            hdr.key.b64.setValid();
        }
        if (length[5:5] == 1) {
            hdr.key.b32.setValid();
        }
        if (length[4:4] == 1) {
            hdr.key.b16.setValid();
        }
        if (length[3:3] == 1) {
            hdr.key.b8.setValid();
        }
        if (length[2:2] == 1) {
            hdr.key.b4.setValid();
        }
        if (length[1:1] == 1) {
            hdr.key.b2.setValid();
        }
        if (length[0:0] == 1) {
            hdr.key.b1.setValid();
        }
    }
}

/* Another key of the same length. */
control ReplaceKey(inout headers_t hdr, in bit<1024> source) {
    bit<1024> key;
    apply {
        key = source;
        if (hdr.key.b1.isValid()) {
            hdr.key.b1.data = key[7:0];
            key = 8w0 ++ key[1023:8];
        }
        if (hdr.key.b2.isValid()) {
            hdr.key.b2.data = key[15:0];
            key = 16w0 ++ key[1023:16];
        }
        if (hdr.key.b4.isValid()) {
            hdr.key.b4.data = key[31:0];
            key = 32w0 ++ key[1023:32];
        }
        if (hdr.key.b8.isValid()) {
            hdr.key.b8.data = key[63:0];
            key = 64w0 ++ key[1023:64];
        }
        if (hdr.key.b16.isValid()) {
            hdr.key.b16.data = key[127:0];
            key = 128w0 ++ key[1023:128];
        }
        if (hdr.key.b32.isValid()) {
            hdr.key.b32.data = key[255:0];
            key = 256w0 ++ key[1023:256];
        }
        if (hdr.key.b64.isValid()) {
            hdr.key.b64.data = key[511:0];
        }
    }
}

#endif
