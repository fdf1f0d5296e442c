package io.dta.benchmarks;

import io.dta.primitives.store.Store;
import io.dta.primitives.store.StoreTable;
import io.dta.primitives.wire.HeaderFormat;
import io.dta.primitives.wire.SketchColumnReport;
import io.dta.rdma.RemoteRegion;
import io.dta.rdma.local.LocalQueuePair;
import io.dta.rdma.memory.MemoryRegion;
import io.dta.translator.engine.CollectorTarget;
import io.dta.translator.engine.EngineContext;
import io.dta.translator.engine.EngineCounters;
import io.dta.translator.engine.EngineSettings;
import io.dta.translator.engine.TranslationEngine;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import org.agrona.concurrent.SystemNanoClock;

/**
 * An engine over one store in real memory, joined by the local transport: from report bytes in a
 * ring to bytes in a region.
 */
final class EngineHarness implements AutoCloseable {
  private final BenchmarkRegion memory;
  private final TranslationEngine engine;
  private final DatagramRing datagrams;
  private final int reportLength;

  EngineHarness(Store store, DatagramRing datagrams) {
    this.datagrams = datagrams;
    this.reportLength = HeaderFormat.FULL.length() + store.reportLength();
    memory = new BenchmarkRegion(store.regionLength());
    MemoryRegion region = memory.region();
    RemoteRegion remote = new RemoteRegion(region.address(), region.rkey(), region.length());
    CollectorTarget target =
        CollectorTarget.fixed(
            "benchmark",
            listener -> new LocalQueuePair(wanted -> region.segment(), listener),
            Map.of(store.name(), remote),
            Map.of());
    engine =
        new TranslationEngine(
            new EngineContext(
                new StoreTable(List.of(store)),
                HeaderFormat.FULL,
                List.of(target),
                EngineSettings.DEFAULTS,
                (address, seqnum, nack) -> {},
                SystemNanoClock.INSTANCE));
  }

  /** Translates all datagrams of the ring once. */
  void translateAll() {
    for (int i = 0; i < datagrams.count(); i++) {
      engine.onDatagram(datagrams.buffer(), datagrams.offset(i), datagrams.length(i), 0);
    }
    engine.doWork(System.nanoTime());
  }

  /** Translates all datagrams of the ring once, so many in each duty cycle. */
  void translateAll(int datagramsPerCycle) {
    for (int i = 0; i < datagrams.count(); i++) {
      engine.onDatagram(datagrams.buffer(), datagrams.offset(i), datagrams.length(i), 0);
      if (i % datagramsPerCycle == datagramsPerCycle - 1) {
        engine.doWork(System.nanoTime());
      }
    }
    engine.doWork(System.nanoTime());
  }

  /** Gives all sketch columns of the ring another epoch, in place. */
  void setEpoch(int epoch) {
    for (int i = 0; i < datagrams.count(); i++) {
      int end = datagrams.offset(i) + datagrams.length(i);
      for (int at = datagrams.offset(i); at < end; at += reportLength) {
        datagrams
            .buffer()
            .putInt(
                at + HeaderFormat.FULL.length() + SketchColumnReport.EPOCH_OFFSET,
                epoch,
                ByteOrder.BIG_ENDIAN);
      }
    }
  }

  /** What the engine counts, for any thread. */
  EngineCounters counters() {
    return engine.counters();
  }

  MemorySegment memory() {
    return memory.region().segment();
  }

  @Override
  public void close() {
    engine.close();
    memory.close();
  }
}
