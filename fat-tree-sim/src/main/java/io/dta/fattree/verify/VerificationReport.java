package io.dta.fattree.verify;

import java.util.List;

/**
 * What a comparison of a collector's answers with the truth found.
 *
 * @param findings a sentence for everything that is wrong beyond what the mathematics allows
 */
public record VerificationReport(
    Lookups keyWrite,
    Lookups postcarding,
    Lists append,
    Counts keyIncrement,
    Sketches sketchMerge,
    List<String> findings) {
  public VerificationReport {
    findings = List.copyOf(findings);
  }

  /** Whether everything is as right as it can be. */
  public boolean ok() {
    return findings.isEmpty();
  }

  /**
   * Answers to look-ups by key; {@code queried = correct + empty + wrong}.
   *
   * @param correct the value as it was reported; of a path, all hops whose postcards left
   * @param empty no answer, an ambiguous one, or a path that lacks hops whose postcards left
   * @param wrong a value that was not reported
   * @param lost of the empty ones, those whose reports injected loss took
   * @param incomplete of the empty ones, paths that lack hops whose postcards left
   * @param allowedEmpty as many may be empty: those that injected loss took, and those that later
   *     writes may have overwritten
   */
  public record Lookups(
      long queried,
      long correct,
      long empty,
      long wrong,
      long lost,
      long incomplete,
      long allowedEmpty) {}

  /**
   * Entries of lists.
   *
   * @param sent different entries
   * @param read of those
   * @param lost sent and not read
   * @param outOfOrder read after one that the same switch first sent later; nothing orders what
   *     different switches send
   * @param unexpected read and not sent, or read twice
   * @param allowedOutOfOrder retransmissions, each of which may be late
   */
  public record Lists(
      long sent, long read, long lost, long outOfOrder, long unexpected, long allowedOutOfOrder) {}

  /**
   * Counters; {@code queried = exact + over + under}.
   *
   * @param over too high
   * @param under too low
   * @param explained of those too high, those that keys which share counters explain to the byte
   */
  public record Counts(long queried, long exact, long over, long under, long explained) {}

  /**
   * Sketches.
   *
   * @param epochs finished and complete
   * @param columns complete, of all epochs
   * @param queried estimates in complete epochs
   * @param withinBound at least the truth, and over it by at most e/C times the total
   * @param unexplained not what one sketch of all flows of the epoch estimates
   * @param allowedBeyond as many may be beyond the bound
   */
  public record Sketches(
      long epochs,
      long columns,
      long queried,
      long withinBound,
      long unexplained,
      long allowedBeyond) {}
}
