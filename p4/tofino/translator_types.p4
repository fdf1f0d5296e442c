/*
 * Headers and metadata of the translator on a Tofino. A Tofino handles words of 32 bits, so that
 * payloads are words, and what is behind the BTH is the RETH and up to 7 of them, whatever they are:
 * checksum and value, a frame, immediate data before either. A FETCH_ADD's AtomicETH is 28 bytes and
 * begins as a RETH does; it is handled as a RETH and 3 words.
 */
#ifndef DTA_TRANSLATOR_TYPES_P4
#define DTA_TRANSLATOR_TYPES_P4

#include "../include/constants.p4"
#include "../include/headers.p4"

#define MAX_TARGETS 64
#define MAX_LISTS 16384
#define MAX_ROWS 16384
#define OPCODES 8
#define DROP_REASONS 32

/*
 * One pipeline does not hold all primitives: a profile says which ones a build has (docs/p4.md).
 * MAX_WORDS: of a WRITE.
 */
#if !defined(PROFILE_APPEND) && !defined(PROFILE_POSTCARDING) && !defined(PROFILE_SKETCH)
#define PROFILE_KEY
#endif
#ifdef PROFILE_APPEND
/* Entries of a frame, of one word each: 4, 8 or 16. */
#ifndef APPEND_BATCH
#define APPEND_BATCH 16
#endif
#define MAX_WORDS (APPEND_BATCH + 2)
/* Where the parser puts a report's entry: last in the frame. */
#if APPEND_BATCH == 4
#define OWN_WORD hdr.words.w3
#define ENTRIES WORDS_4
#define TRAILER_SEQUENCE hdr.words.w4.data
#define TRAILER_REST hdr.words.w5.data
#define FRAME WORDS_6
#define SHOW_WORDS hdr.words.w0.setValid(); hdr.words.w1.setValid(); hdr.words.w2.setValid();
#elif APPEND_BATCH == 8
#define OWN_WORD hdr.words.w7
#define ENTRIES WORDS_8
#define TRAILER_SEQUENCE hdr.words.w8.data
#define TRAILER_REST hdr.words.w9.data
#define FRAME WORDS_10
#define SHOW_WORDS hdr.words.w0.setValid(); hdr.words.w1.setValid(); hdr.words.w2.setValid(); \
    hdr.words.w3.setValid(); hdr.words.w4.setValid(); hdr.words.w5.setValid(); \
    hdr.words.w6.setValid();
#elif APPEND_BATCH == 16
#define OWN_WORD hdr.words.w15
#define ENTRIES WORDS_16
#define TRAILER_SEQUENCE hdr.words.w16.data
#define TRAILER_REST hdr.words.w17.data
#define FRAME WORDS_18
#define SHOW_WORDS hdr.words.w0.setValid(); hdr.words.w1.setValid(); hdr.words.w2.setValid(); \
    hdr.words.w3.setValid(); hdr.words.w4.setValid(); hdr.words.w5.setValid(); \
    hdr.words.w6.setValid(); hdr.words.w7.setValid(); hdr.words.w8.setValid(); \
    hdr.words.w9.setValid(); hdr.words.w10.setValid(); hdr.words.w11.setValid(); \
    hdr.words.w12.setValid(); hdr.words.w13.setValid(); hdr.words.w14.setValid();
#endif
#define FRAME_WITH_IMMEDIATE hdr.immediate_word.data, FRAME
#define OWN_ENTRY OWN_WORD.data
/* Entries and trailer. */
#define FRAME_WORDS (APPEND_BATCH + 2)
#else
#define MAX_WORDS 7
#endif

/* For value sets: the stores whose keys or values have a certain length. */
struct report_type_t {
    bit<8> opcode;
    bit<6> store;
}

/* The first 9 of the 13 bytes of an IPv4 5-tuple, zeros before a key of 4 bytes. */
header key_head_h {
    bit<32> high;
    bit<32> low;
    bit<8> last;
}

struct key_t {
    key_head_h head;
    bytes_4_h tail;
}

/* The payload, word by word. */
struct words_t {
    bytes_4_h w0;
    bytes_4_h w1;
    bytes_4_h w2;
    bytes_4_h w3;
    bytes_4_h w4;
    bytes_4_h w5;
    bytes_4_h w6;
#if MAX_WORDS > 7
    bytes_4_h w7;
    bytes_4_h w8;
    bytes_4_h w9;
#endif
#if MAX_WORDS > 10
    bytes_4_h w10;
    bytes_4_h w11;
    bytes_4_h w12;
    bytes_4_h w13;
    bytes_4_h w14;
    bytes_4_h w15;
    bytes_4_h w16;
    bytes_4_h w17;
#endif
}

/* The first n words, for calculations. */
#define WORDS_1 hdr.words.w0.data
#define WORDS_2 WORDS_1, hdr.words.w1.data
#define WORDS_3 WORDS_2, hdr.words.w2.data
#define WORDS_4 WORDS_3, hdr.words.w3.data
#define WORDS_5 WORDS_4, hdr.words.w4.data
#define WORDS_6 WORDS_5, hdr.words.w5.data
#define WORDS_7 WORDS_6, hdr.words.w6.data
#define WORDS_8 WORDS_7, hdr.words.w7.data
#define WORDS_9 WORDS_8, hdr.words.w8.data
#define WORDS_10 WORDS_9, hdr.words.w9.data
#define WORDS_11 WORDS_10, hdr.words.w10.data
#define WORDS_12 WORDS_11, hdr.words.w11.data
#define WORDS_13 WORDS_12, hdr.words.w12.data
#define WORDS_14 WORDS_13, hdr.words.w13.data
#define WORDS_15 WORDS_14, hdr.words.w14.data
#define WORDS_16 WORDS_15, hdr.words.w15.data
#define WORDS_17 WORDS_16, hdr.words.w16.data
#define WORDS_18 WORDS_17, hdr.words.w17.data

/* What a packet is after ingress: in v1model's translator a part of the metadata. */
header operation_h {
    bit<8> operation;
    bit<8> target;
    bit<8> copies;
    /* Words of the payload. */
    bit<8> words;
    /* Bytes from slot to slot: 8, 16, 24 or 32. */
    bit<8> stride;
    /* 1 where the key has 13 bytes. */
    bit<8> key_format;
    bit<8> with_immediate;
    /* Of a path, those that are there: bit h - 1 is hop h's. */
    bit<8> hops;
    /* To go back to. */
    bit<24> psn;
    /* A slot that is known. */
    bit<32> slot;
    bit<32> slot_mask;
}

struct headers_t {
    operation_h operation;
    /* The word in ingress, and as egress finds it. */
    append_trailer_h append_trailer;
    immediate_h immediate;
    bytes_4_h immediate_word;
    ethernet_h ethernet;
    ipv4_h ipv4;
    udp_h udp;
    /* A report. */
    dta_base_h base;
    dta_redundancy_h redundancy;
    dta_append_h append;
    dta_postcard_h postcard;
    key_t key;
    /* An RDMA request or answer. */
    bth_h bth;
    aeth_h aeth;
    reth_h reth;
    words_t words;
    icrc_h icrc;
}

/* As in v1model's translator. */
const bit<8> OPERATION_NONE = 0;
#ifndef PROFILE_APPEND
const bit<8> OPERATION_HASHED_WRITE = 1;
#endif
const bit<8> OPERATION_FETCH_ADD = 2;
#ifdef PROFILE_APPEND
const bit<8> OPERATION_WRITE = 3;
#endif
const bit<8> OPERATION_GO_BACK = 5;

const bit<8> KIND_OTHER = 0;
const bit<8> KIND_REPORT = 1;
const bit<8> KIND_ANSWER = 2;

struct ingress_metadata_t {
    bit<8> kind;
    /* 0 where the report cannot be decoded. */
    bit<8> counted_opcode;
    /* Words of the value that the parser found. */
    bit<8> value_words;
    /* The report's store is one of ours. */
    bit<8> known;
    bit<16> report_length;
    bit<16> payload;
    /* By how many bytes the datagram is too short. */
    bit<16> missing;
    /* By how many it is longer than its first report. */
    bit<16> surplus;
    bit<8> drop_reason;
    bit<8> drop_index;
    /* Modulo their number, the collector. */
    bit<32> collector;
    bit<8> collector_mask;
    bit<8> max_redundancy;
    /* By how much the redundancy is too great. */
    bit<8> excess;
#ifdef PROFILE_POSTCARDING
    bit<32> row;
    bit<32> rows_mask;
    bit<32> first_row;
    bit<32> key_last;
    bit<32> differs_high;
    bit<32> differs_low;
    bit<32> differs_last;
    bit<32> differs_tail;
    bit<8> bit_of_hop;
    bit<8> other_hops;
    bit<8> mask;
    bit<8> same;
    bit<8> immediate;
    bit<8> superseding;
#endif
#ifdef PROFILE_APPEND
    /* The report's list is one of its store. */
    bit<8> list_known;
    bit<32> list_index;
    bit<32> frame_mask;
#endif
    /* 32 opcode, to which the reason is added. */
    bit<8> first_drop;
    bit<8> covered;
    bit<8> up;
    /* An answer after which the queue pair is of no more use. */
    bit<8> fatal;
    bit<8> color;
    bit<32> checksum;
    bit<32> checksum_start;
    bit<9> answer_index;
}

struct egress_metadata_t {
    bit<32> ask_every;
    int<32> psn;
    bit<8> ask;
    bit<8> copies_left;
    bit<32> slot_start;
    bit<32> detail;
    bit<32> offset_1;
    bit<32> offset_2;
}

#endif
