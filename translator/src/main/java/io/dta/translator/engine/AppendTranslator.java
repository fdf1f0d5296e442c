package io.dta.translator.engine;

import io.dta.primitives.Primitive;
import io.dta.primitives.store.AppendFrame;
import io.dta.primitives.store.AppendStore;
import io.dta.primitives.wire.AppendReport;
import io.dta.primitives.wire.BaseHeader;
import io.dta.primitives.wire.ImmediateData;
import io.dta.rdma.RdmaQueuePair;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Append: entries of a list gather in a frame, and a frame is one WRITE (DTA section 3). A frame
 * goes out when it is full, when its first entry has waited for {@code appendFlush}, or at once
 * with a report that has the immediate flag.
 *
 * <p>All lists' frames lie in one buffer, so that an entry is copied to where the WRITE takes it
 * from. An entry that would cause a WRITE beyond the rate limit is dropped itself; what already
 * waits in its frame goes on waiting.
 */
final class AppendTranslator implements HoldingTranslator {
  private static final int OPCODE = Primitive.APPEND.opcode();

  private final AppendStore store;
  private final int lists;
  private final int batch;
  private final int entryLength;
  private final int stride;
  private final long flushNs;
  private final CollectorLink[] links;
  private final int storeIndex;
  private final EngineCounters counters;

  private final UnsafeBuffer frames;
  private final int[] counts;
  private final int[] sequences;

  /** Whether a report of the list's frame had the immediate flag; kept while the frame waits. */
  private final boolean[] immediates;

  private final AgeList open;
  private long held;

  /**
   * @param heads the next sequence of each list
   * @throws IllegalArgumentException where the frames take more than {@code batchMemory}, or there
   *     is not one head a list
   */
  AppendTranslator(
      AppendStore store,
      int[] heads,
      CollectorLink[] links,
      EngineSettings settings,
      EngineCounters counters) {
    this.store = store;
    this.lists = store.lists();
    this.batch = store.batch();
    this.entryLength = store.entryLength();
    // A stride of 8 bytes keeps the entries of all lists aligned as in the collector's memory.
    this.stride = store.stride();
    this.flushNs = settings.appendFlush().toNanos();
    this.links = links;
    this.storeIndex = LinkRegions.index(store);
    this.counters = counters;
    long bytes = (long) lists * stride;
    if (bytes > settings.batchMemory()) {
      throw new IllegalArgumentException(
          "append store '%s': batches of %d lists × %d bytes take %d bytes, more than batchMemory %d: lower lists, batch or entryLength, or raise batchMemory"
              .formatted(store.name(), lists, stride, bytes, settings.batchMemory()));
    }
    if (heads.length != lists) {
      throw new IllegalArgumentException(
          "append store '%s' has %d lists, but %d next sequences are given"
              .formatted(store.name(), lists, heads.length));
    }
    this.frames = new UnsafeBuffer(ByteBuffer.allocateDirect((int) bytes));
    this.counts = new int[lists];
    this.sequences = heads.clone();
    this.immediates = new boolean[lists];
    this.open = new AgeList(lists, links.length);
  }

  /** The next sequences of a store whose lists are all empty. */
  static int[] firstHeads(AppendStore store) {
    int[] heads = new int[store.lists()];
    Arrays.fill(heads, AppendStore.FIRST_SEQUENCE);
    return heads;
  }

  /**
   * Translates a report.
   *
   * @param body the index of its first byte after the base header
   * @return null, or why it is dropped
   */
  DropReason translate(DirectBuffer buffer, int body, int flags, long nowNs) {
    int list = AppendReport.list(buffer, body);
    if (Integer.compareUnsigned(list, lists) >= 0) {
      return DropReason.BAD_LIST;
    }
    if (counts[list] == batch) {
      DropReason refusal = link(list).admit(storeIndex, 1);
      if (refusal != null) {
        return refusal;
      }
      write(list);
      if (counts[list] == batch) {
        return DropReason.QUEUE_PAIR_DOWN;
      }
    }
    int count = counts[list] + 1;
    boolean immediate = BaseHeader.isImmediate(flags);
    boolean writes = count == batch || immediate;
    DropReason refusal = link(list).admit(storeIndex, writes ? 1 : 0);
    if (refusal != null) {
      return refusal;
    }
    ShortBytes.copy(
        buffer,
        body + AppendReport.ENTRY_OFFSET,
        frames,
        list * stride + (count - 1) * entryLength,
        entryLength);
    counts[list] = count;
    if (immediate) {
      immediates[list] = true;
    }
    held++;
    if (count == 1) {
      open.add(queue(list), list, nowNs);
    }
    if (writes) {
      write(list);
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

  private CollectorLink link(int list) {
    return links[queue(list)];
  }

  private int queue(int list) {
    return links.length == 1 ? 0 : list % links.length;
  }

  /** Writes a list's frame; where the queue pair goes down meanwhile, it goes on waiting. */
  private void write(int list) {
    int count = counts[list];
    boolean full = count == batch;
    int index = list * stride;
    int sequence = sequences[list];
    AppendFrame.seal(frames, index, store, sequence, count, full ? 0 : AppendStore.FLUSHED_FLAG);
    long offset = store.frameOffset(list, sequence);
    int length = store.frameLength();
    CollectorLink link = link(list);
    int result =
        immediates[list]
            ? link.writeLastImmediate(
                storeIndex,
                offset,
                frames,
                index,
                length,
                ImmediateData.of(Primitive.APPEND, store.id(), list),
                OPCODE,
                count,
                open.openedNs(list))
            : link.writeLast(
                storeIndex, offset, frames, index, length, OPCODE, count, open.openedNs(list));
    if (result == RdmaQueuePair.POSTED) {
      take(list);
      sequences[list] = sequence + 1;
      counters.operations(OPCODE, 1);
      counters.batch(OPCODE, count);
      counters.event(full ? EngineEvent.FRAMES_FULL : EngineEvent.FRAMES_FLUSHED);
    } else {
      DropReason reason = link.refused(result);
      if (reason != DropReason.QUEUE_PAIR_DOWN) {
        take(list);
        counters.dropped(OPCODE, reason, count);
      }
    }
  }

  /** Empties a list's frame, whose bytes stay as they are until the next entry. */
  private void take(int list) {
    held -= counts[list];
    counts[list] = 0;
    immediates[list] = false;
    open.remove(queue(list), list);
  }

  /**
   * Writes the frames whose time is over, the oldest first, as far as their collectors take them.
   */
  @Override
  public int doWork(long nowNs) {
    int written = 0;
    for (int queue = 0; queue < links.length; queue++) {
      int list = open.oldest(queue);
      while (list != AgeList.NONE && nowNs - open.openedNs(list) >= flushNs && tryWrite(list)) {
        written++;
        list = open.oldest(queue);
      }
    }
    return written;
  }

  @Override
  public int flush() {
    int written = 0;
    for (int queue = 0; queue < links.length; queue++) {
      int list = open.oldest(queue);
      while (list != AgeList.NONE && tryWrite(list)) {
        written++;
        list = open.oldest(queue);
      }
    }
    return written;
  }

  private boolean tryWrite(int list) {
    if (link(list).permits(storeIndex, 1)) {
      write(list);
    }
    return counts[list] == 0;
  }

  @Override
  public void discard(DropReason reason) {
    for (int queue = 0; queue < links.length; queue++) {
      int list = open.oldest(queue);
      while (list != AgeList.NONE) {
        counters.dropped(OPCODE, reason, counts[list]);
        take(list);
        list = open.oldest(queue);
      }
    }
  }

  @Override
  public Primitive primitive() {
    return Primitive.APPEND;
  }

  @Override
  public long held() {
    return held;
  }

  @Override
  public long countHeld() {
    return Arrays.stream(counts).asLongStream().sum();
  }
}
