package io.dta.rdma.capture;

import io.dta.rdma.udp.DatagramHandler;
import io.dta.rdma.udp.Ecn;
import io.dta.rdma.udp.UdpPort;
import io.dta.rdma.udp.UdpPortOptions;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/** A port of RoCEv2 packets whose every datagram, sent or received, is captured too. */
public final class CapturingUdpPort implements UdpPort {
  private final UdpPort port;
  private final int ecn;
  private final PacketCapture capture;
  private final DatagramHandler receiver = this::onDatagram;
  private DatagramHandler handler;

  /**
   * @param port becomes this one's, and is closed with it
   * @param options that it was bound with
   * @param capture may be shared by ports, and is closed after them
   */
  public CapturingUdpPort(UdpPort port, UdpPortOptions options, PacketCapture capture) {
    this.port = port;
    this.ecn = options.ecnCapable() ? Ecn.CAPABLE_0 : Ecn.NOT_CAPABLE;
    this.capture = capture;
  }

  @Override
  public InetSocketAddress localAddress() {
    return port.localAddress();
  }

  @Override
  public boolean send(ByteBuffer buffer, int offset, int length, InetSocketAddress destination) {
    int identification = port.nextIdentification(length, destination);
    if (!port.send(buffer, offset, length, destination)) {
      return false;
    }
    capture.sent(localAddress(), destination, ecn, identification, buffer, offset, length);
    return true;
  }

  @Override
  public int nextIdentification(int length, InetSocketAddress destination) {
    return port.nextIdentification(length, destination);
  }

  @Override
  public void flush() {
    port.flush();
  }

  @Override
  public int receive(DatagramHandler newHandler, int limit) {
    handler = newHandler;
    return port.receive(receiver, limit);
  }

  private void onDatagram(
      ByteBuffer buffer, int offset, int length, InetSocketAddress source, int ecn) {
    capture.received(
        source, localAddress(), ecn, PacketCapture.SEALED_IDENTIFICATION, buffer, offset, length);
    handler.onDatagram(buffer, offset, length, source, ecn);
  }

  @Override
  public long errors() {
    return port.errors();
  }

  @Override
  public int descriptor() {
    return port.descriptor();
  }

  @Override
  public void close() {
    port.close();
  }
}
