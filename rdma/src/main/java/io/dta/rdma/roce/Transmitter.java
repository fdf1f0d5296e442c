package io.dta.rdma.roce;

import static io.dta.rdma.roce.RoceHeaders.ACKNOWLEDGE_REQUEST;
import static io.dta.rdma.roce.RoceHeaders.BTH_PSN;
import static io.dta.rdma.roce.RoceHeaders.ICRC_LENGTH;

import io.dta.rdma.requester.RequesterCounters;
import io.dta.rdma.udp.UdpPort;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/**
 * Sends the packets of a send queue, for the first time and again, and decides which of them ask
 * for an acknowledgement: at least every so many, and the last of each burst.
 *
 * <p>After a time-out one packet may be unacknowledged, and as many more with each acknowledgement
 * as it acknowledges, until that is the whole queue again (RFC 5681, section 3.1). Otherwise a
 * responder that handles fewer packets in a time-out than the queue holds would be sent more with
 * each time-out than it handles until the next, and never catch up.
 */
final class Transmitter {
  /** In place of how often to ask: an unreliable connection is never acknowledged. */
  static final int NEVER = 0;

  private final SendQueue queue;
  private final ByteBuffer memory;
  private final UdpPort port;
  private final InetSocketAddress peer;
  private final Icrc icrc;
  private final int ackEvery;
  private final RequesterCounters counters;
  private int sentSinceAsked;

  /** How many packets may be unacknowledged. */
  private int allowed;

  private long sentBytes;

  /** Atomics before this one were asked for again since their answers were overtaken. */
  private long askedAgainBefore;

  /**
   * @param ackEvery at least 1, or {@link #NEVER}
   */
  Transmitter(
      SendQueue queue,
      UdpPort port,
      InetSocketAddress peer,
      int ackEvery,
      RequesterCounters counters) {
    this.queue = queue;
    this.memory = queue.memory();
    this.port = port;
    this.peer = peer;
    this.icrc = new Icrc(port.localAddress(), peer);
    this.ackEvery = ackEvery;
    this.counters = counters;
    allowed = queue.capacity();
  }

  /**
   * Sends from the cursor on what is not settled, until the network has no room or as many are
   * unacknowledged as may be.
   *
   * @param wanted the sequence to end before
   * @return how many packets
   */
  int sendUpTo(long wanted) {
    long end = Math.min(wanted, queue.received() + allowed);
    int packets = 0;
    while (queue.cursor() < end) {
      long sequence = queue.cursor();
      if (!queue.isSettled(sequence)) {
        boolean ask = ackEvery != NEVER && (sentSinceAsked + 1 >= ackEvery || sequence == end - 1);
        if (!send(sequence, ask)) {
          break;
        }
        sentSinceAsked = ask ? 0 : sentSinceAsked + 1;
        packets++;
      }
      queue.advanceCursor();
    }
    return packets;
  }

  private boolean send(long sequence, boolean askForAcknowledgement) {
    int offset = queue.offset(sequence);
    int length = queue.length(sequence);
    int psn = queue.psn(sequence);
    memory.putInt(offset + BTH_PSN, askForAcknowledgement ? psn | ACKNOWLEDGE_REQUEST : psn);
    int datagram = length + ICRC_LENGTH;
    icrc.seal(memory, offset, length, port.nextIdentification(datagram, peer));
    if (!port.send(memory, offset, datagram, peer)) {
      return false;
    }
    sentBytes += length;
    counters.increment(RequesterCounters.PACKETS_SENT);
    if (sequence < queue.sent()) {
      counters.increment(RequesterCounters.RETRANSMISSIONS);
    }
    return true;
  }

  /** Bytes of all packets sent so far, without their iCRC. */
  long sentBytes() {
    return sentBytes;
  }

  /** Sends again the atomics whose answers were overtaken by later ones. */
  void askAgainForAtomics() {
    long end = Math.min(queue.received(), queue.cursor());
    for (long s = Math.max(queue.oldest(), askedAgainBefore); s < end; s++) {
      if (!queue.isSettled(s) && !send(s, true)) {
        break; // The time-out will see to it.
      }
      askedAgainBefore = s + 1;
    }
  }

  /** The responder has so many packets more. */
  void onAcknowledged(long packets) {
    allowed = (int) Math.min(queue.capacity(), allowed + packets);
  }

  /** Everything unacknowledged is to be sent again, and may be asked for again then. */
  void onTimeout() {
    allowed = 1;
    askedAgainBefore = queue.oldest();
  }
}
