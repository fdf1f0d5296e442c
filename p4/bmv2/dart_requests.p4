/*
 * A report becomes RDMA WRITEs of checksum and path (DART section 3): one queue pair a collector,
 * reliable or unreliable connection (InfiniBand specification 1.4, volume 1, chapter 9). The packet
 * sequence number is counted here, where a queue pair's packets pass one after the other.
 */
#ifndef DTA_DART_REQUESTS_P4
#define DTA_DART_REQUESTS_P4

#define PAYLOAD_LENGTH (CHECKSUM_LENGTH + PATH_LENGTH)

control Requests(inout headers_t hdr, inout metadata_t meta, inout standard_metadata_t standard) {
    CopyOffset() copy_offset;
    InvariantCrc() invariant_crc;
    /* By target: the next PSN, and the packets since an acknowledgement was asked for. */
    register<bit<32>>(MAX_TARGETS) psns;
    register<bit<32>>(MAX_TARGETS) since_asked;
    /* By target. */
    counter(MAX_TARGETS, CounterType.packets) operations;
    counter(MAX_TARGETS, CounterType.packets) without_region;

    bit<64> address = 0;
    bit<32> rkey = 0;
    bit<32> ask_every = 0;
    bit<1> value_covered = 0;
    bit<32> psn;
    bit<32> asked;
    bit<24> distance;

    /*
     * slot_mask: M - 1. stride: bytes from slot to slot. checksum_covers_value: checksum:
     * key-value.
     */
    action set_slots(bit<32> slot_mask, bit<32> stride, bit<1> checksum_covers_value) {
        meta.slot_mask = slot_mask;
        meta.stride = stride;
        value_covered = checksum_covers_value;
    }
    table slots {
        key = {}
        actions = {
            set_slots;
            NoAction;
        }
        default_action = NoAction();
    }

    action set_region(bit<64> region_address, bit<32> region_rkey) {
        address = region_address;
        rkey = region_rkey;
    }
    table regions {
        key = {
            meta.target: exact;
        }
        actions = {
            set_region;
            NoAction;
        }
        default_action = NoAction();
        size = MAX_TARGETS;
    }

    /* opcode: RC's or UC's WRITE. acknowledge_every: 0 for never. */
    action set_queue_pair(bit<48> mac, bit<48> source_mac, bit<32> destination, bit<32> source,
                          bit<16> destination_port, bit<16> source_port, bit<8> traffic_class,
                          bit<24> number, bit<8> opcode, bit<32> acknowledge_every) {
        hdr.ethernet.destination = mac;
        hdr.ethernet.source = source_mac;
        hdr.ipv4.destination = destination;
        hdr.ipv4.source = source;
        hdr.ipv4.traffic_class = traffic_class;
        hdr.udp.destination_port = destination_port;
        hdr.udp.source_port = source_port;
        hdr.bth.queue_pair = number;
        hdr.bth.opcode = opcode;
        ask_every = acknowledge_every;
    }
    table queue_pairs {
        key = {
            meta.target: exact;
        }
        actions = {
            set_queue_pair;
            NoAction;
        }
        default_action = NoAction();
        size = MAX_TARGETS;
    }

    action checksum_of_key() {
        CHECKSUM(hdr.slot.checksum, KEY_BYTES);
    }
    action checksum_of_key_and_path() {
        CHECKSUM(hdr.slot.checksum, KEY_BYTES, meta.path);
    }

    /* The packet that the report is about is nothing but the bytes that are written over. */
    action forget_packet() {
        hdr.udp.setValid();
        hdr.tcp.setInvalid();
        hdr.tcp_options.setInvalid();
        hdr.int_shim.setInvalid();
        hdr.int_md.setInvalid();
        hdr.hops.pop_front(HOPS_STACK);
        hdr.aeth.setInvalid();
        hdr.bth.setValid();
        hdr.reth.setValid();
        hdr.slot.setValid();
        hdr.path_16.setValid();
        hdr.path_4.setValid();
    }
    action request_headers() {
        hdr.path_16.data = meta.path[159:32];
        hdr.path_4.data = meta.path[31:0];
        hdr.reth.address = address + meta.offset;
        hdr.reth.rkey = rkey;
        hdr.reth.dma_length = (bit<32>)PAYLOAD_LENGTH;
        hdr.bth.solicited_event = 0;
        hdr.bth.migration_request = 1;
        hdr.bth.pad_count = 0;
        hdr.bth.version = 0;
        hdr.bth.partition_key = DEFAULT_PARTITION_KEY;
        hdr.bth.congestion = 0;
        hdr.bth.acknowledge_request = 0;
        hdr.bth.reserved = 0;
        hdr.bth.psn = psn[23:0];
        hdr.udp.length = UDP_LENGTH + BTH_LENGTH + RETH_LENGTH + PAYLOAD_LENGTH + ICRC_LENGTH;
        hdr.udp.checksum = 0;
        hdr.ipv4.protocol = IP_PROTOCOL_UDP;
        hdr.ipv4.total_length =
            IPV4_LENGTH + UDP_LENGTH + BTH_LENGTH + RETH_LENGTH + PAYLOAD_LENGTH + ICRC_LENGTH;
        hdr.ipv4.identification = 0;
        hdr.ipv4.flags = IPV4_DONT_FRAGMENT;
        hdr.ipv4.fragment_offset = 0;
        hdr.ipv4.time_to_live = IPV4_TIME_TO_LIVE;
    }

    apply {
        if (meta.operation == OPERATION_GO_BACK) {
            /* At once, and only back: an answer that was overtaken says nothing new. */
            psns.read(psn, (bit<32>)meta.target);
            distance = psn[23:0] - hdr.bth.psn;
            if (distance[23:23] == 0) {
                psns.write((bit<32>)meta.target, (bit<32>)hdr.bth.psn);
            }
            mark_to_drop(standard);
        } else {
            forget_packet();
            slots.apply();
            if (!regions.apply().hit || !queue_pairs.apply().hit) {
                without_region.count((bit<32>)meta.target);
                mark_to_drop(standard);
            } else {
                copy_offset.apply(hdr, meta, (bit<16>)meta.first_copy + standard.egress_rid);
                if (value_covered == 1) {
                    checksum_of_key_and_path();
                } else {
                    checksum_of_key();
                }
                psns.read(psn, (bit<32>)meta.target);
                psns.write((bit<32>)meta.target, (psn + 1) & 0xFFFFFF);
                request_headers();
                since_asked.read(asked, (bit<32>)meta.target);
                asked = asked + 1;
                if (ask_every != 0 && asked >= ask_every) {
                    hdr.bth.acknowledge_request = 1;
                    asked = 0;
                }
                since_asked.write((bit<32>)meta.target, asked);
                invariant_crc.apply(hdr, meta);
                truncate((bit<32>)(ETHERNET_LENGTH + hdr.ipv4.total_length));
                operations.count((bit<32>)meta.target);
            }
        }
    }
}

#endif
