package io.dta.rdma.cm;

import io.dta.rdma.udp.DatagramHandler;
import io.dta.rdma.udp.Ecn;
import io.dta.rdma.udp.UdpPort;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** A port of any address, without a network: a test says what arrives, and sees what is sent. */
final class ScriptedUdpPort implements UdpPort {
  private final InetSocketAddress local;
  private final Deque<Arrival> arrivals = new ArrayDeque<>();
  final List<ByteBuffer> sent = new ArrayList<>();
  InetSocketAddress lastDestination;

  private record Arrival(ByteBuffer bytes, InetSocketAddress source) {}

  ScriptedUdpPort(String address) {
    local = new InetSocketAddress(InetAddress.ofLiteral(address), 4791);
  }

  void arrive(ByteBuffer bytes, InetSocketAddress source) {
    arrivals.add(new Arrival(bytes, source));
  }

  @Override
  public InetSocketAddress localAddress() {
    return local;
  }

  @Override
  public boolean send(ByteBuffer buffer, int offset, int length, InetSocketAddress destination) {
    sent.add(ByteBuffer.allocateDirect(length).put(0, buffer, offset, length));
    lastDestination = destination;
    return true;
  }

  @Override
  public int nextIdentification(int length, InetSocketAddress destination) {
    return 0;
  }

  @Override
  public void flush() {}

  @Override
  public int receive(DatagramHandler handler, int limit) {
    int received = 0;
    while (!arrivals.isEmpty() && received < limit) {
      Arrival arrival = arrivals.poll();
      handler.onDatagram(
          arrival.bytes(), 0, arrival.bytes().capacity(), arrival.source(), Ecn.NOT_CAPABLE);
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
