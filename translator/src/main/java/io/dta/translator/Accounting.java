package io.dta.translator;

import io.dta.primitives.Primitive;
import io.dta.translator.engine.DropReason;
import io.dta.translator.engine.EngineSnapshot;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where every report went; {@code GET /v1/accounting}. In each answer {@code received = written +
 * uncertain + inFlight + all dropped}, however busy the translator is: the engines publish their
 * counters as a whole, at the end of each duty cycle. Once nothing arrives any more, the counts are
 * exact within one duty cycle.
 *
 * <p>A report counts as received when its engine takes it from the ring, or the source drops it.
 *
 * @param received reports that arrived; what cannot be decoded of a datagram counts as one
 * @param written reports whose RDMA operations all succeeded
 * @param uncertain reports whose atomics may or may not have taken effect
 * @param inFlight reports that wait in a batch, a cache row or a sketch epoch, or are not
 *     acknowledged
 * @param dropped how many reports for which reason; only reasons that occurred
 * @param primitives the same by primitive, all five. What cannot be decoded belongs to none
 */
public record Accounting(
    long received,
    long written,
    long uncertain,
    long inFlight,
    Map<String, Long> dropped,
    Map<String, PrimitiveAccounting> primitives) {

  /**
   * One primitive's reports.
   *
   * @param operations RDMA operations posted
   */
  public record PrimitiveAccounting(
      long received, long written, long uncertain, long inFlight, long dropped, long operations) {}

  /** Dropped reports of all reasons. */
  public long droppedInAll() {
    return dropped.values().stream().mapToLong(Long::longValue).sum();
  }

  /** As the counters say. */
  static Accounting of(EngineSnapshot counters) {
    Map<String, Long> dropped = new LinkedHashMap<>();
    counters
        .droppedByReason()
        .forEach((DropReason reason, Long count) -> dropped.put(reason.label(), count));
    Map<String, PrimitiveAccounting> primitives = new LinkedHashMap<>();
    for (Primitive primitive : Primitive.values()) {
      primitives.put(
          primitive.label(),
          new PrimitiveAccounting(
              counters.received(primitive),
              counters.written(primitive),
              counters.uncertain(primitive),
              counters.inFlight(primitive),
              counters.dropped(primitive),
              counters.operations(primitive)));
    }
    return new Accounting(
        counters.received(),
        counters.written(),
        counters.uncertain(),
        counters.inFlight(),
        dropped,
        primitives);
  }
}
