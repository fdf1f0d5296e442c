package io.dta.translator;

import io.dta.node.HttpEndpoint;
import io.dta.node.RequestException;
import io.dta.primitives.directory.Directory;
import io.dta.primitives.store.AppendStore;
import io.dta.primitives.store.Store;
import io.dta.rdma.cm.CmSettings;
import io.dta.rdma.cm.ConnectionListener;
import io.dta.rdma.cm.ConnectionManager;
import io.dta.rdma.cm.PrivateData;
import io.dta.rdma.cm.ServiceId;
import io.dta.rdma.control.ConnectionOffer;
import io.dta.rdma.control.QueuePairReply;
import io.dta.rdma.control.QueuePairRequest;
import io.dta.rdma.control.TransportService;
import io.dta.rdma.memory.MemoryRegion;
import io.dta.rdma.memory.MemoryRegionTable;
import io.dta.rdma.memory.RegionSpecification;
import io.dta.rdma.roce.RnicOptions;
import io.dta.rdma.roce.RoceHeaders;
import io.dta.rdma.roce.SoftwareRnic;
import io.dta.rdma.udp.DatagramUdpPort;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.LongStream;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.SystemNanoClock;

/** The memory, the software RNIC and the part of the HTTP API that a translator needs. */
public final class StubCollector implements AutoCloseable {
  private static final int CM_PORT = 5555;

  private final Path directory;
  private final Map<String, MemoryRegion> regions = new HashMap<>();
  private List<Store> stores;
  private String instance;
  private MemoryRegionTable table;
  private SoftwareRnic rnic;
  private AgentRunner rnicRunner;
  private HttpEndpoint http;
  private boolean cm;
  private final List<QueuePair> connected = new CopyOnWriteArrayList<>();
  private volatile long firstSequence = 1;

  /** A queue pair as it is listed. */
  private record QueuePair(
      int queuePairNumber, String address, int udpPort, int remoteQueuePairNumber) {}

  private record QueuePairs(List<QueuePair> queuePairs) {}

  private record Heads(String store, List<Long> next) {}

  /**
   * @param directory where the regions' files are; null for anonymous memory
   */
  public StubCollector(Path directory, Store... stores) throws IOException {
    this(DatagramUdpPort.bind(InetAddress.getLoopbackAddress(), 0), directory, stores);
  }

  /** One that serves RDMA CM, at UDP port 4791 of an address, and nothing else. */
  static StubCollector byCm(String address, Store... stores) throws IOException {
    return new StubCollector(
        DatagramUdpPort.bind(InetAddress.ofLiteral(address), RoceHeaders.UDP_PORT), null, stores);
  }

  private StubCollector(DatagramUdpPort port, Path directory, Store... stores) throws IOException {
    this.directory = directory;
    start(port, 0, stores);
  }

  /** Ends everything that the process would end with: nothing is left of its memory. */
  void stop() {
    http.close();
    rnicRunner.close();
    table.close();
    regions.clear();
    connected.clear();
  }

  /** Starts again at the same HTTP address: with other rkeys, and another UDP port. */
  void startAgain(Store... newStores) throws IOException {
    start(
        DatagramUdpPort.bind(InetAddress.getLoopbackAddress(), 0), http.uri().getPort(), newStores);
  }

  private void start(DatagramUdpPort port, int httpPort, Store... newStores) throws IOException {
    stores = List.of(newStores);
    instance = UUID.randomUUID().toString();
    table = new MemoryRegionTable();
    for (Store store : stores) {
      long length = store.regionLength();
      regions.put(
          store.name(),
          table.register(
              directory == null
                  ? RegionSpecification.anonymous(length).withHugePages(false)
                  : RegionSpecification.file(directory.resolve(store.name()), length)));
    }
    rnic =
        new SoftwareRnic(port, table, (queuePair, immediate, length) -> {}, RnicOptions.defaults());
    cm = port.localAddress().getPort() == RoceHeaders.UDP_PORT;
    if (cm) {
      ConnectionManager manager =
          new ConnectionManager(
              port, SystemNanoClock.INSTANCE, new Random(), CmSettings.defaults());
      manager.listen(ServiceId.of(TransportService.RC, CM_PORT), new CmListener());
      rnic.manageWith(manager);
    }
    rnicRunner = new AgentRunner(new BackoffIdleStrategy(), Throwable::printStackTrace, null, rnic);
    AgentRunner.startOnThread(rnicRunner);
    http =
        HttpEndpoint.builder()
            .listen("127.0.0.1", httpPort, "the test")
            .get("/v1/directory", request -> directory())
            .get("/v1/append/{name}/heads", request -> heads(request.path("name")))
            .get("/v1/rdma", request -> offer())
            .get("/v1/queue-pairs", request -> new QueuePairs(List.copyOf(connected)))
            .post("/v1/queue-pairs", request -> create(request.body(QueuePairRequest.class)))
            .delete(
                "/v1/queue-pairs/{number}",
                request -> destroy((int) request.pathNumber("number", 0, 0xFFFFFF)))
            .build();
    http.start();
  }

  private final class CmListener implements ConnectionListener {
    @Override
    public Answer onRequest(QueuePairRequest request, PrivateData privateData) {
      return new Accepted(rnic.create(request), PrivateData.NONE);
    }

    @Override
    public void onEnded(int queuePairNumber) {
      rnic.destroy(queuePairNumber);
    }
  }

  private Directory directory() {
    List<Directory.Entry> entries = new ArrayList<>();
    for (Store store : stores) {
      MemoryRegion region = regions.get(store.name());
      String file = region.file() == null ? null : region.file().toString();
      entries.add(
          new Directory.Entry(
              store, new Directory.Region(region.address(), region.rkey(), region.length(), file)));
    }
    return new Directory("stub", instance, entries);
  }

  private Heads heads(String name) {
    for (Store store : stores) {
      if (store instanceof AppendStore append && store.name().equals(name)) {
        return new Heads(
            name, LongStream.generate(() -> firstSequence).limit(append.lists()).boxed().toList());
      }
    }
    throw RequestException.notFound("no list '" + name + "'");
  }

  private ConnectionOffer offer() {
    return new ConnectionOffer(
        rnic.localAddress().getAddress().getHostAddress(),
        rnic.localAddress().getPort(),
        cm ? CM_PORT : null,
        !cm,
        List.of(TransportService.RC, TransportService.UC));
  }

  private QueuePairReply create(QueuePairRequest request) {
    QueuePairReply reply = rnic.create(request);
    connected.add(
        new QueuePair(
            reply.queuePairNumber(),
            request.address(),
            request.udpPort(),
            request.queuePairNumber()));
    return reply;
  }

  private Object destroy(int number) {
    if (!rnic.destroy(number)) {
      throw RequestException.notFound("no queue pair " + number);
    }
    return null;
  }

  /** Where lists go on, for translators that connect from now on. */
  void firstSequence(long sequence) {
    firstSequence = sequence;
  }

  /** Its HTTP address. */
  public String url() {
    return http.uri().toString();
  }

  MemorySegment memory(Store store) {
    return regions.get(store.name()).segment();
  }

  int queuePairs() {
    return rnic.queuePairs();
  }

  /** The RNIC answers nothing any more. */
  void unplug() {
    rnicRunner.close();
  }

  @Override
  public void close() {
    http.close();
    rnicRunner.close();
    table.close();
  }
}
