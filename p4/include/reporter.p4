/* What reporters say beyond the base formats, and what their control plane tells them. */
#ifndef DTA_REPORTER_P4
#define DTA_REPORTER_P4

/* io.dta.fattree.telemetry.EventType. */
#define EVENT_CONGESTION 8w1
#define EVENT_QUEUE_FULL_DROP 8w2
#define EVENT_LINK_DOWN_DROP 8w3
#define EVENT_NO_ROUTE_DROP 8w4
#define EVENT_PATH_CHANGE 8w5
#define EVENT_LENGTH 16w18

/* io.dta.p4.ReporterCommand. */
#define UDP_PORT_COMMANDS 16w40045
#define COMMAND_BEGIN_EPOCH 8w1
#define COMMAND_EXPORT_SKETCH 8w2
#define COMMAND_CLEAR_SKETCH 8w3
#define COMMAND_SEND_AGAIN 8w4
#define COMMAND_FLUSH_HOSTS 8w5
#define COMMAND_FLUSH_DROPS 8w6

/* Words of a path, as io.dta.fattree.routing.IntPath has them. */
#define PATH_HOPS 8w5
#define PATH_LENGTH 16w20

/* io.dta.fattree.telemetry.NetworkEvent: an entry of Append. */
header dta_event_h {
    bit<32> source;
    bit<32> destination;
    bit<16> source_port;
    bit<16> destination_port;
    bit<8> protocol;
    bit<16> switch_id;
    bit<8> type;
    bit<16> detail;
}

/*
 * io.dta.p4.ReporterCommand, a datagram to UDP port 40045 of the switch: first and count are
 * columns of a sketch, positions among the unacknowledged reports to a target, or places of a table.
 */
header dta_command_h {
    bit<8> kind;
    bit<8> target;
    bit<16> reserved;
    bit<32> epoch;
    bit<32> first;
    bit<32> count;
}

#endif
