package io.dta.rdma.cm;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dta.rdma.CompletionStatus;
import io.dta.rdma.ConnectionException;
import io.dta.rdma.PendingQueuePair;
import io.dta.rdma.RdmaQueuePair;
import io.dta.rdma.control.QueuePairReply;
import io.dta.rdma.control.QueuePairRequest;
import io.dta.rdma.control.TransportService;
import io.dta.rdma.memory.MemoryRegion;
import io.dta.rdma.memory.MemoryRegionTable;
import io.dta.rdma.memory.RegionSpecification;
import io.dta.rdma.roce.FaultyUdpPort;
import io.dta.rdma.roce.FaultyUdpPort.Faults;
import io.dta.rdma.roce.IcrcCheck;
import io.dta.rdma.roce.ManualClock;
import io.dta.rdma.roce.RetransmissionPolicy;
import io.dta.rdma.roce.RnicOptions;
import io.dta.rdma.roce.RoceRequester;
import io.dta.rdma.roce.SoftwareRnic;
import io.dta.rdma.udp.DatagramUdpPort;
import io.dta.rdma.udp.UdpPort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * A requester and a software RNIC that connect by RDMA CM over two real sockets, polled in turn by
 * the test's thread with a clock that it moves.
 */
final class CmLoopback implements AutoCloseable {
  static final int CM_PORT = 18515;
  static final CmSettings SETTINGS =
      new CmSettings(14, 7, 24, 64, 4, CmSettings.PORT_OF_PACKET, IcrcCheck.REQUIRED);
  static final RnicOptions OPTIONS = new RnicOptions(16, 4096, 8, 64 * 1024, IcrcCheck.REQUIRED);
  static final RetransmissionPolicy POLICY =
      new RetransmissionPolicy(TimeUnit.MILLISECONDS.toNanos(10), 7, 7, 8, 64, 16);
  static final long STEP_NS = TimeUnit.MILLISECONDS.toNanos(20);

  final ManualClock clock = new ManualClock();
  final MemoryRegionTable regions = new MemoryRegionTable(new Random(1));
  final MemoryRegion region;
  final SoftwareRnic rnic;
  final ConnectionManager passive;
  final RoceRequester requester;
  final ConnectionManager active;
  final Listener listener = new Listener();
  final List<CompletionStatus> completions = new ArrayList<>();
  PrivateData replied;

  /** Accepts what the RNIC has room for, unless told to refuse; remembers what was asked. */
  final class Listener implements ConnectionListener {
    final List<QueuePairRequest> requests = new ArrayList<>();
    final List<Integer> ended = new ArrayList<>();
    PrivateData asked;
    Refused refusal;
    PrivateData privateData = PrivateData.NONE;
    int number;

    @Override
    public Answer onRequest(QueuePairRequest request, PrivateData data) {
      requests.add(request);
      asked = data;
      if (refusal != null) {
        return refusal;
      }
      try {
        QueuePairReply reply = rnic.create(request);
        number = reply.queuePairNumber();
        return new Accepted(reply, privateData);
      } catch (IllegalStateException e) {
        return new Refused(RejectReason.NO_QUEUE_PAIR, PrivateData.NONE);
      }
    }

    @Override
    public void onEnded(int queuePairNumber) {
      ended.add(queuePairNumber);
      rnic.destroy(queuePairNumber);
    }
  }

  CmLoopback(Random random, Faults faults, RnicOptions options) {
    this(new FaultyUdpPort(bind(), random, faults), random, faults, options);
  }

  /** With the RNIC's side at a port of the caller's. */
  CmLoopback(UdpPort passivePort, Random random, Faults faults, RnicOptions options) {
    region = register(regions);
    rnic = new SoftwareRnic(passivePort, regions, (number, immediate, length) -> {}, options);
    passive = new ConnectionManager(passivePort, clock, random, SETTINGS);
    rnic.manageWith(passive);
    for (TransportService service : TransportService.values()) {
      passive.listen(ServiceId.of(service, CM_PORT), listener);
    }
    FaultyUdpPort activePort = new FaultyUdpPort(bind(), random, faults);
    requester = new RoceRequester(activePort, clock, IcrcCheck.REQUIRED);
    active = new ConnectionManager(activePort, clock, random, SETTINGS);
    requester.manageWith(active);
  }

  private static MemoryRegion register(MemoryRegionTable regions) {
    try {
      return regions.register(
          RegionSpecification.anonymous(1 << 16).withHugePages(false).withTouch(false));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static CmLoopback perfect() {
    return new CmLoopback(new Random(1), Faults.NONE, OPTIONS);
  }

  static DatagramUdpPort bind() {
    return DatagramUdpPort.bind(InetAddress.ofLiteral("127.0.0.1"), 0);
  }

  PendingQueuePair connect(InetSocketAddress address, int cmPort, TransportService service) {
    return new CmConnector(
            requester,
            active,
            new CmConnector.Target(
                address, cmPort, service, 1024, PrivateData.of(new byte[] {1, 2, 3})),
            POLICY,
            data -> replied = data)
        .connect((id, status) -> completions.add(status));
  }

  PendingQueuePair connect(TransportService service) {
    return connect(rnic.localAddress(), CM_PORT, service);
  }

  /** Polls both sides until the queue pair is there. */
  RdmaQueuePair await(PendingQueuePair pending) throws ConnectionException {
    RdmaQueuePair queuePair = pending.poll();
    for (int i = 0; queuePair == null; i++) {
      assertTrue(i < 100_000, () -> "no end: " + state());
      round();
      queuePair = pending.poll();
    }
    return queuePair;
  }

  RdmaQueuePair established(TransportService service) throws ConnectionException {
    RdmaQueuePair queuePair = await(connect(service));
    settle();
    return queuePair;
  }

  /** One round: both sides do what they can; the clock moves where there was nothing. */
  int round() {
    int work = rnic.doWork() + requester.poll();
    if (work == 0) {
      clock.advance(STEP_NS);
    }
    return work;
  }

  /** Until nothing happens any more, without moving the clock. */
  void settle() {
    int quiet = 0;
    while (quiet < 3) {
      quiet = rnic.doWork() + requester.poll() == 0 ? quiet + 1 : 0;
    }
  }

  /**
   * Until neither side has a connection. Where the active side gave up, all of its DREQs were lost:
   * the passive one knows nothing of it until its operator ends the connection.
   */
  void awaitEnd() {
    boolean ended = false;
    for (int i = 0; !(active.isIdle() && passive.isIdle()); i++) {
      assertTrue(i < 100_000, () -> "no end: " + state());
      if (round() == 0
          && !ended
          && active.isIdle()
          && active.counters().get(CmEvent.TIMEOUTS) > 0) {
        passive.disconnectAll();
        ended = true;
      }
    }
  }

  String state() {
    return "active %s, passive %s, RNIC %s"
        .formatted(counters(active), counters(passive), rnic.counters());
  }

  static String counters(ConnectionManager manager) {
    StringBuilder text = new StringBuilder();
    for (CmEvent event : CmEvent.values()) {
      text.append(event).append(' ').append(manager.counters().get(event)).append(' ');
    }
    return text.toString();
  }

  byte[] memory(int length) {
    byte[] bytes = new byte[length];
    ByteBuffer.wrap(bytes).put(region.segment().asByteBuffer().limit(length));
    return bytes;
  }

  @Override
  public void close() {
    requester.close();
    rnic.close();
    regions.close();
  }
}
