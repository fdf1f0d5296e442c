/*
 * Headers on the wire and what lies in memory, for every program and both targets. A test reads
 * this file and compares each field's width and offset with the Java code that it is named after.
 */
#ifndef DTA_HEADERS_P4
#define DTA_HEADERS_P4

header ethernet_h {
    bit<48> destination;
    bit<48> source;
    bit<16> ether_type;
}

header ipv4_h {
    bit<4> version;
    bit<4> header_words;
    bit<8> traffic_class;
    bit<16> total_length;
    bit<16> identification;
    bit<3> flags;
    bit<13> fragment_offset;
    bit<8> time_to_live;
    bit<8> protocol;
    bit<16> checksum;
    bit<32> source;
    bit<32> destination;
}

header udp_h {
    bit<16> source_port;
    bit<16> destination_port;
    bit<16> length;
    bit<16> checksum;
}

/* io.dta.primitives.wire.BaseHeader, the full format. */
header dta_base_h {
    bit<8> opcode;
    bit<8> seqnum;
    bit<1> immediate;
    bit<1> retransmittable;
    bit<6> store;
}

/* What stands before the key of a Key-Write and of a Key-Increment. */
header dta_redundancy_h {
    bit<8> redundancy;
}

/* What stands before the entry of an Append. */
header dta_append_h {
    bit<32> list;
}

/* What follows the key of a Key-Increment. */
header dta_increment_h {
    bit<64> increment;
}

/* What follows the key of a Postcard. */
header dta_postcard_h {
    bit<8> hop;
    bit<32> value;
}

/* What stands before the counters of a Sketch column. */
header dta_sketch_h {
    bit<16> reporter;
    bit<32> epoch;
    bit<32> column;
}

/* io.dta.primitives.wire.Acknowledgement: ACK and NACK to a reporter. */
header dta_acknowledgement_h {
    bit<8> seqnum;
    bit<1> nack;
    bit<7> reserved;
}

/* io.dta.primitives.wire.ImmediateData is the word of immediate_h. */
header immediate_h {
    bit<8> opcode;
    bit<8> store;
    bit<16> detail;
}

/* Base Transport Header: InfiniBand specification 1.4, volume 1, section 9.2. */
header bth_h {
    bit<8> opcode;
    bit<1> solicited_event;
    bit<1> migration_request;
    bit<2> pad_count;
    bit<4> version;
    bit<16> partition_key;
    bit<8> congestion;
    bit<24> queue_pair;
    bit<1> acknowledge_request;
    bit<7> reserved;
    bit<24> psn;
}

/* RDMA Extended Transport Header, section 9.3.3. */
header reth_h {
    bit<64> address;
    bit<32> rkey;
    bit<32> dma_length;
}

/* Atomic Extended Transport Header, section 9.3.4. */
header atomic_h {
    bit<64> address;
    bit<32> rkey;
    bit<64> swap_or_add;
    bit<64> compare;
}

/* ACK Extended Transport Header, section 9.3.5. */
header aeth_h {
    bit<8> syndrome;
    bit<24> message_sequence_number;
}

/* Least significant byte first, unlike all others. */
header icrc_h {
    bit<8> byte_0;
    bit<8> byte_1;
    bit<8> byte_2;
    bit<8> byte_3;
}

/* io.dta.primitives.store.KeyWriteStore: a slot before its value. */
header slot_h {
    bit<32> checksum;
}

/* io.dta.primitives.store.AppendStore: a frame after its entries. */
header append_trailer_h {
    bit<32> sequence;
    bit<8> count;
    bit<8> flags;
    bit<16> crc;
}

/* io.dta.primitives.store.PostcardingStore: a chunk after its words, with verify: checksum. */
header path_tail_h {
    bit<32> checksum;
    bit<8> hops;
}

/* io.dta.primitives.store.SketchStore: an epoch after its columns. */
header sketch_trailer_h {
    bit<32> epoch;
    bit<32> complete_columns;
    bit<16> expected;
    bit<16> merged;
    bit<8> state;
    bit<24> zero;
}

/* Keys, values and padding are pieces of 2^n bytes, the longest first: any length is a sum of them. */
header bytes_1_h {
    bit<8> data;
}

header bytes_2_h {
    bit<16> data;
}

header bytes_4_h {
    bit<32> data;
}

header bytes_8_h {
    bit<64> data;
}

header bytes_16_h {
    bit<128> data;
}

header bytes_32_h {
    bit<256> data;
}

header bytes_64_h {
    bit<512> data;
}

header bytes_128_h {
    bit<1024> data;
}

header bytes_256_h {
    bit<2048> data;
}

#endif
