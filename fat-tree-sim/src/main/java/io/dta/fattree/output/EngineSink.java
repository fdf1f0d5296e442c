package io.dta.fattree.output;

import io.dta.fattree.send.ReportClock;
import io.dta.fattree.send.ReportSink;
import io.dta.primitives.store.Store;
import io.dta.primitives.store.StoreTable;
import io.dta.primitives.wire.Acknowledgement;
import io.dta.primitives.wire.HeaderFormat;
import io.dta.translator.engine.CollectorTarget;
import io.dta.translator.engine.EngineContext;
import io.dta.translator.engine.EngineSettings;
import io.dta.translator.engine.EngineSnapshot;
import io.dta.translator.engine.TranslationEngine;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.agrona.collections.IntArrayQueue;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Brings datagrams to the product's translation engine, which writes to memory of this process, all
 * on the caller's thread.
 */
public final class EngineSink implements ReportSink, AutoCloseable {
  /** Patient with paths: a pause of the JVM is not a reporter that has gone away. */
  public static final EngineSettings PATIENT =
      new EngineSettings(null, 0, 0, Duration.ofMinutes(1), 0, null, 0, 0, 0, 0, null, 0);

  private static final int NONE = -1;
  private static final int NACK = 1 << 8;
  private static final int MAX_DATAGRAM_LENGTH = 2048;

  private final CollectorMemory memory;
  private final TranslationEngine engine;
  private final NanoClock clock;
  private final List<IntArrayQueue> acknowledgements = new ArrayList<>();
  private final UnsafeBuffer received = new UnsafeBuffer(new byte[MAX_DATAGRAM_LENGTH]);
  private final UnsafeBuffer answer = new UnsafeBuffer(new byte[Acknowledgement.LENGTH]);

  /** An engine by the machine's clock. */
  public EngineSink(CollectorMemory memory, List<Store> stores, int reporters) {
    this(memory, stores, reporters, PATIENT, ReportClock.SYSTEM::nanoTime);
  }

  /**
   * An engine.
   *
   * @param memory that has all of the stores; stays the caller's
   * @param reporters how many there are
   * @param clock of its time-outs; with that of the reporters, simulated, a run repeats itself
   */
  public EngineSink(
      CollectorMemory memory,
      List<Store> stores,
      int reporters,
      EngineSettings settings,
      NanoClock clock) {
    this.memory = memory;
    this.clock = clock;
    for (int i = 0; i < reporters; i++) {
      acknowledgements.add(new IntArrayQueue(NONE));
    }
    engine =
        new TranslationEngine(
            new EngineContext(
                new StoreTable(stores),
                HeaderFormat.FULL,
                List.of(
                    CollectorTarget.fixed(
                        "memory", memory::connect, memory.remoteRegions(), Map.of())),
                settings,
                this::acknowledge,
                clock));
  }

  private void acknowledge(int address, int seqnum, boolean nack) {
    acknowledgements.get(address - 1).offerInt(seqnum | (nack ? NACK : 0));
  }

  @Override
  public int reporters() {
    return acknowledgements.size();
  }

  @Override
  public void send(int reporter, ByteBuffer datagram, int reports) {
    int length = datagram.remaining();
    received.putBytes(0, datagram, length);
    engine.onDatagram(received, 0, length, reporter + 1);
    engine.doWork(clock.nanoTime());
  }

  @Override
  public boolean receive(int reporter, ByteBuffer datagram) {
    engine.doWork(clock.nanoTime());
    int arrived = acknowledgements.get(reporter).pollInt();
    datagram.clear();
    if (arrived != NONE) {
      Acknowledgement.put(answer, 0, arrived & 0xFF, (arrived & NACK) != 0);
      datagram.put(answer.byteArray());
    }
    datagram.flip();
    return arrived != NONE;
  }

  @Override
  public String target() {
    return "the engine";
  }

  /** Writes what the engine holds. */
  public EngineSnapshot drain() {
    if (!engine.drain(TimeUnit.SECONDS.toNanos(10))) {
      throw new IllegalStateException("the engine still holds reports: " + snapshot());
    }
    return snapshot();
  }

  /** Where the reports are. */
  public EngineSnapshot snapshot() {
    return engine.counters().snapshot();
  }

  /** The bytes of a store. */
  public MemorySegment memory(Store store) {
    return memory.segment(store);
  }

  @Override
  public void close() {
    engine.close();
  }
}
