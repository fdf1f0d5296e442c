package io.dta.translator.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dta.primitives.datagram.DatagramBuilder;
import io.dta.primitives.store.Store;
import io.dta.primitives.store.StoreTable;
import io.dta.primitives.wire.HeaderFormat;
import io.dta.rdma.CompletionListener;
import io.dta.rdma.PendingQueuePair;
import io.dta.rdma.QueuePairConnector;
import io.dta.rdma.RdmaQueuePair;
import io.dta.rdma.RemoteRegion;
import io.dta.rdma.local.LocalQueuePair;
import io.dta.rdma.local.RegionResolver;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * An engine over real memory: every store of every collector lies between two guards, whose bytes
 * nobody may change. Time stands still unless a test moves it.
 */
final class EngineFixture implements AutoCloseable {
  static final long MILLISECOND = 1_000_000;
  static final int REPORTER = 0x0A000001;
  static final int MAX_DATAGRAM = 65_507;

  private static final int GUARD_LENGTH = 4096;
  private static final byte GUARD = (byte) 0xA5;

  /** Makes a collector's queue pair. */
  interface QueuePairs {
    RdmaQueuePair make(RegionResolver memory, CompletionListener listener);
  }

  /** An ACK or a NACK that the engine sent. */
  record Answer(int address, int seqnum, boolean nack) {}

  /** What an engine is made of, with what most tests want. */
  static final class Builder {
    private final List<Store> stores;
    private int collectors = 1;
    private ReconnectPolicy reconnect = new ReconnectPolicy(MILLISECOND, 10 * MILLISECOND, 1);
    private HeaderFormat header = HeaderFormat.FULL;
    private EngineSettings settings = EngineSettings.DEFAULTS;
    private QueuePairs queuePairs = LocalQueuePair::new;
    private long tickNs;
    private boolean quiet;
    private final Map<String, int[]> heads = new HashMap<>();

    private Builder(List<Store> stores) {
      this.stores = stores;
    }

    Builder collectors(int count) {
      collectors = count;
      return this;
    }

    Builder header(HeaderFormat format) {
      header = format;
      return this;
    }

    Builder settings(EngineSettings newSettings) {
      settings = newSettings;
      return this;
    }

    Builder queuePairs(QueuePairs newQueuePairs) {
      queuePairs = newQueuePairs;
      return this;
    }

    Builder heads(String store, int... next) {
      heads.put(store, next);
      return this;
    }

    /** Does not keep the engine's answers. */
    Builder quiet() {
      quiet = true;
      return this;
    }

    /** Lets a millisecond pass whenever the engine reads the clock. */
    Builder ticking() {
      tickNs = MILLISECOND;
      return this;
    }

    EngineFixture build() {
      return new EngineFixture(this);
    }
  }

  final List<Answer> answers = new ArrayList<>();
  final UnsafeBuffer datagram = new UnsafeBuffer(ByteBuffer.allocateDirect(1 << 16));
  final DatagramBuilder reports;
  final TranslationEngine engine;
  long nowNs = -5 * MILLISECOND; // crosses zero, as System.nanoTime may

  private final Arena arena = Arena.ofShared();
  private final Map<RemoteRegion, MemorySegment> guarded = new HashMap<>();
  private final List<Map<String, RemoteRegion>> regions = new ArrayList<>();
  private final Map<Integer, String> refusals = new HashMap<>();
  private final Set<Integer> stale = new HashSet<>();
  private final Map<Integer, Integer> attempts = new HashMap<>();

  private EngineFixture(Builder builder) {
    List<CollectorTarget> targets = new ArrayList<>();
    for (int i = 0; i < builder.collectors; i++) {
      Map<String, RemoteRegion> ofCollector = new HashMap<>();
      for (Store store : builder.stores) {
        ofCollector.put(store.name(), allocate(store));
      }
      regions.add(ofCollector);
      int collector = i;
      targets.add(
          new CollectorTarget(
              "collector-" + i,
              connector(builder, i),
              () -> regions.get(collector),
              builder.heads,
              builder.reconnect));
    }
    reports = new DatagramBuilder(builder.header);
    engine =
        new TranslationEngine(
            new EngineContext(
                new StoreTable(builder.stores),
                builder.header,
                targets,
                builder.settings,
                builder.quiet
                    ? (address, seqnum, nack) -> {}
                    : (address, seqnum, nack) -> answers.add(new Answer(address, seqnum, nack)),
                () -> nowNs += builder.tickNs));
    begin();
  }

  private QueuePairConnector connector(Builder builder, int collector) {
    return new QueuePairConnector() {
      @Override
      public PendingQueuePair connect(CompletionListener listener) {
        attempts.merge(collector, 1, Integer::sum);
        stale.remove(collector);
        String refusal = refusals.get(collector);
        return refusal == null
            ? PendingQueuePair.ready(builder.queuePairs.make(EngineFixture.this::memory, listener))
            : PendingQueuePair.refused(refusal);
      }

      @Override
      public boolean isStale() {
        return stale.contains(collector);
      }
    };
  }

  /** It is known from now on that a collector was started again, until it is connected to. */
  void stale(int collector) {
    stale.add(collector);
  }

  /** How often the engine began to connect to a collector. */
  int attempts(int collector) {
    return attempts.getOrDefault(collector, 0);
  }

  /** From now on a collector cannot be connected, and says why; or it can, where that is null. */
  void refuse(int collector, String sentence) {
    refusals.put(collector, sentence);
  }

  /** A collector is started again: its stores lie elsewhere, and are empty. */
  void restart(int collector, Store... stores) {
    Map<String, RemoteRegion> elsewhere = new HashMap<>();
    for (Store store : stores) {
      elsewhere.put(store.name(), allocate(store));
    }
    regions.set(collector, elsewhere);
  }

  RemoteRegion region(int collector, Store store) {
    return regions.get(collector).get(store.name());
  }

  static Builder with(Store... stores) {
    return new Builder(List.of(stores));
  }

  private RemoteRegion allocate(Store store) {
    long length = store.regionLength();
    MemorySegment segment = arena.allocate(length + 2 * GUARD_LENGTH, 8);
    segment.asSlice(0, GUARD_LENGTH).fill(GUARD);
    segment.asSlice(GUARD_LENGTH + length).fill(GUARD);
    RemoteRegion region =
        new RemoteRegion(segment.address() + GUARD_LENGTH, guarded.size() + 1, length);
    guarded.put(region, segment);
    return region;
  }

  private MemorySegment memory(RemoteRegion region) {
    return guarded.get(region).asSlice(GUARD_LENGTH, region.length());
  }

  /** A store's memory at the first collector. */
  MemorySegment memory(Store store) {
    return memory(0, store);
  }

  MemorySegment memory(int collector, Store store) {
    return memory(regions.get(collector).get(store.name()));
  }

  /** Starts a datagram in {@link #reports}. */
  void begin() {
    reports.wrap(datagram, 0, MAX_DATAGRAM);
  }

  /** Hands the datagram over and starts the next. */
  void send() {
    send(REPORTER);
  }

  void send(int source) {
    engine.onDatagram(datagram, 0, reports.length(), source);
    begin();
  }

  /** Moves the time and runs a duty cycle. */
  void after(long nanos) {
    nowNs += nanos;
    engine.doWork(nowNs);
  }

  EngineSnapshot counts() {
    engine.doWork(nowNs);
    return engine.counters().snapshot();
  }

  /**
   * Checks that every report is in exactly one place and that nothing was written beside a region.
   */
  void check(String when) {
    EngineSnapshot counts = engine.published();
    assertTrue(counts.isBalanced(), () -> when + ": not balanced: " + counts);
    assertTrue(engine.isHeldRight(), () -> when + ": held differs from what is there: " + counts);
  }

  void checkGuards() {
    for (MemorySegment segment : guarded.values()) {
      for (int i = 0; i < GUARD_LENGTH; i++) {
        assertEquals(GUARD, segment.get(ValueLayout.JAVA_BYTE, i), "guard before a region");
        assertEquals(
            GUARD,
            segment.get(ValueLayout.JAVA_BYTE, segment.byteSize() - 1 - i),
            "guard after a region");
      }
    }
  }

  @Override
  public void close() {
    engine.close();
    check("after closing");
    checkGuards();
    arena.close();
  }
}
