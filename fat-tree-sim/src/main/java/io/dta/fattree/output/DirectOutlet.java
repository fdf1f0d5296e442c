package io.dta.fattree.output;

import io.dta.collector.query.QueryService;
import io.dta.fattree.direct.Copies;
import io.dta.fattree.direct.DirectCollector;
import io.dta.fattree.direct.DirectCounters;
import io.dta.fattree.direct.DirectWriter;
import io.dta.fattree.send.KeyWrites;
import io.dta.fattree.send.ReportClock;
import io.dta.fattree.send.Reporters;
import io.dta.fattree.topology.FatTree;
import io.dta.fattree.verify.CollectorAnswers;
import io.dta.primitives.store.KeyWriteStore;
import io.dta.primitives.store.Store;
import io.dta.rdma.capture.PacketCapture;
import io.dta.translator.connection.RdmaSettings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** DART: the edge switches write into the memory of collectors themselves. */
public final class DirectOutlet implements Outlet {
  private static final String OWN_ADDRESS = "127.0.0.2";

  private final DirectWriter writer;
  private final CollectorAnswers answers;
  private final String to;
  private final List<AutoCloseable> resources;

  private DirectOutlet(
      DirectWriter writer, CollectorAnswers answers, String to, List<AutoCloseable> resources) {
    this.writer = writer;
    this.answers = answers;
    this.to = to;
    this.resources = resources;
  }

  /**
   * What is written, and how.
   *
   * @param seed of the copies that are drawn
   */
  public record Writing(FatTree tree, List<KeyWriteStore> stores, Copies copies, long seed) {
    DirectWriter connect(List<? extends DirectCollector> collectors) throws IOException {
      return DirectWriter.connect(tree, stores, collectors, copies, seed, ReportClock.SYSTEM);
    }
  }

  /** Some collectors' memory in this process. */
  public static DirectOutlet memory(Writing writing, int count) throws IOException {
    List<AutoCloseable> resources = new ArrayList<>();
    List<CollectorMemory> memories = new ArrayList<>();
    List<CollectorAnswers> answers = new ArrayList<>();
    List<Store> stores = List.copyOf(writing.stores());
    try {
      for (int i = 0; i < count; i++) {
        CollectorMemory memory = new CollectorMemory(stores);
        resources.add(memory);
        memories.add(memory);
        answers.add(
            new QueryServiceAnswers(
                new QueryService(stores, memory::segment, QueryServiceAnswers.BATCH_LIMIT)));
      }
      return new DirectOutlet(
          writing.connect(memories),
          new ShardedAnswers(answers, writing.stores()),
          "the memory of %d collectors in this process, without a translator".formatted(count),
          resources);
    } catch (IOException | RuntimeException e) {
      closeAll(resources);
      throw e;
    }
  }

  /**
   * Some collectors of its own, over RoCEv2 on loopback.
   *
   * @param captureFile gets every packet; null for none
   */
  public static DirectOutlet own(
      Writing writing, int count, RdmaSettings.Service service, Path captureFile)
      throws IOException {
    List<AutoCloseable> resources = new ArrayList<>();
    List<URI> urls = new ArrayList<>();
    List<CollectorAnswers> answers = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        OwnCollector collector = new OwnCollector("scenario-" + i, List.copyOf(writing.stores()));
        resources.add(collector);
        urls.add(collector.uri());
        answers.add(collector.answers());
      }
      return remote(writing, urls, answers, service, OWN_ADDRESS, captureFile, resources);
    } catch (IOException | RuntimeException e) {
      closeAll(resources);
      throw e;
    }
  }

  /**
   * Running collectors, over RoCEv2.
   *
   * @param asking makes what asks a collector
   */
  public static DirectOutlet running(
      Writing writing,
      List<URI> urls,
      Function<URI, CollectorAnswers> asking,
      RdmaSettings.Service service,
      Path captureFile)
      throws IOException {
    List<AutoCloseable> resources = new ArrayList<>();
    List<CollectorAnswers> answers = urls.stream().map(asking).toList();
    try {
      return remote(writing, urls, answers, service, null, captureFile, resources);
    } catch (IOException | RuntimeException e) {
      closeAll(resources);
      throw e;
    }
  }

  private static DirectOutlet remote(
      Writing writing,
      List<URI> urls,
      List<CollectorAnswers> answers,
      RdmaSettings.Service service,
      String address,
      Path captureFile,
      List<AutoCloseable> resources)
      throws IOException {
    PacketCapture capture = null;
    if (captureFile != null) {
      capture = PacketCapture.open(captureFile, PacketCapture.DEFAULT_LIMIT);
      resources.add(capture);
    }
    RemoteCollectors remote = RemoteCollectors.discover(urls, service, address, capture);
    resources.add(remote);
    return new DirectOutlet(
        writing.connect(remote.collectors()),
        new ShardedAnswers(answers, writing.stores()),
        "%d collectors over RoCEv2 %s, without a translator".formatted(urls.size(), service),
        resources);
  }

  @Override
  public KeyWrites values() {
    return writer;
  }

  @Override
  public Reporters reporters() {
    return null;
  }

  @Override
  public void flush(long nanos) {
    writer.flush();
  }

  @Override
  public void drain() throws IOException {
    writer.drain();
  }

  @Override
  public Delivery delivery() {
    DirectCounters counters = writer.counters();
    Map<String, Long> fate = new LinkedHashMap<>();
    fate.put("written", counters.written());
    fate.put("failed", counters.failed());
    fate.put("refused", counters.refused());
    fate.put("in flight", counters.inFlight());
    return new Delivery(
        to, counters.reports(), 0, fate, counters.operations(), counters.queuePairs());
  }

  @Override
  public CollectorAnswers answers() {
    return answers;
  }

  @Override
  public void close() {
    writer.close();
    closeAll(resources);
  }

  private static void closeAll(List<AutoCloseable> resources) {
    resources.reversed().forEach(Closing::quietly);
  }
}
