package io.dta.translator.engine;

import io.dta.primitives.Primitive;
import io.dta.primitives.hash.CollectorHasher;
import io.dta.primitives.store.KeyIncrementHasher;
import io.dta.primitives.store.KeyIncrementStore;
import io.dta.primitives.wire.BaseHeader;
import io.dta.primitives.wire.KeyIncrementReport;
import io.dta.rdma.RdmaQueuePair;
import org.agrona.DirectBuffer;

/**
 * Key-Increment: N FETCH_ADDs at N hashed counters (DTA section 3).
 *
 * <p>FETCH_ADD has no form with immediate, so the flag is counted and ignored. A report whose first
 * counters were added to and whose last were not is uncertain: to do it again would count twice.
 */
final class KeyIncrementTranslator {
  private static final int OPCODE = Primitive.KEY_INCREMENT.opcode();

  private final int redundancy;
  private final int keyLength;
  private final CollectorLink[] links;
  private final int storeIndex;
  private final EngineCounters counters;
  private final KeyIncrementHasher hasher;
  private final CollectorHasher collectorHasher;

  KeyIncrementTranslator(KeyIncrementStore store, CollectorLink[] links, EngineCounters counters) {
    this.redundancy = store.redundancy();
    this.keyLength = store.key().length();
    this.links = links;
    this.storeIndex = LinkRegions.index(store);
    this.counters = counters;
    this.hasher = new KeyIncrementHasher(store);
    this.collectorHasher = new CollectorHasher(keyLength);
  }

  /**
   * Translates a report.
   *
   * @param body the index of its first byte after the base header
   * @return null, or why it is dropped
   */
  DropReason translate(DirectBuffer buffer, int body, int flags) {
    int copies = KeyIncrementReport.redundancy(buffer, body);
    if (copies == 0 || copies > redundancy) {
      return DropReason.BAD_REDUNDANCY;
    }
    int key = body + KeyIncrementReport.KEY_OFFSET;
    int target = links.length == 1 ? 0 : collectorHasher.collector(buffer, key, links.length);
    CollectorLink link = links[target];
    DropReason refusal = link.admit(storeIndex, copies);
    if (refusal != null) {
      return refusal;
    }
    if (BaseHeader.isImmediate(flags)) {
      counters.event(EngineEvent.IMMEDIATE_IGNORED);
    }
    hasher.hash(buffer, key, copies);
    long increment = KeyIncrementReport.increment(buffer, body, keyLength);
    int last = copies - 1;
    for (int copy = 0; copy < last; copy++) {
      int result = link.fetchAdd(storeIndex, hasher.counterOffset(copy), increment);
      if (result != RdmaQueuePair.POSTED) {
        return refused(link, result, copy);
      }
    }
    int result =
        link.fetchAddLast(storeIndex, hasher.counterOffset(last), increment, OPCODE, last == 0);
    if (result != RdmaQueuePair.POSTED) {
      return refused(link, result, last);
    }
    counters.operations(OPCODE, copies);
    return null;
  }

  /**
   * Translates reports that follow each other.
   *
   * @param distance from report to report
   */
  void translate(DirectBuffer buffer, int body, int distance, int count, int flags) {
    for (int i = 0; i < count; i++) {
      DropReason reason = translate(buffer, body + i * distance, flags);
      if (reason != null) {
        counters.dropped(OPCODE, reason, 1);
      }
    }
  }

  private DropReason refused(CollectorLink link, int result, int posted) {
    DropReason reason = link.refused(result);
    if (posted == 0) {
      return reason;
    }
    counters.operations(OPCODE, posted);
    counters.uncertain(OPCODE, 1);
    return null;
  }
}
