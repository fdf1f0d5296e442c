package io.dta.fattree;

import io.dta.fattree.send.ReportSink;
import io.dta.primitives.store.Store;
import io.dta.primitives.store.StoreTable;
import io.dta.primitives.wire.Acknowledgement;
import io.dta.primitives.wire.HeaderFormat;
import io.dta.rdma.RemoteRegion;
import io.dta.rdma.local.LocalQueuePair;
import io.dta.rdma.memory.MemoryRegion;
import io.dta.rdma.memory.MemoryRegionTable;
import io.dta.rdma.memory.RegionSpecification;
import io.dta.translator.engine.CollectorTarget;
import io.dta.translator.engine.EngineContext;
import io.dta.translator.engine.EngineSettings;
import io.dta.translator.engine.EngineSnapshot;
import io.dta.translator.engine.TranslationEngine;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.SystemNanoClock;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Brings datagrams to a real translation engine that writes to real memory, all on the caller's
 * thread.
 */
final class EngineSink implements ReportSink, AutoCloseable {
  /** Patient with paths: a pause of the JVM is not a reporter that has gone away. */
  static final EngineSettings SETTINGS =
      new EngineSettings(null, 0, 0, Duration.ofMinutes(1), 0, null, 0, 0, 0, 0, null, 0);

  private final MemoryRegionTable table = new MemoryRegionTable();
  private final Map<String, MemoryRegion> regions = new HashMap<>();
  private final TranslationEngine engine;
  private final List<Queue<byte[]>> acknowledgements = new ArrayList<>();
  private final UnsafeBuffer received = new UnsafeBuffer(new byte[2048]);

  EngineSink(DemoStores stores, int reporters) throws IOException {
    this(stores.all(), reporters);
  }

  EngineSink(List<Store> stores, int reporters) throws IOException {
    Map<String, RemoteRegion> remote = new HashMap<>();
    for (Store store : stores) {
      MemoryRegion region =
          table.register(
              RegionSpecification.anonymous(store.regionLength())
                  .withHugePages(false)
                  .withTouch(false));
      regions.put(store.name(), region);
      remote.put(store.name(), region.remote());
    }
    for (int i = 0; i < reporters; i++) {
      acknowledgements.add(new ArrayDeque<>());
    }
    CollectorTarget collector =
        CollectorTarget.fixed(
            "memory",
            listener -> new LocalQueuePair(region -> table.find(region.rkey()).segment(), listener),
            remote,
            Map.of());
    engine =
        new TranslationEngine(
            new EngineContext(
                new StoreTable(stores),
                HeaderFormat.FULL,
                List.of(collector),
                SETTINGS,
                this::acknowledge,
                SystemNanoClock.INSTANCE));
  }

  private void acknowledge(int address, int seqnum, boolean nack) {
    UnsafeBuffer datagram = new UnsafeBuffer(new byte[Acknowledgement.LENGTH]);
    Acknowledgement.put(datagram, 0, seqnum, nack);
    acknowledgements.get(address - 1).add(datagram.byteArray());
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
    engine.doWork(System.nanoTime());
  }

  @Override
  public boolean receive(int reporter, ByteBuffer datagram) {
    engine.doWork(System.nanoTime());
    byte[] arrived = acknowledgements.get(reporter).poll();
    datagram.clear();
    if (arrived != null) {
      datagram.put(arrived);
    }
    datagram.flip();
    return arrived != null;
  }

  @Override
  public String target() {
    return "the engine";
  }

  /** Writes what the engine holds. */
  EngineSnapshot drain() {
    if (!engine.drain(TimeUnit.SECONDS.toNanos(10))) {
      throw new IllegalStateException("the engine still holds reports: " + snapshot());
    }
    return snapshot();
  }

  EngineSnapshot snapshot() {
    return engine.counters().snapshot();
  }

  MemorySegment memory(Store store) {
    return regions.get(store.name()).segment();
  }

  @Override
  public void close() {
    engine.close();
    table.close();
  }
}
