/*
 * In-band network telemetry, version 2.1 of its dataplane specification, INT-MD over TCP and UDP: a
 * shim, the metadata header and a stack of what the switches on the way have pushed, behind the
 * transport header. A DSCP of the operator's choice says that they are there.
 */
#ifndef DTA_INT_P4
#define DTA_INT_P4

/* Sections 5.6 and 5.7: the only metadata is the node's number, one word a hop. */
#define INT_TYPE_MD 4w1
#define INT_VERSION 4w2
#define INT_HOP_WORDS 5w1
#define INT_NODE_ID 16w0x8000
#define INT_HEADER_WORDS 8w3
#define INT_SHIM_LENGTH 16w4
#define INT_HEADER_LENGTH 16w12
#define INT_HOP_LENGTH 16w4
/* Hops that a packet has room for, the last one's own not counted. */
#define INT_MAX_HOPS 8w7

/* Section 5.6.1. length: words after this one. dscp: what the packet had before. */
header int_shim_h {
    bit<4> kind;
    bit<2> next_protocol;
    bit<2> reserved;
    bit<8> length;
    bit<8> reserved_too;
    bit<6> dscp;
    bit<2> reserved_last;
}

/* Section 5.7. */
header int_md_h {
    bit<4> version;
    bit<1> discard;
    bit<1> hops_exceeded;
    bit<1> mtu_exceeded;
    bit<12> reserved;
    bit<5> hop_words;
    bit<8> remaining_hops;
    bit<16> instructions;
    bit<16> domain;
    bit<16> domain_instructions;
    bit<16> domain_flags;
}

/* The last switch's is the first. */
header int_hop_h {
    bit<32> node;
}

/* The common beginning of TCP and UDP, and what follows it. */
header ports_h {
    bit<16> source;
    bit<16> destination;
}

header udp_rest_h {
    bit<16> length;
    bit<16> checksum;
}

header tcp_rest_h {
    bit<32> sequence;
    bit<32> acknowledgement;
    bit<4> header_words;
    bit<12> flags;
    bit<16> window;
    bit<16> checksum;
    bit<16> urgent;
}

header tcp_option_h {
    bit<32> data;
}

#endif
