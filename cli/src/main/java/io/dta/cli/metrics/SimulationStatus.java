package io.dta.cli.metrics;

import io.dta.fattree.send.SendCounters;
import io.dta.fattree.verify.VerificationReport;
import io.dta.primitives.Primitive;
import java.util.EnumMap;
import java.util.Map;

/** What a simulated data center has done so far. The run's thread writes it, others read it. */
public final class SimulationStatus {
  /**
   * Answers that were compared with the truth.
   *
   * @param right as the mathematics allows
   * @param empty no answer
   * @param wrong neither
   */
  record Verdicts(long right, long empty, long wrong) {}

  private final long flowsPlanned;
  private volatile long flows;
  private volatile long packets;
  private volatile Map<String, Long> drops = Map.of();
  private volatile SendCounters reports = new SendCounters(Map.of(), 0, 0);
  private volatile long reportsInAll = -1;
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

  /** How many reports the switches have sent, where nobody counts them by primitive. */
  public void reports(long inAll) {
    reportsInAll = inAll;
  }

  /** Everything was looked up and compared with the truth. */
  public void answers(VerificationReport report) {
    Map<Primitive, Verdicts> verdicts = new EnumMap<>(Primitive.class);
    verdicts.put(Primitive.KEY_WRITE, of(report.keyWrite()));
    verdicts.put(Primitive.POSTCARDING, of(report.postcarding()));
    VerificationReport.Lists lists = report.append();
    verdicts.put(Primitive.APPEND, new Verdicts(lists.read(), lists.lost(), lists.unexpected()));
    VerificationReport.Counts counts = report.keyIncrement();
    verdicts.put(
        Primitive.KEY_INCREMENT,
        new Verdicts(
            counts.exact() + counts.explained(),
            0,
            counts.over() - counts.explained() + counts.under()));
    VerificationReport.Sketches sketches = report.sketchMerge();
    verdicts.put(
        Primitive.SKETCH_MERGE,
        new Verdicts(sketches.withinBound(), 0, sketches.queried() - sketches.withinBound()));
    answers = Map.copyOf(verdicts);
  }

  private static Verdicts of(VerificationReport.Lookups lookups) {
    return new Verdicts(lookups.correct(), lookups.empty(), lookups.wrong());
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

  /** Negative where they are counted by primitive. */
  long reportsInAll() {
    return reportsInAll;
  }

  SendCounters reports() {
    return reports;
  }

  Verdicts answers(Primitive primitive) {
    return answers.getOrDefault(primitive, new Verdicts(0, 0, 0));
  }
}
