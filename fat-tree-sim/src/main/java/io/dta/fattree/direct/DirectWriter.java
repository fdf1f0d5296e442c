package io.dta.fattree.direct;

import static java.nio.ByteOrder.BIG_ENDIAN;

import io.dta.fattree.send.KeyWrites;
import io.dta.fattree.send.ReportClock;
import io.dta.fattree.topology.FatTree;
import io.dta.fattree.workload.SplitMix64;
import io.dta.primitives.hash.CollectorHasher;
import io.dta.primitives.store.KeyWriteHasher;
import io.dta.primitives.store.KeyWriteStore;
import io.dta.rdma.CompletionStatus;
import io.dta.rdma.RdmaQueuePair;
import io.dta.rdma.RemoteRegion;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The edge switches of a data center as DART has them: each with a queue pair of its own to every
 * collector, over which it writes checksum ‖ value into the slots that the key's hashes choose, in
 * the memory of the collector that another hash chooses. Nobody coordinates, and no switch knows of
 * the others.
 *
 * <p>Accounting is a report's: it is written when the last of its WRITEs is. Where a send queue is
 * full the switch waits, as its packet would in a queue. Nothing is allocated for a report. For one
 * thread.
 */
public final class DirectWriter implements KeyWrites, AutoCloseable {
  private static final long REPORT = 1;
  private static final int KEY_INDEX = KeyWriteStore.CHECKSUM_LENGTH;
  private static final int STORES = 64;
  private static final int MAX_LENGTH = 64 + 1024;

  /** A send queue that accepts nothing for so long has no responder. */
  private static final long GIVE_UP_NANOS = TimeUnit.SECONDS.toNanos(10);

  private static final long PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(20);

  private final FatTree tree;
  private final int collectors;
  private final Copies copies;
  private final ReportClock clock;
  private final RdmaQueuePair[] queuePairs;
  private final Layout[] layouts = new Layout[STORES];
  private final SplitMix64 random;
  private final UnsafeBuffer slot = new UnsafeBuffer(new byte[KEY_INDEX + MAX_LENGTH]);
  private long reports;
  private long written;
  private long failed;
  private long refused;
  private long operations;
  private long bytes;
  private long waits;

  /** What a switch must know of a store. */
  private static final class Layout {
    final KeyWriteStore store;
    final KeyWriteHasher hasher;
    final CollectorHasher collectorHasher;
    final RemoteRegion[] regions;

    Layout(KeyWriteStore store, List<? extends DirectCollector> collectors) throws IOException {
      this.store = store;
      hasher = new KeyWriteHasher(store);
      collectorHasher = new CollectorHasher(store.key().length());
      regions = new RemoteRegion[collectors.size()];
      for (int i = 0; i < regions.length; i++) {
        regions[i] = collectors.get(i).region(store);
      }
    }
  }

  private DirectWriter(FatTree tree, int collectors, Copies copies, long seed, ReportClock clock) {
    this.tree = tree;
    this.collectors = collectors;
    this.copies = copies;
    this.clock = clock;
    queuePairs = new RdmaQueuePair[tree.edges() * collectors];
    random = new SplitMix64(seed);
  }

  /**
   * Connects every edge switch to every collector.
   *
   * @param stores that they write to, each of which every collector has
   * @param collectors in the order in which a key's hash chooses them, at least one
   * @param seed of the copies that are drawn
   * @throws IOException where a collector cannot be connected to or lacks a store
   */
  public static DirectWriter connect(
      FatTree tree,
      List<KeyWriteStore> stores,
      List<? extends DirectCollector> collectors,
      Copies copies,
      long seed,
      ReportClock clock)
      throws IOException {
    if (collectors.isEmpty()) {
      throw new IllegalArgumentException("collectors: expected at least one");
    }
    DirectWriter writer = new DirectWriter(tree, collectors.size(), copies, seed, clock);
    try {
      for (KeyWriteStore store : stores) {
        writer.layouts[store.id()] = new Layout(store, collectors);
      }
      for (int i = 0; i < writer.queuePairs.length; i++) {
        writer.queuePairs[i] = collectors.get(i % collectors.size()).connect(writer::onCompletion);
      }
      return writer;
    } catch (IOException | RuntimeException e) {
      writer.close();
      throw e;
    }
  }

  private void onCompletion(long workRequestId, CompletionStatus status) {
    if (status == CompletionStatus.SUCCESS) {
      written++;
    } else {
      failed++;
    }
  }

  @Override
  public boolean keyWrite(
      int switchId,
      KeyWriteStore store,
      DirectBuffer key,
      int keyIndex,
      DirectBuffer value,
      int valueIndex)
      throws IOException {
    return write(tree.edgeNumber(switchId), store, key, keyIndex, value, valueIndex);
  }

  /**
   * An edge switch writes a value.
   *
   * @param edge as {@link FatTree#edgeNumber} counts
   * @return false where its queue pair refused the report
   * @throws IOException where a collector has not taken anything for ten seconds
   */
  public boolean write(
      int edge,
      KeyWriteStore store,
      DirectBuffer key,
      int keyIndex,
      DirectBuffer value,
      int valueIndex)
      throws IOException {
    Layout layout = layouts[store.id()];
    int keyLength = layout.store.key().length();
    int valueAt = KEY_INDEX + keyLength;
    slot.putBytes(KEY_INDEX, key, keyIndex, keyLength);
    slot.putBytes(valueAt, value, valueIndex, layout.store.valueLength());
    int redundancy = layout.store.redundancy();
    int collector =
        collectors == 1 ? 0 : layout.collectorHasher.collector(slot, KEY_INDEX, collectors);
    layout.hasher.hash(slot, KEY_INDEX, redundancy);
    int slotAt = valueAt - KeyWriteStore.CHECKSUM_LENGTH;
    slot.putInt(slotAt, layout.hasher.checksum(), BIG_ENDIAN);
    int first = copies == Copies.ALL ? 0 : random.nextInt(redundancy);
    int last = copies == Copies.ALL ? redundancy - 1 : first;
    RdmaQueuePair queuePair = queuePairs[edge * collectors + collector];
    RemoteRegion region = layout.regions[collector];
    int length = layout.store.slotLength();
    reports++;
    for (int copy = first; copy <= last; copy++) {
      long id = copy == last ? REPORT : RdmaQueuePair.UNSIGNALED;
      int result = post(queuePair, region, layout.hasher.slotOffset(copy), slotAt, length, id);
      if (result != RdmaQueuePair.POSTED) {
        refused++;
        return false;
      }
      operations++;
      bytes += length;
    }
    return true;
  }

  private int post(
      RdmaQueuePair queuePair, RemoteRegion region, long offset, int index, int length, long id)
      throws IOException {
    int result = queuePair.write(region, offset, slot, index, length, id);
    if (result != RdmaQueuePair.BACK_PRESSURED) {
      return result;
    }
    waits++;
    long since = clock.nanoTime();
    while (result == RdmaQueuePair.BACK_PRESSURED) {
      queuePair.flush();
      if (queuePair.poll() == 0) {
        clock.pause(PAUSE_NANOS);
      }
      if (clock.nanoTime() - since > GIVE_UP_NANOS) {
        throw new IOException(
            "a collector has taken nothing for %d s while %d operations wait: is it there?"
                .formatted(TimeUnit.NANOSECONDS.toSeconds(GIVE_UP_NANOS), queuePair.outstanding()));
      }
      result = queuePair.write(region, offset, slot, index, length, id);
    }
    return result;
  }

  /** Makes what is queued leave, takes answers, and drives time-outs and retransmission. */
  public void flush() {
    for (RdmaQueuePair queuePair : queuePairs) {
      if (queuePair.outstanding() > 0) {
        queuePair.flush();
        queuePair.poll();
      }
    }
  }

  /**
   * Waits until every report has ended.
   *
   * @throws IOException where none ended for ten seconds
   */
  public void drain() throws IOException {
    flush();
    long since = clock.nanoTime();
    long before = inFlight();
    while (inFlight() > 0 && isWaiting()) {
      clock.pause(PAUSE_NANOS);
      flush();
      if (inFlight() < before) {
        before = inFlight();
        since = clock.nanoTime();
      } else if (clock.nanoTime() - since > GIVE_UP_NANOS) {
        throw new IOException(
            "%d reports are not acknowledged for %d s"
                .formatted(before, TimeUnit.NANOSECONDS.toSeconds(GIVE_UP_NANOS)));
      }
    }
  }

  private boolean isWaiting() {
    for (RdmaQueuePair queuePair : queuePairs) {
      if (queuePair.outstanding() > 0) {
        return true;
      }
    }
    return false;
  }

  private long inFlight() {
    return reports - written - failed - refused;
  }

  public DirectCounters counters() {
    return new DirectCounters(
        reports, written, failed, refused, inFlight(), operations, bytes, waits, queuePairs.length);
  }

  /** How many queue pairs have failed, and why the first of them did; null where none has. */
  public String failure() {
    List<String> reasons = new ArrayList<>();
    for (RdmaQueuePair queuePair : queuePairs) {
      if (queuePair.failure() != null) {
        reasons.add(String.valueOf(queuePair.failure()));
      }
    }
    return reasons.isEmpty()
        ? null
        : "%d of %d queue pairs failed, the first: %s"
            .formatted(reasons.size(), queuePairs.length, reasons.getFirst());
  }

  /** Ends the connections; what is in flight then counts as failed. */
  @Override
  public void close() {
    for (RdmaQueuePair queuePair : queuePairs) {
      if (queuePair != null) {
        queuePair.close();
      }
    }
  }
}
