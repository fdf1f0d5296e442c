package io.dta.fattree.output;

import io.dta.collector.Collector;
import io.dta.collector.CollectorContext;
import io.dta.collector.query.QueryService;
import io.dta.primitives.directory.Directory;
import io.dta.primitives.store.Store;
import java.lang.foreign.MemorySegment;
import java.net.URI;
import java.util.List;

/** A collector of this process, with a software RNIC on loopback, at ports that are free. */
final class OwnCollector implements AutoCloseable {
  static final String ADDRESS = "127.0.0.1";

  private final Collector collector;
  private final List<Store> stores;

  OwnCollector(String name, List<Store> stores) {
    this.stores = List.copyOf(stores);
    collector =
        new Collector(
            new CollectorContext(
                name,
                new CollectorContext.Http(ADDRESS, 0),
                new CollectorContext.Rdma(
                    ADDRESS, 0, CollectorContext.RdmaMode.SOFTWARE, null, null),
                null,
                this.stores,
                null));
    collector.start();
  }

  URI uri() {
    return collector.uri();
  }

  QueryServiceAnswers answers() {
    return new QueryServiceAnswers(
        new QueryService(stores, this::memory, QueryServiceAnswers.BATCH_LIMIT));
  }

  private MemorySegment memory(Store store) {
    for (Directory.Entry entry : collector.directory().entries()) {
      if (entry.store().name().equals(store.name())) {
        return collector.memory().find(entry.region().rkey()).segment();
      }
    }
    throw new IllegalStateException("the collector has no store '" + store.name() + "'");
  }

  @Override
  public void close() {
    collector.close();
  }
}
