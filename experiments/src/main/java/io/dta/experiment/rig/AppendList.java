package io.dta.experiment.rig;

import io.dta.primitives.store.AppendReader;
import io.dta.primitives.store.AppendStore;
import io.dta.translator.engine.EngineSettings;
import java.time.Duration;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * One list of an Append store, its translator and its reader, under a clock that the experiment
 * moves. Entries are numbered from 0. For one thread.
 */
public final class AppendList implements AutoCloseable {
  /** Told of every entry when the reader has it. */
  @FunctionalInterface
  public interface Visible {
    void onEntry(long number, long timeNs);
  }

  private final AppendStore store;
  private final EngineRig rig;
  private final AppendReader reader;
  private final UnsafeBuffer entry = new UnsafeBuffer(new byte[Long.BYTES]);
  private long timeNs;
  private long written;

  /**
   * An empty list.
   *
   * @param batch b, entries a frame
   * @param frames F, the frames of the ring
   * @param flushNs how long the first entry of a batch waits for it to be filled
   */
  public AppendList(int batch, int frames, long flushNs) {
    store = new AppendStore(0, "events", 1, Long.BYTES, batch, frames);
    EngineSettings settings =
        new EngineSettings(Duration.ofNanos(flushNs), 0, 0, null, 0, null, 0, 0, 0, 0, null, 0);
    rig = new EngineRig(List.of(store), settings, EngineRig.Network.PERFECT, () -> timeNs);
    reader = new AppendReader(store, rig.memory(store), 0, AppendStore.FIRST_SEQUENCE);
  }

  /** Moves the clock; batches whose time is over are written. */
  public void advanceTo(long newTimeNs) {
    timeNs = newTimeNs;
    rig.work();
  }

  /** Reports the next entry, in a datagram of its own. */
  public void append() {
    entry.putLong(0, written++);
    rig.append(store, 0, entry);
    rig.send();
    rig.work();
  }

  /** Delivers what the reader has not seen yet; returns how many entries. */
  public int poll(Visible visible) {
    return reader.poll(
        (sequence, place, frame, index, length) -> visible.onEntry(frame.getLong(index), timeNs),
        Integer.MAX_VALUE);
  }

  /** Entries that the engine holds. */
  public long waiting() {
    return rig.counters().inFlight();
  }

  /** RDMA operations so far. */
  public long operations() {
    return rig.counters().operations();
  }

  /** Frames that the reader was too late for. */
  public long lostFrames() {
    return reader.lostFrames();
  }

  @Override
  public void close() {
    rig.close();
  }
}
