package io.dta.cli.metrics;

import io.dta.fattree.send.SendCounters;
import io.dta.fattree.verify.Comparison;
import io.dta.fattree.verify.VerificationReport;
import io.dta.primitives.Primitive;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What a simulated data center has done so far. The run's thread writes it, others read it. */
public final class SimulationStatus {
  /**
   * Answers that were compared with the truth.
   *
   * @param right as the mathematics allows
   * @param outdated as it was before, where it changed
   * @param empty no answer
   * @param wrong anything else
   */
  record Verdicts(long right, long outdated, long empty, long wrong) {
    private static final Verdicts NONE = new Verdicts(0, 0, 0, 0);

    private Verdicts plus(Comparison comparison) {
      return new Verdicts(
          right + comparison.right(),
          outdated + comparison.outdated(),
          empty + comparison.empty(),
          wrong + comparison.wrong());
    }
  }

  private final long flowsPlanned;
  private volatile long flows;
  private volatile long packets;
  private volatile Map<String, Long> drops = Map.of();
  private volatile SendCounters reports = new SendCounters(Map.of(), 0, 0);
  private volatile Map<Primitive, Verdicts> answers = Map.of();

  public SimulationStatus(long flowsPlanned) {
    this.flowsPlanned = flowsPlanned;
  }

  /** So many flows have passed the network, with so many packets. */
  public void traffic(long flowsPassed, long packetsSent) {
    flows = flowsPassed;
    packets = packetsSent;
  }

  /** Packets that the network has dropped, by reason. */
  public void drops(Map<String, Long> byReason) {
    drops = Map.copyOf(byReason);
  }

  /** What the switches have sent. */
  public void reports(SendCounters counters) {
    reports = counters;
  }

  /** Everything was looked up and compared with the truth. */
  public void answers(VerificationReport report) {
    Map<Primitive, Verdicts> verdicts = new EnumMap<>(Primitive.class);
    verdicts.put(Primitive.KEY_WRITE, of(report.keyWrite()));
    verdicts.put(Primitive.POSTCARDING, of(report.postcarding()));
    VerificationReport.Lists lists = report.append();
    verdicts.put(Primitive.APPEND, new Verdicts(lists.read(), 0, lists.lost(), lists.unexpected()));
    VerificationReport.Counts counts = report.keyIncrement();
    verdicts.put(
        Primitive.KEY_INCREMENT,
        new Verdicts(
            counts.exact() + counts.explained(),
            0,
            0,
            counts.over() - counts.explained() + counts.under()));
    VerificationReport.Sketches sketches = report.sketchMerge();
    verdicts.put(
        Primitive.SKETCH_MERGE,
        new Verdicts(sketches.withinBound(), 0, 0, sketches.queried() - sketches.withinBound()));
    answers = Map.copyOf(verdicts);
  }

  /** What each store said was compared with the truth. */
  public void answers(List<Comparison> comparisons) {
    Map<Primitive, Verdicts> verdicts = new EnumMap<>(Primitive.class);
    for (Primitive primitive : Primitive.values()) {
      Verdicts sum = Verdicts.NONE;
      for (Comparison comparison : comparisons) {
        sum = comparison.primitive().equals(primitive.label()) ? sum.plus(comparison) : sum;
      }
      verdicts.put(primitive, sum);
    }
    answers = Map.copyOf(verdicts);
  }

  private static Verdicts of(VerificationReport.Lookups lookups) {
    return new Verdicts(lookups.correct(), 0, lookups.empty(), lookups.wrong());
  }

  long flowsPlanned() {
    return flowsPlanned;
  }

  long flows() {
    return flows;
  }

  long packets() {
    return packets;
  }

  Map<String, Long> drops() {
    return drops;
  }

  SendCounters reports() {
    return reports;
  }

  Verdicts answers(Primitive primitive) {
    return answers.getOrDefault(primitive, Verdicts.NONE);
  }
}
