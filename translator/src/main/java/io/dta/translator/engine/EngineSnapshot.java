package io.dta.translator.engine;

import io.dta.primitives.Primitive;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;

/**
 * The counters of one engine, or the sum of several, at one moment. Immutable. All counts are since
 * the start.
 */
public final class EngineSnapshot {
  /** Nothing received, nothing done. */
  public static final EngineSnapshot EMPTY = new EngineSnapshot(new long[EngineCounters.LENGTH]);

  private final long[] values;

  EngineSnapshot(long[] values) {
    this.values = values;
  }

  /** Reports that arrived; what cannot be decoded of a datagram counts as one. */
  public long received() {
    return sum(EngineCounters.RECEIVED);
  }

  /**
   * Reports of a primitive that arrived.
   *
   * @param primitive null, here and below, for what cannot be decoded and belongs to none
   */
  public long received(Primitive primitive) {
    return values[EngineCounters.RECEIVED + row(primitive)];
  }

  /**
   * Reports whose operations were all acknowledged (RC), handed over (UC) or are in memory (shared
   * memory).
   */
  public long written() {
    return sum(EngineCounters.WRITTEN);
  }

  public long written(Primitive primitive) {
    return values[EngineCounters.WRITTEN + row(primitive)];
  }

  /** Reports whose atomics may or may not have taken effect. */
  public long uncertain() {
    return sum(EngineCounters.UNCERTAIN);
  }

  public long uncertain(Primitive primitive) {
    return values[EngineCounters.UNCERTAIN + row(primitive)];
  }

  /**
   * Reports that wait in a batch, a cache row or a sketch epoch, or whose operations are not
   * acknowledged.
   */
  public long inFlight() {
    return sum(EngineCounters.IN_FLIGHT);
  }

  public long inFlight(Primitive primitive) {
    return values[EngineCounters.IN_FLIGHT + row(primitive)];
  }

  /** RDMA operations posted. */
  public long operations() {
    return sum(EngineCounters.OPERATIONS);
  }

  public long operations(Primitive primitive) {
    return values[EngineCounters.OPERATIONS + row(primitive)];
  }

  /** Reports dropped, for whatever reason. */
  public long dropped() {
    long sum = 0;
    for (int i = EngineCounters.DROPPED; i < EngineCounters.EVENTS; i++) {
      sum += values[i];
    }
    return sum;
  }

  public long dropped(DropReason reason) {
    long sum = 0;
    for (int row = 0; row < EngineCounters.ROWS; row++) {
      sum += values[EngineCounters.droppedIndex(row, reason)];
    }
    return sum;
  }

  public long dropped(Primitive primitive) {
    long sum = 0;
    for (DropReason reason : DropReason.values()) {
      sum += dropped(primitive, reason);
    }
    return sum;
  }

  public long dropped(Primitive primitive, DropReason reason) {
    return values[EngineCounters.droppedIndex(row(primitive), reason)];
  }

  /** The reasons that occurred and how many reports each of them cost. */
  public Map<DropReason, Long> droppedByReason() {
    Map<DropReason, Long> counts = new EnumMap<>(DropReason.class);
    for (DropReason reason : DropReason.values()) {
      long count = dropped(reason);
      if (count != 0) {
        counts.put(reason, count);
      }
    }
    return counts;
  }

  public long count(EngineEvent event) {
    return values[EngineCounters.eventIndex(event)];
  }

  /**
   * Whether {@code received = written + dropped + uncertain + in flight}. False would be an error
   * of the engine.
   */
  public boolean isBalanced() {
    return received() == written() + dropped() + uncertain() + inFlight();
  }

  /** The sum of two engines' counters. */
  public EngineSnapshot plus(EngineSnapshot other) {
    long[] sum = values.clone();
    Arrays.setAll(sum, i -> values[i] + other.values[i]);
    return new EngineSnapshot(sum);
  }

  /**
   * These counters and what was dropped before it reached an engine; each report is received and
   * dropped.
   *
   * @param primitive of the reports; null for what cannot be decoded
   * @param count how many
   */
  public EngineSnapshot withDropped(Primitive primitive, DropReason reason, long count) {
    int row = row(primitive);
    long[] sum = values.clone();
    sum[EngineCounters.RECEIVED + row] += count;
    sum[EngineCounters.droppedIndex(row, reason)] += count;
    return new EngineSnapshot(sum);
  }

  private static int row(Primitive primitive) {
    return primitive == null ? EngineCounters.UNDECODABLE : primitive.opcode();
  }

  private long sum(int table) {
    long sum = 0;
    for (int row = 0; row < EngineCounters.ROWS; row++) {
      sum += values[table + row];
    }
    return sum;
  }

  @Override
  public String toString() {
    return "received %d, written %d, dropped %d %s, uncertain %d, in flight %d"
        .formatted(received(), written(), dropped(), droppedByReason(), uncertain(), inFlight());
  }
}
