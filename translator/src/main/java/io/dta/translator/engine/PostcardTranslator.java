package io.dta.translator.engine;

import io.dta.primitives.Primitive;
import io.dta.primitives.hash.CollectorHasher;
import io.dta.primitives.store.PostcardingStore;
import io.dta.primitives.wire.BaseHeader;
import io.dta.primitives.wire.PostcardReport;
import org.agrona.DirectBuffer;

/**
 * Postcarding: a flow's postcards gather in a row of a cache, and a path is one WRITE a copy (DTA
 * section 3). It goes out when all hops are there, when its row is needed for another flow, or when
 * its first postcard has waited for {@code postcardTimeout}; always to the slots of its own flow.
 *
 * <p>A later postcard of the same hop takes the place of an earlier one, so a row holds as many
 * reports as it has hops. The immediate flag is carried by the last copy of the path: a chunk with
 * holes would tell the collector less. A postcard that would cause WRITEs beyond the rate limit is
 * dropped itself; the rows stay as they are.
 */
final class PostcardTranslator implements HoldingTranslator {
  private static final int OPCODE = Primitive.POSTCARDING.opcode();

  private final int storeIndex;
  private final int keyLength;
  private final int hops;
  private final int allHops;
  private final int copies;
  private final long timeoutNs;
  private final CollectorLink[] links;
  private final EngineCounters counters;
  private final CollectorHasher collectorHasher;
  private final PostcardCache cache;
  private final PathWriter writer;

  PostcardTranslator(
      PostcardingStore store,
      CollectorLink[] links,
      EngineSettings settings,
      EngineCounters counters) {
    this.storeIndex = LinkRegions.index(store);
    this.keyLength = store.key().length();
    this.hops = store.hops();
    this.allHops = (1 << hops) - 1;
    this.copies = store.redundancy();
    this.timeoutNs = settings.postcardTimeout().toNanos();
    this.links = links;
    this.counters = counters;
    this.collectorHasher = new CollectorHasher(keyLength);
    this.writer = new PathWriter(store, links, counters);
    this.cache = new PostcardCache(settings.postcardRows(), keyLength, hops, links.length);
  }

  /**
   * Translates a report.
   *
   * @param body the index of its first byte after the base header
   * @return null, or why it is dropped
   */
  DropReason translate(DirectBuffer buffer, int body, int flags, long nowNs) {
    DropReason reason = gather(buffer, body, flags, nowNs);
    writer.post();
    return reason;
  }

  /** Puts a postcard into its row, and prepares the paths that are to be written for it. */
  private DropReason gather(DirectBuffer buffer, int body, int flags, long nowNs) {
    int hop = PostcardReport.hop(buffer, body, keyLength);
    if (hop == 0 || hop > hops) {
      return DropReason.BAD_HOP;
    }
    int value = PostcardReport.value(buffer, body, keyLength);
    if (value == PostcardingStore.BLANK) {
      return DropReason.RESERVED_VALUE;
    }
    int key = body + PostcardReport.KEY_OFFSET;
    int target = target(buffer, key);
    int bit = 1 << (hop - 1);
    int row = cache.find(buffer, key);
    boolean known = cache.isFound();
    DropReason refusal =
        links[target].admit(
            storeIndex, ((known ? cache.hops(row) : 0) | bit) == allHops ? copies : 0);
    if (refusal != null) {
      return refusal;
    }
    if (!known) {
      if (cache.isTaken(row)) {
        DropReason kept = evict(row);
        if (kept != null) {
          return kept;
        }
      }
      cache.open(row, buffer, key, target, nowNs);
    }
    if (cache.put(row, hop, value, BaseHeader.isImmediate(flags))) {
      counters.dropped(OPCODE, DropReason.SUPERSEDED, 1);
    }
    if (cache.hops(row) == allHops) {
      writer.prepare(cache, row, PathWriter.COMPLETE);
    }
    return null;
  }

  /**
   * Writes a row for another flow to take its place; one whose collector is down does not keep a
   * place from a flow that can be written.
   *
   * @return null, or why it stays
   */
  private DropReason evict(int row) {
    DropReason refusal = links[cache.target(row)].admit(storeIndex, copies);
    if (refusal == null) {
      writer.prepare(cache, row, PathWriter.EVICTED);
    } else if (refusal != DropReason.RATE_LIMITED) {
      counters.dropped(OPCODE, refusal, Integer.bitCount(cache.hops(row)));
      cache.close(row);
      return null;
    }
    return refusal;
  }

  /**
   * Translates reports that follow each other.
   *
   * @param distance from report to report
   */
  void translate(DirectBuffer buffer, int body, int distance, int count, int flags, long nowNs) {
    for (int i = 0; i < count; i++) {
      DropReason reason = gather(buffer, body + i * distance, flags, nowNs);
      if (reason != null) {
        counters.dropped(OPCODE, reason, 1);
      }
    }
    writer.post();
  }

  private int target(DirectBuffer buffer, int key) {
    return links.length == 1 ? 0 : collectorHasher.collector(buffer, key, links.length);
  }

  /**
   * Writes the paths whose time is over, the oldest first, as far as their collectors take them.
   */
  @Override
  public int doWork(long nowNs) {
    int written = 0;
    for (int target = 0; target < links.length; target++) {
      int row = cache.oldest(target);
      while (row != AgeList.NONE && nowNs - cache.openedNs(row) >= timeoutNs && flush(row)) {
        written++;
        row = cache.oldest(target);
      }
    }
    writer.post();
    return written;
  }

  @Override
  public int flush() {
    int written = 0;
    for (int target = 0; target < links.length; target++) {
      int row = cache.oldest(target);
      while (row != AgeList.NONE && flush(row)) {
        written++;
        row = cache.oldest(target);
      }
    }
    writer.post();
    return written;
  }

  private boolean flush(int row) {
    if (!links[cache.target(row)].permits(storeIndex, copies)) {
      return false;
    }
    writer.prepare(cache, row, PathWriter.FLUSHED);
    return true;
  }

  @Override
  public void discard(DropReason reason) {
    for (int target = 0; target < links.length; target++) {
      int row = cache.oldest(target);
      while (row != AgeList.NONE) {
        counters.dropped(OPCODE, reason, Integer.bitCount(cache.hops(row)));
        cache.close(row);
        row = cache.oldest(target);
      }
    }
    writer.discard(reason);
  }

  @Override
  public Primitive primitive() {
    return Primitive.POSTCARDING;
  }

  @Override
  public long held() {
    return cache.held() + writer.held();
  }

  @Override
  public long countHeld() {
    return cache.countHeld() + writer.held();
  }
}
