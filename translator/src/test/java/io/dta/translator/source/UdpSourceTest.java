package io.dta.translator.source;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.dta.node.ByteSize;
import io.dta.node.OperatorException;
import io.dta.primitives.wire.Acknowledgement;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class UdpSourceTest {
  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
  private static final int LOOPBACK_AS_INT = 0x7F000001;
  private static final int BIG = 1 << 20;

  private final ReceiveMemory memory =
      new ReceiveMemory(UdpSource.MESSAGES_PER_READ, UdpSource.MESSAGES_PER_READ);
  private final List<byte[]> received = new ArrayList<>();
  private final List<Integer> addresses = new ArrayList<>();
  private UdpSource source;

  @AfterEach
  void close() {
    if (source != null) {
      source.close();
    }
    memory.close();
  }

  @Test
  void shouldDeliverDatagramsInOrderWhereTheyLie() throws IOException {
    open("127.0.0.1", 1, BIG);
    List<byte[]> sent = randomDatagrams(500, 1400, new Random(1));
    try (DatagramSocket socket = new DatagramSocket(0, LOOPBACK)) {
      for (byte[] datagram : sent) {
        socket.send(packet(datagram));
      }
      receiveAll();
    }
    assertDatagrams(sent);
    assertTrue(addresses.stream().allMatch(address -> address == LOOPBACK_AS_INT));
    assertEquals(500, source.counters().datagrams());
    assertEquals(sent.stream().mapToInt(each -> each.length).sum(), source.counters().bytes());
    assertTrue(source.counters().reads() <= 500 / UdpSource.MESSAGES_PER_READ + 1);
  }

  @Test
  void shouldSplitWhatOneReadBringsIntoItsDatagrams() {
    open("127.0.0.1", 1, BIG);
    Random random = new Random(2);
    List<byte[]> sent = new ArrayList<>();
    try (SegmentingSender sender = new SegmentingSender(source.port())) {
      for (int batch = 0; batch < 10; batch++) {
        int segment = 20 + random.nextInt(900);
        byte[] bytes = new byte[segment * (1 + random.nextInt(60)) + 1 + random.nextInt(segment)];
        random.nextBytes(bytes);
        sender.send(bytes, segment);
        for (int i = 0; i < bytes.length; i += segment) {
          sent.add(Arrays.copyOfRange(bytes, i, Math.min(bytes.length, i + segment)));
        }
      }
    }
    assertTrue(source.doWork() > 0);

    assertDatagrams(sent);
    assertEquals(1, source.counters().reads(), "readings for " + sent.size() + " datagrams");
  }

  @Test
  void shouldTakeTheLongestDatagramThatUdpCarries() throws IOException {
    open("127.0.0.1", 1, BIG);
    List<byte[]> sent = List.of(new byte[65_507], new byte[] {1, 2, 3});
    new Random(3).nextBytes(sent.getFirst());
    try (DatagramSocket socket = new DatagramSocket(0, LOOPBACK)) {
      socket.setSendBufferSize(BIG);
      for (byte[] datagram : sent) {
        socket.send(packet(datagram));
      }
    }
    receiveAll();
    assertDatagrams(sent);
  }

  @Test
  void shouldCountAnEmptyDatagramAndGoOn() throws IOException {
    open("127.0.0.1", 1, BIG);
    try (DatagramSocket socket = new DatagramSocket(0, LOOPBACK)) {
      socket.send(packet(new byte[0]));
      socket.send(packet(new byte[] {7}));
    }
    receiveAll();
    assertDatagrams(List.of(new byte[] {7}));
    assertEquals(2, source.counters().datagrams());
  }

  @Test
  void shouldListenAtIpv6AndKnowIpv4ReportersThere() throws IOException {
    assumeTrue(hasIpv6(), "this host has no IPv6");
    open("::", 1, BIG);
    InetAddress ipv6Loopback = InetAddress.ofLiteral("::1");
    try (DatagramSocket socket = new DatagramSocket(0, ipv6Loopback);
        DatagramSocket ipv4 = new DatagramSocket(0, LOOPBACK);
        SegmentingSender sender = new SegmentingSender(source.port())) {
      socket.send(new DatagramPacket(new byte[] {1}, 1, ipv6Loopback, source.port()));
      ipv4.send(packet(new byte[] {2}));
      sender.send(new byte[] {3, 4}, 1);
    }
    receiveAll();
    assertDatagrams(List.of(new byte[] {1}, new byte[] {2}, new byte[] {3}, new byte[] {4}));
    assertEquals(List.of(0, LOOPBACK_AS_INT, LOOPBACK_AS_INT, LOOPBACK_AS_INT), addresses);
    assertEquals(1, source.counters().unknownSources());
  }

  private static boolean hasIpv6() throws IOException {
    return NetworkInterface.getByInetAddress(InetAddress.ofLiteral("::1")) != null;
  }

  @Test
  void shouldAnswerTheReporterFromTheSamePort() throws IOException {
    try (DatagramSocket reporter = new DatagramSocket(0, LOOPBACK)) {
      open("127.0.0.1", reporter.getLocalPort(), BIG);
      for (int seqnum = 0; seqnum < 256; seqnum++) {
        source.send(LOOPBACK_AS_INT, seqnum, seqnum % 3 == 0);
      }
      source.doWork();

      reporter.setSoTimeout(10_000);
      DatagramPacket packet = new DatagramPacket(new byte[100], 100);
      for (int seqnum = 0; seqnum < 256; seqnum++) {
        reporter.receive(packet);
        UnsafeBuffer answer = new UnsafeBuffer(packet.getData());
        assertEquals(Acknowledgement.LENGTH, packet.getLength());
        assertEquals(seqnum, Acknowledgement.seqnum(answer, 0));
        assertEquals(seqnum % 3 == 0, Acknowledgement.isNack(answer, 0));
        assertEquals(source.port(), packet.getPort());
      }
      assertEquals(256, source.counters().acknowledgements());
      assertEquals(0, source.counters().lostAcknowledgements());
    }
  }

  @Test
  void shouldCountAnswersThatHaveNoWay() {
    open("127.0.0.1", 1, BIG);
    source.send(0, 1, false);
    source.doWork();
    assertEquals(1, source.counters().lostAcknowledgements());
  }

  @Test
  void shouldCountWhatTheKernelDrops() throws IOException {
    open("127.0.0.1", 1, 4096);
    assertEquals(0, source.kernelDrops());
    try (DatagramSocket socket = new DatagramSocket(0, LOOPBACK)) {
      for (int i = 0; i < 1000; i++) {
        socket.send(packet(new byte[100]));
      }
    }
    receiveAll();
    assertTrue(received.size() < 1000, "all arrived");
    assertEquals(1000 - received.size(), source.kernelDrops());
  }

  @Test
  void shouldSayThatThePortIsInUse() throws IOException {
    try (DatagramSocket other = new DatagramSocket(0, LOOPBACK)) {
      source = source("127.0.0.1", other.getLocalPort(), 1, BIG);
      String message = assertThrows(OperatorException.class, source::open).getMessage();
      assertTrue(
          message.contains("UDP port " + other.getLocalPort() + " of 127.0.0.1 is in use"),
          message);
    }
  }

  @Test
  void shouldSayThatTheAddressIsNotOfThisHost() {
    source = source("192.0.2.1", 0, 1, BIG);
    String message = assertThrows(OperatorException.class, source::open).getMessage();
    assertTrue(message.contains("192.0.2.1") && message.contains("no such address"), message);

    source = source("no-such-host.invalid", 0, 1, BIG);
    message = assertThrows(OperatorException.class, source::open).getMessage();
    assertTrue(message.contains("host 'no-such-host.invalid' is unknown"), message);
  }

  @Test
  void shouldTakeWhatHasArrivedAndNothingAfterItHasStopped() throws IOException {
    open("127.0.0.1", 1, BIG);
    try (DatagramSocket socket = new DatagramSocket(0, LOOPBACK)) {
      for (int i = 0; i < 200; i++) {
        socket.send(packet(new byte[] {(byte) i}));
      }
      source.stopReceiving();
      assertEquals(200, received.size());
      socket.send(packet(new byte[] {1}));
      source.doWork();
      assertEquals(200, received.size());
    }
  }

  @Test
  void shouldPassOnWhatTheSinkThrows() throws IOException {
    IllegalStateException thrown = new IllegalStateException("no");
    source =
        new UdpSource(
            new SourceSettings("127.0.0.1", 0, 1, ByteSize.of(BIG)),
            memory,
            (buffer, offset, length, address) -> {
              throw thrown;
            });
    source.open();
    try (DatagramSocket socket = new DatagramSocket(0, LOOPBACK)) {
      socket.send(packet(new byte[] {1}));
    }
    assertSame(thrown, assertThrows(IllegalStateException.class, source::doWork).getCause());
    assertEquals(0, source.doWork());
  }

  private void open(String host, int reporterPort, int receiveBuffer) {
    source = source(host, 0, reporterPort, receiveBuffer);
    source.open();
  }

  private UdpSource source(String host, int port, int reporterPort, int receiveBuffer) {
    return new UdpSource(
        new SourceSettings(host, port, reporterPort, ByteSize.of(receiveBuffer)),
        memory,
        this::onDatagram);
  }

  private void onDatagram(MutableDirectBuffer buffer, int offset, int length, int address) {
    assertSame(memory.buffer(), buffer);
    byte[] bytes = new byte[length];
    buffer.getBytes(offset, bytes);
    received.add(bytes);
    addresses.add(address);
  }

  private void receiveAll() {
    int before;
    do {
      before = received.size();
      source.doWork();
    } while (received.size() > before);
  }

  private DatagramPacket packet(byte[] bytes) {
    return new DatagramPacket(bytes, bytes.length, new InetSocketAddress(LOOPBACK, source.port()));
  }

  private void assertDatagrams(List<byte[]> sent) {
    assertEquals(sent.size(), received.size());
    for (int i = 0; i < sent.size(); i++) {
      assertArrayEquals(sent.get(i), received.get(i), "datagram " + i);
    }
  }

  static List<byte[]> randomDatagrams(int count, int mostBytes, Random random) {
    List<byte[]> datagrams = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] bytes = new byte[1 + random.nextInt(mostBytes)];
      random.nextBytes(bytes);
      datagrams.add(bytes);
    }
    return datagrams;
  }
}
