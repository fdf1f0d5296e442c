package io.dta.translator.engine;

import io.dta.primitives.Primitive;
import io.dta.primitives.store.PathCodec;
import io.dta.primitives.store.PostcardingStore;
import io.dta.primitives.wire.ImmediateData;
import io.dta.rdma.RdmaQueuePair;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Writes paths: makes the chunks of a window of paths first and posts them then, one WRITE a copy.
 * A chunk is stored word by word and loaded in longer pieces, which waits for the stores ahead of
 * it; between making and posting them all, none is ahead that misses the cache.
 */
final class PathWriter {
  private static final int OPCODE = Primitive.POSTCARDING.opcode();

  /** How many paths are prepared before the first of them is posted. */
  private static final int WINDOW = 32;

  private static final EngineEvent[] CAUSES = {
    EngineEvent.PATHS_COMPLETE, EngineEvent.PATHS_FLUSHED, EngineEvent.PATHS_EVICTED
  };

  /** Why a path is written: indices of {@link #CAUSES}, as references are dear to store. */
  static final int COMPLETE = 0;

  static final int FLUSHED = 1;
  static final int EVICTED = 2;

  private final PostcardingStore store;
  private final int copies;
  private final int chunkLength;
  private final int stride;
  private final CollectorLink[] links;
  private final int storeIndex;
  private final EngineCounters counters;
  private final PathCodec codec;

  // The paths of a window.
  private final UnsafeBuffer chunks;
  private final long[] offsets;
  private final int[] targets = new int[WINDOW];
  private final int[] reports = new int[WINDOW];
  private final int[] causes = new int[WINDOW];
  private final long[] opened = new long[WINDOW];
  private final boolean[] immediates = new boolean[WINDOW];
  private int prepared;

  /** The first of them that wait for their queue pair to come back. */
  private int held;

  PathWriter(PostcardingStore store, CollectorLink[] links, EngineCounters counters) {
    this.store = store;
    this.copies = store.redundancy();
    this.chunkLength = store.chunkLength();
    this.stride = store.stride();
    this.links = links;
    this.storeIndex = LinkRegions.index(store);
    this.counters = counters;
    this.codec = new PathCodec(store);
    this.chunks = new UnsafeBuffer(new byte[WINDOW * stride]);
    this.offsets = new long[WINDOW * copies];
  }

  /**
   * Makes the chunk of a cache row and takes over its reports; {@link #post} has to follow before
   * the engine's caller is back in charge.
   *
   * @param cause {@link #COMPLETE}, {@link #FLUSHED} or {@link #EVICTED}
   */
  void prepare(PostcardCache cache, int row, int cause) {
    if (prepared == WINDOW) {
      post();
      if (prepared == WINDOW) { // All of them wait, and here is one more that can be written.
        discard(DropReason.QUEUE_PAIR_DOWN);
      }
    }
    int place = prepared++;
    UnsafeBuffer keys = cache.keys();
    int key = cache.keyIndex(row);
    int hops = cache.hops(row);
    codec.hash(keys, key);
    for (int copy = 0; copy < copies; copy++) {
      offsets[place * copies + copy] = codec.chunkOffset(copy);
    }
    codec.encode(keys, key, cache.values(), cache.valuesIndex(row), hops, chunks, place * stride);
    targets[place] = cache.target(row);
    reports[place] = Integer.bitCount(hops);
    causes[place] = cause;
    opened[place] = cache.openedNs(row);
    immediates[place] = cache.isImmediate(row);
    cache.close(row);
  }

  /**
   * Posts the WRITEs of all paths that are prepared. One whose queue pair goes down meanwhile is
   * kept, and written from its first copy on when this is called while there is another.
   */
  void post() {
    int kept = 0;
    for (int place = 0; place < prepared; place++) {
      CollectorLink link = links[targets[place]];
      if (place < held && !link.permits(storeIndex, 0)) {
        keep(place, kept++);
        continue;
      }
      int result = post(link, place);
      if (result == RdmaQueuePair.POSTED) {
        counters.event(CAUSES[causes[place]]);
        counters.batch(OPCODE, reports[place]);
      } else {
        DropReason reason = link.refused(result);
        if (reason == DropReason.QUEUE_PAIR_DOWN) {
          keep(place, kept++);
        } else {
          counters.dropped(OPCODE, reason, reports[place]);
        }
      }
    }
    prepared = kept;
    held = kept;
  }

  private void keep(int place, int to) {
    if (place == to) {
      return;
    }
    chunks.putBytes(to * stride, chunks, place * stride, stride);
    System.arraycopy(offsets, place * copies, offsets, to * copies, copies);
    targets[to] = targets[place];
    reports[to] = reports[place];
    causes[to] = causes[place];
    immediates[to] = immediates[place];
  }

  /** Reports of paths that wait for their queue pair to come back. */
  int held() {
    int sum = 0;
    for (int place = 0; place < held; place++) {
      sum += reports[place];
    }
    return sum;
  }

  /** Gives up the paths that wait. */
  void discard(DropReason reason) {
    counters.dropped(OPCODE, reason, held());
    prepared = 0;
    held = 0;
  }

  private int post(CollectorLink link, int place) {
    int chunk = place * stride;
    int first = place * copies;
    int last = first + copies - 1;
    for (int i = first; i < last; i++) {
      int result = link.write(storeIndex, offsets[i], chunks, chunk, chunkLength);
      if (result != RdmaQueuePair.POSTED) {
        counters.operations(OPCODE, i - first);
        return result;
      }
    }
    long offset = offsets[last];
    int count = reports[place];
    long since = opened[place];
    int result =
        immediates[place]
            ? link.writeLastImmediate(
                storeIndex,
                offset,
                chunks,
                chunk,
                chunkLength,
                immediate(offset),
                OPCODE,
                count,
                since)
            : link.writeLast(storeIndex, offset, chunks, chunk, chunkLength, OPCODE, count, since);
    counters.operations(OPCODE, result == RdmaQueuePair.POSTED ? copies : copies - 1);
    return result;
  }

  private int immediate(long offset) {
    return ImmediateData.of(Primitive.POSTCARDING, store.id(), offset / stride);
  }
}
