package io.dta.fattree.verify;

import io.dta.fattree.DemoStores;
import io.dta.fattree.FatTreeRun;
import io.dta.fattree.Truth;
import io.dta.fattree.send.SendCounters;
import io.dta.fattree.traffic.FlowTable;
import io.dta.primitives.Primitive;
import io.dta.primitives.key.KeyFormat;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Asks a collector for everything that a run reported, and compares with the truth.
 *
 * <p>What may be empty, over or out of order follows from the mathematics of {@link
 * io.dta.primitives.analysis}, from injected loss, which is known report by report, and from
 * retransmissions. Chance is given a risk of one in a million a check.
 *
 * <p>Ask when the translator holds nothing any more. Its {@code postcardTimeout} must be longer
 * than the longest pause of the run's thread: a path that it writes before all hops have come
 * counts as empty, and no mathematics allows for that.
 */
public final class Verification {
  /** The probability that a right system fails a check by chance. */
  static final double RISK = 1e-6;

  /** Keys a question. */
  static final int BATCH = 1000;

  private final Truth truth;
  private final SendCounters counters;
  private final DemoStores stores;
  private final CollectorAnswers answers;
  private final int postcardRows;

  /** Is told how far a verification is. */
  @FunctionalInterface
  public interface Listener {
    /**
     * Says how far it is.
     *
     * @param primitive whose answers are being compared
     * @param done look-ups, entries or estimates of it
     */
    void onProgress(Primitive primitive, long done);
  }

  /**
   * Prepares the comparison.
   *
   * @param postcardRows the rows of the translator's cache of postcards: two flows of a tick that
   *     share one break up their paths
   */
  public Verification(
      FatTreeRun.Result result, DemoStores stores, CollectorAnswers answers, int postcardRows) {
    this.truth = result.truth();
    this.counters = result.counters();
    this.stores = stores;
    this.answers = answers;
    this.postcardRows = postcardRows;
  }

  /** Asks and compares. */
  public VerificationReport run(Listener listener) throws IOException {
    List<String> findings = new ArrayList<>();
    PathChecks paths = new PathChecks(truth, stores, answers, findings);
    return new VerificationReport(
        paths.keyWrite(listener),
        paths.postcarding(listener, postcardRows),
        new EventCheck(truth, stores, answers, findings)
            .run(listener, counters.of(Primitive.APPEND).retransmitted()),
        new HostBytesCheck(truth, stores, answers, findings).run(listener),
        new FlowSizesCheck(truth, stores, answers, findings).run(listener),
        findings);
  }

  /** The 5-tuples of some flows as people write them. */
  static List<String> keys(FlowTable flows, int first, int end) {
    List<String> keys = new ArrayList<>(end - first);
    for (int flow = first; flow < end; flow++) {
      keys.add(KeyFormat.IPV4_5_TUPLE.printKey(flows.key(flow)));
    }
    return keys;
  }

  /** Checks that there is an answer for each key. */
  static <T> List<T> complete(List<T> given, List<String> keys) throws IOException {
    if (given.size() != keys.size()) {
      throw new IOException(
          "the collector gave " + given.size() + " answers to " + keys.size() + " keys");
    }
    return given;
  }
}
