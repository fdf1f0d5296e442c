package io.dta.collector.api;

import io.dta.collector.event.ImmediateEvent;
import io.dta.collector.query.ListPage;
import io.dta.collector.query.SketchEpoch;
import java.time.Instant;

/**
 * An event as the stream tells it.
 *
 * @param id counts the collector's events from 1
 * @param time when the RNIC told of it, ISO 8601, in UTC
 * @param store the name of the store that was written to
 * @param primitive the store's
 * @param detail the low 16 bits of the slot, chunk, list or epoch
 * @param queuePairNumber through which queue pair; 0 for shared memory
 * @param length what was written, in bytes
 * @param list with {@code content}, of an Append store: what the list has since the event before
 * @param epoch with {@code content}, of a Sketch-Merge store: how far the epoch is
 */
record EventMessage(
    long id,
    String time,
    String store,
    String primitive,
    int detail,
    int queuePairNumber,
    int length,
    ListPage list,
    SketchEpoch epoch) {
  private static final long NS_PER_SECOND = 1_000_000_000L;

  static EventMessage of(ImmediateEvent event, ListPage list, SketchEpoch epoch) {
    return new EventMessage(
        event.id(),
        Instant.ofEpochSecond(event.timeNs() / NS_PER_SECOND, event.timeNs() % NS_PER_SECOND)
            .toString(),
        event.store().name(),
        event.primitive().label(),
        event.detail(),
        event.queuePairNumber(),
        event.length(),
        list,
        epoch);
  }

  /**
   * What the stream tells in the place of events that it had no room for.
   *
   * @param missed how many
   */
  record Missed(long missed) {}
}
