package io.dta.translator.connection;

import io.dta.primitives.directory.Directory;
import io.dta.rdma.CompletionListener;
import io.dta.rdma.ConnectionException;
import io.dta.rdma.PendingQueuePair;
import io.dta.rdma.RdmaQueuePair;
import io.dta.rdma.RemoteRegion;
import io.dta.rdma.local.LocalMemory;
import io.dta.rdma.local.LocalQueuePair;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Queue pairs over the mapped region files of collectors on the same host. */
final class LocalTransport implements Transport {
  /** What is mapped of each collector, by its HTTP address. */
  private final Map<String, LocalMemory> mapped = new HashMap<>();

  @Override
  public PendingQueuePair connect(Collector collector, CompletionListener listener) {
    return new Pending(collector, listener);
  }

  @Override
  public boolean needsRnic() {
    return false;
  }

  /** Files that a collector has replaced can be written for ever. */
  @Override
  public boolean isUnaware() {
    return true;
  }

  private final class Pending implements PendingQueuePair {
    private final String collector;
    private final CompletionListener listener;
    private final BackgroundTask<LocalMemory> mapping;
    private boolean over;

    Pending(Collector collector, CompletionListener listener) {
      this.collector = collector.client().toString();
      this.listener = listener;
      this.mapping = BackgroundTask.start(() -> map(collector), LocalMemory::close);
    }

    @Override
    public RdmaQueuePair poll() throws ConnectionException {
      LocalMemory memory = over ? null : mapping.poll();
      if (memory == null) {
        return null;
      }
      over = true;
      LocalMemory before = mapped.put(collector, memory);
      if (before != null) {
        before.close();
      }
      return new LocalQueuePair(memory, listener);
    }

    @Override
    public void close() {
      if (!over) {
        over = true;
        LocalMemory memory = mapping.abandon();
        if (memory != null) {
          memory.close();
        }
      }
    }
  }

  private static LocalMemory map(Collector collector) throws ConnectionException {
    LocalMemory memory = new LocalMemory();
    try {
      for (Directory.Entry entry : collector.directory().entries()) {
        Directory.Region region = entry.region();
        if (region.file() == null) {
          throw new ConnectionException(
              "collector %s keeps store '%s' in memory of its own, out of reach of 'transport: local':"
                      .formatted(collector.client(), entry.store().name())
                  + " set 'regions.backing: file' there, or 'transport: rocev2' here");
        }
        memory.map(
            new RemoteRegion(region.address(), region.rkey(), region.length()),
            Path.of(region.file()));
      }
      return memory;
    } catch (IOException e) {
      memory.close();
      throw new ConnectionException(
          "collector %s: %s".formatted(collector.client(), e.getMessage()), e);
    } catch (ConnectionException | RuntimeException e) {
      memory.close();
      throw e;
    }
  }

  @Override
  public void close() {
    mapped.values().forEach(LocalMemory::close);
    mapped.clear();
  }
}
