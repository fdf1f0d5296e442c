package io.dta.rdma.roce;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dta.rdma.roce.SoftRoceSession.Packet;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class IcrcTest {
  /**
   * A congestion notification packet captured on a ConnectX-4 Lx, with its iCRC: published in
   * Scapy's regression tests, test/contrib/roce.uts, "RoCE CNP captured on ConnectX-4 Lx"
   * (https://github.com/secdev/scapy). From the IP header on.
   */
  private static final String CONNECTX_CNP =
      "45c2003c718c400040119161"
          + "0a0011010a001201"
          + "000012b700280000"
          + "8100ffff4000011800000000"
          + "00000000000000000000000000000000"
          + "82fd002a";

  /**
   * An UC SEND ONLY whose iCRC is 78 F3 53 F3: the first packet of the same file. From the IP
   * header on.
   */
  private static final String UC_SEND =
      "4501004004784000"
          + "4011b4d5"
          + "c0a80007c0a80007"
          + "c00012b7002caca2"
          + "2460ffff000000d300cf1710"
          + "4630818be28935d90e9a95505401be885e500000"
          + "78f353f3";

  private static byte[] withoutIcrc(String hex) {
    return HexFormat.of().parseHex(hex.substring(0, hex.length() - 8));
  }

  private static String icrcOf(String hex) {
    ByteBuffer bytes = ByteBuffer.allocate(4);
    bytes.putInt(Integer.reverseBytes(Icrc.ofIpPacket(withoutIcrc(hex))));
    return HexFormat.of().formatHex(bytes.array());
  }

  @Test
  void shouldAgreeWithPublishedPackets() {
    assertEquals("82fd002a", icrcOf(CONNECTX_CNP));
    assertEquals("78f353f3", icrcOf(UC_SEND));
  }

  @Test
  void shouldAgreeWithEveryPacketOfTheLinuxDriver() throws Exception {
    List<Packet> packets = SoftRoceSession.packets();
    int fromDriver = 0;
    int wrong = 0;
    for (Packet packet : packets) {
      if (packet.source() == SoftRoceSession.DRIVER) {
        fromDriver++;
        assertEquals(packet.rightIcrc(), packet.icrc());
      } else if (packet.rightIcrc() != packet.icrc()) {
        wrong++;
      }
    }
    assertEquals(56, fromDriver);
    assertEquals(2, wrong, "the peer sent two packets with a wrong iCRC on purpose");
  }

  @Test
  void shouldComputeTheSameFromAddressesAsFromTheWholePacket() throws Exception {
    check("192.0.2.1", "198.51.100.250");
    check("2001:db8::1:2", "2001:db8:ffff::9");
  }

  private static void check(String from, String to) {
    long seed = 42;
    Random random = new Random(seed);
    InetSocketAddress source = new InetSocketAddress(InetAddress.ofLiteral(from), 49152);
    InetSocketAddress destination = new InetSocketAddress(InetAddress.ofLiteral(to), 4791);
    Icrc icrc = new Icrc(source, destination);
    for (int i = 0; i < 300; i++) {
      int length = 12 + random.nextInt(200) + (i % 10 == 0 ? 4000 - random.nextInt(3000) : 0);
      byte[] packet = new byte[length];
      random.nextBytes(packet);
      ByteBuffer buffer = ByteBuffer.allocateDirect(length + 7).put(3, packet);
      String message = "seed " + seed + ", length " + length;
      int port = i % 3 == 0 ? 1234 : 49152;
      int expected = Icrc.ofIpPacket(ipPacket(source, port, destination, packet));
      buffer.put(3 + RoceHeaders.BTH_CONGESTION, (byte) 0);
      assertEquals(expected, icrc.compute(buffer, 3, length, port), message);
      if (port == 49152) {
        assertEquals(expected, icrc.compute(buffer, 3, length), message);
        icrc.seal(buffer, 3, length);
        buffer.put(3 + RoceHeaders.BTH_CONGESTION, (byte) 0xC0);
        assertTrue(icrc.matches(buffer, 3, length, port), message);
        int bit = random.nextInt(length * 8);
        if (bit / 8 != RoceHeaders.BTH_CONGESTION) {
          buffer.put(3 + bit / 8, (byte) (buffer.get(3 + bit / 8) ^ 1 << bit % 8));
          assertFalse(icrc.matches(buffer, 3, length, port), message);
        }
      }
    }
  }

  @Test
  void shouldRecoverTheIdentificationOfEveryPacketOfTheSession() throws Exception {
    int counting = 0;
    for (Packet packet : SoftRoceSession.packets()) {
      byte[] bytes = packet.packet();
      Icrc icrc = new Icrc(packet.sourceSocket(), packet.destinationSocket());
      ByteBuffer buffer = ByteBuffer.allocateDirect(bytes.length + RoceHeaders.ICRC_LENGTH);
      buffer.put(0, bytes).putInt(bytes.length, Integer.reverseBytes(packet.icrc()));
      boolean right = packet.rightIcrc() == packet.icrc();
      int port = packet.sourceSocket().getPort();
      assertEquals(
          right, icrc.matches(buffer, 0, bytes.length, port, IcrcCheck.ANY_IDENTIFICATION));
      assertEquals(
          right && packet.identification() == 0 && packet.dontFragment(),
          icrc.matches(buffer, 0, bytes.length, port, IcrcCheck.REQUIRED));
      if (right && packet.dontFragment()) {
        int without = Integer.reverseBytes(buffer.getInt(bytes.length));
        int difference = without ^ icrc.compute(buffer, 0, bytes.length);
        assertEquals(
            packet.identification(), Identification.forLength(bytes.length).recover(difference));
        icrc.seal(buffer, 0, bytes.length, packet.identification());
        assertEquals(packet.icrc(), Integer.reverseBytes(buffer.getInt(bytes.length)));
      }
      counting += packet.identification() != 0 ? 1 : 0;
    }
    assertTrue(counting > 40, counting + " packets with an identification that counts up");
  }

  @Test
  void shouldKnowEveryIdentificationAtEveryLength() {
    long seed = 9;
    Random random = new Random(seed);
    for (int length = RoceHeaders.BTH_LENGTH; length <= RoceHeaders.MAX_PACKET; length += 4) {
      Identification identification = Identification.forLength(length);
      for (int i = 0; i < 20; i++) {
        int id = i < 4 ? i : random.nextInt(1 << 16);
        String message = "seed " + seed + ", length " + length + ", identification " + id;
        assertEquals(id, identification.recover(identification.contribution(id)), message);
      }
    }
    Identification one = Identification.forLength(52);
    for (int id = 0; id < 1 << 16; id++) {
      assertEquals(id, one.recover(one.contribution(id)));
    }
  }

  @Test
  void shouldTakeOneDamagedPacketInThirtyTwoThousandForGood() {
    long seed = 21;
    Random random = new Random(seed);
    Identification identification = Identification.forLength(52);
    int accepted = 0;
    for (int i = 0; i < 1 << 22; i++) {
      accepted += identification.recover(random.nextInt()) != Identification.NONE ? 1 : 0;
    }
    assertTrue(
        accepted > 80 && accepted < 190, accepted + " of 2^22 random differences, 128 expected");
  }

  private static byte[] ipPacket(
      InetSocketAddress source, int sourcePort, InetSocketAddress destination, byte[] payload) {
    byte[] from = source.getAddress().getAddress();
    int udpLength = 8 + payload.length + 4;
    ByteBuffer ip = ByteBuffer.allocate((from.length == 4 ? 20 : 40) + 8 + payload.length);
    if (from.length == 4) {
      ip.put((byte) 0x45).put((byte) 2).putShort((short) (20 + udpLength));
      ip.putInt(0x4000).put((byte) 64).put((byte) 17).putShort((short) 0x1234);
    } else {
      ip.putInt(0x6012_3456).putShort((short) udpLength).put((byte) 17).put((byte) 64);
    }
    ip.put(from).put(destination.getAddress().getAddress());
    ip.putShort((short) sourcePort).putShort((short) destination.getPort());
    ip.putShort((short) udpLength).putShort((short) 0x5678).put(payload);
    return ip.array();
  }

  @Test
  void shouldRefuseWildcardsAndMixedFamilies() throws Exception {
    InetSocketAddress ipv4 = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 1);
    InetSocketAddress ipv6 = new InetSocketAddress(InetAddress.ofLiteral("::1"), 1);
    assertThrows(
        IllegalArgumentException.class, () -> new Icrc(new InetSocketAddress("0.0.0.0", 1), ipv4));
    assertThrows(IllegalArgumentException.class, () -> new Icrc(ipv4, ipv6));
  }
}
