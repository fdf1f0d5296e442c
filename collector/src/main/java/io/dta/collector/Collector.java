package io.dta.collector;

import io.dta.collector.CollectorContext.Backing;
import io.dta.collector.CollectorContext.RdmaMode;
import io.dta.collector.api.CollectorApi;
import io.dta.collector.connection.RnicService;
import io.dta.collector.region.StoreRegions;
import io.dta.node.HttpEndpoint;
import io.dta.node.OperatorException;
import io.dta.node.Readiness;
import io.dta.primitives.directory.Directory;
import io.dta.rdma.memory.MemoryRegionTable;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A collector: the memory of its stores, the software RNIC that writes it, and the HTTP API that
 * answers from it. Nothing happens before {@link #start}; {@link #close} ends all of it, and a
 * closed collector does not start again.
 */
public final class Collector implements AutoCloseable {
  private final CollectorContext context;
  private StoreRegions regions;
  private RnicService rnic;
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
      if (context.rdma().mode() == RdmaMode.SOFTWARE) {
        rnic = new RnicService(context.rdma().host(), context.rdma().port(), regions.table());
        rnic.start();
      }
      endpoint = endpoint();
      endpoint.start();
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private HttpEndpoint endpoint() {
    HttpEndpoint.Builder builder =
        HttpEndpoint.builder()
            .listen(context.http().host(), context.http().port(), "http.port")
            .maxBody(context.limits().requestBytes())
            .readiness(this::readiness);
    new CollectorApi(context.name(), regions, rnic, context.limits().batch()).register(builder);
    return builder.build();
  }

  private Readiness readiness() {
    List<String> reasons = new ArrayList<>();
    if (regions.table().regions().size() != context.stores().size()) {
      reasons.add("not all memory regions are registered");
    }
    if (rnic != null && !rnic.isRunning()) {
      reasons.add("the software RNIC is not running");
    }
    return Readiness.of(reasons);
  }

  /** Where the HTTP API is, without a slash at the end; once started. */
  public URI uri() {
    return endpoint.uri();
  }

  /** Where translators send RoCEv2 to, once started; null with {@code rdma.mode: none}. */
  public InetSocketAddress rdmaAddress() {
    return rnic == null ? null : rnic.localAddress();
  }

  /** The stores and where they lie, once started. */
  public Directory directory() {
    return regions.directory(context.name());
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
