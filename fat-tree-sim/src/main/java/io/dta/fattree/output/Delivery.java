package io.dta.fattree.output;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where a run's reports are.
 *
 * @param to whom they went, in words
 * @param reports that switches made and, of essential ones, sent again
 * @param datagrams that carried them; 0 where switches write by themselves
 * @param fate how many reports ended or are where, by name; they add up to what arrived
 * @param operations RDMA operations that were posted; −1 where it is not known
 * @param queuePairs at the collectors' RNICs; −1 where it is not known
 */
public record Delivery(
    String to,
    long reports,
    long datagrams,
    Map<String, Long> fate,
    long operations,
    int queuePairs) {
  /** Is not known. */
  public static final int UNKNOWN = -1;

  public Delivery {
    fate = new LinkedHashMap<>(fate);
  }
}
