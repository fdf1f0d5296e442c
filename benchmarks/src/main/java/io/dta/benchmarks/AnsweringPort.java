package io.dta.benchmarks;

import io.dta.rdma.roce.Icrc;
import io.dta.rdma.roce.RoceHeaders;
import io.dta.rdma.udp.DatagramHandler;
import io.dta.rdma.udp.Ecn;
import io.dta.rdma.udp.UdpPort;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/**
 * In place of the network and the responder behind it: takes requests as batches for segmentation
 * take them, and answers the last one that asked. Answers to atomics, one each, are made before the
 * run.
 */
final class AnsweringPort implements UdpPort {
  private static final int BATCH = 64;

  private final RocePackets answers;
  private final int atomics;
  private int queuePair;
  private int answerLength;
  private int atomicsSent;
  private int atomicsAnswered;
  private int place;
  private int askingPsn;
  private boolean asked;

  /**
   * @param atomics how many of them may be posted between two calls of {@link #prepare}
   */
  AnsweringPort(int atomics) {
    this.atomics = atomics;
    answers = new RocePackets(atomics + 1, 64, new Icrc(RocePackets.RESPONDER, localAddress()));
  }

  /** Makes the answers to the atomics from a PSN on. */
  void prepare(int requesterQueuePair, int psn) {
    queuePair = requesterQueuePair;
    atomicsSent = 0;
    atomicsAnswered = 0;
    for (int i = 0; i < atomics; i++) {
      answerLength = answers.acknowledgeAtomic(i, queuePair, RoceHeaders.addPsn(psn, i));
    }
  }

  @Override
  public InetSocketAddress localAddress() {
    return RocePackets.REQUESTER;
  }

  @Override
  public int nextIdentification(int length, InetSocketAddress destination) {
    return place;
  }

  @Override
  public boolean send(ByteBuffer buffer, int offset, int length, InetSocketAddress destination) {
    place = (place + 1) % BATCH;
    if (buffer.get(offset + RoceHeaders.BTH_OPCODE) == RoceHeaders.RC_FETCH_ADD) {
      atomicsSent++;
    } else {
      int psnWord = buffer.getInt(offset + RoceHeaders.BTH_PSN);
      if (psnWord < 0) {
        askingPsn = psnWord & RoceHeaders.MASK_24;
        asked = true;
      }
    }
    return true;
  }

  @Override
  public void flush() {
    place = 0;
  }

  @Override
  public int receive(DatagramHandler handler, int limit) {
    int received = 0;
    while (atomicsAnswered < atomicsSent && received < limit) {
      int offset = answers.offset(atomicsAnswered++);
      handler.onDatagram(
          answers.buffer(), offset, answerLength, RocePackets.RESPONDER, Ecn.NOT_CAPABLE);
      received++;
    }
    if (asked && received < limit) {
      asked = false;
      int length = answers.acknowledge(atomics, queuePair, askingPsn);
      handler.onDatagram(
          answers.buffer(),
          answers.offset(atomics),
          length,
          RocePackets.RESPONDER,
          Ecn.NOT_CAPABLE);
      received++;
    }
    return received;
  }

  @Override
  public long errors() {
    return 0;
  }

  @Override
  public void close() {}
}
