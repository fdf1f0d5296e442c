package io.dta.rdma.roce;

import static io.dta.rdma.roce.RoceHeaders.ACKNOWLEDGE_REQUEST;
import static io.dta.rdma.roce.RoceHeaders.ATOMIC_ADDRESS;
import static io.dta.rdma.roce.RoceHeaders.ATOMIC_COMPARE;
import static io.dta.rdma.roce.RoceHeaders.ATOMIC_LENGTH;
import static io.dta.rdma.roce.RoceHeaders.ATOMIC_RKEY;
import static io.dta.rdma.roce.RoceHeaders.ATOMIC_SWAP_OR_ADD;
import static io.dta.rdma.roce.RoceHeaders.BTH_FLAGS;
import static io.dta.rdma.roce.RoceHeaders.BTH_LENGTH;
import static io.dta.rdma.roce.RoceHeaders.BTH_OPCODE;
import static io.dta.rdma.roce.RoceHeaders.BTH_PSN;
import static io.dta.rdma.roce.RoceHeaders.IMMEDIATE_LENGTH;
import static io.dta.rdma.roce.RoceHeaders.MASK_24;
import static io.dta.rdma.roce.RoceHeaders.NAK_INVALID_REQUEST;
import static io.dta.rdma.roce.RoceHeaders.RC_COMPARE_SWAP;
import static io.dta.rdma.roce.RoceHeaders.RC_FETCH_ADD;
import static io.dta.rdma.roce.RoceHeaders.RC_READ_REQUEST;
import static io.dta.rdma.roce.RoceHeaders.RC_SEND_ONLY_WITH_IMMEDIATE;
import static io.dta.rdma.roce.RoceHeaders.RC_WRITE_FIRST;
import static io.dta.rdma.roce.RoceHeaders.RC_WRITE_LAST;
import static io.dta.rdma.roce.RoceHeaders.RC_WRITE_LAST_WITH_IMMEDIATE;
import static io.dta.rdma.roce.RoceHeaders.RC_WRITE_MIDDLE;
import static io.dta.rdma.roce.RoceHeaders.RC_WRITE_ONLY;
import static io.dta.rdma.roce.RoceHeaders.RC_WRITE_ONLY_WITH_IMMEDIATE;
import static io.dta.rdma.roce.RoceHeaders.RETH_ADDRESS;
import static io.dta.rdma.roce.RoceHeaders.RETH_DMA_LENGTH;
import static io.dta.rdma.roce.RoceHeaders.RETH_LENGTH;
import static io.dta.rdma.roce.RoceHeaders.RETH_RKEY;

import io.dta.rdma.ImmediateListener;
import io.dta.rdma.QueuePairState;
import io.dta.rdma.control.QueuePairRequest;
import io.dta.rdma.control.TransportService;
import io.dta.rdma.memory.MemoryRegion;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/**
 * The responder's end of a queue pair: decides by opcode and PSN what becomes of a request
 * (specification, section 9.7.4 for RC, 9.8.3 for UC).
 *
 * <p>RC carries out what has the expected PSN, acknowledges what it carried out before, and reports
 * a gap once. A request that must not be carried out is refused with a NAK, and from then on
 * everything is dropped. UC carries out single-packet WRITEs whatever their PSN and never answers.
 */
final class ResponderQueuePair {
  /** SENDs need a receive buffer and there never is one; 12 says to wait 0.64 ms. */
  private static final int NO_RECEIVE_BUFFER = RoceHeaders.RNR_NAK | 12;

  /** So often in a row, then a SEND is refused: many a requester would try for ever. */
  private static final int NO_RECEIVE_BUFFER_NAKS = 7;

  private static final int OPERATION_MASK = 0x1F;

  /** DCQCN's notification point sends at most one notification a flow in this time. */
  private static final long NOTIFICATION_INTERVAL_NS = 50_000;

  private final int number;
  private final boolean reliable;
  private final InetSocketAddress peer;
  private final int peerNumber;
  private final int pathMtu;
  private final RnicOptions options;
  private final RemoteMemory memory;
  private final AnswerSender answers;
  private final ImmediateListener immediateListener;
  private final RnicCounters counters;
  private final Icrc incoming;
  private final Icrc outgoing;
  private final AtomicReplayCache atomics;

  private volatile QueuePairState state = QueuePairState.READY_TO_RECEIVE;
  private int expectedPsn;
  private int messageSequenceNumber;
  private boolean gapReported;
  private int receiverNotReadyNaks;
  private boolean acknowledgementDue;
  private boolean listed;
  private boolean notified;
  private long notifiedNs;

  private final IncomingWrite write;

  /** What a RNIC's queue pairs have in common. */
  record Shared(
      RnicOptions options,
      RemoteMemory memory,
      AnswerSender answers,
      ImmediateListener immediateListener,
      RnicCounters counters) {}

  ResponderQueuePair(
      int number,
      QueuePairRequest request,
      int pathMtu,
      InetSocketAddress peer,
      InetSocketAddress local,
      Shared shared) {
    this.number = number;
    this.pathMtu = pathMtu;
    this.peer = peer;
    reliable = request.service() == TransportService.RC;
    peerNumber = request.queuePairNumber();
    expectedPsn = request.startingPsn();
    options = shared.options();
    memory = shared.memory();
    answers = shared.answers();
    immediateListener = shared.immediateListener();
    counters = shared.counters();
    incoming = new Icrc(peer, local);
    outgoing = new Icrc(local, peer);
    write = new IncomingWrite(memory, pathMtu, counters);
    atomics = new AtomicReplayCache(options.maxDestinationAtomics());
  }

  int number() {
    return number;
  }

  InetSocketAddress peer() {
    return peer;
  }

  int peerNumber() {
    return peerNumber;
  }

  QueuePairState state() {
    return state;
  }

  Icrc incoming() {
    return incoming;
  }

  Icrc outgoing() {
    return outgoing;
  }

  int pathMtu() {
    return pathMtu;
  }

  /** The PSN of the next request; from another thread, a moment old. */
  int expectedPsn() {
    return expectedPsn;
  }

  int messageSequenceNumber() {
    return messageSequenceNumber;
  }

  /**
   * A request for this queue pair.
   *
   * @param length without iCRC, at least that of a BTH
   * @return whether it must be listed for {@link #acknowledge}, since it is not yet
   */
  boolean onRequest(ByteBuffer packet, int offset, int length) {
    int opcode = packet.get(offset + BTH_OPCODE) & 0xFF;
    int operation = opcode & OPERATION_MASK;
    int headers = opcode - operation == (reliable ? 0 : RoceHeaders.UC) ? headers(operation) : -1;
    int payload = length - headers - (packet.get(offset + BTH_FLAGS) >>> 4 & 3);
    if (headers < 0) {
      counters.increment(RnicEvent.WRONG_OPCODE);
    } else if (payload < 0) {
      counters.increment(RnicEvent.MALFORMED);
    } else if (reliable) {
      onReliableRequest(operation, packet, offset, headers, payload);
    } else {
      onUnreliableWrite(operation, packet, offset, headers, payload);
    }
    boolean list = acknowledgementDue && !listed;
    listed |= list;
    return list;
  }

  /** A request arrived with congestion experienced. */
  void onCongestion(long nowNs) {
    counters.increment(RnicEvent.CONGESTION_MARKS);
    if (!notified || nowNs - notifiedNs >= NOTIFICATION_INTERVAL_NS) {
      notified = true;
      notifiedNs = nowNs;
      counters.increment(RnicEvent.CONGESTION_NOTIFICATIONS_SENT);
      answers.notifyOfCongestion(this);
    }
  }

  /** The length of BTH and extended headers, or −1 where the service has no such operation. */
  private int headers(int operation) {
    return switch (operation) {
      case RC_WRITE_FIRST, RC_WRITE_ONLY -> BTH_LENGTH + RETH_LENGTH;
      case RC_WRITE_MIDDLE, RC_WRITE_LAST -> BTH_LENGTH;
      case RC_WRITE_LAST_WITH_IMMEDIATE -> BTH_LENGTH + IMMEDIATE_LENGTH;
      case RC_WRITE_ONLY_WITH_IMMEDIATE -> BTH_LENGTH + RETH_LENGTH + IMMEDIATE_LENGTH;
      case RC_READ_REQUEST -> reliable ? BTH_LENGTH + RETH_LENGTH : -1;
      case RC_COMPARE_SWAP, RC_FETCH_ADD -> reliable ? BTH_LENGTH + ATOMIC_LENGTH : -1;
      default -> reliable && operation <= RC_SEND_ONLY_WITH_IMMEDIATE ? BTH_LENGTH : -1;
    };
  }

  /** Acknowledges what was carried out, if that is still due. */
  void acknowledge() {
    listed = false;
    if (acknowledgementDue) {
      acknowledgementDue = false;
      counters.increment(RnicEvent.ACKNOWLEDGEMENTS);
      answers.acknowledge(this, RoceHeaders.addPsn(expectedPsn, -1), RoceHeaders.ACK);
    }
  }

  private void onReliableRequest(
      int operation, ByteBuffer packet, int offset, int headers, int payload) {
    if (state == QueuePairState.ERROR) {
      counters.increment(RnicEvent.QUEUE_PAIR_IN_ERROR);
      return;
    }
    int psnWord = packet.getInt(offset + BTH_PSN);
    int distance = RoceHeaders.psnDistance(psnWord & MASK_24, expectedPsn);
    if (distance > 0) {
      counters.increment(RnicEvent.OUT_OF_SEQUENCE);
      if (!gapReported) {
        gapReported = true;
        nak(RoceHeaders.NAK_SEQUENCE_ERROR, RnicEvent.SEQUENCE_ERROR_NAKS);
      }
    } else if (distance < 0) {
      counters.increment(RnicEvent.DUPLICATES);
      onDuplicate(operation, packet, offset, psnWord & MASK_24);
    } else {
      gapReported = false;
      int syndrome = carryOut(operation, packet, offset, headers, payload, psnWord);
      if (syndrome == RemoteMemory.OK) {
        receiverNotReadyNaks = 0;
      } else {
        refuse(syndrome);
      }
    }
  }

  private int carryOut(
      int operation, ByteBuffer packet, int offset, int headers, int payload, int psnWord) {
    int extended = offset + BTH_LENGTH;
    return switch (operation) {
      case RC_READ_REQUEST ->
          payload == 0 && !write.isUnfinished() ? read(packet, extended) : NAK_INVALID_REQUEST;
      case RC_FETCH_ADD, RC_COMPARE_SWAP ->
          payload == 0 && !write.isUnfinished()
              ? atomic(operation, packet, extended)
              : NAK_INVALID_REQUEST;
      default -> {
        if (operation <= RC_SEND_ONLY_WITH_IMMEDIATE) {
          yield receive();
        }
        int syndrome = write.carryOut(operation, packet, offset, headers, payload);
        if (syndrome == RemoteMemory.OK) {
          expectedPsn = RoceHeaders.addPsn(expectedPsn, 1);
          acknowledgementDue |= (psnWord & ACKNOWLEDGE_REQUEST) != 0;
          if (!write.isUnfinished()) {
            finishWrite(operation, packet, offset + headers);
          }
        }
        yield syndrome;
      }
    };
  }

  private int receive() {
    if (receiverNotReadyNaks < NO_RECEIVE_BUFFER_NAKS) {
      receiverNotReadyNaks++;
      return NO_RECEIVE_BUFFER;
    }
    counters.increment(RnicEvent.SENDS_REFUSED);
    return NAK_INVALID_REQUEST;
  }

  private void finishWrite(int operation, ByteBuffer packet, int payloadOffset) {
    messageSequenceNumber = RoceHeaders.addPsn(messageSequenceNumber, 1);
    counters.increment(RnicEvent.WRITES);
    if (operation == RC_WRITE_ONLY_WITH_IMMEDIATE || operation == RC_WRITE_LAST_WITH_IMMEDIATE) {
      counters.increment(RnicEvent.IMMEDIATES);
      int immediate = packet.getInt(payloadOffset - IMMEDIATE_LENGTH);
      immediateListener.onImmediate(number, immediate, write.length());
    }
  }

  private int atomic(int operation, ByteBuffer packet, int header) {
    long address = packet.getLong(header + ATOMIC_ADDRESS);
    int rkey = packet.getInt(header + ATOMIC_RKEY);
    long operand = packet.getLong(header + ATOMIC_SWAP_OR_ADD);
    int result =
        operation == RC_FETCH_ADD
            ? memory.fetchAdd(address, rkey, operand)
            : memory.compareSwap(address, rkey, packet.getLong(header + ATOMIC_COMPARE), operand);
    if (result == RemoteMemory.OK) {
      int psn = expectedPsn;
      atomics.put(psn, memory.original());
      finishAnswered(1);
      counters.increment(RnicEvent.ATOMICS);
      answers.acknowledgeAtomic(this, psn, memory.original());
    }
    return result;
  }

  private int read(ByteBuffer packet, int reth) {
    long length = packet.getInt(reth + RETH_DMA_LENGTH) & 0xFFFF_FFFFL;
    if (length > options.maxReadLength()) {
      return NAK_INVALID_REQUEST;
    }
    long address = packet.getLong(reth + RETH_ADDRESS);
    int rkey = packet.getInt(reth + RETH_RKEY);
    int result = memory.check(address, rkey, length, MemoryRegion.REMOTE_READ);
    if (result == RemoteMemory.OK) {
      int psn = expectedPsn;
      finishAnswered(AnswerSender.readResponses((int) length, pathMtu));
      result = respondToRead(psn, address, rkey, (int) length);
      if (result != RemoteMemory.OK) {
        expectedPsn = psn; // It is this request that is refused.
      }
    }
    return result;
  }

  /** The answer that follows acknowledges all before it too. */
  private void finishAnswered(int psns) {
    expectedPsn = RoceHeaders.addPsn(expectedPsn, psns);
    messageSequenceNumber = RoceHeaders.addPsn(messageSequenceNumber, 1);
    acknowledgementDue = false;
  }

  private int respondToRead(int psn, long address, int rkey, int length) {
    int result = answers.respondToRead(this, psn, memory, address, rkey, length);
    if (result == RemoteMemory.OK) {
      counters.increment(RnicEvent.READS);
    }
    return result;
  }

  private void onDuplicate(int operation, ByteBuffer packet, int offset, int psn) {
    if (operation == RC_READ_REQUEST) {
      repeatRead(packet, offset + BTH_LENGTH, psn);
    } else if (operation == RC_FETCH_ADD || operation == RC_COMPARE_SWAP) {
      int remembered = atomics.find(psn);
      if (remembered >= 0) {
        answers.acknowledgeAtomic(this, psn, atomics.original(remembered));
      } else {
        counters.increment(RnicEvent.FORGOTTEN_ATOMIC);
      }
    } else {
      acknowledgementDue = true;
    }
  }

  /** A READ is carried out again, with what is in memory now, if it lies wholly in the past. */
  private void repeatRead(ByteBuffer packet, int reth, int psn) {
    long length = packet.getInt(reth + RETH_DMA_LENGTH) & 0xFFFF_FFFFL;
    long address = packet.getLong(reth + RETH_ADDRESS);
    int rkey = packet.getInt(reth + RETH_RKEY);
    if (length <= options.maxReadLength()
        && -RoceHeaders.psnDistance(psn, expectedPsn)
            >= AnswerSender.readResponses((int) length, pathMtu)
        && memory.check(address, rkey, length, MemoryRegion.REMOTE_READ) == RemoteMemory.OK) {
      respondToRead(psn, address, rkey, (int) length);
    }
  }

  private void refuse(int syndrome) {
    if (syndrome == NO_RECEIVE_BUFFER) {
      nak(syndrome, RnicEvent.RECEIVER_NOT_READY_NAKS);
      return;
    }
    state = QueuePairState.ERROR;
    nak(
        syndrome,
        switch (syndrome) {
          case NAK_INVALID_REQUEST -> RnicEvent.INVALID_REQUEST_NAKS;
          case RoceHeaders.NAK_REMOTE_ACCESS_ERROR -> RnicEvent.REMOTE_ACCESS_NAKS;
          default -> RnicEvent.REMOTE_OPERATIONAL_NAKS;
        });
  }

  private void nak(int syndrome, RnicEvent event) {
    acknowledgementDue = false;
    counters.increment(event);
    answers.acknowledge(this, expectedPsn, syndrome);
  }

  private void onUnreliableWrite(
      int operation, ByteBuffer packet, int offset, int headers, int payload) {
    int psn = packet.getInt(offset + BTH_PSN) & MASK_24;
    boolean inSequence = psn == expectedPsn;
    expectedPsn = RoceHeaders.addPsn(psn, 1);
    if (IncomingWrite.isFirst(operation) || !inSequence) {
      write.abandon(); // A later part of it finds nothing begun.
    }
    if (write.carryOut(operation, packet, offset, headers, payload) != RemoteMemory.OK) {
      write.abandon();
      counters.increment(RnicEvent.UNRELIABLE_DROPPED);
    } else if (!write.isUnfinished()) {
      finishWrite(operation, packet, offset + headers);
    }
  }
}
