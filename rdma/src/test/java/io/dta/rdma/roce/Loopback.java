package io.dta.rdma.roce;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dta.rdma.CompletionStatus;
import io.dta.rdma.QueuePairState;
import io.dta.rdma.control.QueuePairReply;
import io.dta.rdma.control.QueuePairRequest;
import io.dta.rdma.control.TransportService;
import io.dta.rdma.memory.MemoryRegion;
import io.dta.rdma.memory.MemoryRegionTable;
import io.dta.rdma.memory.RegionSpecification;
import io.dta.rdma.roce.FaultyUdpPort.Faults;
import io.dta.rdma.udp.DatagramUdpPort;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A requester and a software RNIC on two real sockets of the loopback interface, polled in turn by
 * the test's thread with a clock that it moves: what happens depends on the seed alone.
 */
final class Loopback implements AutoCloseable {
  static final long TIMEOUT_NS = TimeUnit.MILLISECONDS.toNanos(10);
  static final RetransmissionPolicy POLICY =
      new RetransmissionPolicy(
          TIMEOUT_NS, 7, RetransmissionPolicy.UNLIMITED_RNR_RETRIES, 8, 64, 16);
  static final RnicOptions OPTIONS = new RnicOptions(16, 4096, 16, 64 * 1024, IcrcCheck.REQUIRED);

  /** Distinct completion identifiers with their statuses, in the order of delivery. */
  record Completion(long workRequestId, CompletionStatus status) {}

  record Immediate(int queuePairNumber, int immediate, int length) {}

  final ManualClock clock = new ManualClock();
  final MemoryRegionTable regions = new MemoryRegionTable(new Random(1));
  final MemoryRegion region;
  final List<Completion> completions = new ArrayList<>();
  final List<Immediate> immediates = new ArrayList<>();
  final SoftwareRnic rnic;
  final RoceRequester requester;
  RoceQueuePair queuePair;
  QueuePairRequest request;
  QueuePairReply reply;

  Loopback(RandomGenerator random, Faults faults, RnicOptions options) throws Exception {
    region =
        regions.register(
            RegionSpecification.anonymous(1 << 16).withHugePages(false).withTouch(false));
    rnic =
        new SoftwareRnic(
            new FaultyUdpPort(bind(), random, faults),
            regions,
            (number, immediate, length) -> immediates.add(new Immediate(number, immediate, length)),
            options);
    requester =
        new RoceRequester(new FaultyUdpPort(bind(), random, faults), clock, IcrcCheck.REQUIRED);
  }

  /** A perfect network and one queue pair. */
  static Loopback perfect(TransportService service) throws Exception {
    Loopback loopback = new Loopback(new Random(1), Faults.NONE, OPTIONS);
    loopback.connect(service, 1024, 100, POLICY);
    return loopback;
  }

  static DatagramUdpPort bind() throws Exception {
    return DatagramUdpPort.bind(InetAddress.ofLiteral("127.0.0.1"), 0);
  }

  RoceQueuePair connect(
      TransportService service, int pathMtu, int startingPsn, RetransmissionPolicy policy) {
    request = requester.request(service, pathMtu, startingPsn);
    reply = rnic.create(request);
    queuePair =
        requester.connect(
            request, reply, (id, status) -> completions.add(new Completion(id, status)), policy);
    return queuePair;
  }

  int write(long offset, byte[] bytes, long id) {
    return queuePair.write(region.remote(), offset, new UnsafeBuffer(bytes), 0, bytes.length, id);
  }

  /** One round: both sides do what they can; the clock moves where there was nothing. */
  void round() {
    if (rnic.doWork() + requester.poll() == 0) {
      clock.advance(TIMEOUT_NS / 4);
    }
  }

  /** Flushes and polls until everything posted is completed. */
  void drain() {
    queuePair.flush();
    for (int i = 0; queuePair.outstanding() > 0; i++) {
      assertTrue(i < 100_000, () -> "no progress: " + state());
      round();
    }
  }

  String state() {
    return "outstanding %d, state %s, RNIC: %s"
        .formatted(queuePair.outstanding(), queuePair.state(), rnic.counters());
  }

  boolean isUp() {
    return queuePair.state() == QueuePairState.READY_TO_SEND;
  }

  byte[] memory(long offset, int length) {
    return region.segment().asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE);
  }

  long counter(long offset) {
    return region.segment().get(ValueLayout.JAVA_LONG, offset);
  }

  @Override
  public void close() {
    requester.close();
    rnic.close();
    regions.close();
  }
}
