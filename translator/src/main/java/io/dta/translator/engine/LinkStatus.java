package io.dta.translator.engine;

import io.dta.rdma.QueuePairCounters;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An engine's connection to a collector as any thread may see it. The engine's thread writes it.
 */
public final class LinkStatus {
  private final String collector;
  private volatile LinkState state = LinkState.CONNECTING;
  private volatile String problem;
  private volatile Counts counts = new Counts(QueuePairTotals.NONE, QueuePairTotals.NONE);
  private volatile long reconnects;
  private volatile long replayed;
  private volatile long refused;
  private final AtomicInteger outstanding = new AtomicInteger();

  /** Of the queue pairs that are gone, and of the last one. */
  private record Counts(QueuePairTotals past, QueuePairCounters current) {
    QueuePairTotals sum() {
      return past.plus(current);
    }
  }

  LinkStatus(String collector) {
    this.collector = collector;
  }

  /** The collector's name. */
  public String collector() {
    return collector;
  }

  public LinkState state() {
    return state;
  }

  /** Why the collector cannot be written to, a sentence for the operator; null where it can. */
  public String problem() {
    return problem;
  }

  /** What its queue pairs did, that which is connected and all before it, by cause. */
  public QueuePairCounters counters() {
    return counts.sum();
  }

  /** How often the queue pair was connected again. */
  public long reconnects() {
    return reconnects;
  }

  /** Operations that were posted again on a later queue pair. */
  public long replayed() {
    return replayed;
  }

  /** Operations that were given up, as the collector refused them on a fresh queue pair too. */
  public long refused() {
    return refused;
  }

  /** Operations that were posted and are not acknowledged, a moment ago. */
  public int outstanding() {
    return outstanding.get();
  }

  void outstanding(int operations) {
    outstanding.lazySet(operations);
  }

  void state(LinkState next) {
    if (state != next) {
      state = next;
    }
  }

  void problem(String sentence) {
    problem = sentence;
  }

  /** A queue pair is there; the counts of the one before go to the past. */
  void connected(QueuePairCounters counters) {
    counts = new Counts(counts.sum(), counters);
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
  void reconnected() {
    reconnects++;
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
  void replayed(long operations) {
    replayed += operations;
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
  void refusedOne() {
    refused++;
  }
}
