package io.dta.collector;

import io.dta.collector.CollectorContext.Backing;
import io.dta.collector.api.CollectorApi;
import io.dta.collector.connection.DisniRnic;
import io.dta.collector.connection.Rnic;
import io.dta.collector.connection.SoftwareRnicService;
import io.dta.collector.connection.VerbsRnic;
import io.dta.collector.event.EventFilter;
import io.dta.collector.event.EventStream;
import io.dta.collector.event.EventSubscriber;
import io.dta.collector.event.EventSubscription;
import io.dta.collector.region.StoreRegions;
import io.dta.node.HttpEndpoint;
import io.dta.node.OperatorException;
import io.dta.node.Readiness;
import io.dta.primitives.directory.Directory;
import io.dta.rdma.capture.PacketCapture;
import io.dta.rdma.control.ConnectionOffer;
import io.dta.rdma.local.Doorbell;
import io.dta.rdma.local.DoorbellOwner;
import io.dta.rdma.memory.MemoryRegion;
import io.dta.rdma.memory.MemoryRegionTable;
import io.dta.rdma.memory.Pages;
import java.io.IOException;
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
  /** How many events a subscriber may be behind. */
  private static final int EVENTS_PER_SUBSCRIBER = 4096;

  private final CollectorContext context;
  private final PacketCapture capture;
  private StoreRegions regions;
  private Directory directory;
  private EventStream events;
  private DoorbellOwner doorbell;
  private Rnic rnic;
  private HttpEndpoint endpoint;

  public Collector(CollectorContext context) {
    this(context, null);
  }

  /**
   * A collector whose RoCEv2 packets are captured, which takes a software RNIC.
   *
   * @param capture stays the caller's, to be closed after the collector; null for none
   */
  public Collector(CollectorContext context, PacketCapture capture) {
    this.context = context;
    this.capture = capture;
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
              pages(memory));
      events =
          new EventStream(context.stores(), context.limits().subscribers(), EVENTS_PER_SUBSCRIBER);
      if (memory.backing() == Backing.FILE) {
        doorbell = doorbell(Path.of(memory.directory()));
      }
      rnic = rnic();
      directory =
          regions.directory(context.name(), rnic == null ? MemoryRegion::remote : rnic::register);
      if (rnic != null) {
        rnic.start(events.listener());
      }
      endpoint = endpoint();
      endpoint.start();
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private static Pages pages(CollectorContext.Regions memory) {
    return memory.backing() == Backing.HUGETLB
        ? Pages.RESERVED_HUGE
        : Pages.transparentHuge(memory.hugePages());
  }

  /** Translators on this host that map the files ring here. */
  private DoorbellOwner doorbell(Path directory) {
    Path file = directory.resolve(Doorbell.FILE_NAME);
    try {
      return DoorbellOwner.start(file, events.listener(), events::lost);
    } catch (IOException e) {
      throw new OperatorException(
          "the doorbell file '%s' cannot be made (%s): set 'regions.directory' to a directory that can be written"
              .formatted(file, e.getMessage()),
          e);
    }
  }

  private Rnic rnic() {
    CollectorContext.Rdma rdma = context.rdma();
    if (capture != null && rdma.mode() != CollectorContext.RdmaMode.SOFTWARE) {
      throw new OperatorException(
          "rdma.mode '%s': packets can be captured with 'rdma.mode: software' only, others do not pass this process"
              .formatted(rdma.mode().label()));
    }
    return switch (rdma.mode()) {
      case SOFTWARE -> new SoftwareRnicService(rdma, regions.table(), capture);
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
    new CollectorApi(
            directory,
            regions,
            rnic,
            events,
            context.limits().batch(),
            context.plan().load(),
            context.plan().window())
        .register(builder);
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

  /**
   * Subscribes to reports with the immediate flag, once started. The subscriber is told on a thread
   * of its own, within a millisecond, after the report is in memory; it may ask {@link #memory()}.
   *
   * @return ends the subscription, as does the collector's end
   * @throws IllegalStateException where there are as many subscribers as there may be
   */
  public EventSubscription subscribe(EventFilter filter, EventSubscriber subscriber) {
    return events.subscribe(filter, subscriber);
  }

  /** Ends the event stream, the API, the RNIC, the doorbell and the memory, in this order. */
  @Override
  public void close() {
    if (events != null) {
      events.close();
    }
    if (endpoint != null) {
      endpoint.close();
    }
    if (rnic != null) {
      rnic.close();
    }
    if (doorbell != null) {
      doorbell.close();
    }
    if (regions != null) {
      regions.close();
    }
  }
}
