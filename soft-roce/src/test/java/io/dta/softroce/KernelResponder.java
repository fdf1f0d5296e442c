package io.dta.softroce;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dta.rdma.CompletionStatus;
import io.dta.rdma.QueuePairCounters;
import io.dta.rdma.RdmaQueuePair;
import io.dta.rdma.RemoteRegion;
import io.dta.rdma.control.QueuePairReply;
import io.dta.rdma.control.QueuePairRequest;
import io.dta.rdma.control.TransportService;
import io.dta.rdma.roce.IcrcCheck;
import io.dta.rdma.roce.RetransmissionPolicy;
import io.dta.rdma.roce.RoceQueuePair;
import io.dta.rdma.roce.RoceRequester;
import io.dta.rdma.udp.DatagramUdpPort;
import io.dta.softroce.guest.GuestProcess;
import io.dta.softroce.guest.SoftRoceGuest;
import io.dta.softroce.guest.VerbsPeer;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.agrona.concurrent.SystemNanoClock;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Our requester here, the kernel's responder in the guest: memory of a {@link VerbsPeer} there, and
 * a queue pair that is connected by hand.
 */
final class KernelResponder implements AutoCloseable {
  /** RoCEv2 answers come to this port, whichever they were asked from. */
  private static final int ROCE_PORT = 4791;

  private static final int PATH_MTU = 1024;
  private static final int ATOMICS = 16;
  private static final long PATIENCE_NANOS = GuestProcess.PATIENCE.toNanos();
  private static final long IDLE_NANOS = 20_000L;

  final VerbsPeer peer;
  final VerbsPeer.Region memory;
  final RoceRequester requester;
  final List<Completion> completions = new ArrayList<>();
  RoceQueuePair queuePair;
  int peerNumber;

  /** A completion, as it was delivered. */
  record Completion(long workRequestId, CompletionStatus status) {}

  KernelResponder(SoftRoceGuest guest, long length) throws IOException {
    requester =
        new RoceRequester(
            DatagramUdpPort.bind(InetAddress.ofLiteral(SoftRoceGuest.HOST), ROCE_PORT),
            SystemNanoClock.INSTANCE,
            IcrcCheck.ANY_IDENTIFICATION);
    try {
      peer = guest.peer();
      memory = peer.region("memory", length);
    } catch (IOException | RuntimeException e) {
      requester.close();
      throw e;
    }
  }

  RoceQueuePair connect(TransportService service, int startingPsn, int receives)
      throws IOException {
    QueuePairRequest request = requester.request(service, PATH_MTU, startingPsn);
    String kind = service == TransportService.RC ? "rc" : "uc";
    peerNumber = Integer.decode(peer.ask("qp %s %d".formatted(kind, receives)).get("qpn"));
    peer.ask(
        "connect 0x%x %s 0x%x 0x%x 0x%x %d %d"
            .formatted(
                peerNumber,
                SoftRoceGuest.HOST,
                request.queuePairNumber(),
                request.startingPsn(),
                0x200,
                PATH_MTU,
                ATOMICS));
    queuePair =
        requester.connect(
            request,
            new QueuePairReply(SoftRoceGuest.GUEST, ROCE_PORT, peerNumber, PATH_MTU, ATOMICS),
            (id, status) -> completions.add(new Completion(id, status)),
            RetransmissionPolicy.defaults());
    return queuePair;
  }

  RemoteRegion remote() {
    return new RemoteRegion(memory.address(), memory.rkey(), memory.length());
  }

  /** Posts a WRITE, as soon as there is room. */
  void write(long offset, byte[] bytes, long id) {
    post(
        () ->
            queuePair.write(remote(), offset, new UnsafeBuffer(bytes), 0, bytes.length, id)
                != RdmaQueuePair.BACK_PRESSURED);
  }

  /** Posts a FETCH_ADD, as soon as there is room. */
  void fetchAdd(long offset, long addend, long id) {
    post(() -> queuePair.fetchAdd(remote(), offset, addend, id) != RdmaQueuePair.BACK_PRESSURED);
  }

  private void post(BooleanSupplier attempt) {
    if (!attempt.getAsBoolean()) {
      queuePair.flush();
      until(attempt, "room in the send queue");
    }
  }

  /** Flushes and polls until all that was posted is complete. */
  void drain() {
    queuePair.flush();
    until(() -> queuePair.outstanding() == 0, "all completions");
  }

  /** Polls until something holds. */
  void until(BooleanSupplier condition, String what) {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (!condition.getAsBoolean()) {
      if (queuePair.poll() == 0) {
        LockSupport.parkNanos(IDLE_NANOS);
      }
      assertTrue(
          System.nanoTime() < deadline,
          () ->
              "%s did not come: %s; the peer said:%n%s".formatted(what, describe(), peer.output()));
    }
  }

  String describe() {
    QueuePairCounters counters = queuePair.counters();
    return "%s, %d outstanding, %d packets, %d sent again, %d sequence errors, %d RNR NAKs, %d time-outs, %d bad answers"
        .formatted(
            queuePair.state(),
            queuePair.outstanding(),
            counters.packetsSent(),
            counters.retransmissions(),
            counters.sequenceErrorNaks(),
            counters.receiverNotReadyNaks(),
            counters.timeouts(),
            counters.badAnswers());
  }

  void assertAllSucceeded(int expected) {
    assertEquals(expected, completions.size(), this::describe);
    for (Completion completion : completions) {
      assertEquals(CompletionStatus.SUCCESS, completion.status(), completion::toString);
    }
  }

  @Override
  public void close() {
    requester.close();
    peer.close();
  }
}
