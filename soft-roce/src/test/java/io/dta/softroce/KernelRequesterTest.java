package io.dta.softroce;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.dta.rdma.control.QueuePairReply;
import io.dta.rdma.control.QueuePairRequest;
import io.dta.rdma.control.TransportService;
import io.dta.rdma.memory.MemoryRegion;
import io.dta.rdma.memory.MemoryRegionTable;
import io.dta.rdma.memory.RegionSpecification;
import io.dta.rdma.roce.IcrcCheck;
import io.dta.rdma.roce.RnicOptions;
import io.dta.rdma.roce.SoftwareRnic;
import io.dta.rdma.udp.DatagramUdpPort;
import io.dta.softroce.guest.Faults;
import io.dta.softroce.guest.SoftRoce;
import io.dta.softroce.guest.SoftRoceGuest;
import io.dta.softroce.guest.VerbsPeer;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.util.HexFormat;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The kernel's requester against our software RNIC. */
@SoftRoce
class KernelRequesterTest {
  private static final int ROCE_PORT = 4791;
  private static final int LENGTH = 1 << 18;
  private static final int MAX_READ = 64 * 1024;
  private static final int FIRST_PSN = 0x200;
  private static final int PEER_PSN = 0xFFFFF0;

  /** Statuses of ibv_wc_status. */
  private static final int REMOTE_INVALID_REQUEST = 9;

  private static final int REMOTE_ACCESS_ERROR = 10;

  /** Our software RNIC, and a queue pair of the kernel's that is connected to it by hand. */
  private static final class Connection implements AutoCloseable {
    private final MemoryRegionTable regions = new MemoryRegionTable(new Random(1));
    private final MemoryRegion memory;
    private final Queue<Integer> immediates = new ConcurrentLinkedQueue<>();
    private final SoftwareRnic rnic;
    private final AgentRunner runner;
    private final VerbsPeer peer;
    private String number;

    Connection(SoftRoceGuest guest, String kind) throws IOException {
      memory =
          regions.register(
              RegionSpecification.anonymous(LENGTH).withHugePages(false).withTouch(false));
      rnic =
          new SoftwareRnic(
              DatagramUdpPort.bind(InetAddress.ofLiteral(SoftRoceGuest.HOST), ROCE_PORT),
              regions,
              (queuePair, immediate, length) -> immediates.add(immediate),
              new RnicOptions(16, 4096, 16, MAX_READ, IcrcCheck.ANY_IDENTIFICATION));
      runner =
          new AgentRunner(
              new BackoffIdleStrategy(), e -> immediates.add(Integer.MIN_VALUE), null, rnic);
      AgentRunner.startOnThread(runner);
      peer = guest.peer();
      connect(kind);
    }

    private void connect(String kind) throws IOException {
      number = peer.ask("qp " + kind).get("qpn");
      QueuePairReply reply =
          rnic.create(
              new QueuePairRequest(
                  kind.equals("rc") ? TransportService.RC : TransportService.UC,
                  SoftRoceGuest.GUEST,
                  ROCE_PORT,
                  Integer.decode(number),
                  PEER_PSN,
                  1024));
      peer.ask(
          "connect %s %s 0x%x 0x%x 0x%x 1024 16"
              .formatted(number, SoftRoceGuest.HOST, reply.queuePairNumber(), FIRST_PSN, PEER_PSN));
    }

    /** Posts; {@code @offset} stands for an address and the rkey. */
    Map<String, String> post(String verb, long offset, String rest) throws IOException {
      return post(verb, offset, memory.rkey(), rest);
    }

    Map<String, String> post(String verb, long offset, int rkey, String rest) throws IOException {
      return peer.ask(
          "%s %s 0x%x 0x%x %s".formatted(verb, number, memory.address() + offset, rkey, rest));
    }

    byte[] bytes(long offset, int length) {
      return memory.segment().asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE);
    }

    @Override
    public void close() {
      peer.close();
      runner.close();
      regions.close();
    }
  }

  @Test
  void shouldServeEveryOperation(SoftRoceGuest guest) throws IOException {
    try (Connection connection = new Connection(guest, "rc")) {
      byte[] bytes = new byte[10_000];
      new Random(1).nextBytes(bytes);
      String hex = HexFormat.of().formatHex(bytes);

      assertEquals("0", connection.post("write", 3, hex).get("status"));
      assertArrayEquals(bytes, connection.bytes(3, bytes.length));

      Map<String, String> read = connection.post("read", 3, "10000");
      assertEquals("0", read.get("status"));
      assertEquals(hex, read.get("bytes"));

      connection.memory.segment().set(ValueLayout.JAVA_LONG, 16_000, 40);
      assertEquals("40", connection.post("fadd", 16_000, "2").get("old"));
      assertEquals("42", connection.post("cas", 16_000, "41 7").get("old"));
      assertEquals("42", connection.post("cas", 16_000, "42 7").get("old"));
      assertEquals(7, connection.memory.segment().get(ValueLayout.JAVA_LONG, 16_000));

      assertEquals("0", connection.post("write", 0, "0102 0xCAFE").get("status"));
      assertEquals(0xCAFE, connection.immediates.poll());
      assertEquals("0", connection.post("write", 0, hex + " 0xBEEF").get("status"));
      assertEquals(0xBEEF, connection.immediates.poll());
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.02, 0.1})
  void shouldTakeWritesAndAddOnceWhateverTheCableDoes(double each, SoftRoceGuest guest)
      throws IOException {
    try (Connection connection = new Connection(guest, "rc")) {
      guest.cable().set(Faults.of(7, each));
      int length = 56;
      int count = 2000;
      assertEquals("0", connection.post("burst", 64, length + " " + count).get("status"));
      for (int i = 0; i < 30; i++) {
        assertEquals(Integer.toString(3 * i), connection.post("fadd", 0, "3").get("old"));
      }
      assertEquals("0", connection.post("read", 64, "5000").get("status"));

      byte[] expected = new byte[length * count];
      for (int i = 0; i < expected.length; i++) {
        expected[i] = (byte) (i / length * 31 + i % length);
      }
      assertArrayEquals(expected, connection.bytes(64, expected.length));
      assertEquals(90, connection.memory.segment().get(ValueLayout.JAVA_LONG, 0));
    }
  }

  @Test
  void shouldRefuseAsTheKernelExpects(SoftRoceGuest guest) throws IOException {
    try (Connection connection = new Connection(guest, "rc")) {
      Map<String, String> wrongKey =
          connection.post("write", 0, connection.memory.rkey() ^ 0x100, "01");
      assertEquals(REMOTE_ACCESS_ERROR, Integer.parseInt(wrongKey.get("status")));
      connection.connect("rc");
      Map<String, String> outside = connection.post("write", LENGTH - 1, "0102");
      assertEquals(REMOTE_ACCESS_ERROR, Integer.parseInt(outside.get("status")));
      connection.connect("rc");
      String tooLong = Integer.toString(MAX_READ + 1);
      Map<String, String> read = connection.post("read", 0, tooLong);
      assertEquals(REMOTE_INVALID_REQUEST, Integer.parseInt(read.get("status")));
    }
  }

  @Test
  void shouldTakeUnreliableWrites(SoftRoceGuest guest) throws IOException {
    try (Connection connection = new Connection(guest, "uc")) {
      byte[] bytes = new byte[4000];
      new Random(5).nextBytes(bytes);
      String hex = HexFormat.of().formatHex(bytes);
      assertEquals("0", connection.post("write", 8, hex + " 0x1").get("status"));
      long deadline = System.nanoTime() + 20_000_000_000L;
      while (connection.immediates.isEmpty() && System.nanoTime() < deadline) {
        Thread.onSpinWait();
      }
      assertEquals(1, connection.immediates.poll());
      assertArrayEquals(bytes, connection.bytes(8, bytes.length));
    }
  }
}
