package io.dta.experiment.rig;

import io.dta.collector.region.StoreRegions;
import io.dta.primitives.datagram.DatagramBuilder;
import io.dta.primitives.store.AppendStore;
import io.dta.primitives.store.KeyIncrementStore;
import io.dta.primitives.store.KeyWriteStore;
import io.dta.primitives.store.PostcardingStore;
import io.dta.primitives.store.SketchStore;
import io.dta.primitives.store.Store;
import io.dta.primitives.store.StoreTable;
import io.dta.primitives.wire.HeaderFormat;
import io.dta.rdma.CompletionListener;
import io.dta.rdma.RdmaQueuePair;
import io.dta.rdma.RemoteRegion;
import io.dta.rdma.local.LocalQueuePair;
import io.dta.rdma.memory.Pages;
import io.dta.translator.engine.CollectorTarget;
import io.dta.translator.engine.EngineContext;
import io.dta.translator.engine.EngineSettings;
import io.dta.translator.engine.EngineSnapshot;
import io.dta.translator.engine.TranslationEngine;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The product without its sockets: datagrams of reports go into a translator's engine, which writes
 * through a queue pair over shared memory into a collector's regions. For one thread.
 */
public final class EngineRig implements AutoCloseable {
  /** What fits into an Ethernet frame, as reporters fill it. */
  private static final int DATAGRAM_LENGTH = 1472;

  private static final long DRAIN_NS = TimeUnit.SECONDS.toNanos(60);

  private final NanoClock clock;
  private final StoreRegions regions;
  private final TranslationEngine engine;
  private final UnsafeBuffer buffer = new UnsafeBuffer(ByteBuffer.allocateDirect(DATAGRAM_LENGTH));
  private final DatagramBuilder builder = new DatagramBuilder(HeaderFormat.FULL);

  /** What the network between the translator and the memory does. */
  public interface Network {
    /** Nothing happens to operations. */
    Network PERFECT = (queuePair, listener) -> queuePair;

    /**
     * What the engine posts to.
     *
     * @param listener gets the completions
     */
    RdmaQueuePair around(RdmaQueuePair queuePair, CompletionListener listener);
  }

  /** A rig with default settings, a perfect network, and the system's clock. */
  public EngineRig(Store store) {
    this(List.of(store), EngineSettings.DEFAULTS, Network.PERFECT, SystemNanoClock.INSTANCE);
  }

  public EngineRig(List<Store> stores, EngineSettings settings, Network network, NanoClock clock) {
    this.clock = clock;
    regions = new StoreRegions(stores, null, Pages.TRANSPARENT_HUGE);
    Map<String, RemoteRegion> remote = new HashMap<>();
    stores.forEach(store -> remote.put(store.name(), regions.region(store).remote()));
    CollectorTarget target =
        CollectorTarget.fixed(
            "experiment",
            listener ->
                network.around(
                    new LocalQueuePair(
                        wanted -> regions.table().find(wanted.rkey()).segment(), listener),
                    listener),
            remote,
            Map.of());
    engine =
        new TranslationEngine(
            new EngineContext(
                new StoreTable(stores),
                HeaderFormat.FULL,
                List.of(target),
                settings,
                (address, seqnum, nack) -> {},
                clock));
    builder.wrap(buffer, 0, DATAGRAM_LENGTH);
  }

  /** Reports a value, in a datagram that leaves when it is full. */
  public void keyWrite(KeyWriteStore store, int copies, DirectBuffer key, DirectBuffer value) {
    while (!builder.keyWrite(store, 0, 0, copies, key, 0, value, 0)) {
      send();
    }
  }

  public void append(AppendStore store, int list, DirectBuffer entry) {
    while (!builder.append(store, 0, 0, list, entry, 0)) {
      send();
    }
  }

  public void keyIncrement(KeyIncrementStore store, int copies, DirectBuffer key, long increment) {
    while (!builder.keyIncrement(store, 0, 0, copies, key, 0, increment)) {
      send();
    }
  }

  public void postcard(PostcardingStore store, DirectBuffer key, int hop, int value) {
    while (!builder.postcard(store, 0, 0, key, 0, hop, value)) {
      send();
    }
  }

  public void sketchColumn(
      SketchStore store, int reporter, int epoch, int column, int[] counters, int countersIndex) {
    while (!builder.sketchColumn(store, 0, 0, reporter, epoch, column, counters, countersIndex)) {
      send();
    }
  }

  /** Sends the datagram that is being filled. */
  public void send() {
    if (builder.length() > 0) {
      engine.onDatagram(buffer, 0, builder.length(), 0);
      builder.wrap(buffer, 0, DATAGRAM_LENGTH);
    }
  }

  /** Gives the engine its turn: what has waited for long enough is written. */
  public void work() {
    engine.doWork(clock.nanoTime());
  }

  /** Writes whatever is held back anywhere. */
  public void drain() {
    send();
    if (!engine.drain(DRAIN_NS)) {
      throw new IllegalStateException("the engine still holds reports after 60 s: " + counters());
    }
  }

  /** Where every report went, as of the last {@link #work} or {@link #drain}. */
  public EngineSnapshot counters() {
    return engine.counters().snapshot();
  }

  /** The memory of a store. */
  public MemorySegment memory(Store store) {
    return regions.region(store).segment();
  }

  @Override
  public void close() {
    engine.close();
    regions.close();
  }
}
