package io.dta.fattree.send;

import io.dta.primitives.wire.Acknowledgement;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.agrona.concurrent.UnsafeBuffer;

/** Keeps datagrams and gives the acknowledgements that a test puts in. */
final class RecordingSink implements ReportSink {
  final List<byte[]> datagrams = new ArrayList<>();
  private final Queue<byte[]> acknowledgements = new ArrayDeque<>();

  void acknowledge(int seqnum, boolean nack) {
    UnsafeBuffer datagram = new UnsafeBuffer(new byte[Acknowledgement.LENGTH]);
    Acknowledgement.put(datagram, 0, seqnum, nack);
    acknowledgements.add(datagram.byteArray());
  }

  void receive(byte... datagram) {
    acknowledgements.add(datagram);
  }

  @Override
  public int reporters() {
    return 1;
  }

  @Override
  public void send(int reporter, ByteBuffer datagram, int reports) {
    byte[] bytes = new byte[datagram.remaining()];
    datagram.get(bytes);
    datagrams.add(bytes);
  }

  @Override
  public boolean receive(int reporter, ByteBuffer datagram) {
    byte[] next = acknowledgements.poll();
    datagram.clear();
    if (next != null) {
      datagram.put(next);
    }
    datagram.flip();
    return next != null;
  }

  @Override
  public String target() {
    return "a test";
  }
}
