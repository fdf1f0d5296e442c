package io.dta.p4.control;

import io.dta.node.OperatorException;
import io.dta.rdma.ConnectionException;
import io.dta.rdma.PendingQueuePair;
import io.dta.rdma.QueuePairState;
import io.dta.rdma.cm.CmConnector;
import io.dta.rdma.cm.CmSettings;
import io.dta.rdma.cm.ConnectionManager;
import io.dta.rdma.cm.PrivateData;
import io.dta.rdma.control.ConnectionOffer;
import io.dta.rdma.control.QueuePairReply;
import io.dta.rdma.control.QueuePairRequest;
import io.dta.rdma.control.TransportService;
import io.dta.rdma.roce.IcrcCheck;
import io.dta.rdma.roce.RetransmissionPolicy;
import io.dta.rdma.roce.RoceHeaders;
import io.dta.rdma.roce.RoceQueuePair;
import io.dta.rdma.roce.RoceRequester;
import io.dta.rdma.udp.UdpPort;
import io.dta.rdma.udp.UdpPorts;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.SystemNanoClock;

/**
 * Queue pairs that RDMA CM makes, from the switch's address: this host has it too, as the CPU of a
 * switch does. A listener sees no difference to a host's queue pair. Ours stays here as a record of
 * the connection that sends nothing: the switch sends in its place.
 */
final class CmQueuePairs implements QueuePairMaker {
  private static final long POLL_MS = 5;
  private static final long CONFIRMATION_MS = 1000;

  private final String address;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("p4-rdma-cm").factory());
  private final Map<QueuePairEnds, RoceQueuePair> established = new ConcurrentHashMap<>();

  // What follows is the thread's.
  private final List<Attempt> attempts = new ArrayList<>();
  private UdpPort port;
  private RoceRequester requester;
  private ConnectionManager manager;

  private record Attempt(
      PendingQueuePair pending, InetSocketAddress peer, CompletableFuture<QueuePairEnds> result) {}

  /**
   * @param address the switch's
   */
  CmQueuePairs(String address) {
    this.address = address;
  }

  @Override
  public CompletableFuture<QueuePairEnds> make(
      CollectorApi collector, ConnectionOffer offer, QueuePairEnds before) {
    if (!offer.byCm(TransportService.RC)) {
      return CompletableFuture.failedFuture(
          new OperatorException(
              "collector %s makes no RC queue pairs by RDMA CM (it offers %s): set 'connect: control', or 'rdma.port: %d' there"
                  .formatted(collector, offer, RoceHeaders.UDP_PORT)));
    }
    CompletableFuture<QueuePairEnds> result = new CompletableFuture<>();
    thread.execute(
        () -> {
          try {
            begin(offer, before, result);
          } catch (RuntimeException e) {
            result.completeExceptionally(e);
          }
        });
    return result;
  }

  private void begin(
      ConnectionOffer offer, QueuePairEnds before, CompletableFuture<QueuePairEnds> result) {
    open();
    RoceQueuePair old = before == null ? null : established.remove(before);
    if (old != null) {
      old.close();
    }
    InetSocketAddress peer =
        new InetSocketAddress(InetAddress.ofLiteral(offer.address()), offer.udpPort());
    CmConnector connector =
        new CmConnector(
            requester,
            manager,
            new CmConnector.Target(
                peer,
                offer.cmPort(),
                TransportService.RC,
                ControlQueuePairs.PATH_MTU,
                PrivateData.NONE),
            RetransmissionPolicy.defaults(),
            privateData -> {});
    attempts.add(new Attempt(connector.connect((workRequestId, status) -> {}), peer, result));
  }

  private void open() {
    if (requester != null) {
      return;
    }
    try {
      port = UdpPorts.bind(InetAddress.ofLiteral(address), RoceHeaders.UDP_PORT);
    } catch (UncheckedIOException e) {
      throw new OperatorException(
          "RDMA CM needs the switch's address on this host (%s): add it to an interface, or set 'connect: control'"
              .formatted(e.getMessage()),
          e);
    }
    requester = new RoceRequester(port, SystemNanoClock.INSTANCE, IcrcCheck.ANY_IDENTIFICATION);
    manager =
        new ConnectionManager(
            port, SystemNanoClock.INSTANCE, new SecureRandom(), CmSettings.defaults());
    requester.manageWith(manager);
    var _ = thread.scheduleWithFixedDelay(this::poll, 0, POLL_MS, TimeUnit.MILLISECONDS);
  }

  private void poll() {
    requester.poll();
    for (Iterator<Attempt> each = attempts.iterator(); each.hasNext(); ) {
      Attempt attempt = each.next();
      try {
        if (attempt.pending().poll() instanceof RoceQueuePair queuePair) {
          each.remove();
          QueuePairEnds ends = ends(queuePair, attempt.peer());
          established.put(ends, queuePair);
          attempt.result().complete(ends);
        }
      } catch (ConnectionException | RuntimeException e) {
        each.remove();
        attempt.result().completeExceptionally(new OperatorException(e.getMessage(), e));
      }
    }
  }

  private QueuePairEnds ends(RoceQueuePair queuePair, InetSocketAddress peer) {
    return new QueuePairEnds(
        new QueuePairRequest(
            TransportService.RC,
            address,
            RoceHeaders.UDP_PORT,
            queuePair.number(),
            queuePair.startingPsn(),
            ControlQueuePairs.PATH_MTU),
        new QueuePairReply(
            peer.getAddress().getHostAddress(),
            peer.getPort(),
            queuePair.peerNumber(),
            ControlQueuePairs.PATH_MTU,
            0));
  }

  /** Whether a queue pair was made here. */
  boolean made(QueuePairEnds ends) {
    return established.containsKey(ends);
  }

  @Override
  public boolean isUp(QueuePairEnds ends) {
    RoceQueuePair queuePair = established.get(ends);
    return queuePair == null || queuePair.state() != QueuePairState.ERROR;
  }

  @Override
  public void release(CollectorApi collector, QueuePairEnds ends) {
    RoceQueuePair queuePair = established.remove(ends);
    if (queuePair == null) {
      return;
    }
    CompletableFuture<Void> ended = new CompletableFuture<>();
    thread.execute(
        () -> {
          queuePair.close();
          long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(CONFIRMATION_MS);
          awaitEnd(deadlineNs, ended);
        });
    ended.join();
  }

  /** The listener's confirmation is waited for in polls, as messages may be lost. */
  private void awaitEnd(long deadlineNs, CompletableFuture<Void> ended) {
    requester.poll();
    if (System.nanoTime() - deadlineNs >= 0 || manager.isIdle()) {
      ended.complete(null);
    } else {
      var _ = thread.schedule(() -> awaitEnd(deadlineNs, ended), POLL_MS, TimeUnit.MILLISECONDS);
    }
  }

  /** Closes the port; the listeners are told nothing, so that the switch can go on. */
  @Override
  public void close() {
    thread.shutdownNow();
    if (port != null) {
      port.close();
    }
  }
}
