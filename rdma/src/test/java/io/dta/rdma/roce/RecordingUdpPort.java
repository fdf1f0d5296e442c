package io.dta.rdma.roce;

import io.dta.rdma.udp.DatagramHandler;
import io.dta.rdma.udp.UdpPort;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;

/**
 * A port without a network: keeps what is sent, which leaves with identifications of one's choice.
 */
final class RecordingUdpPort implements UdpPort {
  /** Those of the packets to come; 0 when they are used up. */
  final Deque<Integer> identifications = new ArrayDeque<>();

  private final InetSocketAddress localAddress;
  private final List<String> sent = new ArrayList<>();

  RecordingUdpPort(InetSocketAddress localAddress) {
    this.localAddress = localAddress;
  }

  /** The UDP payloads sent since the last call, in hexadecimal. */
  List<String> sent() {
    List<String> all = List.copyOf(sent);
    sent.clear();
    return all;
  }

  @Override
  public InetSocketAddress localAddress() {
    return localAddress;
  }

  @Override
  public boolean send(ByteBuffer buffer, int offset, int length, InetSocketAddress destination) {
    byte[] bytes = new byte[length];
    buffer.get(offset, bytes);
    sent.add(HexFormat.of().formatHex(bytes));
    identifications.poll();
    return true;
  }

  @Override
  public int nextIdentification(int length, InetSocketAddress destination) {
    return identifications.isEmpty() ? 0 : identifications.peek();
  }

  @Override
  public void flush() {}

  @Override
  public int receive(DatagramHandler handler, int limit) {
    return 0;
  }

  @Override
  public long errors() {
    return 0;
  }

  @Override
  public void close() {}
}
