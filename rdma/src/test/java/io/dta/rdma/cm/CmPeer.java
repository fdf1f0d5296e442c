package io.dta.rdma.cm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dta.rdma.control.QueuePairRequest;
import io.dta.rdma.control.TransportService;
import io.dta.rdma.roce.Icrc;
import io.dta.rdma.roce.RoceHeaders;
import io.dta.rdma.udp.DatagramUdpPort;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** A socket that sends whatever messages a test wants, and keeps those that it receives. */
final class CmPeer implements AutoCloseable {
  private static final int LENGTH = ManagementDatagram.PACKET_LENGTH;

  private final DatagramUdpPort port = CmLoopback.bind();
  private final ByteBuffer packet = ByteBuffer.allocateDirect(LENGTH + RoceHeaders.ICRC_LENGTH);

  InetSocketAddress address() {
    return port.localAddress();
  }

  void send(CmMessage message, InetSocketAddress destination) {
    message.putPacket(packet, 0, 1, 0x1234);
    sendPacket(packet, destination);
  }

  void sendPacket(ByteBuffer bytes, InetSocketAddress destination) {
    int length = bytes.capacity() - RoceHeaders.ICRC_LENGTH;
    new Icrc(port.localAddress(), destination).seal(bytes, 0, length);
    assertTrue(port.send(bytes, 0, bytes.capacity(), destination));
  }

  /** All that has arrived, with the iCRC checked. */
  List<CmMessage> receive() {
    List<CmMessage> received = new ArrayList<>();
    port.receive(
        (buffer, offset, length, source, ecn) -> {
          assertEquals(LENGTH + RoceHeaders.ICRC_LENGTH, length);
          Icrc icrc = new Icrc(source, port.localAddress());
          assertTrue(icrc.matches(buffer, offset, LENGTH, source.getPort()), "iCRC");
          int attribute = buffer.getShort(offset + ManagementDatagram.ATTRIBUTE) & 0xFFFF;
          received.add(CmMessage.get(attribute, buffer, offset + ManagementDatagram.MESSAGE));
        },
        1000);
    return received;
  }

  /** A sound request with 3 retries. */
  ConnectionRequest request(CmLoopback loopback, int localId, int queuePair) {
    QueuePairRequest end =
        new QueuePairRequest(TransportService.RC, "127.0.0.1", 1, queuePair, 100, 1024);
    return Negotiation.request(
        new Negotiation.Local(address().getAddress(), localId, 99),
        loopback.rnic.localAddress().getAddress(),
        ServiceId.of(TransportService.RC, CmLoopback.CM_PORT),
        end,
        4,
        PrivateData.NONE,
        new CmSettings(14, 3, 24, 64, 4, CmSettings.PORT_OF_PACKET, CmLoopback.SETTINGS.check()));
  }

  int reasonFor(ConnectionRequest request, CmLoopback loopback) {
    send(request, loopback.rnic.localAddress());
    loopback.settle();
    Rejection rejection = (Rejection) receive().getFirst();
    assertEquals(request.localId(), rejection.remoteId());
    assertEquals(CmMessage.ABOUT_REQUEST, rejection.about());
    return rejection.reason();
  }

  static ConnectionReply reply(int localId, int remoteId, int queuePair) {
    return new ConnectionReply(
        localId, remoteId, queuePair, 500, 4, 0, 10, 1, false, 7, false, 99, PrivateData.NONE);
  }

  static ConnectionRequest withService(ConnectionRequest r, long serviceId, int service) {
    return new ConnectionRequest(
        r.localId(),
        serviceId,
        r.adapterGuid(),
        r.queuePair(),
        r.responderResources(),
        r.initiatorDepth(),
        r.remoteResponseTimeout(),
        service,
        r.flowControl(),
        r.startingPsn(),
        r.localResponseTimeout(),
        r.retryCount(),
        r.partitionKey(),
        r.pathMtu(),
        r.rnrRetryCount(),
        r.maxRetries(),
        r.sharedReceiveQueue(),
        r.extendedTransport(),
        r.primary(),
        r.alternate(),
        r.privateData());
  }

  private static ConnectionRequest with(
      ConnectionRequest r, int pathMtu, Path primary, PrivateData privateData) {
    return new ConnectionRequest(
        r.localId(),
        r.serviceId(),
        r.adapterGuid(),
        r.queuePair(),
        r.responderResources(),
        r.initiatorDepth(),
        r.remoteResponseTimeout(),
        r.service(),
        r.flowControl(),
        r.startingPsn(),
        r.localResponseTimeout(),
        r.retryCount(),
        r.partitionKey(),
        pathMtu,
        r.rnrRetryCount(),
        r.maxRetries(),
        r.sharedReceiveQueue(),
        r.extendedTransport(),
        primary,
        r.alternate(),
        privateData);
  }

  static ConnectionRequest withPathMtu(ConnectionRequest r, int pathMtu) {
    return with(r, pathMtu, r.primary(), r.privateData());
  }

  static ConnectionRequest withRemote(ConnectionRequest r, String address) {
    Gid gid = Gid.of(InetAddress.ofLiteral(address));
    return with(r, r.pathMtu(), Path.between(r.primary().localGid(), gid, 14), r.privateData());
  }

  static ConnectionRequest withPrivateData(ConnectionRequest r, PrivateData privateData) {
    return with(r, r.pathMtu(), r.primary(), privateData);
  }

  @Override
  public void close() {
    port.close();
  }
}
