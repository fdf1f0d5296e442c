/* Headers and metadata of DART's switch on BMv2. */
#ifndef DTA_DART_TYPES_P4
#define DTA_DART_TYPES_P4

#include "../include/constants.p4"
#include "../include/headers.p4"
#include "../include/int_md.p4"

/* How many of everything. */
#define MAX_TARGETS 64
#define MAX_FLOWS 65536
#define DROP_REASONS 32

/* Words of a path, as io.dta.fattree.routing.IntPath has them. */
#define PATH_HOPS 8w5
#define PATH_LENGTH 16w20

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
    /* An RDMA request or answer. */
    bth_h bth;
    aeth_h aeth;
    reth_h reth;
    slot_h slot;
    bytes_16_h path_16;
    bytes_4_h path_4;
    icrc_h icrc;
}

/* The key is the 5-tuple; a request is checksum and path. */
#define KEY_BYTES meta.flow
#define REQUEST_BYTES hdr.reth, hdr.slot, hdr.path_16, hdr.path_4

/* A CRC-32 whose polynomial is the control plane's to set. */
#define CRC32(result, ...) \
    hash(result, HashAlgorithm.crc32_custom, 32w0, { __VA_ARGS__ }, 64w0x100000000)
/* The CRC-32 of the checksum: zlib's. */
#define CHECKSUM(result, ...) \
    hash(result, HashAlgorithm.crc32, 32w0, { __VA_ARGS__ }, 64w0x100000000)

/* What a packet leads to. */
#define REPORT_PATH 8w0x01

/* A NAK of a collector: the queue pair goes back to its PSN. */
const bit<8> OPERATION_NONE = 0;
const bit<8> OPERATION_GO_BACK = 5;

/* standard_metadata.instance_type. */
const bit<32> INSTANCE_INGRESS_CLONE = 1;
/* Where v1model sends what is dropped. */
const bit<9> DROP_PORT = 511;

/* Fields that a report keeps, which is a copy of the packet that it is about. */
#define FIELDS_REPORT 1
/*
 * Multicast group, and mirror session to it, of N copies to target t: 1 + 8 t + (N - 1),
 * replication identifiers 0 to N - 1.
 */
#define FIRST_GROUP 1
#define GROUPS_PER_TARGET 8

struct metadata_t {
    /* INT that this program understands; how many hops are still to be parsed. */
    bit<1> int_known;
    bit<8> hops_left;
    bit<8> hops;
    /* The packet: where it comes from, and where it goes. */
    bit<48> now;
    bit<32> flow_hash;
    bit<1> from_host;
    bit<1> to_host;
    bit<8> pending;
    @field_list(FIELDS_REPORT)
    bit<104> flow;
    @field_list(FIELDS_REPORT)
    bit<160> path;
    bit<32> switch_id;
    /* The collector, by its index, and the first copy that is written. */
    bit<8> collectors;
    @field_list(FIELDS_REPORT)
    bit<8> target;
    @field_list(FIELDS_REPORT)
    bit<8> first_copy;
    bit<8> drop_reason;
    bit<8> operation;
    /* A slot is (hash & slot_mask) * stride. */
    bit<32> slot_mask;
    bit<32> stride;
    bit<64> offset;
    bit<16> detail;
    bit<32> crc;
}

#endif
