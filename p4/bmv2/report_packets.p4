/*
 * Reports as packets: a copy of the packet that led to it becomes a datagram of one report, and
 * makes the copy for the next one. Keys' hashes choose the collector
 * (io.dta.primitives.hash.CollectorHasher), lists and sketches have one.
 */
#ifndef DTA_REPORT_PACKETS_P4
#define DTA_REPORT_PACKETS_P4

/* The target of the report that leaves next: the lowest of those that are pending. */
control NextReport(inout metadata_t meta) {
    action collector_of_flow() {
        hash(meta.target, HashAlgorithm.crc32_custom, 8w0, { meta.flow }, meta.collectors);
    }
    action collector_of_evicted_host() {
        hash(meta.target, HashAlgorithm.crc32_custom, 8w0, { meta.evicted_host }, meta.collectors);
    }
    action collector_of_host() {
        hash(meta.target, HashAlgorithm.crc32_custom, 8w0, { meta.host }, meta.collectors);
    }

    apply {
        if (meta.pending & (REPORT_PATH | REPORT_POSTCARD) != 0) {
            collector_of_flow();
        } else if (meta.pending & REPORT_EVICTED_HOST != 0) {
            collector_of_evicted_host();
        } else if (meta.pending & REPORT_HOST != 0) {
            collector_of_host();
        } else {
            meta.target = meta.essential_target;
        }
    }
}

control EssentialReport(inout headers_t hdr, in kept_t report, in bit<8> seqnum,
                        in bit<1> protected, in bit<8> rows, inout bit<16> length) {
    apply {
        hdr.base.opcode = report[351:344];
        hdr.base.store = report[341:336];
        hdr.base.seqnum = seqnum;
        hdr.base.retransmittable = protected;
        if (hdr.base.opcode == OPCODE_APPEND) {
            hdr.append.setValid();
            hdr.append.list = report[335:304];
            hdr.event.setValid();
            hdr.event.source = report[303:272];
            hdr.event.destination = report[271:240];
            hdr.event.source_port = report[239:224];
            hdr.event.destination_port = report[223:208];
            hdr.event.protocol = report[207:200];
            hdr.event.switch_id = report[199:184];
            hdr.event.type = report[183:176];
            hdr.event.detail = report[175:160];
            length = length + 4 + EVENT_LENGTH;
        } else {
            hdr.sketch.setValid();
            hdr.sketch.reporter = report[335:320];
            hdr.sketch.epoch = report[319:288];
            hdr.sketch.column = report[287:256];
            length = length + 10 + ((bit<16>)rows << 2);
#define ROW(i) \
            if (rows > i) { \
                hdr.row_##i.setValid(); \
                hdr.row_##i.data = report[255 - 32 * i:224 - 32 * i]; \
            }
            ROW(0)
            ROW(1)
            ROW(2)
            ROW(3)
            ROW(4)
            ROW(5)
            ROW(6)
            ROW(7)
#undef ROW
        }
    }
}

control ReportPacket(inout headers_t hdr, inout metadata_t meta, inout standard_metadata_t standard) {
    /* By opcode; and those to a target that there is not. */
    counter(8, CounterType.packets) sent;
    counter(1, CounterType.packets) without_target;
    NextReport() next_report;
    EssentialReport() essential_1;
    EssentialReport() essential_2;
    bit<6> path_store = 0;
    bit<8> path_copies = 0;
    bit<6> postcard_store = 0;
    bit<6> host_store = 0;
    bit<8> host_copies = 0;
    bit<8> sketch_rows = 0;
    bit<16> length;

    action set_stores(bit<6> paths, bit<8> path_redundancy, bit<6> postcards, bit<6> hosts,
                      bit<8> host_redundancy, bit<8> rows) {
        path_store = paths;
        path_copies = path_redundancy;
        postcard_store = postcards;
        host_store = hosts;
        host_copies = host_redundancy;
        sketch_rows = rows;
    }
    table stores {
        key = {}
        actions = {
            set_stores;
            NoAction;
        }
        default_action = NoAction();
    }

    action set_target(bit<48> mac, bit<48> source_mac, bit<32> destination, bit<32> source) {
        hdr.ethernet.destination = mac;
        hdr.ethernet.source = source_mac;
        hdr.ipv4.destination = destination;
        hdr.ipv4.source = source;
    }
    table targets {
        key = {
            meta.target: exact;
        }
        actions = {
            set_target;
            NoAction;
        }
        default_action = NoAction();
        size = MAX_TARGETS;
    }

    apply {
        hdr.tcp.setInvalid();
        hdr.tcp_options.setInvalid();
        hdr.int_shim.setInvalid();
        hdr.int_md.setInvalid();
        hdr.hops.pop_front(HOPS_STACK);
        hdr.acknowledgement.setInvalid();
        hdr.command.setInvalid();
        hdr.redundancy.setInvalid();
        hdr.append.setInvalid();
        hdr.sketch.setInvalid();
        hdr.flow.setInvalid();
        hdr.host.setInvalid();
        hdr.increment.setInvalid();
        hdr.postcard.setInvalid();
        hdr.event.setInvalid();
        hdr.value_16.setInvalid();
        hdr.value_4.setInvalid();
        hdr.row_0.setInvalid();
        hdr.row_1.setInvalid();
        hdr.row_2.setInvalid();
        hdr.row_3.setInvalid();
        hdr.row_4.setInvalid();
        hdr.row_5.setInvalid();
        hdr.row_6.setInvalid();
        hdr.row_7.setInvalid();
        stores.apply();
        hdr.base.setValid();
        hdr.base.seqnum = 0;
        hdr.base.immediate = 0;
        hdr.base.retransmittable = 0;
        length = BASE_HEADER_LENGTH;
        if (meta.pending & REPORT_PATH != 0) {
            meta.pending = meta.pending & ~REPORT_PATH;
            hdr.base.opcode = OPCODE_KEY_WRITE;
            hdr.base.store = path_store;
            hdr.redundancy.setValid();
            hdr.redundancy.redundancy = path_copies;
            hdr.flow.setValid();
            hdr.flow.key = meta.flow;
            hdr.value_16.setValid();
            hdr.value_16.data = meta.path[159:32];
            hdr.value_4.setValid();
            hdr.value_4.data = meta.path[31:0];
            length = length + 1 + 13 + PATH_LENGTH;
        } else if (meta.pending & REPORT_POSTCARD != 0) {
            meta.pending = meta.pending & ~REPORT_POSTCARD;
            hdr.base.opcode = OPCODE_POSTCARDING;
            hdr.base.store = postcard_store;
            hdr.flow.setValid();
            hdr.flow.key = meta.flow;
            hdr.postcard.setValid();
            hdr.postcard.hop = meta.postcard_hop;
            hdr.postcard.value = meta.switch_id;
            length = length + 13 + 5;
        } else if (meta.pending & (REPORT_EVICTED_HOST | REPORT_HOST) != 0) {
            hdr.base.opcode = OPCODE_KEY_INCREMENT;
            hdr.base.store = host_store;
            hdr.redundancy.setValid();
            hdr.redundancy.redundancy = host_copies;
            hdr.host.setValid();
            hdr.increment.setValid();
            if (meta.pending & REPORT_EVICTED_HOST != 0) {
                meta.pending = meta.pending & ~REPORT_EVICTED_HOST;
                hdr.host.data = meta.evicted_host;
                hdr.increment.increment = meta.evicted_bytes;
            } else {
                meta.pending = meta.pending & ~REPORT_HOST;
                hdr.host.data = meta.host;
                hdr.increment.increment = meta.bytes;
            }
            length = length + 1 + 4 + 8;
        } else if (meta.pending & REPORT_ESSENTIAL_1 != 0) {
            meta.pending = meta.pending & ~REPORT_ESSENTIAL_1;
            essential_1.apply(hdr, meta.essential_1, meta.seqnum_1, meta.protected_1, sketch_rows,
                              length);
        } else {
            meta.pending = meta.pending & ~REPORT_ESSENTIAL_2;
            essential_2.apply(hdr, meta.essential_2, meta.seqnum_2, meta.protected_2, sketch_rows,
                              length);
        }
        hdr.ethernet.ether_type = ETHER_TYPE_IPV4;
        hdr.ipv4.setValid();
        hdr.ipv4.version = IPV4_VERSION;
        hdr.ipv4.header_words = IPV4_HEADER_WORDS;
        hdr.ipv4.traffic_class = 0;
        hdr.ipv4.total_length = IPV4_LENGTH + UDP_LENGTH + length;
        hdr.ipv4.identification = 0;
        hdr.ipv4.flags = IPV4_DONT_FRAGMENT;
        hdr.ipv4.fragment_offset = 0;
        hdr.ipv4.time_to_live = IPV4_TIME_TO_LIVE;
        hdr.ipv4.protocol = IP_PROTOCOL_UDP;
        hdr.udp.setValid();
        hdr.udp.source_port = UDP_PORT_ACKNOWLEDGEMENTS;
        hdr.udp.destination_port = UDP_PORT_REPORTS;
        hdr.udp.length = UDP_LENGTH + length;
        hdr.udp.checksum = 0;
        if (targets.apply().hit) {
            sent.count((bit<32>)hdr.base.opcode);
        } else {
            without_target.count(0);
            mark_to_drop(standard);
        }
        truncate((bit<32>)(ETHERNET_LENGTH + IPV4_LENGTH + UDP_LENGTH + length));
        if (meta.pending != 0) {
            next_report.apply(meta);
            clone_preserving_field_list(CloneType.E2E, FIRST_SESSION + (bit<32>)meta.target,
                                        FIELDS_REPORTS);
        }
    }
}

#endif
