package io.dta.translator.engine;

import io.dta.primitives.Primitive;
import io.dta.primitives.hash.CollectorHasher;
import io.dta.primitives.store.PathCodec;
import io.dta.primitives.store.PostcardingStore;
import io.dta.primitives.wire.BaseHeader;
import io.dta.primitives.wire.ImmediateData;
import io.dta.primitives.wire.PostcardReport;
import io.dta.rdma.RdmaQueuePair;
import io.dta.rdma.RemoteRegion;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

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
final class PostcardTranslator {
  private static final int OPCODE = Primitive.POSTCARDING.opcode();

  private final PostcardingStore store;
  private final int keyLength;
  private final int hops;
  private final int allHops;
  private final int copies;
  private final long timeoutNs;
  private final CollectorLink[] links;
  private final RemoteRegion[] regions;
  private final EngineCounters counters;
  private final PathCodec codec;
  private final CollectorHasher collectorHasher;
  private final PostcardCache cache;
  private final UnsafeBuffer chunk;

  PostcardTranslator(
      PostcardingStore store,
      CollectorLink[] links,
      RemoteRegion[] regions,
      EngineSettings settings,
      EngineCounters counters) {
    this.store = store;
    this.keyLength = store.key().length();
    this.hops = store.hops();
    this.allHops = (1 << hops) - 1;
    this.copies = store.redundancy();
    this.timeoutNs = settings.postcardTimeout().toNanos();
    this.links = links;
    this.regions = regions;
    this.counters = counters;
    this.codec = new PathCodec(store);
    this.collectorHasher = new CollectorHasher(keyLength);
    this.cache = new PostcardCache(settings.postcardRows(), keyLength, hops);
    this.chunk = new UnsafeBuffer(new byte[store.stride()]);
  }

  /**
   * Translates a report.
   *
   * @param body the index of its first byte after the base header
   * @return null, or why it is dropped
   */
  DropReason translate(DirectBuffer buffer, int body, int flags, long nowNs) {
    int hop = PostcardReport.hop(buffer, body, keyLength);
    if (hop == 0 || hop > hops) {
      return DropReason.BAD_HOP;
    }
    int value = PostcardReport.value(buffer, body, keyLength);
    if (value == PostcardingStore.BLANK) {
      return DropReason.RESERVED_VALUE;
    }
    int key = body + PostcardReport.KEY_OFFSET;
    CollectorLink link = links[target(buffer, key)];
    int bit = 1 << (hop - 1);
    int row = cache.find(buffer, key);
    boolean known = cache.isFound();
    DropReason refusal = link.admit(((known ? cache.hops(row) : 0) | bit) == allHops ? copies : 0);
    if (refusal != null) {
      return refusal;
    }
    if (!known) {
      if (cache.isTaken(row)) {
        if (!links[target(cache.keys(), cache.keyIndex(row))].permits(copies)) {
          return DropReason.RATE_LIMITED;
        }
        write(row, EngineEvent.PATHS_EVICTED);
      }
      cache.open(row, buffer, key, nowNs);
    }
    if (cache.put(row, hop, value, BaseHeader.isImmediate(flags))) {
      counters.dropped(OPCODE, DropReason.SUPERSEDED, 1);
    }
    if (cache.hops(row) == allHops) {
      write(row, EngineEvent.PATHS_COMPLETE);
    }
    return null;
  }

  /**
   * Translates reports that follow each other.
   *
   * @param distance from report to report
   */
  void translate(DirectBuffer buffer, int body, int distance, int count, int flags, long nowNs) {
    for (int i = 0; i < count; i++) {
      DropReason reason = translate(buffer, body + i * distance, flags, nowNs);
      if (reason != null) {
        counters.dropped(OPCODE, reason, 1);
      }
    }
  }

  private int target(DirectBuffer buffer, int key) {
    return links.length == 1 ? 0 : collectorHasher.collector(buffer, key, links.length);
  }

  private void write(int row, EngineEvent why) {
    int key = cache.keyIndex(row);
    int target = target(cache.keys(), key);
    int mask = cache.hops(row);
    codec.hash(cache.keys(), key);
    codec.encode(cache.keys(), key, cache.values(), cache.valuesIndex(row), mask, chunk, 0);
    boolean immediate = cache.isImmediate(row);
    cache.close(row);
    int result = post(links[target], regions[target], immediate, Integer.bitCount(mask));
    if (result == RdmaQueuePair.POSTED) {
      counters.event(why);
    } else {
      counters.dropped(OPCODE, links[target].refused(result), Integer.bitCount(mask));
    }
  }

  private int post(CollectorLink link, RemoteRegion region, boolean immediate, int reports) {
    int last = copies - 1;
    int length = store.chunkLength();
    for (int copy = 0; copy < last; copy++) {
      int result = link.write(region, codec.chunkOffset(copy), chunk, 0, length);
      if (result != RdmaQueuePair.POSTED) {
        counters.operations(OPCODE, copy);
        return result;
      }
    }
    long offset = codec.chunkOffset(last);
    int result =
        immediate
            ? link.writeLastImmediate(
                region, offset, chunk, 0, length, immediate(offset), OPCODE, reports)
            : link.writeLast(region, offset, chunk, 0, length, OPCODE, reports);
    counters.operations(OPCODE, result == RdmaQueuePair.POSTED ? copies : last);
    return result;
  }

  private int immediate(long offset) {
    return ImmediateData.of(Primitive.POSTCARDING, store.id(), offset / store.stride());
  }

  /** Writes the paths whose time is over, the oldest first, as far as the rate limit allows. */
  int doWork(long nowNs) {
    int written = 0;
    int row = cache.oldest();
    while (row != AgeList.NONE && nowNs - cache.openedNs(row) >= timeoutNs && flush(row)) {
      written++;
      row = cache.oldest();
    }
    return written;
  }

  /** Writes all paths, as far as the rate limit allows. */
  int flush() {
    int written = 0;
    int row = cache.oldest();
    while (row != AgeList.NONE && flush(row)) {
      written++;
      row = cache.oldest();
    }
    return written;
  }

  private boolean flush(int row) {
    if (!links[target(cache.keys(), cache.keyIndex(row))].permits(copies)) {
      return false;
    }
    write(row, EngineEvent.PATHS_FLUSHED);
    return true;
  }

  /** Drops everything that waits. */
  void discard(DropReason reason) {
    int row = cache.oldest();
    while (row != AgeList.NONE) {
      counters.dropped(OPCODE, reason, Integer.bitCount(cache.hops(row)));
      cache.close(row);
      row = cache.oldest();
    }
  }

  /** Postcards that wait. */
  long held() {
    return cache.held();
  }

  /** Postcards that wait, counted one row at a time, as a check of {@link #held()}. */
  long countHeld() {
    return cache.countHeld();
  }
}
