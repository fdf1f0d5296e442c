package io.dta.fattree.verify;

import io.dta.primitives.store.Outcome;
import java.io.IOException;
import java.util.List;

/**
 * What a collector answers. Keys are written as people write them ({@code
 * 10.0.0.2:40001>10.3.1.3:443/tcp}, {@code 10.0.0.2}), as its HTTP API takes them; lists of answers
 * are in the order of the keys.
 */
public interface CollectorAnswers {
  /**
   * The answer to a Key-Write query.
   *
   * @param value the value's bytes in lower-case hexadecimal; null where there is none
   */
  record Value(Outcome outcome, String value) {}

  /**
   * The answer to a Postcarding query.
   *
   * @param hops the hops that are known; empty where there is no path
   */
  record Path(Outcome outcome, List<Hop> hops) {
    public Path {
      hops = List.copyOf(hops);
    }
  }

  /**
   * A known hop of a path.
   *
   * @param hop from 1
   * @param value as an unsigned 32-bit number
   */
  record Hop(int hop, long value) {}

  /**
   * A part of a list.
   *
   * @param entries in lower-case hexadecimal, in order; empty where there are no more
   * @param next the position after them
   * @param lostFrames frames that were overwritten before they were read
   */
  record Page(List<String> entries, long next, long lostFrames) {
    public Page {
      entries = List.copyOf(entries);
    }
  }

  /**
   * An epoch of a sketch.
   *
   * @param complete whether all columns of all reporters are in it
   * @param columns the complete ones
   * @param expected reporters
   * @param merged reporters that delivered every column
   */
  record Epoch(long epoch, boolean complete, long columns, int expected, int merged) {}

  /** The values of keys by plurality. */
  List<Value> values(String store, List<String> keys) throws IOException;

  /** The paths of keys. */
  List<Path> paths(String store, List<String> keys) throws IOException;

  /** The counts of keys. */
  List<Long> counts(String store, List<String> keys) throws IOException;

  /**
   * A list's entries from a position on, as many as the collector likes to give at a time.
   *
   * @param from 1 for the beginning, then {@link Page#next}
   */
  Page entries(String store, int list, long from) throws IOException;

  /** The epochs of a sketch that are in memory. */
  List<Epoch> epochs(String store) throws IOException;

  /** The estimates of keys in a finished epoch. */
  List<Long> estimates(String store, long epoch, List<String> keys) throws IOException;

  /** How many different keys a HyperLogLog saw in a finished epoch. */
  double cardinality(String store, long epoch) throws IOException;
}
