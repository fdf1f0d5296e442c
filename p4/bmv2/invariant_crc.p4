/*
 * The invariant CRC over everything that routers do not change (InfiniBand specification, annex
 * A17.3.3): eight bytes and the fields that they do change are ones. Headers that are not valid are
 * left out of the calculation. REQUEST_BYTES is what a program has behind the BTH.
 */
#ifndef DTA_INVARIANT_CRC_P4
#define DTA_INVARIANT_CRC_P4

control InvariantCrc(inout headers_t hdr, inout metadata_t meta) {
    action calculate() {
        CHECKSUM(meta.crc,
            64w0xFFFFFFFFFFFFFFFF,
            hdr.ipv4.version, hdr.ipv4.header_words, 8w0xFF, hdr.ipv4.total_length,
            hdr.ipv4.identification, hdr.ipv4.flags, hdr.ipv4.fragment_offset,
            8w0xFF, hdr.ipv4.protocol, 16w0xFFFF, hdr.ipv4.source, hdr.ipv4.destination,
            hdr.udp.source_port, hdr.udp.destination_port, hdr.udp.length, 16w0xFFFF,
            hdr.bth.opcode, hdr.bth.solicited_event, hdr.bth.migration_request, hdr.bth.pad_count,
            hdr.bth.version, hdr.bth.partition_key, 8w0xFF, hdr.bth.queue_pair,
            hdr.bth.acknowledge_request, hdr.bth.reserved, hdr.bth.psn,
            REQUEST_BYTES);
    }
    apply {
        calculate();
        hdr.icrc.setValid();
        hdr.icrc.byte_0 = meta.crc[7:0];
        hdr.icrc.byte_1 = meta.crc[15:8];
        hdr.icrc.byte_2 = meta.crc[23:16];
        hdr.icrc.byte_3 = meta.crc[31:24];
    }
}

#endif
