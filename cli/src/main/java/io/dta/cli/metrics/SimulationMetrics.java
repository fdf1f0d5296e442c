package io.dta.cli.metrics;

import static io.dta.node.metrics.MetricDescription.counter;
import static io.dta.node.metrics.MetricDescription.gauge;

import io.dta.fattree.send.SendCounters;
import io.dta.node.HttpEndpoint;
import io.dta.node.metrics.LabelValue;
import io.dta.node.metrics.Metric;
import io.dta.node.metrics.MetricDescription;
import io.dta.node.metrics.MetricSet;
import io.dta.primitives.Primitive;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.List;
import java.util.function.ToLongFunction;

/** A simulation's metrics, and where they are served. */
public final class SimulationMetrics {
  /** Beside the collector's and the translator's. */
  public static final int DEFAULT_PORT = 8042;

  private static final String PREFIX = "dta_sim_";

  private static final List<Metric<SimulationStatus>> ALL =
      List.of(
          gauge(
                  PREFIX + "flows_planned",
                  "Flows that the run has in all.",
                  "The configuration of the run.",
                  "None: it stands beside the flows.")
              .read((status, samples) -> samples.add((double) status.flowsPlanned())),
          counter(
                  PREFIX + "flows_total",
                  "Flows that have passed the network.",
                  "The run goes on.",
                  "If it stands still before the end, essential reports are not acknowledged: see"
                      + " the translator.")
              .read((status, samples) -> samples.add((double) status.flows())),
          counter(
                  PREFIX + "packets_total",
                  "Packets that hosts have sent.",
                  "The run goes on.",
                  "None: this is the simulated load.")
              .read((status, samples) -> samples.add((double) status.packets())),
          counter(
                  PREFIX + "packet_drops_total",
                  "Packets that the simulated network has dropped.",
                  "Queues were full; it is what the run is to show.",
                  "None: compare with the events that the collector has.",
                  "reason")
              .read(
                  (status, samples) ->
                      status
                          .drops()
                          .forEach((reason, count) -> samples.add((double) count, reason))),
          counter(
                  PREFIX + "reports_sent_total",
                  "Reports that switches have sent, retransmissions included.",
                  "Flows pass; essential reports that are not acknowledged are sent again.",
                  "Compare with what the translator received.",
                  "primitive")
              .read(byPrimitive(SendCounters.OfPrimitive::sent)),
          counter(
                  PREFIX + "reports_lost_total",
                  "Of these, those that the run lost on purpose.",
                  "`--loss`.",
                  "None.",
                  "primitive")
              .read(byPrimitive(SendCounters.OfPrimitive::lost)),
          counter(
                  PREFIX + "reports_retransmitted_total",
                  "Of these, those that were sent again.",
                  "An essential report or its acknowledgement was lost or late.",
                  "More than those lost on purpose: see kernel drops and the translator.",
                  "primitive")
              .read(byPrimitive(SendCounters.OfPrimitive::retransmitted)),
          counter(
                  PREFIX + "answers_total",
                  "Answers of the collector that were compared with the truth.",
                  "The run is over and was checked; `dta sim` serves it with `--metrics-linger`.",
                  "See the verdicts below.",
                  "primitive",
                  "verdict")
              .explaining(
                  List.of(
                      new LabelValue("verdict", "right", "As the mathematics allows.", "None."),
                      new LabelValue(
                          "verdict",
                          "outdated",
                          "As it was before: the path changed, and nothing was reported since.",
                          "More than a few: see what the translator dropped."),
                      new LabelValue(
                          "verdict",
                          "empty",
                          "No answer: lost on purpose, or overwritten by later keys.",
                          "More than predicted: see what the translator dropped."),
                      new LabelValue(
                          "verdict",
                          "wrong",
                          "An answer that was never reported, or beyond its bound.",
                          "The run says which; a few estimates of sketches may be.")))
              .read(
                  (status, samples) -> {
                    for (Primitive primitive : Primitive.values()) {
                      SimulationStatus.Verdicts verdicts = status.answers(primitive);
                      samples.add((double) verdicts.right(), primitive.label(), "right");
                      samples.add((double) verdicts.outdated(), primitive.label(), "outdated");
                      samples.add((double) verdicts.empty(), primitive.label(), "empty");
                      samples.add((double) verdicts.wrong(), primitive.label(), "wrong");
                    }
                  }));

  private SimulationMetrics() {}

  /** What they are, for the documentation. */
  public static List<MetricDescription> descriptions() {
    return Metric.descriptions(ALL);
  }

  /**
   * Serves {@code /metrics}.
   *
   * @param port 0 for any that is free
   */
  public static HttpEndpoint serve(SimulationStatus status, int port) {
    PrometheusRegistry registry = new PrometheusRegistry();
    MetricSet.register(registry, ALL, () -> status);
    HttpEndpoint endpoint =
        HttpEndpoint.builder()
            .listen("127.0.0.1", port, "--free-ports or --metrics-port")
            .metrics(registry)
            .build();
    endpoint.start();
    return endpoint;
  }

  private static Metric.Reader<SimulationStatus> byPrimitive(
      ToLongFunction<SendCounters.OfPrimitive> value) {
    return (status, samples) -> {
      for (Primitive primitive : Primitive.values()) {
        samples.add((double) value.applyAsLong(status.reports().of(primitive)), primitive.label());
      }
    };
  }
}
