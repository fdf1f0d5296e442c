package io.dta.collector.query;

import io.dta.primitives.store.Outcome;
import java.util.List;

/**
 * What a Postcarding store says of a flow.
 *
 * @param key in the form of the store's key format
 * @param outcome what kind of answer this is; the three lists are empty where it is not {@link
 *     Outcome#VALUE}
 * @param copies how many chunks were looked at
 * @param matched how many of them belong to the key
 * @param agreed how many of those hold the path
 * @param path the values of the known hops in order; unsigned 32-bit numbers
 * @param hops the same with the number of each hop
 * @param missing the hops before the last known one that were not reported
 */
public record FlowPath(
    String key,
    Outcome outcome,
    int copies,
    int matched,
    int agreed,
    List<Long> path,
    List<Hop> hops,
    List<Integer> missing) {
  /**
   * A hop of a path.
   *
   * @param hop from 1
   * @param value an unsigned 32-bit number
   */
  public record Hop(int hop, long value) {}
}
