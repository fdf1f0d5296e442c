package io.dta.collector.connection;

import static io.dta.node.metrics.MetricDescription.counter;

import io.dta.node.metrics.LabelValue;
import io.dta.node.metrics.MetricDescription;
import java.util.List;

/** What the counters of RNICs are; which of them there are depends on {@code rdma.mode}. */
public final class RnicDescriptions {
  static final MetricDescription PACKETS =
      counter(
          "dta_rnic_packets_total",
          "Datagrams that the software RNIC received.",
          "Translators send RDMA requests.",
          "If it stands still, see whether the translators are connected.");

  static final MetricDescription WRITTEN_BYTES =
      counter(
          "dta_rnic_written_bytes_total",
          "Bytes that WRITEs put into memory.",
          "Translators write.",
          "None: this is the load.");

  static final MetricDescription ACKNOWLEDGEMENTS =
      counter(
          "dta_rnic_acknowledgements_total",
          "Acknowledgements sent.",
          "Requests asked for them.",
          "None: this is how it should be.");

  static final MetricDescription DUPLICATES =
      counter(
          "dta_rnic_duplicates_total",
          "Requests carried out before: acknowledged again, not carried out again.",
          "A translator sent again what had arrived, as the answer was lost or late.",
          "More than a few: answers are lost, or the translators' time-out is too short.");

  static final MetricDescription CONGESTION_MARKS =
      counter(
          "dta_rnic_congestion_marks_total",
          "Requests that a switch had marked with congestion experienced.",
          "A queue on the way was long.",
          "See the queues on the way from the translators.");

  static final MetricDescription CONGESTION_NOTIFICATIONS =
      counter(
          "dta_rnic_congestion_notifications_total",
          "Congestion notification packets sent for such marks.",
          "Marked requests arrived; one at most every 50 µs a queue pair.",
          "As for the marks.");

  static final MetricDescription FAILURES =
      counter(
          "dta_rnic_failures_total",
          "Requests at which the RNIC's software failed.",
          "A defect, or with an RNIC's driver an error of it.",
          "Look into the log, and report it.");

  static final MetricDescription OPERATIONS =
      counter(
          "dta_rnic_operations_total",
          "Operations that software carried out or was told of; an RNIC in hardware tells of those"
              + " with immediate alone.",
          "Translators write.",
          "None: this is the load.",
          "operation");

  static final MetricDescription NAKS =
      counter(
              "dta_rnic_naks_total",
              "NAKs sent.",
              "See the syndromes below.",
              "See the syndromes below.",
              "syndrome")
          .explaining(
              List.of(
                  value(
                      "syndrome",
                      "0x60",
                      "PSN sequence error: a request was lost on the way, and is sent again.",
                      "More than a few: look at kernel drops and the switches' queues."),
                  value(
                      "syndrome",
                      "0x61",
                      "Invalid request: what the RNIC cannot do; of the software RNIC also any"
                          + " SEND.",
                      "Compare the versions of both sides; `GET /v1/queue-pairs` counts the"
                          + " `sends-refused`."),
                  value(
                      "syndrome",
                      "0x62",
                      "Remote access error: an rkey, a range or an access that is not granted.",
                      "None after a restart; else see who sends to this port."),
                  value(
                      "syndrome",
                      "0x63",
                      "Remote operational error: the RNIC failed at a request.",
                      "Look into the log."),
                  value(
                      "syndrome",
                      "rnr",
                      "Receiver not ready: events with immediate came faster than they were taken.",
                      "Fewer reports with the immediate flag.")));

  static final MetricDescription DROPPED =
      counter(
              "dta_rnic_dropped_packets_total",
              "Packets that the software RNIC dropped.",
              "See the reasons below.",
              "See the reasons below.",
              "reason")
          .explaining(
              List.of(
                  value(
                      "reason",
                      "out-of-sequence",
                      "A packet before it was lost; it is sent again.",
                      "As for NAKs with syndrome 0x60."),
                  value(
                      "reason",
                      "malformed",
                      "It is no RoCEv2 packet, or ends too early.",
                      "See who sends to this port."),
                  value(
                      "reason",
                      "unknown-queue-pair",
                      "Its queue pair does not exist, or no more.",
                      "None: a translator finds out by itself and connects anew."),
                  value(
                      "reason",
                      "wrong-source",
                      "It came from another address than its queue pair's.",
                      "Set the translator's `rdma.address`; else see who sends it."),
                  value(
                      "reason",
                      "wrong-version-or-partition",
                      "Its transport version or partition key is another.",
                      "See who sends to this port."),
                  value(
                      "reason",
                      "wrong-icrc",
                      "Its iCRC is wrong: it was changed on the way, or its sender leaves it"
                          + " empty.",
                      "With a sender that leaves it empty, set `rdma.icrc: counted`."),
                  value(
                      "reason",
                      "wrong-opcode",
                      "Its opcode does not fit the queue pair or the packet before.",
                      "Compare the versions of both sides."),
                  value(
                      "reason",
                      "queue-pair-in-error",
                      "Its queue pair is in ERROR.",
                      "None: the translator connects anew."),
                  value(
                      "reason",
                      "forgotten-atomic",
                      "A repeated atomic is too old to be answered from memory.",
                      "Fewer atomics in flight at the translator."),
                  value(
                      "reason",
                      "unreliable",
                      "A packet of a UC message came after a lost one.",
                      "Use RC where every report counts.")));

  static final MetricDescription CM_EVENTS =
      counter(
          "dta_rnic_cm_events_total",
          "What happened by RDMA CM: messages, connections, and what was dropped.",
          "Translators connect and disconnect by RDMA CM.",
          "Many requests and few connections: see the translators' logs.",
          "event");

  static final MetricDescription CONNECTIONS =
      counter(
          "dta_rnic_connections_total",
          "Queue pairs, by what became of them.",
          "Translators connect and disconnect.",
          "Many that failed or were rejected: see the log and the translators' logs.",
          "event");

  static final MetricDescription DEVICE =
      counter(
          "dta_rnic_device_total",
          "What the RDMA device's driver counts, under its own names.",
          "See the driver's documentation.",
          "See the driver's documentation.",
          "counter");

  static final MetricDescription KERNEL_DROPS =
      counter(
          "dta_rnic_kernel_drops_total",
          "RoCEv2 packets that the kernel dropped because the software RNIC's receive buffer was"
              + " full.",
          "Requests arrived faster than they were carried out.",
          "Raise `net.core.rmem_max`, lower the translators' window, or add a collector; they are"
              + " sent again.");

  /** All of them. */
  public static final List<MetricDescription> ALL =
      List.of(
          PACKETS,
          OPERATIONS,
          WRITTEN_BYTES,
          ACKNOWLEDGEMENTS,
          NAKS,
          DUPLICATES,
          DROPPED,
          KERNEL_DROPS,
          CONGESTION_MARKS,
          CONGESTION_NOTIFICATIONS,
          FAILURES,
          CM_EVENTS,
          CONNECTIONS,
          DEVICE);

  private RnicDescriptions() {}

  private static LabelValue value(String label, String value, String cause, String remedy) {
    return new LabelValue(label, value, cause, remedy);
  }
}
