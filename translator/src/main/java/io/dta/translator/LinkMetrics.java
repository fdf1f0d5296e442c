package io.dta.translator;

import static io.dta.node.metrics.MetricDescription.counter;
import static io.dta.node.metrics.MetricDescription.gauge;

import io.dta.node.metrics.LabelValue;
import io.dta.node.metrics.Metric;
import io.dta.rdma.QueuePairCounters;
import io.dta.translator.TranslatorReading.LinkReading;
import io.dta.translator.engine.LinkState;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** The metrics of a translator's queue pairs, each of which joins a shard to a collector. */
final class LinkMetrics {
  private static final String PREFIX = TranslatorMetrics.PREFIX + "queue_pair_";
  private static final double BITS_PER_BYTE = 8;

  static final List<Metric<TranslatorReading>> ALL =
      List.of(
          gauge(
                  PREFIX + "up",
                  "1 where the queue pair is ready to send, 0 elsewhere.",
                  "It is connected, or went down and is connected again by itself.",
                  "See whether the collector runs and is reachable; `/readyz` says why it is down.",
                  "collector",
                  "shard")
              .read(byLink(link -> link.state() == LinkState.UP ? 1 : 0)),
          gauge(
                  PREFIX + "state",
                  "1 for the state that the connection is in, 0 for the others.",
                  "See the states below.",
                  "See the states below.",
                  "collector",
                  "shard",
                  "state")
              .explaining(
                  List.of(
                      state(
                          LinkState.CONNECTING,
                          "The queue pair is being connected.",
                          "None, unless it lasts: then see the translator's log."),
                      state(
                          LinkState.REPLAYING,
                          "What was unacknowledged when it went down is being written again.",
                          "None."),
                      state(LinkState.UP, "Reports are written.", "None."),
                      state(
                          LinkState.DOWN,
                          "It went down, or could not be connected; it is tried again in a while.",
                          "See whether the collector runs and is reachable."),
                      state(LinkState.CLOSED, "The translator is closing.", "None.")))
              .read(
                  (reading, samples) -> {
                    for (LinkReading link : reading.links()) {
                      for (LinkState state : LinkState.values()) {
                        samples.add(
                            link.state() == state ? 1 : 0,
                            link.collector(),
                            link.shard(),
                            state.label());
                      }
                    }
                  }),
          gauge(
                  PREFIX + "outstanding_operations",
                  "Operations that were posted and are not acknowledged.",
                  "The rate of operations times the time that an answer takes.",
                  "Near the window (`rdma.reliability.window`): the collector or the network is the"
                      + " limit.",
                  "collector",
                  "shard")
              .read(byLink(LinkReading::outstanding)),
          of(
              "writes_total",
              "RDMA WRITEs posted.",
              "Reports are translated.",
              "None: this is the load.",
              QueuePairCounters::writes),
          of(
              "fetch_adds_total",
              "FETCH_ADDs posted.",
              "Key-Increment reports are translated.",
              "None: this is the load.",
              QueuePairCounters::fetchAdds),
          of(
              "bytes_total",
              "Payload posted.",
              "Reports are translated.",
              "None: this is the load.",
              QueuePairCounters::bytes),
          of(
              "packets_total",
              "Request packets sent, for the first time or again; 0 where an RNIC sends them.",
              "Operations are posted, or sent again.",
              "None: this is the load.",
              QueuePairCounters::packetsSent),
          of(
              "retransmissions_total",
              "Request packets sent again; 0 where an RNIC sends them.",
              "A NAK for a missing packet, or a time-out.",
              "More than a few: packets are lost; look at kernel drops on both hosts, at the"
                  + " switches' queues and at the MTU.",
              QueuePairCounters::retransmissions),
          counter(
                  PREFIX + "naks_total",
                  "NAKs received.",
                  "See the syndromes below (InfiniBand Architecture Specification 1.4, volume 1,"
                      + " section 9.7.5.2).",
                  "See the syndromes below.",
                  "collector",
                  "shard",
                  "syndrome")
              .explaining(
                  List.of(
                      syndrome(
                          "0x60",
                          "PSN sequence error: the collector missed a packet.",
                          "As for retransmissions."),
                      syndrome(
                          "0x61",
                          "Invalid request: the collector's RNIC found the operation malformed.",
                          "See whether it supports atomics; the queue pair is connected again."),
                      syndrome(
                          "0x62",
                          "Remote access error: the rkey, the range or the access was refused.",
                          "None where the collector was restarted: the directory is read again."),
                      syndrome(
                          "0x63",
                          "Remote operational error: the collector's RNIC could not carry it out.",
                          "Look at the collector's log and its RNIC."),
                      syndrome(
                          "rnr",
                          "Receiver not ready: nothing was posted for a WRITE with immediate.",
                          "More than a few: fewer reports with the immediate flag.")))
              .read(
                  (reading, samples) -> {
                    for (LinkReading link : reading.links()) {
                      QueuePairCounters counters = link.counters();
                      String collector = link.collector();
                      String shard = link.shard();
                      samples.add((double) counters.sequenceErrorNaks(), collector, shard, "0x60");
                      samples.add((double) counters.invalidRequestNaks(), collector, shard, "0x61");
                      samples.add((double) counters.remoteAccessNaks(), collector, shard, "0x62");
                      samples.add(
                          (double) counters.remoteOperationalNaks(), collector, shard, "0x63");
                      samples.add(
                          (double) counters.receiverNotReadyNaks(), collector, shard, "rnr");
                    }
                  }),
          of(
              "psn_resynchronizations_total",
              "Times that sending went back to the PSN that the collector asked for.",
              "A PSN sequence error NAK, each missing packet once.",
              "As for retransmissions.",
              QueuePairCounters::resynchronizations),
          of(
              "timeouts_total",
              "Times that no answer came in time.",
              "A request or its answer was lost, or the collector is stopped or slow.",
              "See whether the collector runs; if its host is overloaded, raise"
                  + " `rdma.reliability.timeout`.",
              QueuePairCounters::timeouts),
          of(
              "bad_answers_total",
              "Answers that were dropped.",
              "They were malformed, of another queue pair, or had a wrong iCRC.",
              "See who else sends to this port; a wrong iCRC: set `rdma.icrc`.",
              QueuePairCounters::badAnswers),
          of(
              "congestion_notifications_total",
              "Congestion notification packets received; 0 where an RNIC takes them.",
              "Switches marked our packets as having met congestion.",
              "See the queues on the way to the collector.",
              QueuePairCounters::congestionNotifications),
          gauge(
                  PREFIX + "rate_limit_bytes_per_second",
                  "What congestion left of the rate; 0 where nothing limits it.",
                  "Congestion notifications lower it, time raises it.",
                  "As for congestion notifications.",
                  "collector",
                  "shard")
              .read(byLink(link -> link.counters().rateLimit() / BITS_PER_BYTE)),
          link(
              "reconnects_total",
              "Times that the queue pair was connected again.",
              "It went down: the collector was restarted or unreachable, or refused an operation.",
              "The translator's log says why.",
              LinkReading::reconnects),
          link(
              "replayed_operations_total",
              "Operations that were posted again on a later queue pair.",
              "They were not acknowledged when the queue pair went down.",
              "None: nothing of them is lost.",
              LinkReading::replayed),
          link(
              "refused_operations_total",
              "Operations given up, as the collector refused them on a fresh queue pair too.",
              "The translator and the collector disagree on a store's layout.",
              "Compare the configurations, and restart the translator.",
              LinkReading::refused));

  private LinkMetrics() {}

  private static LabelValue state(LinkState state, String cause, String remedy) {
    return new LabelValue("state", state.label(), cause, remedy);
  }

  private static LabelValue syndrome(String syndrome, String cause, String remedy) {
    return new LabelValue("syndrome", syndrome, cause, remedy);
  }

  private static Metric<TranslatorReading> of(
      String name,
      String help,
      String cause,
      String remedy,
      ToDoubleFunction<QueuePairCounters> value) {
    return link(name, help, cause, remedy, link -> value.applyAsDouble(link.counters()));
  }

  private static Metric<TranslatorReading> link(
      String name, String help, String cause, String remedy, ToDoubleFunction<LinkReading> value) {
    return counter(PREFIX + name, help, cause, remedy, "collector", "shard").read(byLink(value));
  }

  private static Metric.Reader<TranslatorReading> byLink(ToDoubleFunction<LinkReading> value) {
    return (reading, samples) -> {
      for (LinkReading link : reading.links()) {
        samples.add(value.applyAsDouble(link), link.collector(), link.shard());
      }
    };
  }
}
