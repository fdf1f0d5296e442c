package io.dta.softroce;

import io.dta.collector.api.CollectorApi;
import io.dta.collector.event.EventStream;
import io.dta.collector.region.StoreRegions;
import io.dta.node.HttpEndpoint;
import io.dta.primitives.directory.Directory;
import io.dta.primitives.store.Store;
import io.dta.rdma.RemoteRegion;
import io.dta.rdma.memory.MemoryRegion;
import io.dta.rdma.memory.Pages;
import io.dta.softroce.guest.SoftRoceGuest;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;

/**
 * A collector whose HTTP API is here and whose memory is in the guest, behind the kernel's driver:
 * what can happen to memory and to machines happens to it on demand, and within milliseconds.
 */
final class PeerCollector implements AutoCloseable {
  private static final String LOOPBACK = "127.0.0.1";
  private static final int BATCH = 10_000;
  private static final double LOAD = 1;
  private static final Duration WINDOW = Duration.ofHours(1);

  private final SoftRoceGuest guest;
  private final List<Store> stores;
  private StoreRegions regions;
  private EventStream events;
  private PeerRnic rnic;
  private HttpEndpoint endpoint;
  private int port;

  /**
   * Starts it.
   *
   * @param advertise what its directory says of a region that is registered
   */
  PeerCollector(
      SoftRoceGuest guest, List<Store> stores, Function<RemoteRegion, RemoteRegion> advertise)
      throws IOException {
    this.guest = guest;
    this.stores = stores;
    begin(advertise);
  }

  private void begin(Function<RemoteRegion, RemoteRegion> advertise) throws IOException {
    regions = new StoreRegions(stores, null, Pages.BASE);
    events = new EventStream(stores, 1, 16);
    rnic = new PeerRnic(guest);
    Function<MemoryRegion, RemoteRegion> register = rnic::register;
    serve(regions.directory("peer", register.andThen(advertise)));
    rnic.start(events.listener());
  }

  private void serve(Directory directory) {
    HttpEndpoint.Builder builder =
        HttpEndpoint.builder().listen(LOOPBACK, port, "http.port").maxBody(1 << 22);
    new CollectorApi(directory, regions, rnic, events, BATCH, LOAD, WINDOW).register(builder);
    endpoint = builder.build();
    endpoint.start();
    port = endpoint.port();
  }

  URI uri() {
    return endpoint.uri();
  }

  /** What the guest's memory holds is what queries see from now on. */
  void mirror() throws IOException {
    rnic.mirror();
  }

  /** The regions are gone; the API goes on to say where they were. */
  void loseRegions() throws IOException {
    rnic.deregister();
  }

  /** The regions are registered again, with other keys and what they held, and the API says so. */
  void findRegions() {
    endpoint.close();
    serve(regions.directory("peer", rnic::registerAgain));
  }

  /** The directory says what is true from now on. */
  void correct() throws IOException {
    loseRegions();
    findRegions();
  }

  /** The guest has lost its power; the API is gone. */
  void powerOff() throws IOException {
    endpoint.close();
    rnic.close();
    guest.reset();
  }

  /** The guest has booted; the collector starts again, with other keys and empty memory. */
  void powerOn() throws IOException {
    guest.awaitReboot();
    events.close();
    regions.close();
    begin(Function.identity());
  }

  @Override
  public void close() {
    endpoint.close();
    rnic.close();
    events.close();
    regions.close();
  }
}
