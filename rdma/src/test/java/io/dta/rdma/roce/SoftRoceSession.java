package io.dta.rdma.roce;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The recorded session of a hand-made peer, 10.77.0.1, with the soft-RoCE driver {@code rdma_rxe}
 * of Linux 6.1, 10.77.0.2: {@code soft-roce-session.pcap}. The peer's requests are deliberate, the
 * driver's answers are what an independent implementation makes of them.
 */
public final class SoftRoceSession {
  static final int DRIVER = 0x0A4D0002;
  static final int PEER = 0x0A4D0001;

  /** The driver's regions: 4096 bytes each, the second without remote write and atomic. */
  static final long REGION_ADDRESS = 0x1000_0000_0000L;

  static final int REGION_RKEY = 0x206;
  static final long READ_ONLY_ADDRESS = 0x1000_0000_1000L;
  static final int READ_ONLY_RKEY = 0x3D1;

  static final int FIRST_RC = 0x11;
  static final int FIRST_UC = 0x2B;
  static final int LAST_UC = 0x2E;
  static final int FIRST_RC_PEER = 0x1000;
  static final int FIRST_UC_PEER = 0x2000;
  static final int STARTING_PSN = 0x100;
  static final int PATH_MTU = 1024;

  private static final int FILE_HEADER = 24;
  private static final int RECORD_HEADER = 16;
  private static final int ETHERNET_HEADER = 14;
  private static final int IP_HEADER = 20;
  private static final int UDP_HEADER = 8;

  private SoftRoceSession() {}

  /** A RoCEv2 packet: the IP packet it was in. */
  static final class Packet {
    private final byte[] ip;

    Packet(byte[] ip) {
      this.ip = ip;
    }

    int source() {
      return ByteBuffer.wrap(ip).getInt(12);
    }

    InetSocketAddress sourceSocket() throws IOException {
      return socket(12, IP_HEADER);
    }

    InetSocketAddress destinationSocket() throws IOException {
      return socket(16, IP_HEADER + 2);
    }

    private InetSocketAddress socket(int address, int port) throws IOException {
      return new InetSocketAddress(
          InetAddress.getByAddress(Arrays.copyOfRange(ip, address, address + 4)),
          ByteBuffer.wrap(ip).getShort(port) & 0xFFFF);
    }

    int identification() {
      return ByteBuffer.wrap(ip).getShort(4) & 0xFFFF;
    }

    boolean dontFragment() {
      return (ip[6] & 0x40) != 0;
    }

    int udpChecksum() {
      return ByteBuffer.wrap(ip).getShort(IP_HEADER + 6);
    }

    /** From the BTH up to the iCRC. */
    byte[] packet() {
      return Arrays.copyOfRange(ip, IP_HEADER + UDP_HEADER, ip.length - RoceHeaders.ICRC_LENGTH);
    }

    int opcode() {
      return ip[IP_HEADER + UDP_HEADER] & 0xFF;
    }

    int queuePair() {
      return ByteBuffer.wrap(packet()).getInt(RoceHeaders.BTH_QUEUE_PAIR) & RoceHeaders.MASK_24;
    }

    boolean isRequest() {
      int operation = opcode() & 0x1F;
      return operation < RoceHeaders.RC_READ_RESPONSE_FIRST
          || operation > RoceHeaders.RC_ATOMIC_ACKNOWLEDGE;
    }

    /** The iCRC it was sent with, as a number. */
    int icrc() {
      return ByteBuffer.wrap(ip).order(ByteOrder.LITTLE_ENDIAN).getInt(ip.length - 4);
    }

    int rightIcrc() {
      return Icrc.ofIpPacket(Arrays.copyOf(ip, ip.length - RoceHeaders.ICRC_LENGTH));
    }
  }

  /** All RoCEv2 packets in the order of the capture. */
  static List<Packet> packets() throws IOException {
    return ipPackets("/soft-roce-session.pcap").stream().map(Packet::new).toList();
  }

  /** The IPv4 packets of a capture that are to UDP port 4791, from their first to last byte. */
  public static List<byte[]> ipPackets(String resource) throws IOException {
    byte[] file;
    try (InputStream in = SoftRoceSession.class.getResourceAsStream(resource)) {
      file = in.readAllBytes();
    }
    ByteBuffer pcap = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    List<byte[]> packets = new ArrayList<>();
    int at = FILE_HEADER;
    while (at < file.length) {
      int frame = at + RECORD_HEADER;
      at = frame + pcap.getInt(at + 8);
      ByteBuffer bigEndian = ByteBuffer.wrap(file);
      int ip = frame + ETHERNET_HEADER;
      boolean ipv4 = bigEndian.getShort(frame + 12) == 0x0800;
      if (ipv4 && file[ip + 9] == 17 && bigEndian.getShort(ip + IP_HEADER + 2) == 4791) {
        int length = bigEndian.getShort(ip + 2) & 0xFFFF;
        packets.add(Arrays.copyOfRange(file, ip, ip + length));
      }
    }
    return packets;
  }
}
