/* Headers and metadata of the reporter on BMv2. */
#ifndef DTA_REPORTER_TYPES_P4
#define DTA_REPORTER_TYPES_P4

#include "../include/constants.p4"
#include "../include/headers.p4"
#include "../include/int_md.p4"
#include "../include/reporter.p4"

/* How many of everything. */
#define MAX_TARGETS 64
#define MAX_FLOWS 65536
#define MAX_HOSTS 65536
#define MAX_PORTS 64
#define MAX_PORT_FLOWS 1024
#define MAX_COLUMNS 4096
#define MAX_ROWS 8
/* Essential reports that a target has not acknowledged: half of all sequence numbers. */
#define WINDOW 128
#define WINDOW_BITS 7

/* Options of TCP. */
header tcp_options_h {
    varbit<320> options;
}

header tcp_h {
    bit<16> source_port;
    bit<16> destination_port;
    bit<32> sequence;
    bit<32> acknowledgement;
    bit<4> words;
    bit<4> reserved;
    bit<8> flags;
    bit<16> window;
    bit<16> checksum;
    bit<16> urgent;
}

/* IPv4 5-tuple, as keys have it. */
header flow_h {
    bit<104> key;
}

/* INT_MAX_HOPS come at most, and this switch's. */
#define HOPS_STACK 9

struct headers_t {
    ethernet_h ethernet;
    ipv4_h ipv4;
    udp_h udp;
    tcp_h tcp;
    tcp_options_h tcp_options;
    int_shim_h int_shim;
    int_md_h int_md;
    int_hop_h[HOPS_STACK] hops;
    dta_acknowledgement_h acknowledgement;
    dta_command_h command;
    /* A report. */
    dta_base_h base;
    dta_redundancy_h redundancy;
    dta_append_h append;
    dta_sketch_h sketch;
    flow_h flow;
    bytes_4_h host;
    dta_increment_h increment;
    dta_postcard_h postcard;
    dta_event_h event;
    bytes_16_h value_16;
    bytes_4_h value_4;
    bytes_4_h row_0;
    bytes_4_h row_1;
    bytes_4_h row_2;
    bytes_4_h row_3;
    bytes_4_h row_4;
    bytes_4_h row_5;
    bytes_4_h row_6;
    bytes_4_h row_7;
}

/* A CRC-32 whose polynomial is the control plane's to set. */
#define CRC32(result, ...) \
    hash(result, HashAlgorithm.crc32_custom, 32w0, { __VA_ARGS__ }, 64w0x100000000)
/* The CRC-32 of the checksum: zlib's. */
#define CHECKSUM(result, ...) \
    hash(result, HashAlgorithm.crc32, 32w0, { __VA_ARGS__ }, 64w0x100000000)

/* Reports that a packet leads to: each leaves as a copy, which makes the copy of the next. */
#define REPORT_PATH 8w0x01
#define REPORT_POSTCARD 8w0x02
#define REPORT_EVICTED_HOST 8w0x04
#define REPORT_HOST 8w0x08
#define REPORT_ESSENTIAL_1 8w0x10
#define REPORT_ESSENTIAL_2 8w0x20

/* standard_metadata.instance_type. */
const bit<32> INSTANCE_INGRESS_CLONE = 1;
const bit<32> INSTANCE_EGRESS_CLONE = 2;
const bit<32> INSTANCE_RECIRCULATED = 4;

/* Fields that copies keep, and those that a command keeps from step to step. */
#define FIELDS_REPORTS 1
#define FIELDS_COMMAND 2
/* Mirror sessions: to be numbered in the ingress; to target t, 2 + t. */
#define SESSION_AGAIN 1
#define FIRST_SESSION 2

/*
 * An essential report as it is kept: opcode, store, then what follows the base header, at the upper
 * end: list and event, or reporter, epoch, column and eight counters.
 */
typedef bit<352> kept_t;

struct metadata_t {
    /* INT that this program understands; how many hops are still to be parsed. */
    bit<1> int_known;
    bit<8> hops_left;
    bit<8> hops;
    /* Of the switch. */
    bit<64> salt;
    bit<48> now;
    /* The packet: 5-tuple, its hash, length on the wire; where it came in, and where it goes. */
    bit<64> addresses;
    bit<40> ports;
    bit<32> flow_hash;
    bit<32> wire_length;
    bit<1> from_host;
    bit<1> to_host;
    bit<1> forwarded;
    bit<1> is_command;
    bit<8> hop;
    bit<32> target_hash;

    @field_list(FIELDS_COMMAND)
    bit<32> step;

    /* What is to be reported, and where the next one goes. */
    @field_list(FIELDS_REPORTS)
    bit<8> pending;
    @field_list(FIELDS_REPORTS)
    bit<8> target;
    @field_list(FIELDS_REPORTS)
    bit<8> collectors;
    @field_list(FIELDS_REPORTS)
    bit<104> flow;
    @field_list(FIELDS_REPORTS)
    bit<32> switch_id;
    @field_list(FIELDS_REPORTS)
    bit<160> path;
    @field_list(FIELDS_REPORTS)
    bit<8> postcard_hop;
    @field_list(FIELDS_REPORTS)
    bit<32> evicted_host;
    @field_list(FIELDS_REPORTS)
    bit<64> evicted_bytes;
    @field_list(FIELDS_REPORTS)
    bit<32> host;
    @field_list(FIELDS_REPORTS)
    bit<64> bytes;
    @field_list(FIELDS_REPORTS)
    bit<8> essential_target;
    @field_list(FIELDS_REPORTS)
    kept_t essential_1;
    @field_list(FIELDS_REPORTS)
    bit<8> seqnum_1;
    @field_list(FIELDS_REPORTS)
    bit<1> protected_1;
    @field_list(FIELDS_REPORTS)
    kept_t essential_2;
    @field_list(FIELDS_REPORTS)
    bit<8> seqnum_2;
    @field_list(FIELDS_REPORTS)
    bit<1> protected_2;
    /* Events of the egress, on their way to the ingress to be numbered. */
    @field_list(FIELDS_REPORTS)
    bit<1> again;
    @field_list(FIELDS_REPORTS)
    bit<1> event_1;
    @field_list(FIELDS_REPORTS)
    bit<144> event_1_entry;
    @field_list(FIELDS_REPORTS)
    bit<1> event_2;
    @field_list(FIELDS_REPORTS)
    bit<144> event_2_entry;
}

#endif
