package io.dta.rdma.capture;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PacketCaptureTest {
  private static final InetSocketAddress HERE = at("127.0.0.1", 5000);
  private static final InetSocketAddress THERE = at("127.0.0.2", 6000);
  private static final InetSocketAddress HERE_V6 = at("::1", 5000);
  private static final InetSocketAddress THERE_V6 = at("2001:db8::1", 6000);
  private static final int NO_LIMIT = 1 << 30;

  @TempDir Path directory;

  private static InetSocketAddress at(String address, int port) {
    return new InetSocketAddress(InetAddress.ofLiteral(address), port);
  }

  private static ByteBuffer direct(byte[] bytes) {
    return ByteBuffer.allocateDirect(bytes.length).put(0, bytes);
  }

  @Test
  void shouldWriteWholePacketsThatTsharkFindsRight() throws IOException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    Path file = directory.resolve("packets.pcapng");
    List<List<String>> expected = new ArrayList<>();
    List<byte[]> payloads = new ArrayList<>();
    long before = System.currentTimeMillis() * 1_000_000;
    try (PacketCapture capture = PacketCapture.open(file, NO_LIMIT)) {
      for (int i = 0; i < 200; i++) {
        byte[] payload = new byte[i < 10 ? i : random.nextInt(1500)];
        random.nextBytes(payload);
        payloads.add(payload);
        // Not 0xFF: before a length of 0x03.., Wireshark takes these two bytes for PPP's.
        int trafficClass = random.nextInt(0xFF);
        int identification = random.nextInt(1 << 16);
        boolean ipv6 = random.nextBoolean();
        boolean known = random.nextBoolean();
        InetSocketAddress here = ipv6 ? HERE_V6 : HERE;
        InetSocketAddress there = ipv6 ? THERE_V6 : THERE;
        ByteBuffer bytes = ByteBuffer.allocateDirect(payload.length + 3).put(3, payload);
        if (known) {
          capture.sent(here, there, trafficClass, identification, bytes, 3, payload.length);
        } else {
          capture.received(here, there, trafficClass, -1, bytes, 3, payload.length);
        }
        expected.add(
            List.of(
                ipv6 ? "" : "127.0.0.1",
                ipv6 ? "" : "127.0.0.2",
                ipv6 ? "" : "0x%04x".formatted(known ? identification : 0),
                ipv6 ? "" : "0x%02x".formatted(trafficClass),
                ipv6 ? "::1" : "",
                ipv6 ? "2001:db8::1" : "",
                ipv6 ? "0x%08x".formatted(trafficClass) : "",
                "5000",
                "6000",
                "1",
                "0x%08x".formatted(known ? 2 : 1)));
      }
    }
    List<CapturedPackets.Packet> packets = CapturedPackets.read(file);
    assertEquals(List.of(200L, 0L), CapturedPackets.statistics(file));
    for (int i = 0; i < packets.size(); i++) {
      assertArrayEquals(payloads.get(i), packets.get(i).payload(), "seed " + seed);
      assertTrue(packets.get(i).timeNs() >= before - 1_000_000_000L);
    }
    // Random bytes look like some protocol or other.
    Tshark tshark = Tshark.orSkip().with("-d", "udp.port==6000,data");
    assertEquals(List.of(), tshark.complaints(file), "seed " + seed);
    assertEquals(
        expected,
        tshark.fields(
            file,
            "ip.src",
            "ip.dst",
            "ip.id",
            "ip.dsfield",
            "ipv6.src",
            "ipv6.dst",
            "ipv6.tclass",
            "udp.srcport",
            "udp.dstport",
            "udp.checksum.status",
            "frame.packet_flags"),
        "seed " + seed);
  }

  @Test
  void shouldEndAtItsLimitAndCountTheRest() throws IOException {
    Path file = directory.resolve("limited.pcapng");
    int each = PcapngWriter.blockLength(28 + 100);
    PacketCapture capture = PacketCapture.open(file, 4096);
    try (capture) {
      for (int i = 0; i < 100; i++) {
        capture.sent(HERE, THERE, 0, 0, direct(new byte[100]), 0, 100);
      }
    }
    long fit = (4096L - 100) / each;
    assertEquals(fit, capture.captured());
    assertEquals(100 - fit, capture.missed());
    assertEquals("it has reached its limit of 4,096 bytes", capture.ended());
    assertEquals(fit, CapturedPackets.read(file).size());
    assertEquals(List.of(100L, 100 - fit), CapturedPackets.statistics(file));
  }

  @Test
  void shouldSayWhereTheDiskIsFull() throws IOException {
    Path full = Path.of("/dev/full");
    assumeTrue(Files.exists(full), "/dev/full does not exist");
    IOException refused = assertThrows(IOException.class, () -> PacketCapture.open(full, NO_LIMIT));
    assertTrue(refused.getMessage().contains("/dev/full"), refused::getMessage);
  }

  @Test
  void shouldMissWhatFindsTheRingFullAndNotWait() throws IOException {
    Path file = directory.resolve("flood.pcapng");
    PacketCapture capture = PacketCapture.open(file, NO_LIMIT);
    int handedOver = 2000;
    try (capture) {
      ByteBuffer large = ByteBuffer.allocateDirect(60_000);
      for (int i = 0; i < handedOver; i++) {
        capture.sent(HERE, THERE, 0, 0, large, 0, large.capacity());
      }
      assertNull(capture.ended());
    }
    assertEquals(handedOver, capture.captured() + capture.missed());
    assertEquals(capture.captured(), CapturedPackets.read(file).size());
  }

  @Test
  void shouldCountWhatComesAfterTheEnd() throws IOException {
    PacketCapture capture = PacketCapture.open(directory.resolve("closed.pcapng"), NO_LIMIT);
    capture.close();
    capture.sent(HERE, THERE, 0, 0, direct(new byte[1]), 0, 1);
    capture.sent(HERE, THERE_V6, 0, 0, direct(new byte[1]), 0, 1);
    assertEquals(2, capture.missed());
    capture.close();
  }

  @Test
  void shouldSayWhereItCannotWrite() {
    IOException refused =
        assertThrows(
            IOException.class,
            () -> PacketCapture.open(directory.resolve("not/there.pcapng"), NO_LIMIT));
    assertNotNull(refused.getMessage());
    assertTrue(refused.getMessage().contains("not/there.pcapng"), refused::getMessage);
  }
}
