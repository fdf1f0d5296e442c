package io.dta.collector;

import io.dta.collector.CollectorContext.Backing;
import io.dta.collector.api.CollectorApi;
import io.dta.collector.connection.DisniRnic;
import io.dta.collector.connection.Rnic;
import io.dta.collector.connection.SoftwareRnicService;
import io.dta.collector.connection.VerbsRnic;
import io.dta.collector.region.StoreRegions;
import io.dta.node.HttpEndpoint;
import io.dta.node.OperatorException;
import io.dta.node.Readiness;
import io.dta.primitives.directory.Directory;
import io.dta.rdma.control.ConnectionOffer;
import io.dta.rdma.memory.MemoryRegion;
import io.dta.rdma.memory.MemoryRegionTable;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A collector: the memory of its stores, the RNIC that writes it, and the HTTP API that answers
 * from it. Nothing happens before {@link #start}; {@link #close} ends all of it, and a closed
 * collector does not start again.
 */
public final class Collector implements AutoCloseable {
  private final CollectorContext context;
  private StoreRegions regions;
  private Directory directory;
  private Rnic rnic;
  private HttpEndpoint endpoint;

  public Collector(CollectorContext context) {
    this.context = context;
  }

  /**
   * Maps the memory, starts the RNIC and then the HTTP API; all or nothing.
   *
   * @throws OperatorException where memory, a file or a port is not to be had
   */
  public void start() {
    if (regions != null) {
      throw new IllegalStateException("the collector was started before");
    }
    try {
      CollectorContext.Regions memory = context.regions();
      regions =
          new StoreRegions(
              context.stores(),
              memory.backing() == Backing.FILE ? Path.of(memory.directory()) : null,
              memory.hugePages());
      rnic = rnic();
      directory =
          regions.directory(context.name(), rnic == null ? MemoryRegion::remote : rnic::register);
      if (rnic != null) {
        // Reports that want the CPU's attention are written like all others, and counted.
        rnic.start((queuePairNumber, immediate, length) -> {});
      }
      endpoint = endpoint();
      endpoint.start();
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private Rnic rnic() {
    CollectorContext.Rdma rdma = context.rdma();
    return switch (rdma.mode()) {
      case SOFTWARE ->
          new SoftwareRnicService(rdma.host(), rdma.port(), rdma.cmPort(), regions.table());
      case VERBS -> new VerbsRnic(rdma.host(), rdma.device(), rdma.cmPort());
      case DISNI -> new DisniRnic(rdma.host(), rdma.cmPort());
      case NONE -> null;
    };
  }

  private HttpEndpoint endpoint() {
    HttpEndpoint.Builder builder =
        HttpEndpoint.builder()
            .listen(context.http().host(), context.http().port(), "http.port")
            .maxBody(context.limits().requestBytes())
            .readiness(this::readiness);
    new CollectorApi(directory, regions, rnic, context.limits().batch()).register(builder);
    return builder.build();
  }

  private Readiness readiness() {
    List<String> reasons = new ArrayList<>();
    if (regions.table().regions().size() != context.stores().size()) {
      reasons.add("not all memory regions are registered");
    }
    if (rnic != null) {
      reasons.addAll(rnic.problems());
    }
    return Readiness.of(reasons);
  }

  /** Where the HTTP API is, without a slash at the end; once started. */
  public URI uri() {
    return endpoint.uri();
  }

  /** How translators connect, once started; null with {@code rdma.mode: none}. */
  public ConnectionOffer offer() {
    return rnic == null ? null : rnic.offer();
  }

  /** The stores and where they lie, once started. */
  public Directory directory() {
    return directory;
  }

  /**
   * The registered memory, once started, for a translator in the same process. It ends with the
   * collector: close what resolved regions of it first.
   */
  public MemoryRegionTable memory() {
    return regions.table();
  }

  /** Ends the API, the RNIC and the memory, in this order. */
  @Override
  public void close() {
    if (endpoint != null) {
      endpoint.close();
    }
    if (rnic != null) {
      rnic.close();
    }
    if (regions != null) {
      regions.close();
    }
  }
}
