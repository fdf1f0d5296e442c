/*
 * Bytes on the wire that each host sends, as io.dta.fattree.reporter.HostBytesReporter counts them:
 * a cache of the collector's counters, reported when another host needs the place and every so many
 * bytes.
 */
#ifndef DTA_HOST_COUNTERS_P4
#define DTA_HOST_COUNTERS_P4

control HostCounters(inout headers_t hdr, inout metadata_t meta) {
    register<bit<32>>(MAX_HOSTS) hosts;
    register<bit<64>>(MAX_HOSTS) bytes;
    bit<32> mask = 0;
    bit<64> most = 0;
    bit<32> place;

    /* hosts_mask: places less 1. every: bytes after which a counter is reported. */
    action count_hosts(bit<32> hosts_mask, bit<64> every) {
        mask = hosts_mask;
        most = every;
    }
    table counting {
        key = {}
        actions = {
            count_hosts;
            NoAction;
        }
        default_action = NoAction();
    }
    action host_place() {
        CRC32(place, hdr.ipv4.source);
    }

    apply {
        counting.apply();
        if (most == 0) {
            /* Not configured. */
        } else if (meta.is_command == 1) {
            /* Told to report a place. */
            if (hdr.command.kind == COMMAND_FLUSH_HOSTS) {
                place = (hdr.command.first + meta.step) & mask;
                hosts.read(meta.evicted_host, place);
                bytes.read(meta.evicted_bytes, place);
                if (meta.evicted_bytes != 0) {
                    meta.pending = meta.pending | REPORT_EVICTED_HOST;
                    bytes.write(place, 0);
                }
            }
        } else if (meta.from_host == 1) {
            host_place();
            place = place & mask;
            hosts.read(meta.evicted_host, place);
            bytes.read(meta.evicted_bytes, place);
            meta.host = hdr.ipv4.source;
            if (meta.evicted_host == meta.host) {
                meta.bytes = meta.evicted_bytes + (bit<64>)meta.wire_length;
            } else {
                meta.bytes = (bit<64>)meta.wire_length;
                hosts.write(place, meta.host);
                if (meta.evicted_bytes != 0) {
                    meta.pending = meta.pending | REPORT_EVICTED_HOST;
                }
            }
            if (meta.bytes >= most) {
                meta.pending = meta.pending | REPORT_HOST;
                bytes.write(place, 0);
            } else {
                bytes.write(place, meta.bytes);
            }
        }
    }
}

#endif
