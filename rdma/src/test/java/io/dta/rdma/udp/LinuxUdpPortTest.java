package io.dta.rdma.udp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LinuxUdpPortTest {
  private static final UdpPortOptions PLAIN =
      UdpPortOptions.DEFAULTS.withEcnCapable(false).withSegmentation(false);

  private final ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 17);

  /** A datagram as it arrived. */
  private record Arrival(ByteBuffer bytes, InetSocketAddress source, int ecn) {}

  @BeforeAll
  static void requireLinux() {
    assumeTrue(LinuxUdpPort.isSupported(), "not Linux on x86-64 or AArch64");
  }

  private static LinuxUdpPort bind(String address, UdpPortOptions options) {
    return LinuxUdpPort.bind(InetAddress.ofLiteral(address), 0, options);
  }

  private static LinuxUdpPort bind() {
    return bind("127.0.0.1", UdpPortOptions.DEFAULTS);
  }

  private static void requireAddress(String address) throws SocketException {
    assumeTrue(
        NetworkInterface.getByInetAddress(InetAddress.ofLiteral(address)) != null,
        () -> "no interface has " + address);
  }

  private byte[] datagram(Random random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private void send(UdpPort from, byte[] bytes, InetSocketAddress to) {
    buffer.put(7, bytes);
    assertTrue(from.send(buffer, 7, bytes.length, to));
  }

  private static List<Arrival> receive(UdpPort port, int limit) {
    List<Arrival> arrivals = new ArrayList<>();
    int count =
        port.receive(
            (from, offset, length, source, ecn) -> {
              byte[] bytes = new byte[length];
              from.get(offset, bytes);
              arrivals.add(new Arrival(ByteBuffer.wrap(bytes), source, ecn));
            },
            limit);
    assertEquals(arrivals.size(), count);
    return arrivals;
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1"})
  void shouldDeliverAnyMixOfLengthsAndDestinationsInOrder(String address) throws Exception {
    requireAddress(address);
    long seed = 7;
    Random random = new Random(seed);
    for (int round = 0; round < 60; round++) {
      UdpPortOptions options = UdpPortOptions.DEFAULTS.withSegmentation(round % 4 != 0);
      try (LinuxUdpPort sender = bind(address, options);
          LinuxUdpPort a = bind(address, UdpPortOptions.DEFAULTS);
          LinuxUdpPort b = bind(address, PLAIN)) {
        LinuxUdpPort[] receivers = {a, b};
        List<List<Arrival>> expected = List.of(new ArrayList<>(), new ArrayList<>());
        int length = 40;
        int to = 0;
        for (int i = 0; i < 300; i++) {
          if (random.nextInt(12) == 0) {
            length = random.nextInt(round % 5 == 0 ? 9000 : 200);
          }
          to = random.nextInt(20) == 0 ? 1 - to : to;
          byte[] bytes = datagram(random, random.nextInt(10) == 0 ? length / 2 : length);
          send(sender, bytes, receivers[to].localAddress());
          expected
              .get(to)
              .add(new Arrival(ByteBuffer.wrap(bytes), sender.localAddress(), Ecn.CAPABLE_0));
          if (random.nextInt(100) == 0) {
            sender.flush();
          }
        }
        sender.flush();
        assertEquals(0, sender.errors());
        for (int i = 0; i < 2; i++) {
          List<Arrival> arrivals = new ArrayList<>();
          List<Arrival> some;
          do {
            some = receive(receivers[i], 1 + random.nextInt(70));
            arrivals.addAll(some);
          } while (!some.isEmpty());
          String message = "seed " + seed + ", round " + round;
          for (int k = 0; k < Math.min(arrivals.size(), expected.get(i).size()); k++) {
            assertEquals(expected.get(i).get(k), arrivals.get(k), message + ", datagram " + k);
          }
          assertEquals(expected.get(i).size(), arrivals.size(), message);
        }
      }
    }
  }

  @Test
  void shouldTellThePlaceInTheBatchThatADatagramWillHave() {
    try (LinuxUdpPort port = bind();
        LinuxUdpPort other = bind()) {
      InetSocketAddress to = other.localAddress();
      for (int i = 0; i < 64; i++) {
        assertEquals(i, port.nextIdentification(60, to));
        assertEquals(0, port.nextIdentification(60, port.localAddress()), "another destination");
        assertEquals(0, port.nextIdentification(61, to), "longer");
        send(port, new byte[60], to);
      }
      assertEquals(0, port.nextIdentification(60, to), "a batch has 64");
      send(port, new byte[60], to);
      assertEquals(1, port.nextIdentification(20, to), "shorter");
      send(port, new byte[20], to);
      assertEquals(0, port.nextIdentification(20, to), "a shorter one is the last");
      send(port, new byte[20], to);
      port.flush();
      assertEquals(0, port.nextIdentification(20, to), "after a flush");
      assertEquals(67, receive(other, 1000).size());
    }
  }

  @Test
  void shouldSendOneByOneWhereSegmentationIsOff() {
    try (LinuxUdpPort port = bind("127.0.0.1", PLAIN);
        LinuxUdpPort other = bind()) {
      for (int i = 0; i < 10; i++) {
        assertEquals(0, port.nextIdentification(60, other.localAddress()));
        send(port, new byte[60], other.localAddress());
      }
      port.flush();
      List<Arrival> arrivals = receive(other, 1000);
      assertEquals(10, arrivals.size());
      assertEquals(Ecn.NOT_CAPABLE, arrivals.getFirst().ecn());
    }
  }

  @Test
  void shouldHandOutNoMoreThanTheLimit() {
    try (LinuxUdpPort port = bind();
        LinuxUdpPort other = bind()) {
      for (int i = 0; i < 64; i++) {
        send(port, new byte[] {(byte) i, 1}, other.localAddress());
      }
      port.flush();
      for (int i = 0; i < 64; i += 8) {
        List<Arrival> arrivals = receive(other, 8);
        assertEquals(8, arrivals.size());
        assertEquals((byte) i, arrivals.getFirst().bytes().get(0));
      }
      assertEquals(0, receive(other, 8).size());
    }
  }

  @Test
  void shouldNotHandOutAgainWhatAHandlerFailedAt() {
    try (LinuxUdpPort port = bind();
        LinuxUdpPort other = bind()) {
      for (int i = 0; i < 5; i++) {
        send(port, new byte[] {(byte) i}, other.localAddress());
      }
      port.flush();
      DatagramHandler failing =
          (_, _, _, _, _) -> {
            throw new IllegalStateException("on purpose");
          };
      assertThrows(IllegalStateException.class, () -> other.receive(failing, 10));
      assertEquals((byte) 1, receive(other, 1).getFirst().bytes().get(0));
    }
  }

  @Test
  void shouldCountDatagramsThatTheSystemRefuses() {
    try (LinuxUdpPort port = bind();
        LinuxUdpPort other = bind()) {
      assertTrue(port.send(buffer, 0, 70_000, other.localAddress()));
      assertEquals(1, port.errors());
      InetSocketAddress nowhere = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);
      send(port, new byte[3], nowhere);
      send(port, new byte[3], nowhere);
      send(port, new byte[3], other.localAddress());
      port.flush();
      assertEquals(3, port.errors(), "a whole batch to port 0");
      assertEquals(1, receive(other, 10).size(), "what comes after it is sent");
      assertThrows(
          IllegalArgumentException.class, () -> send(port, new byte[3], address("::1", 1)));
    }
  }

  private static InetSocketAddress address(String address, int port) {
    return new InetSocketAddress(InetAddress.ofLiteral(address), port);
  }

  @Test
  void shouldTakeDatagramsUpToTheLongest() {
    try (LinuxUdpPort port = bind();
        LinuxUdpPort other = bind()) {
      Random random = new Random(3);
      byte[] longest = datagram(random, 65_507);
      for (int i = 0; i < 20; i++) { // More than wait at a time: the first leave by themselves.
        send(port, longest, other.localAddress());
        port.flush();
        assertEquals(ByteBuffer.wrap(longest), receive(other, 1).getFirst().bytes());
      }
    }
  }

  @Test
  void shouldKnowItsPeersHoweverMany() {
    try (LinuxUdpPort port = bind()) {
      List<LinuxUdpPort> peers = new ArrayList<>();
      try {
        for (int i = 0; i < 40; i++) {
          peers.add(bind("127.0.0." + (1 + i), UdpPortOptions.DEFAULTS));
        }
        for (int round = 0; round < 2; round++) {
          for (LinuxUdpPort peer : peers) {
            send(peer, new byte[] {1}, port.localAddress());
            peer.flush();
            send(port, new byte[] {2}, peer.localAddress());
          }
          port.flush();
          for (LinuxUdpPort peer : peers) {
            assertEquals(port.localAddress(), receive(peer, 10).getFirst().source());
            assertEquals(peer.localAddress(), receive(port, 1).getFirst().source());
          }
        }
      } finally {
        peers.forEach(LinuxUdpPort::close);
      }
    }
  }

  @Test
  void shouldNotAllocate() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (LinuxUdpPort a = bind();
        LinuxUdpPort b = bind();
        LinuxUdpPort c = bind()) {
      int[] count = {0};
      DatagramHandler handler = (_, _, _, _, _) -> count[0]++;
      int rounds = 0;
      long allocated = Long.MAX_VALUE;
      // What is not compiled yet may allocate, and a busy machine compiles late.
      for (int window = 0; window < 40 && allocated > 4096; window++) {
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int round = 0; round < 1000; round++) {
          exchange(a, b, c, handler);
        }
        allocated = threads.getCurrentThreadAllocatedBytes() - before;
        rounds += 1000;
      }
      assertEquals(60 * rounds, count[0]);
      assertTrue(allocated <= 4096, allocated + " bytes for 60,000 datagrams, at the last");
    }
  }

  private void exchange(LinuxUdpPort a, LinuxUdpPort b, LinuxUdpPort c, DatagramHandler handler) {
    for (int i = 0; i < 20; i++) {
      a.send(buffer, 0, 60, c.localAddress());
      b.send(buffer, 0, 60, c.localAddress());
      c.send(buffer, 0, 20, i % 2 == 0 ? a.localAddress() : b.localAddress());
    }
    a.flush();
    b.flush();
    c.flush();
    a.receive(handler, 100);
    b.receive(handler, 100);
    c.receive(handler, 100);
  }

  @Test
  void shouldSayWhatCannotBeBound() {
    try (LinuxUdpPort port = bind()) {
      InetAddress loopback = port.localAddress().getAddress();
      int taken = port.localAddress().getPort();
      UncheckedIOException e =
          assertThrows(
              UncheckedIOException.class, () -> LinuxUdpPort.bind(loopback, taken, PLAIN).close());
      assertTrue(e.getMessage().contains("127.0.0.1:" + taken), e.getMessage());
      assertTrue(e.getMessage().contains("already in use"), e.getMessage());
      assertThrows(UncheckedIOException.class, () -> UdpPorts.bind(loopback, taken).close());
    }
    assertThrows(UncheckedIOException.class, () -> bind("192.0.2.1", PLAIN).close());
    assertThrows(IllegalArgumentException.class, () -> bind("0.0.0.0", PLAIN).close());
    assertThrows(IllegalArgumentException.class, () -> bind("::", PLAIN).close());
  }

  @Test
  void shouldDoNothingOnceClosed() {
    LinuxUdpPort port = bind();
    InetSocketAddress self = port.localAddress();
    port.close();
    port.close();
    assertEquals(0, receive(port, 10).size());
    send(port, new byte[10], self);
    port.flush();
    assertEquals(0, port.errors());
  }

  @Test
  void shouldSendWhatWaitsBeforeItCloses() {
    try (LinuxUdpPort other = bind()) {
      try (LinuxUdpPort port = bind()) {
        send(port, new byte[] {5}, other.localAddress());
      }
      assertEquals((byte) 5, receive(other, 10).getFirst().bytes().get(0));
    }
  }

  @Test
  void shouldBeTheOneThatIsChosenHere() {
    try (UdpPort port = UdpPorts.bind(InetAddress.ofLiteral("127.0.0.1"), 0)) {
      assertInstanceOf(LinuxUdpPort.class, port);
    }
  }

  @Test
  void shouldSeeTheMarkOfPortsWithoutBatches() {
    try (DatagramUdpPort port = DatagramUdpPort.bind(InetAddress.ofLiteral("127.0.0.1"), 0);
        LinuxUdpPort other = bind()) {
      send(port, new byte[] {1}, other.localAddress());
      send(other, new byte[] {2}, port.localAddress());
      other.flush();
      assertEquals(Ecn.CAPABLE_0, receive(other, 1).getFirst().ecn());
      assertEquals(Ecn.NOT_CAPABLE, receive(port, 1).getFirst().ecn());
    }
  }

  @Test
  void shouldTranslateAddressesBothWays() throws Exception {
    long seed = 11;
    Random random = new Random(seed);
    SocketAddresses ipv4 = new SocketAddresses(true);
    SocketAddresses ipv6 = new SocketAddresses(false);
    ByteBuffer form = SocketAddresses.nativeBuffer(64);
    for (int i = 0; i < 3000; i++) {
      boolean four = random.nextBoolean();
      byte[] bytes = datagram(random, four ? 4 : 16);
      if (!four && i % 3 == 0) {
        bytes[0] = (byte) 0xFE;
        bytes[1] = (byte) 0x80;
      }
      InetSocketAddress address =
          new InetSocketAddress(InetAddress.getByAddress(bytes), random.nextInt(1 << 16));
      SocketAddresses addresses = four ? ipv4 : ipv6;
      addresses.write(address, form, 8);
      InetSocketAddress read = addresses.read(form, 8);
      assertEquals(address, read, "seed " + seed);
      assertArrayEquals(bytes, read.getAddress().getAddress());
      assertSame(read, addresses.read(form, 8));
    }
    assertFalse(form.getLong(0) != 0, "bytes before the form stay");
  }
}
