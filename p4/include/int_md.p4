/*
 * INT-MD over TCP and UDP (P4.org, INT data plane specification 2.1): shim, metadata header and one
 * word a hop, between the transport header and the payload; the DSCP says that they are there.
 */
#ifndef DTA_INT_MD_P4
#define DTA_INT_MD_P4

/* Type INT-MD; no next protocol: DSCP marks the packet, and the shim keeps what it was. */
#define INT_TYPE_MD 4w1
#define INT_NEXT_ORIGINAL 2w0
#define INT_VERSION 4w2
/* Node identifiers alone: bit 0 of the instructions, one word a hop. */
#define INT_INSTRUCTION_NODE_ID 16w0x8000
#define INT_HOP_WORDS 5w1
/* The metadata header in words, as the shim counts; the shim and it, and a hop, in bytes. */
#define INT_MD_WORDS 8w3
#define INT_HEADERS_LENGTH 16w16
#define INT_HOP_LENGTH 16w4
/* How many hops a packet may carry here. */
#define INT_MAX_HOPS 8w8

header int_shim_h {
    bit<4> type;
    bit<2> next_protocol;
    bit<2> reserved_1;
    bit<8> length;
    bit<8> reserved_2;
    bit<6> dscp;
    bit<2> reserved_3;
}

header int_md_h {
    bit<4> version;
    bit<1> discard;
    bit<1> exceeded;
    bit<1> mtu_exceeded;
    bit<12> reserved;
    bit<5> hop_words;
    bit<8> remaining_hops;
    bit<16> instructions;
    bit<16> domain;
    bit<16> domain_instructions;
    bit<16> domain_flags;
}

/* The last switch's comes first. */
header int_hop_h {
    bit<32> node_id;
}

#endif
