package io.dta.rdma.roce;

import static io.dta.rdma.roce.RoceHeaders.AETH_LENGTH;
import static io.dta.rdma.roce.RoceHeaders.ATOMIC_ACK_LENGTH;
import static io.dta.rdma.roce.RoceHeaders.BTH_FLAGS;
import static io.dta.rdma.roce.RoceHeaders.BTH_LENGTH;
import static io.dta.rdma.roce.RoceHeaders.BTH_OPCODE;
import static io.dta.rdma.roce.RoceHeaders.BTH_PARTITION_KEY;
import static io.dta.rdma.roce.RoceHeaders.BTH_PSN;
import static io.dta.rdma.roce.RoceHeaders.BTH_QUEUE_PAIR;
import static io.dta.rdma.roce.RoceHeaders.CONGESTION_NOTIFICATION;
import static io.dta.rdma.roce.RoceHeaders.ICRC_LENGTH;
import static io.dta.rdma.roce.RoceHeaders.MASK_24;
import static io.dta.rdma.roce.RoceHeaders.PARTITION_MASK;
import static io.dta.rdma.roce.RoceHeaders.RC_ACKNOWLEDGE;
import static io.dta.rdma.roce.RoceHeaders.RC_ATOMIC_ACKNOWLEDGE;

import io.dta.rdma.CompletionListener;
import io.dta.rdma.control.QueuePairReply;
import io.dta.rdma.control.QueuePairRequest;
import io.dta.rdma.control.TransportService;
import io.dta.rdma.udp.DatagramHandler;
import io.dta.rdma.udp.UdpPort;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.collections.Int2ObjectHashMap;
import org.agrona.concurrent.NanoClock;

/**
 * The requester's side of a UDP port: makes queue pairs and hands them their answers. For one
 * thread, that of its queue pairs.
 *
 * <p>To connect, {@link #request} describes this end, the responder's owner answers it (the
 * collector by {@code POST /v1/queue-pairs}), and {@link #connect} makes the queue pair of both.
 */
public final class RoceRequester implements AutoCloseable {
  /**
   * 0 and 1 are for management (specification, section 3.5.3); low ones are kept free for hand-made
   * peers.
   */
  private static final int FIRST_QUEUE_PAIR = 0x11;

  /** How many answers one poll takes, so that a flood of them cannot keep the thread. */
  private static final int ANSWERS_PER_POLL = 256;

  private final UdpPort port;
  private final NanoClock clock;
  private final IcrcCheck answerCheck;
  private final Int2ObjectHashMap<RoceQueuePair> queuePairs = new Int2ObjectHashMap<>();
  private final AtomicLong strayAnswers = new AtomicLong();
  private final AtomicLong congestionNotifications = new AtomicLong();
  private final AtomicLong wrongIcrcs = new AtomicLong();
  private final DatagramHandler answerHandler = this::onDatagram;
  private ManagementHandler management;
  private int nextNumber = FIRST_QUEUE_PAIR;
  private long nowNs;

  /**
   * @param port becomes its own, and is closed with it
   * @param clock of time-outs
   * @param answerCheck what happens to answers with another iCRC than expected; {@link
   *     IcrcCheck#ANY_IDENTIFICATION} fits every peer
   */
  public RoceRequester(UdpPort port, NanoClock clock, IcrcCheck answerCheck) {
    this.port = port;
    this.clock = clock;
    this.answerCheck = answerCheck;
  }

  /** Hands over what arrives for queue pair 1; before the first {@link #poll}. */
  public void manageWith(ManagementHandler handler) {
    management = handler;
  }

  /** Where answers are received. */
  public InetSocketAddress localAddress() {
    return port.localAddress();
  }

  /** See {@link UdpPort#descriptor}. */
  public int descriptor() {
    return port.descriptor();
  }

  /**
   * Describes this end of a new queue pair, with a number that is free here and a random starting
   * PSN.
   */
  public QueuePairRequest request(TransportService service, int pathMtu) {
    return request(service, pathMtu, ThreadLocalRandom.current().nextInt() & MASK_24);
  }

  /**
   * As {@link #request(TransportService, int)} with a starting PSN.
   *
   * @param pathMtu 256, 512, 1024, 2048 or 4096
   */
  public QueuePairRequest request(TransportService service, int pathMtu, int startingPsn) {
    InetSocketAddress local = port.localAddress();
    while (queuePairs.containsKey(nextNumber)) {
      nextNumber = following(nextNumber);
    }
    int number = nextNumber;
    nextNumber = following(nextNumber);
    return new QueuePairRequest(
        service,
        local.getAddress().getHostAddress(),
        local.getPort(),
        number,
        startingPsn & MASK_24,
        pathMtu);
  }

  private static int following(int number) {
    return number == MASK_24 ? FIRST_QUEUE_PAIR : number + 1;
  }

  /**
   * Makes a queue pair, ready to send.
   *
   * @param request this end, from {@link #request}
   * @param reply the responder's end
   * @param listener called on the thread that owns the queue pair
   * @throws IllegalArgumentException where the numbers of the reply make no sense, with what was
   *     expected
   */
  public RoceQueuePair connect(
      QueuePairRequest request,
      QueuePairReply reply,
      CompletionListener listener,
      RetransmissionPolicy policy) {
    require(
        RoceHeaders.isPathMtu(reply.pathMtu()) && reply.pathMtu() <= request.pathMtu(),
        "path MTU",
        reply.pathMtu(),
        "256, 512, 1024, 2048 or 4096, at most " + request.pathMtu());
    require(reply.udpPort() > 0 && reply.udpPort() <= 65535, "port", reply.udpPort(), "1 to 65535");
    require(
        (reply.queuePairNumber() & ~MASK_24) == 0,
        "queue pair number",
        reply.queuePairNumber(),
        "24 bits");
    require(
        !queuePairs.containsKey(request.queuePairNumber()),
        "queue pair number",
        request.queuePairNumber(),
        "one that is not connected yet");
    InetSocketAddress peer =
        new InetSocketAddress(InetAddress.ofLiteral(reply.address()), reply.udpPort());
    RoceQueuePair queuePair =
        new RoceQueuePair(
            this,
            port,
            new RoceQueuePair.Connection(
                request.service(),
                request.queuePairNumber(),
                request.startingPsn(),
                reply.pathMtu(),
                reply.queuePairNumber(),
                peer,
                reply.maxDestinationAtomics()),
            listener,
            policy);
    queuePairs.put(request.queuePairNumber(), queuePair);
    return queuePair;
  }

  private static void require(boolean holds, String name, int value, String expected) {
    if (!holds) {
      throw new IllegalArgumentException(
          "the responder's %s is %d, expected %s".formatted(name, value, expected));
    }
  }

  /** Receives answers for all queue pairs and drives them all. */
  public int poll() {
    int work = receive();
    for (RoceQueuePair queuePair : queuePairs.values()) {
      work += queuePair.advance(nowNs);
    }
    port.flush();
    return work;
  }

  /** Receives answers for all queue pairs and drives one. */
  int poll(RoceQueuePair queuePair) {
    int work = receive() + queuePair.advance(nowNs);
    port.flush();
    return work;
  }

  private int receive() {
    nowNs = clock.nanoTime();
    int work = port.receive(answerHandler, ANSWERS_PER_POLL);
    return management == null ? work : work + management.advance();
  }

  long nanoTime() {
    return clock.nanoTime();
  }

  void remove(RoceQueuePair queuePair) {
    if (queuePairs.get(queuePair.number()) == queuePair) {
      queuePairs.remove(queuePair.number());
      if (management != null) {
        management.onClosed(queuePair.number());
      }
    }
  }

  /** Datagrams that no queue pair could be blamed for; readable from any thread. */
  public long strayAnswers() {
    return strayAnswers.getAcquire();
  }

  /** Congestion notification packets; readable from any thread. */
  public long congestionNotifications() {
    return congestionNotifications.getAcquire();
  }

  /** Answers with another iCRC than expected, dropped or not; readable from any thread. */
  public long wrongIcrcs() {
    return wrongIcrcs.getAcquire();
  }

  private void onDatagram(
      ByteBuffer packet, int offset, int datagramLength, InetSocketAddress source, int ecn) {
    int length = datagramLength - ICRC_LENGTH;
    if (length < BTH_LENGTH + AETH_LENGTH || length > RoceHeaders.MAX_PACKET) {
      increment(strayAnswers);
      return;
    }
    int number = packet.getInt(offset + BTH_QUEUE_PAIR) & MASK_24;
    if (number == ManagementHandler.QUEUE_PAIR && management != null) {
      management.onPacket(packet, offset, length, source);
      return;
    }
    RoceQueuePair queuePair = queuePairs.get(number);
    if (queuePair == null || !source.getAddress().equals(queuePair.peer().getAddress())) {
      increment(strayAnswers);
      return;
    }
    int opcode = packet.get(offset + BTH_OPCODE) & 0xFF;
    int version = packet.get(offset + BTH_FLAGS) & 0xF;
    int partition = packet.getShort(offset + BTH_PARTITION_KEY) & PARTITION_MASK;
    if (version != 0
        || partition != PARTITION_MASK
        || !icrcIsGood(queuePair, packet, offset, length, source)) {
      queuePair.answers().onBadAnswer();
      return;
    }
    int psn = packet.getInt(offset + BTH_PSN) & MASK_24;
    int syndrome = packet.get(offset + BTH_LENGTH) & 0xFF;
    if (opcode == RC_ACKNOWLEDGE && length == BTH_LENGTH + AETH_LENGTH) {
      queuePair.answers().onAcknowledge(psn, syndrome, nowNs);
    } else if (opcode == RC_ATOMIC_ACKNOWLEDGE
        && length == BTH_LENGTH + AETH_LENGTH + ATOMIC_ACK_LENGTH) {
      queuePair.answers().onAtomicAcknowledge(psn, syndrome, nowNs);
    } else if (opcode == CONGESTION_NOTIFICATION) {
      increment(congestionNotifications);
      queuePair.onCongestionNotification(nowNs);
    } else {
      queuePair.answers().onBadAnswer();
    }
  }

  private boolean icrcIsGood(
      RoceQueuePair queuePair,
      ByteBuffer packet,
      int offset,
      int length,
      InetSocketAddress source) {
    if (queuePair.incoming().matches(packet, offset, length, source.getPort(), answerCheck)) {
      return true;
    }
    increment(wrongIcrcs);
    return answerCheck == IcrcCheck.COUNTED;
  }

  private static void increment(AtomicLong counter) {
    counter.setRelease(counter.getPlain() + 1);
  }

  /** Closes all queue pairs, completing what is outstanding, and the port. */
  @Override
  public void close() {
    for (RoceQueuePair queuePair : queuePairs.values().toArray(new RoceQueuePair[0])) {
      queuePair.close();
    }
    if (management != null) {
      management.close();
      port.flush();
    }
    port.close();
  }
}
