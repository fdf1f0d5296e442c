package io.dta.rdma.cm;

import io.dta.rdma.roce.RoceHeaders;
import io.dta.rdma.roce.SoftRoceSession;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Recorded connections between two hosts with Linux 6.1, {@code rdma_rxe} and {@code librdmacm},
 * none of it ours: {@code rdma-cm-session.pcap}. 10.77.0.3 asks, 10.77.0.2 listens.
 *
 * <p>In this order: two RC connections to port 18515, each with a WRITE, a READ and two FETCH_ADDs;
 * a UC connection with a WRITE; a request that the listening program refused; one that it accepted
 * after 14 s, so that the request was sent again and answered by an MRA; one to port 18516, where
 * nothing listened; one to {@code ucmatose -C 0}, which the listening side ended.
 */
final class RdmaCmSession {
  static final String REQUESTER = "10.77.0.3";
  static final String LISTENER = "10.77.0.2";
  private static final int IP_AND_UDP = 28;

  private RdmaCmSession() {}

  /** A packet: its source, and its bytes from the BTH on, iCRC included. */
  static final class Packet {
    private final int source;
    private final byte[] ip;

    Packet(byte[] ip) {
      this.ip = ip;
      source = ByteBuffer.wrap(ip).getInt(12);
    }

    ByteBuffer bytes() {
      byte[] packet = Arrays.copyOfRange(ip, IP_AND_UDP, ip.length);
      return ByteBuffer.allocateDirect(packet.length).put(0, packet);
    }

    boolean isManagement() {
      return (ip[IP_AND_UDP] & 0xFF) == ManagementDatagram.OPCODE;
    }

    int sourcePort() {
      return ByteBuffer.wrap(ip).getShort(20) & 0xFFFF;
    }

    boolean isOfRequester() {
      return source == 0x0A4D0003;
    }

    int psn() {
      return bytes().getInt(RoceHeaders.BTH_PSN) & RoceHeaders.MASK_24;
    }

    CmMessage message() {
      ByteBuffer packet = bytes();
      return CmMessage.get(
          packet.getShort(ManagementDatagram.ATTRIBUTE) & 0xFFFF,
          packet,
          ManagementDatagram.MESSAGE);
    }

    long transaction() {
      return bytes().getLong(ManagementDatagram.TRANSACTION_ID);
    }
  }

  static List<Packet> packets() throws IOException {
    List<Packet> packets = new ArrayList<>();
    for (byte[] ip : SoftRoceSession.ipPackets("/rdma-cm-session.pcap")) {
      packets.add(new Packet(ip));
    }
    return packets;
  }

  static List<Packet> management() throws IOException {
    return packets().stream().filter(Packet::isManagement).toList();
  }

  @SuppressWarnings("unchecked")
  static <T extends CmMessage> List<T> messages(Class<T> type) throws IOException {
    return (List<T>) management().stream().map(Packet::message).filter(type::isInstance).toList();
  }
}
