/*
 * Headers and metadata of the translator on BMv2, and how byte strings of any length are handled:
 * as headers of 2^n bytes, of which those are valid whose sizes add up to the length, and as
 * integers of 2048 bits whose low end is the last byte.
 */
#ifndef DTA_TRANSLATOR_TYPES_P4
#define DTA_TRANSLATOR_TYPES_P4

#include "../include/constants.p4"
#include "../include/headers.p4"

/* The longest payload of a WRITE, key and value of a report; and how many of everything. */
typedef bit<2048> bytes_t;
#define MAX_TARGETS 64
#define MAX_LISTS 65536
#define MAX_ROWS 65536
#define MAX_REPORTERS 1024
#define STORES_OF_PRIMITIVE 64
/* Groups, columns and reporters of all Sketch-Merge stores, those of both open epochs. */
#define MAX_SKETCH_GROUPS 8192
#define MAX_SKETCH_COLUMNS 262144
#define MAX_SKETCH_REPORTERS 16384
#define OPCODES 8
#define DROP_REASONS 32

/* A key: 0 to 127 bytes. */
struct key_t {
    bytes_64_h b64;
    bytes_32_h b32;
    bytes_16_h b16;
    bytes_8_h b8;
    bytes_4_h b4;
    bytes_2_h b2;
    bytes_1_h b1;
}

/* A value, an entry, the counters of a column; later the payload of a WRITE: 0 to 511 bytes. */
struct data_t {
    bytes_256_h b256;
    bytes_128_h b128;
    bytes_64_h b64;
    bytes_32_h b32;
    bytes_16_h b16;
    bytes_8_h b8;
    bytes_4_h b4;
    bytes_2_h b2;
    bytes_1_h b1;
}

struct headers_t {
    ethernet_h ethernet;
    ipv4_h ipv4;
    udp_h udp;
    /* A report. */
    dta_base_h base;
    dta_redundancy_h redundancy;
    dta_append_h append;
    dta_sketch_h sketch;
    key_t key;
    dta_increment_h increment;
    dta_postcard_h postcard;
    dta_acknowledgement_h acknowledgement;
    /* An RDMA request or answer. */
    bth_h bth;
    aeth_h aeth;
    reth_h reth;
    atomic_h atomic;
    immediate_h immediate;
    slot_h slot;
    data_t data;
    append_trailer_h append_trailer;
    path_tail_h path_tail;
    sketch_trailer_h sketch_trailer;
    bytes_2_h padding_2;
    bytes_1_h padding_1;
    icrc_h icrc;
}

/*
 * The bytes of headers that are valid, for calculations: BMv2 leaves out those that are not. It has
 * to be given headers for that. Fields the compiler would copy first, valid or not.
 */
#define KEY_BYTES hdr.key.b64, hdr.key.b32, hdr.key.b16, hdr.key.b8, hdr.key.b4, hdr.key.b2, \
    hdr.key.b1
#define DATA_BYTES hdr.data.b256, hdr.data.b128, hdr.data.b64, hdr.data.b32, hdr.data.b16, \
    hdr.data.b8, hdr.data.b4, hdr.data.b2, hdr.data.b1

/* A CRC-32 whose polynomial is the control plane's to set. */
#define CRC32(result, ...) \
    hash(result, HashAlgorithm.crc32_custom, 32w0, { __VA_ARGS__ }, 64w0x100000000)
/* The CRC-32 of the checksum: zlib's. */
#define CHECKSUM(result, ...) \
    hash(result, HashAlgorithm.crc32, 32w0, { __VA_ARGS__ }, 64w0x100000000)

/* What a packet is after ingress. */
const bit<8> OPERATION_NONE = 0;
/* A request whose slot the copy's hash of the key chooses: WRITE or FETCH_ADD. */
const bit<8> OPERATION_HASHED_WRITE = 1;
const bit<8> OPERATION_FETCH_ADD = 2;
/* A request to an offset that is known. */
const bit<8> OPERATION_WRITE = 3;
/* An ACK or a NACK to a reporter. */
const bit<8> OPERATION_ACKNOWLEDGE = 4;
/* A NAK of a collector: the queue pair goes back to its PSN. */
const bit<8> OPERATION_GO_BACK = 5;
/* Parts of what a sketch column calls for, one a copy. */
const bit<8> OPERATION_SKETCH = 6;
const bit<8> PART_OPENING = 1;
const bit<8> PART_GROUP = 2;
const bit<8> PART_LAST = 4;

/* standard_metadata.instance_type. */
const bit<32> INSTANCE_INGRESS_CLONE = 1;
const bit<32> INSTANCE_EGRESS_CLONE = 2;

/* Fields that a copy keeps: of the rest of a datagram, and of an acknowledgement. */
#define FIELDS_REST 1
#define FIELDS_ACKNOWLEDGEMENT 2
#define FIELDS_AGAIN 3
#define FIELDS_SKETCH 4
#define FIELDS_CLOCK 5
/*
 * Mirror sessions: of the rest of a datagram, of a tick, of what goes to target t, SESSION_TARGETS + t.
 * A reporter's session is in table reporters.
 */
#define SESSION_REST 1
#define SESSION_CLOCK 2
#define SESSION_LOOP 3
#define SESSION_TARGETS 64
/* The queue whose rate is the clock's: nothing is sent there. */
#define CLOCK_PORT 9w510
/* Microseconds without a tick after which there is none any more. */
#define CLOCK_STOPPED 48w2000000
/* How much a tick does for one store, so that others are not kept waiting. */
#define PASSES_OF_A_TICK 64
/* Microseconds after which a FETCH_ADD's answer is not waited for any more. */
#define ATOMIC_LOST 48w100000
/* Multicast group of N copies to target t: 1 + 8 t + (N - 1), replication identifiers 0 to N - 1. */
#define FIRST_GROUP 1
#define GROUPS_PER_TARGET 8

struct metadata_t {
    /* Opcode and store, for the parser. */
    bit<16> report_type;
    /* The whole report is there. */
    bit<1> complete;
    @field_list(FIELDS_REST)
    bit<16> report_length;
    /* Microseconds since the switch began. */
    @field_list(FIELDS_REST, FIELDS_AGAIN)
    bit<48> now;
    /* A tick, no packet from outside; the store it looks at; whether nothing is left to do there. */
    @field_list(FIELDS_AGAIN)
    bit<1> tick;
    @field_list(FIELDS_AGAIN)
    bit<8> step;
    bit<1> step_done;
    @field_list(FIELDS_AGAIN)
    bit<8> passes;
    /* The clone is the first tick. */
    @field_list(FIELDS_CLOCK)
    bit<1> starts_clock;
    /* The report comes in again; has done so. */
    bit<1> again;
    @field_list(FIELDS_AGAIN)
    bit<1> repeated;
    bit<1> cloned;
    bit<8> drop_reason;
    bit<8> collectors;
    /* The collector, by its index. */
    @field_list(FIELDS_SKETCH)
    bit<8> target;
    /* What is to be done, how often, and the how manieth of these the packet is, from 0. */
    @field_list(FIELDS_SKETCH)
    bit<8> operation;
    @field_list(FIELDS_SKETCH)
    bit<8> copies;
    bit<8> copy;
    @field_list(FIELDS_SKETCH)
    bit<8> opcode;
    @field_list(FIELDS_SKETCH)
    bit<8> store;
    /* A hashed slot is (hash & slot_mask) * stride. */
    bit<32> slot_mask;
    bit<32> stride;
    @field_list(FIELDS_SKETCH)
    bit<64> offset;
    /* Bytes that are written, without padding. */
    bit<16> payload_length;
    @field_list(FIELDS_SKETCH)
    bit<1> with_immediate;
    @field_list(FIELDS_SKETCH)
    bit<16> detail;
    bit<32> crc;
    /* To the reporter. */
    bit<1> essential;
    bit<1> acknowledge;
    @field_list(FIELDS_ACKNOWLEDGEMENT)
    bit<32> reporter;
    @field_list(FIELDS_ACKNOWLEDGEMENT)
    bit<48> reporter_mac;
    @field_list(FIELDS_ACKNOWLEDGEMENT)
    bit<8> seqnum;
    @field_list(FIELDS_ACKNOWLEDGEMENT)
    bit<1> nack;
    /* How many numbers from seqnum on are asked for. */
    @field_list(FIELDS_ACKNOWLEDGEMENT)
    bit<8> gap;
    @field_list(FIELDS_ACKNOWLEDGEMENT)
    bit<32> session;
    bit<24> psn;
    /* Of a sketch: which parts, its group and its trailer. */
    @field_list(FIELDS_SKETCH)
    bit<8> parts;
    @field_list(FIELDS_SKETCH)
    bytes_t group;
    @field_list(FIELDS_SKETCH)
    bit<16> group_length;
    @field_list(FIELDS_SKETCH)
    bit<64> trailer_offset;
    @field_list(FIELDS_SKETCH)
    bit<32> epoch;
    @field_list(FIELDS_SKETCH)
    bit<32> complete_columns;
    @field_list(FIELDS_SKETCH)
    bit<16> expected;
    @field_list(FIELDS_SKETCH)
    bit<16> merged;
    @field_list(FIELDS_SKETCH)
    bit<8> epoch_state;
}

#endif
