package io.dta.rdma.cm;

import static io.dta.rdma.cm.ManagementDatagram.PACKET_LENGTH;
import static io.dta.rdma.roce.RoceHeaders.ICRC_LENGTH;

import io.dta.rdma.roce.Icrc;
import io.dta.rdma.roce.IcrcCheck;
import io.dta.rdma.roce.RoceHeaders;
import io.dta.rdma.udp.UdpPort;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/** Sends management datagrams by a UDP port, and checks those that it received. */
final class ManagementPort {
  private final UdpPort port;
  private final IcrcCheck check;
  private final CmCounters counters;
  private final ByteBuffer packet = ByteBuffer.allocateDirect(PACKET_LENGTH + ICRC_LENGTH);
  private int psn;

  // What was last needed: mostly there is one peer at a time.
  private InetSocketAddress lastSource;
  private Icrc incoming;
  private InetSocketAddress lastDestination;
  private Icrc outgoing;

  ManagementPort(UdpPort port, IcrcCheck check, CmCounters counters) {
    this.port = port;
    this.check = check;
    this.counters = counters;
  }

  InetAddress localAddress() {
    return port.localAddress().getAddress();
  }

  /**
   * Whether a packet to queue pair 1 is a sound datagram of communication management; counts what
   * is not.
   */
  boolean accepts(ByteBuffer received, int offset, int length, InetSocketAddress source) {
    counters.increment(CmEvent.RECEIVED);
    if (length != PACKET_LENGTH
        || (received.get(offset + RoceHeaders.BTH_OPCODE) & 0xFF) != ManagementDatagram.OPCODE
        || (received.get(offset + RoceHeaders.BTH_FLAGS) & 0xF) != 0
        || (received.getShort(offset + RoceHeaders.BTH_PARTITION_KEY) & RoceHeaders.PARTITION_MASK)
            != RoceHeaders.PARTITION_MASK
        || received.getInt(offset + ManagementDatagram.Q_KEY)
            != ManagementDatagram.GENERAL_SERVICES_Q_KEY
        || received.getInt(offset + ManagementDatagram.BASE_VERSION)
            != ManagementDatagram.COMMUNICATION_MANAGEMENT_SEND
        || !isOfOurFamily(source.getAddress())) {
      counters.increment(CmEvent.MALFORMED);
      return false;
    }
    if (!source.equals(lastSource)) {
      incoming = new Icrc(source, port.localAddress());
      lastSource = source;
    }
    if (!incoming.matches(received, offset, length, source.getPort(), check)) {
      counters.increment(CmEvent.WRONG_ICRC);
      return check == IcrcCheck.COUNTED;
    }
    return true;
  }

  private boolean isOfOurFamily(InetAddress address) {
    return !address.isAnyLocalAddress()
        && address.getAddress().length == localAddress().getAddress().length;
  }

  /** Sends a message. What the network has no room for counts as lost: it is sent again. */
  void send(CmMessage message, long transactionId, InetSocketAddress destination) {
    counters.increment(CmEvent.SENT);
    if (message instanceof Rejection) {
      counters.increment(CmEvent.REJECTIONS_SENT);
    }
    if (!destination.equals(lastDestination)) {
      outgoing = new Icrc(port.localAddress(), destination);
      lastDestination = destination;
    }
    int length = message.putPacket(packet, 0, psn++, transactionId);
    int datagram = length + ICRC_LENGTH;
    outgoing.seal(packet, 0, length, port.nextIdentification(datagram, destination));
    port.send(packet, 0, datagram, destination);
  }

  CmCounters counters() {
    return counters;
  }
}
