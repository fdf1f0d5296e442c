package io.dta.translator.engine;

import io.dta.primitives.Primitive;
import io.dta.primitives.store.SketchStore;
import io.dta.primitives.wire.BaseHeader;
import io.dta.primitives.wire.SketchColumnReport;
import io.dta.rdma.RdmaQueuePair;
import org.agrona.DirectBuffer;

/**
 * Sketch-Merge: the reporters' sketches are merged column by column, and w adjacent columns that
 * all reporters have delivered are one WRITE (DTA section 3).
 *
 * <p>An epoch opens with its first column: a trailer that says so goes out before anything else. It
 * is finished, by a last trailer, when every column is complete, or else when {@code epochTimeout}
 * is over or its place is needed for a newer one: then the rest is written as it was merged so far.
 * Half-way to the time-out the reporters whose columns are missing are asked for them.
 *
 * <p>A column that would cause WRITEs beyond the rate limit is dropped itself. The immediate flag
 * of any column is carried by the last trailer.
 */
final class SketchTranslator implements HoldingTranslator {
  private static final int OPCODE = Primitive.SKETCH_MERGE.opcode();

  /**
   * How many WRITEs of an epoch that closes go out in one duty cycle, so that others are not kept
   * waiting.
   */
  private static final int CLOSING_QUANTUM = 64;

  private final SketchStore store;
  private final long timeoutNs;
  private final CollectorLink link;
  private final int storeIndex;
  private final SequenceTracker tracker;
  private final EngineCounters counters;
  private final SketchEpoch[] epochs;
  private final SketchWriter writer;

  /** Where each reporter's last column came from; 0 where that is not known. */
  private final int[] addresses;

  private boolean anyFinished;
  private int newestFinished;
  private long lastColumnNs;
  private long held;

  /**
   * @throws IllegalArgumentException where the open epochs take more than {@code sketchMemory}
   */
  SketchTranslator(
      SketchStore store,
      CollectorLink[] links,
      EngineSettings settings,
      SequenceTracker tracker,
      EngineCounters counters) {
    this.store = store;
    this.timeoutNs = settings.epochTimeout().toNanos();
    this.storeIndex = LinkRegions.index(store);
    this.link = links[store.id() % links.length];
    this.writer = new SketchWriter(store, link, counters);
    this.tracker = tracker;
    this.counters = counters;
    int openEpochs = Math.min(settings.openEpochs(), store.epochs());
    long bytes = openEpochs * SketchEpoch.length(store);
    if (bytes > settings.sketchMemory()) {
      throw new IllegalArgumentException(
          "sketch store '%s': %d open epochs of %d columns × %d rows from %d reporters take %d bytes, more than sketchMemory %d: lower openEpochs, columns, rows or reporters, or raise sketchMemory"
              .formatted(
                  store.name(),
                  openEpochs,
                  store.columns(),
                  store.rows(),
                  store.reporters(),
                  bytes,
                  settings.sketchMemory()));
    }
    this.epochs = new SketchEpoch[openEpochs];
    for (int i = 0; i < openEpochs; i++) {
      epochs[i] = new SketchEpoch(store);
    }
    this.addresses = new int[store.reporters()];
  }

  /**
   * Translates a report.
   *
   * @param body the index of its first byte after the base header
   * @param sourceAddress whom to ask for missing columns; 0 where that is not known
   * @return null, or why it is dropped
   */
  DropReason translate(DirectBuffer buffer, int body, int flags, int sourceAddress, long nowNs) {
    int reporter = SketchColumnReport.reporter(buffer, body);
    if (reporter >= store.reporters()) {
      return DropReason.BAD_REPORTER;
    }
    int column = SketchColumnReport.column(buffer, body);
    if (Integer.compareUnsigned(column, store.columns()) >= 0) {
      return DropReason.BAD_COLUMN;
    }
    DropReason refusal = link.admit(storeIndex, 0);
    if (refusal != null) {
      return refusal; // Before an epoch is closed for one that cannot be opened.
    }
    int number = SketchColumnReport.epoch(buffer, body);
    SketchEpoch epoch = find(number);
    if (epoch == null) {
      refusal = open(number, nowNs);
      if (refusal != null) {
        return refusal;
      }
      epoch = find(number);
    }
    if (epoch.state() == SketchEpoch.State.CLOSING) {
      return DropReason.STALE_EPOCH;
    }
    if (epoch.isDelivered(reporter, column)) {
      return DropReason.DUPLICATE;
    }
    boolean completesGroup = epoch.wouldCompleteGroup(column);
    boolean completesEpoch = completesGroup && epoch.isLastGroup();
    refusal = link.admit(storeIndex, (completesGroup ? 1 : 0) + (completesEpoch ? 1 : 0));
    if (refusal != null) {
      return refusal;
    }
    epoch.merge(buffer, body, reporter, column);
    held++;
    addresses[reporter] = sourceAddress;
    lastColumnNs = nowNs;
    if (BaseHeader.isImmediate(flags)) {
      epoch.setImmediate();
    }
    if (completesGroup) {
      writeGroup(epoch, epoch.group(column));
    }
    if (completesEpoch) {
      if (epoch.isWritten()) {
        finish(epoch);
      } else {
        epoch.stopMerging();
      }
    }
    return null;
  }

  /**
   * Translates reports that follow each other.
   *
   * @param distance from report to report
   */
  void translate(
      DirectBuffer buffer,
      int body,
      int distance,
      int count,
      int flags,
      int sourceAddress,
      long nowNs) {
    for (int i = 0; i < count; i++) {
      DropReason reason = translate(buffer, body + i * distance, flags, sourceAddress, nowNs);
      if (reason != null) {
        counters.dropped(OPCODE, reason, 1);
      }
    }
  }

  private SketchEpoch find(int number) {
    for (SketchEpoch epoch : epochs) {
      if (epoch.state() != SketchEpoch.State.FREE && epoch.number() == number) {
        return epoch;
      }
    }
    return null;
  }

  /**
   * Opens an epoch, for which the oldest may have to be finished. Epochs are ordered modulo 2^32;
   * at no time are two open that share a place in the collector's ring.
   */
  private DropReason open(int number, long nowNs) {
    if (anyFinished && number - newestFinished <= 0 && !isRestart(number, nowNs)) {
      return DropReason.STALE_EPOCH;
    }
    if (isOlderThanRing(number)) {
      return DropReason.STALE_EPOCH;
    }
    SketchEpoch place = null;
    while ((place = placeFor(number)) == null) {
      SketchEpoch oldest = oldest();
      if (oldest.number() - number > 0) {
        return DropReason.STALE_EPOCH;
      }
      oldest.stopMerging();
      close(oldest, Integer.MAX_VALUE);
      if (oldest.state() != SketchEpoch.State.FREE) {
        return DropReason.RATE_LIMITED;
      }
    }
    DropReason refusal = link.admit(storeIndex, 1);
    if (refusal != null) {
      return refusal;
    }
    place.open(number, nowNs);
    int result = writer.trailer(place, SketchStore.OPEN);
    if (result != RdmaQueuePair.POSTED) {
      place.free();
      return link.refused(result);
    }
    anyFinished = anyFinished && number - newestFinished > 0;
    return null;
  }

  /**
   * Whether a number that is out of date starts a new count, as after a restart of the reporters:
   * nothing was merged for a whole time-out, and it is too far off to be a straggler, whose epoch's
   * place it would overwrite.
   */
  private boolean isRestart(int number, long nowNs) {
    return newestFinished - number >= store.epochs()
        && nowNs - lastColumnNs > timeoutNs
        && oldest() == null;
  }

  private boolean isOlderThanRing(int number) {
    for (SketchEpoch epoch : epochs) {
      if (epoch.state() != SketchEpoch.State.FREE && epoch.number() - number >= store.epochs()) {
        return true;
      }
    }
    return false;
  }

  /**
   * A free place, or null where there is none, or where an open epoch is in the way in the
   * collector's ring.
   */
  private SketchEpoch placeFor(int number) {
    SketchEpoch free = null;
    for (SketchEpoch epoch : epochs) {
      if (epoch.state() == SketchEpoch.State.FREE) {
        free = epoch;
      } else if (number - epoch.number() >= store.epochs()) {
        return null;
      }
    }
    return free;
  }

  private SketchEpoch oldest() {
    SketchEpoch oldest = null;
    for (SketchEpoch epoch : epochs) {
      if (epoch.state() != SketchEpoch.State.FREE
          && (oldest == null || epoch.number() - oldest.number() < 0)) {
        oldest = epoch;
      }
    }
    return oldest;
  }

  /** Writes a group of columns; where the queue pair goes down meanwhile, it goes on waiting. */
  private void writeGroup(SketchEpoch epoch, int group) {
    int reports = epoch.reports(group);
    int result = writer.group(epoch, group, reports);
    DropReason refusal = result == RdmaQueuePair.POSTED ? null : link.refused(result);
    if (refusal == DropReason.QUEUE_PAIR_DOWN) {
      return;
    }
    epoch.take(group);
    held -= reports;
    if (refusal == null) {
      counters.operations(OPCODE, 1);
      counters.batch(OPCODE, reports);
    } else {
      counters.dropped(OPCODE, refusal, reports);
    }
  }

  /**
   * Writes the last trailer of an epoch whose columns are all written, and frees its place; where
   * the queue pair goes down meanwhile, the epoch goes on waiting.
   */
  private void finish(SketchEpoch epoch) {
    boolean complete = epoch.isComplete();
    int result = writer.trailer(epoch, complete ? SketchStore.COMPLETE : SketchStore.INCOMPLETE);
    if (result == RdmaQueuePair.POSTED) {
      counters.event(complete ? EngineEvent.EPOCHS_COMPLETE : EngineEvent.EPOCHS_INCOMPLETE);
    } else if (link.refused(result) == DropReason.QUEUE_PAIR_DOWN) {
      epoch.stopMerging();
      return;
    }
    if (!anyFinished || epoch.number() - newestFinished > 0) {
      newestFinished = epoch.number();
      anyFinished = true;
    }
    epoch.free();
  }

  /** Goes on with writing an epoch that takes no more columns. */
  private int close(SketchEpoch epoch, int limit) {
    int written = 0;
    while (!epoch.isWritten() && written < limit && link.permits(storeIndex, 1)) {
      writeGroup(epoch, epoch.nextGroupLeft());
      written++;
    }
    if (epoch.isWritten() && written < limit && link.permits(storeIndex, 1)) {
      finish(epoch);
      written++;
    }
    return written;
  }

  /**
   * Asks for missing columns and closes epochs whose time is over, as far as the rate limit allows.
   */
  @Override
  public int doWork(long nowNs) {
    int done = 0;
    for (SketchEpoch epoch : epochs) {
      if (epoch.state() == SketchEpoch.State.MERGING) {
        long age = nowNs - epoch.openedNs();
        if (age >= timeoutNs) {
          epoch.stopMerging();
        } else if (age >= timeoutNs / 2 && !epoch.isAsked()) {
          epoch.setAsked();
          ask(epoch);
          done++;
        }
      }
      if (epoch.state() == SketchEpoch.State.CLOSING) {
        done += close(epoch, CLOSING_QUANTUM);
      }
    }
    return done;
  }

  private void ask(SketchEpoch epoch) {
    for (int reporter = 0; reporter < addresses.length; reporter++) {
      if (addresses[reporter] != 0 && epoch.lacksColumnsOf(reporter)) {
        tracker.ask(addresses[reporter]);
      }
    }
  }

  @Override
  public int flush() {
    int written = 0;
    for (SketchEpoch epoch = oldest(); epoch != null; epoch = oldest()) {
      epoch.stopMerging();
      written += close(epoch, Integer.MAX_VALUE);
      if (epoch.state() != SketchEpoch.State.FREE) {
        break;
      }
    }
    return written;
  }

  @Override
  public void discard(DropReason reason) {
    for (SketchEpoch epoch : epochs) {
      counters.dropped(OPCODE, reason, (int) epoch.countHeld());
      epoch.free();
    }
    held = 0;
  }

  @Override
  public Primitive primitive() {
    return Primitive.SKETCH_MERGE;
  }

  @Override
  public long held() {
    return held;
  }

  @Override
  public long countHeld() {
    long count = 0;
    for (SketchEpoch epoch : epochs) {
      count += epoch.countHeld();
    }
    return count;
  }
}
