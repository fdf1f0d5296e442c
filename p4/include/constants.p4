/*
 * What the wire and memory formats fix (docs/wire-format.md). A test compares every constant with
 * the Java one that it is named after, so that the two cannot drift apart.
 */
#ifndef DTA_CONSTANTS_P4
#define DTA_CONSTANTS_P4

/* Ethernet, IPv4, UDP. */
#define ETHER_TYPE_IPV4 16w0x0800
#define IP_PROTOCOL_TCP 8w6
#define IP_PROTOCOL_UDP 8w17
#define IPV4_VERSION 4w4
#define IPV4_HEADER_WORDS 4w5
#define IPV4_DONT_FRAGMENT 3w2
#define IPV4_TIME_TO_LIVE 8w64
#define ETHERNET_LENGTH 16w14
#define IPV4_LENGTH 16w20
#define UDP_LENGTH 16w8

/* io.dta.primitives.wire.DtaPorts, io.dta.rdma.roce.RoceHeaders. */
#define UDP_PORT_REPORTS 16w40040
#define UDP_PORT_ACKNOWLEDGEMENTS 16w40044
#define UDP_PORT_ROCE 16w4791

/* io.dta.primitives.Primitive: opcodes of reports. */
#define OPCODE_KEY_WRITE 8w1
#define OPCODE_APPEND 8w2
#define OPCODE_KEY_INCREMENT 8w3
#define OPCODE_POSTCARDING 8w4
#define OPCODE_SKETCH_MERGE 8w5

/* io.dta.primitives.wire.BaseHeader: bytes, stores of a primitive. */
#define BASE_HEADER_LENGTH 16w3
#define STORES 8w64

/* io.dta.primitives.store: what lies in memory, in bytes. */
#define MAX_REDUNDANCY 8w8
#define MAX_HOPS 8w8
#define BLANK 32w0xFFFFFFFF
#define CHECKSUM_LENGTH 16w4
#define COUNTER_LENGTH 16w8
#define APPEND_TRAILER_LENGTH 16w8
#define APPEND_FLUSHED_FLAG 8w0x01
#define PATH_TAIL_LENGTH 16w5
#define SKETCH_TRAILER_LENGTH 16w16
#define SKETCH_OPEN 8w1
#define SKETCH_COMPLETE 8w2
#define SKETCH_INCOMPLETE 8w3

/* io.dta.primitives.hash.Crc32Polynomials: reflected, initial value and final XOR all ones. */
#define POLYNOMIAL_CHECKSUM 32w0x04C11DB7
#define POLYNOMIAL_SLOT_0 32w0x1EDC6F41
#define POLYNOMIAL_SLOT_1 32w0x741B8CD7
#define POLYNOMIAL_SLOT_2 32w0xA833982B
#define POLYNOMIAL_SLOT_3 32w0x814141AB
#define POLYNOMIAL_SLOT_4 32w0x32583499
#define POLYNOMIAL_SLOT_5 32w0x20044009
#define POLYNOMIAL_SLOT_6 32w0x5A0849E7
#define POLYNOMIAL_SLOT_7 32w0xF4ACFB13
#define POLYNOMIAL_WORD_1 32w0x243F6A95
#define POLYNOMIAL_WORD_2 32w0x85A3090B
#define POLYNOMIAL_WORD_3 32w0x13198A49
#define POLYNOMIAL_WORD_4 32w0x03707347
#define POLYNOMIAL_WORD_5 32w0xA409382D
#define POLYNOMIAL_WORD_6 32w0x299F31FF
#define POLYNOMIAL_WORD_7 32w0x082EFA9D
#define POLYNOMIAL_WORD_8 32w0xEC4E6CDF
#define POLYNOMIAL_COLLECTOR 32w0x27673637

/* io.dta.rdma.roce.RoceHeaders: lengths in bytes, opcodes, flags, AETH syndromes. */
#define BTH_LENGTH 16w12
#define RETH_LENGTH 16w16
#define ATOMIC_LENGTH 16w28
#define IMMEDIATE_LENGTH 16w4
#define AETH_LENGTH 16w4
#define ICRC_LENGTH 16w4
#define RC_WRITE_ONLY 8w0x0A
#define RC_WRITE_ONLY_WITH_IMMEDIATE 8w0x0B
#define RC_ACKNOWLEDGE 8w0x11
#define RC_ATOMIC_ACKNOWLEDGE 8w0x12
#define RC_FETCH_ADD 8w0x14
#define CONGESTION_NOTIFICATION 8w0x81
#define DEFAULT_PARTITION_KEY 16w0xFFFF
#define ACK 8w0x1F
#define RNR_NAK 8w0x20
#define NAK_SEQUENCE_ERROR 8w0x60
#define NAK_INVALID_REQUEST 8w0x61
#define NAK_REMOTE_ACCESS_ERROR 8w0x62
#define NAK_REMOTE_OPERATIONAL_ERROR 8w0x63

/* io.dta.translator.engine.DropReason, by its ordinal: why a report is dropped. */
#define DROP_TRUNCATED 8w0
#define DROP_UNKNOWN_OPCODE 8w1
#define DROP_UNKNOWN_STORE 8w2
#define DROP_BAD_REDUNDANCY 8w3
#define DROP_BAD_LIST 8w4
#define DROP_BAD_HOP 8w5
#define DROP_RESERVED_VALUE 8w6
#define DROP_BAD_COLUMN 8w7
#define DROP_BAD_REPORTER 8w8
#define DROP_STALE_EPOCH 8w9
#define DROP_DUPLICATE 8w10
#define DROP_SUPERSEDED 8w11
#define DROP_RATE_LIMITED 8w12
#define DROP_QUEUE_PAIR_DOWN 8w13
#define DROP_REMOTE_ACCESS 8w14

/* Neither on the wire nor in memory: a report that is not dropped. */
#define NOT_DROPPED 8w0xFF

#endif
