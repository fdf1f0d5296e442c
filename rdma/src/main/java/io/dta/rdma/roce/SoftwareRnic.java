package io.dta.rdma.roce;

import static io.dta.rdma.roce.RoceHeaders.BTH_FLAGS;
import static io.dta.rdma.roce.RoceHeaders.BTH_LENGTH;
import static io.dta.rdma.roce.RoceHeaders.BTH_OPCODE;
import static io.dta.rdma.roce.RoceHeaders.BTH_PARTITION_KEY;
import static io.dta.rdma.roce.RoceHeaders.BTH_QUEUE_PAIR;
import static io.dta.rdma.roce.RoceHeaders.CONGESTION_NOTIFICATION;
import static io.dta.rdma.roce.RoceHeaders.ICRC_LENGTH;
import static io.dta.rdma.roce.RoceHeaders.MASK_24;
import static io.dta.rdma.roce.RoceHeaders.PARTITION_MASK;

import io.dta.rdma.ImmediateListener;
import io.dta.rdma.QueuePairState;
import io.dta.rdma.control.QueuePairReply;
import io.dta.rdma.control.QueuePairRequest;
import io.dta.rdma.memory.MemoryRegionTable;
import io.dta.rdma.responder.IdleQueuePairs;
import io.dta.rdma.udp.DatagramHandler;
import io.dta.rdma.udp.Ecn;
import io.dta.rdma.udp.UdpPort;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;

/**
 * A RoCEv2 responder over a UDP port, for collectors without an RNIC: carries out WRITE, READ,
 * FETCH_ADD and CMP_SWAP on registered memory.
 *
 * <p>An {@link Agent}: one thread calls {@link #doWork}, which takes a batch of requests, carries
 * each out in the order of arrival, and then acknowledges once per queue pair what asked for it.
 * Queue pairs are made and destroyed from any thread. WRITE with immediate takes no receive buffer
 * from anyone: there are as many as needed.
 *
 * <p>Whatever arrives, nothing outside registered regions is touched, no memory is taken, and
 * nothing is thrown; {@link #counters} tells by cause what was dropped or refused.
 */
public final class SoftwareRnic implements Agent, AutoCloseable {
  private static final int BATCH = 64;

  /** 0 and 1 are for management, and low numbers easily met by mistake. */
  private static final int FIRST_NUMBER = 0x11;

  private final UdpPort port;
  private final RnicOptions options;
  private final NanoClock clock;
  private final RnicCounters counters = new RnicCounters();
  private final ResponderQueuePair.Shared shared;
  private final AtomicReferenceArray<ResponderQueuePair> queuePairs;
  private final IdleQueuePairs<ResponderQueuePair> idleQueuePairs =
      new IdleQueuePairs<>(ResponderQueuePair::expectedPsn);
  private final ResponderQueuePair[] due = new ResponderQueuePair[BATCH];
  private final DatagramHandler requestHandler = this::onDatagram;
  private ManagementHandler management;
  private int dueCount;
  private int generation;

  /** As the other constructor, with the system's clock. */
  public SoftwareRnic(
      UdpPort port,
      MemoryRegionTable regions,
      ImmediateListener immediateListener,
      RnicOptions options) {
    this(port, regions, immediateListener, options, SystemNanoClock.INSTANCE);
  }

  /**
   * @param port becomes its own, and is closed with it
   * @param regions what may be accessed
   * @param clock of the notifications of congestion
   */
  public SoftwareRnic(
      UdpPort port,
      MemoryRegionTable regions,
      ImmediateListener immediateListener,
      RnicOptions options,
      NanoClock clock) {
    this.port = port;
    this.options = options;
    this.clock = clock;
    queuePairs = new AtomicReferenceArray<>(options.maxQueuePairs());
    generation = FIRST_NUMBER / options.maxQueuePairs() + 1;
    shared =
        new ResponderQueuePair.Shared(
            options,
            new RemoteMemory(regions),
            new AnswerSender(port, counters),
            immediateListener,
            counters);
  }

  /** Hands over what arrives for queue pair 1; before the first {@link #doWork}. */
  public void manageWith(ManagementHandler handler) {
    management = handler;
  }

  /** Where requests are received. */
  public InetSocketAddress localAddress() {
    return port.localAddress();
  }

  /**
   * Makes a queue pair, ready to receive; from any thread. One that the same requester (address,
   * port and queue pair number) had before is replaced, and where there is no room, one in ERROR
   * makes way, or one that has carried out nothing for a minute in which there was no room.
   *
   * @throws IllegalArgumentException where the request makes no sense, with the value and what was
   *     expected
   * @throws IllegalStateException where there is no room
   */
  public synchronized QueuePairReply create(QueuePairRequest request) {
    requireRange("queue pair number", request.queuePairNumber(), 0, MASK_24);
    requireRange("starting PSN", request.startingPsn(), 0, MASK_24);
    requireRange("UDP port", request.udpPort(), 1, 65535);
    if (request.service() == null || request.address() == null) {
      throw new IllegalArgumentException(
          "service %s, address %s: expected RC or UC, and the requester's IP address"
              .formatted(request.service(), request.address()));
    }
    if (!RoceHeaders.isPathMtu(request.pathMtu())) {
      throw new IllegalArgumentException(
          "path MTU %d, expected 256, 512, 1024, 2048 or 4096".formatted(request.pathMtu()));
    }
    InetSocketAddress peer =
        new InetSocketAddress(InetAddress.ofLiteral(request.address()), request.udpPort());
    int slot = slotFor(peer, request.queuePairNumber());
    int pathMtu = Math.min(request.pathMtu(), options.maxPathMtu());
    ResponderQueuePair queuePair =
        new ResponderQueuePair(
            nextNumber(slot), request, pathMtu, peer, port.localAddress(), shared);
    queuePairs.set(slot, queuePair);
    return new QueuePairReply(
        port.localAddress().getAddress().getHostAddress(),
        port.localAddress().getPort(),
        queuePair.number(),
        pathMtu,
        options.maxDestinationAtomics());
  }

  private static void requireRange(String name, int value, int from, int to) {
    if (value < from || value > to) {
      throw new IllegalArgumentException(
          "%s %d, expected %d to %d".formatted(name, value, from, to));
    }
  }

  private int slotFor(InetSocketAddress peer, int peerNumber) {
    int empty = -1;
    int failed = -1;
    List<ResponderQueuePair> all = new ArrayList<>();
    for (int slot = 0; slot < queuePairs.length(); slot++) {
      ResponderQueuePair queuePair = queuePairs.get(slot);
      if (queuePair == null) {
        empty = empty < 0 ? slot : empty;
        continue;
      }
      if (queuePair.peerNumber() == peerNumber && queuePair.peer().equals(peer)) {
        return slot;
      }
      if (queuePair.state() == QueuePairState.ERROR) {
        failed = slot;
      }
      all.add(queuePair);
    }
    if (empty >= 0 || failed >= 0) {
      return empty >= 0 ? empty : failed;
    }
    ResponderQueuePair idle = idleQueuePairs.longestIdle(all, clock.nanoTime());
    if (idle == null) {
      throw new IllegalStateException(
          "all %d queue pairs are in use: destroy one, or wait until one has been idle for %d s"
              .formatted(
                  queuePairs.length(), TimeUnit.NANOSECONDS.toSeconds(IdleQueuePairs.IDLE_NS)));
    }
    return slotOf(idle.number());
  }

  /** A number that says the slot in its low bits, and was not used for a long time. */
  private int nextNumber(int slot) {
    int number = generation * queuePairs.length() + slot;
    generation++;
    if ((generation + 1) * queuePairs.length() > MASK_24) {
      generation = FIRST_NUMBER / queuePairs.length() + 1;
    }
    return number;
  }

  /**
   * Destroys a queue pair, from any thread; a request that is being carried out is still carried
   * out.
   *
   * @return false where there is no such queue pair
   */
  public synchronized boolean destroy(int queuePairNumber) {
    ResponderQueuePair queuePair = find(queuePairNumber);
    if (queuePair != null) {
      queuePairs.set(slotOf(queuePairNumber), null);
    }
    return queuePair != null;
  }

  /** The state of a queue pair, or null where there is no such one; from any thread. */
  public QueuePairState state(int queuePairNumber) {
    ResponderQueuePair queuePair = find(queuePairNumber);
    return queuePair == null ? null : queuePair.state();
  }

  /** How many queue pairs there are; from any thread. */
  public int queuePairs() {
    int count = 0;
    for (int slot = 0; slot < queuePairs.length(); slot++) {
      count += queuePairs.get(slot) == null ? 0 : 1;
    }
    return count;
  }

  /** What happened so far, by cause; readable from any thread. */
  public RnicCounters counters() {
    return counters;
  }

  private int slotOf(int number) {
    return number & (queuePairs.length() - 1);
  }

  private ResponderQueuePair find(int number) {
    ResponderQueuePair queuePair = queuePairs.get(slotOf(number));
    return queuePair != null && queuePair.number() == number ? queuePair : null;
  }

  /** Carries out a batch of requests and acknowledges them. */
  @Override
  public int doWork() {
    try {
      int work = port.receive(requestHandler, BATCH);
      return management == null ? work : work + management.advance();
    } finally { // Even where a listener threw: what was carried out is acknowledged.
      for (int i = 0; i < dueCount; i++) {
        due[i].acknowledge();
        due[i] = null;
      }
      dueCount = 0;
      port.flush();
    }
  }

  private void onDatagram(
      ByteBuffer packet, int offset, int datagramLength, InetSocketAddress source, int ecn) {
    counters.increment(RnicEvent.PACKETS);
    int length = datagramLength - ICRC_LENGTH;
    if (length < BTH_LENGTH || length > RoceHeaders.MAX_PACKET || (length & 3) != 0) {
      counters.increment(RnicEvent.MALFORMED);
      return;
    }
    if ((packet.get(offset + BTH_FLAGS) & 0xF) != 0
        || (packet.getShort(offset + BTH_PARTITION_KEY) & PARTITION_MASK) != PARTITION_MASK) {
      counters.increment(RnicEvent.WRONG_VERSION_OR_PARTITION);
      return;
    }
    if ((packet.get(offset + BTH_OPCODE) & 0xFF) == CONGESTION_NOTIFICATION) {
      counters.increment(RnicEvent.CONGESTION_NOTIFICATIONS);
      return;
    }
    int number = packet.getInt(offset + BTH_QUEUE_PAIR) & MASK_24;
    if (number == ManagementHandler.QUEUE_PAIR && management != null) {
      counters.increment(RnicEvent.MANAGEMENT_PACKETS);
      management.onPacket(packet, offset, length, source);
      return;
    }
    ResponderQueuePair queuePair = find(number);
    if (queuePair == null) {
      counters.increment(RnicEvent.UNKNOWN_QUEUE_PAIR);
      return;
    }
    if (!source.getAddress().equals(queuePair.peer().getAddress())) {
      counters.increment(RnicEvent.WRONG_SOURCE);
      return;
    }
    IcrcCheck check = options.requestCheck();
    if (!queuePair.incoming().matches(packet, offset, length, source.getPort(), check)) {
      counters.increment(RnicEvent.WRONG_ICRC);
      if (check != IcrcCheck.COUNTED) {
        return;
      }
    }
    if (ecn == Ecn.CONGESTION_EXPERIENCED) {
      queuePair.onCongestion(clock.nanoTime());
    }
    if (queuePair.onRequest(packet, offset, length)) {
      due[dueCount++] = queuePair;
    }
  }

  @Override
  public String roleName() {
    return "software-rnic";
  }

  @Override
  public void onClose() {
    close();
  }

  /** Closes the port; nothing is received any more. When no thread calls {@link #doWork}. */
  @Override
  public void close() {
    if (management != null) {
      management.close();
      port.flush();
    }
    port.close();
  }
}
