package io.dta.fattree.verify;

import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;

/**
 * What a store said beside the truth; {@code asked = right + outdated + empty + wrong}.
 *
 * @param primitive how it came there
 * @param system that reported it
 * @param store whose answers they are
 * @param what was asked, in the plural
 * @param asked how many of those
 * @param right as it happened; of sketches, within their bound
 * @param outdated as it was before, where it changed
 * @param empty no answer, an ambiguous one, or a part of one
 * @param wrong anything else
 * @param reports of events that were read, which tell of all that was asked; null of other stores
 * @param deviation of answers that are numbers; null where they are none
 */
public record Comparison(
    String primitive,
    String system,
    String store,
    String what,
    long asked,
    long right,
    long outdated,
    long empty,
    long wrong,
    Long reports,
    Deviation deviation) {
  /** The share of right ones; 1 where nothing was asked. */
  public double share() {
    return asked == 0 ? 1 : (double) right / asked;
  }

  /** Counts towards one, and tells a listener of every answer. */
  static final class Tally {
    private final String primitive;
    private final String system;
    private final String store;
    private final String what;
    private final AnswerListener listener;
    private final Map<Verdict, Long> verdicts = new EnumMap<>(Verdict.class);

    Tally(String primitive, String system, String store, String what, AnswerListener listener) {
      this.primitive = primitive;
      this.system = system;
      this.store = store;
      this.what = what;
      this.listener = listener;
    }

    void add(Verdict verdict, String key, Object truth, Object answer) throws IOException {
      verdicts.merge(verdict, 1L, Long::sum);
      listener.onAnswer(store, what, key, truth, answer, verdict);
    }

    Comparison end() {
      return end(null, null);
    }

    Comparison ofReports(long reports, Deviation deviation) {
      return end(reports, deviation);
    }

    Comparison ofNumbers(Deviation deviation) {
      return end(null, deviation);
    }

    private Comparison end(Long reports, Deviation deviation) {
      return new Comparison(
          primitive,
          system,
          store,
          what,
          verdicts.values().stream().mapToLong(Long::longValue).sum(),
          count(Verdict.RIGHT),
          count(Verdict.OUTDATED),
          count(Verdict.EMPTY),
          count(Verdict.WRONG),
          reports,
          deviation);
    }

    private long count(Verdict verdict) {
      return verdicts.getOrDefault(verdict, 0L);
    }
  }
}
