package io.dta.rdma.roce;

import static io.dta.rdma.roce.RoceHeaders.BTH_LENGTH;
import static io.dta.rdma.roce.RoceHeaders.BTH_PSN;
import static io.dta.rdma.roce.RoceHeaders.BTH_QUEUE_PAIR;
import static io.dta.rdma.roce.RoceHeaders.MASK_24;
import static io.dta.rdma.roce.RoceHeaders.RC_FETCH_ADD;
import static io.dta.rdma.roce.RoceHeaders.RC_WRITE_FIRST;
import static io.dta.rdma.roce.RoceHeaders.RC_WRITE_LAST;
import static io.dta.rdma.roce.RoceHeaders.RC_WRITE_ONLY;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dta.rdma.control.QueuePairRequest;
import io.dta.rdma.control.TransportService;
import io.dta.rdma.memory.MemoryRegion;
import io.dta.rdma.memory.MemoryRegionTable;
import io.dta.rdma.memory.RegionSpecification;
import io.dta.rdma.roce.SoftRoceSession.Packet;
import io.dta.rdma.udp.DatagramHandler;
import io.dta.rdma.udp.DatagramUdpPort;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** What this package makes of a session that was recorded with the Linux soft-RoCE driver. */
class SoftRoceSessionTest {
  private static final HexFormat HEX = HexFormat.of();

  @Test
  void shouldWriteTheSamePacketsAsTheRecordedRequests() throws Exception {
    int recreated = 0;
    List<Packet> packets = SoftRoceSession.packets();
    for (int i = 0; i < packets.size(); i++) {
      Packet packet = packets.get(i);
      if (!packet.isRequest() || packet.rightIcrc() != packet.icrc() || isMadeWrong(packet)) {
        continue;
      }
      int opcode = packet.opcode() % RoceHeaders.UC;
      byte[] expected = packet.packet();
      if (opcode == RC_WRITE_ONLY) {
        assertSame(expected, writes(packet, expected).getFirst());
        recreated++;
      } else if (packet.opcode() == RC_FETCH_ADD) {
        assertSame(expected, fetchAdd(packet, expected));
        recreated++;
      } else if (packet.opcode() == RC_WRITE_FIRST) {
        Packet next = packets.get(i + 1);
        assertEquals(RC_WRITE_LAST, next.opcode());
        List<byte[]> both = writes(packet, expected, payload(next, BTH_LENGTH));
        assertSame(expected, both.get(0));
        assertSame(next.packet(), both.get(1));
        recreated += 2;
      }
    }
    assertEquals(77, recreated);
  }

  /**
   * The peer's packets that no requester would send: another version, or a RETH that does not fit
   * the payload.
   */
  private static boolean isMadeWrong(Packet packet) {
    byte[] bytes = packet.packet();
    boolean write = packet.opcode() % RoceHeaders.UC == RC_WRITE_ONLY;
    int padding = bytes[1] >>> 4 & 3;
    return (bytes[1] & 0xF) != 0
        || ByteBuffer.wrap(bytes).getShort(2) != -1
        || (write && ByteBuffer.wrap(bytes).getInt(24) != bytes.length - 28 - padding)
        || bytes.length > SoftRoceSession.PATH_MTU + 32;
  }

  /**
   * Byte for byte but the migration request bit, which the driver itself does not set and the peer
   * once left out.
   */
  private static void assertSame(byte[] expected, byte[] actual) {
    byte[] comparable = actual.clone();
    comparable[1] = (byte) ((actual[1] & 0xBF) | (expected[1] & 0x40));
    assertEquals(HEX.formatHex(expected), HEX.formatHex(comparable));
  }

  private static byte[] payload(Packet packet, int headers) {
    byte[] bytes = packet.packet();
    return Arrays.copyOfRange(bytes, headers, bytes.length - (bytes[1] >>> 4 & 3));
  }

  private static List<byte[]> writes(Packet packet, byte[] bytes, byte[]... more) {
    ByteBuffer fields = ByteBuffer.wrap(bytes);
    byte[] data = payload(packet, BTH_LENGTH + RoceHeaders.RETH_LENGTH);
    for (byte[] rest : more) {
      int length = data.length;
      data = Arrays.copyOf(data, length + rest.length);
      System.arraycopy(rest, 0, data, length, rest.length);
    }
    SendQueue queue = queue(fields);
    encoder(queue, packet)
        .write(
            fields.getLong(12),
            fields.getInt(20),
            new UnsafeBuffer(data),
            0,
            data.length,
            false,
            0,
            1);
    List<byte[]> packets = new ArrayList<>();
    for (long s = 0; s < queue.next(); s++) {
      boolean ask = s == queue.next() - 1 && (more.length > 0 || fields.getInt(BTH_PSN) < 0);
      packets.add(packet(queue, s, ask));
    }
    return packets;
  }

  private static byte[] fetchAdd(Packet packet, byte[] bytes) {
    ByteBuffer fields = ByteBuffer.wrap(bytes);
    SendQueue queue = queue(fields);
    encoder(queue, packet).fetchAdd(fields.getLong(12), fields.getInt(20), fields.getLong(24), 1);
    return packet(queue, 0, fields.getInt(BTH_PSN) < 0);
  }

  private static SendQueue queue(ByteBuffer fields) {
    return new SendQueue(4, 1200, fields.getInt(BTH_PSN) & MASK_24);
  }

  private static RequestEncoder encoder(SendQueue queue, Packet packet) {
    TransportService service =
        packet.opcode() >= RoceHeaders.UC ? TransportService.UC : TransportService.RC;
    return new RequestEncoder(queue, service, packet.queuePair(), SoftRoceSession.PATH_MTU);
  }

  private static byte[] packet(SendQueue queue, long sequence, boolean askForAcknowledgement) {
    byte[] bytes = new byte[queue.length(sequence)];
    queue.memory().get(queue.offset(sequence), bytes);
    bytes[BTH_PSN] |= (byte) (askForAcknowledgement ? 0x80 : 0);
    return bytes;
  }

  @Test
  void shouldAnswerTheRecordedRequestsAsTheDriverDid() throws Exception {
    try (Replay replay = new Replay()) {
      Map<Integer, List<String>> expected = new HashMap<>();
      Map<Integer, List<String>> actual = new HashMap<>();
      for (Packet packet : SoftRoceSession.packets()) {
        if (packet.source() == SoftRoceSession.DRIVER) {
          if (!packet.isRequest()) {
            expected
                .computeIfAbsent(packet.queuePair(), _ -> new ArrayList<>())
                .add(HEX.formatHex(packet.packet()));
          }
        } else if (packet.isRequest() && packet.udpChecksum() == 0) {
          replay.request(packet);
          for (byte[] answer : replay.answers()) {
            int queuePair = ByteBuffer.wrap(answer).getInt(BTH_QUEUE_PAIR) & MASK_24;
            actual.computeIfAbsent(queuePair, _ -> new ArrayList<>()).add(HEX.formatHex(answer));
          }
        }
      }
      assertEquals(expected, actual);
      replay.assertMemoryAsTheDriverLeftIt();
    }
  }

  /**
   * Our RNIC, connected as the driver's queue pairs were; addresses, rkeys and queue pair numbers
   * are translated.
   */
  private static final class Replay implements AutoCloseable {
    private final MemoryRegionTable regions = new MemoryRegionTable(new Random(5));
    private final MemoryRegion region;
    private final MemoryRegion readOnly;
    private final DatagramUdpPort peer = Loopback.bind();
    private final DatagramUdpPort stranger =
        DatagramUdpPort.bind(InetAddress.ofLiteral("127.0.0.9"), 0);
    private final SoftwareRnic rnic;
    private final Map<Integer, Integer> numbers = new HashMap<>();

    Replay() throws Exception {
      RegionSpecification specification = RegionSpecification.anonymous(4096).withHugePages(false);
      region = regions.register(specification);
      readOnly = regions.register(specification.withAccess(MemoryRegion.REMOTE_READ));
      rnic = new SoftwareRnic(Loopback.bind(), regions, (_, _, _) -> {}, RnicOptions.defaults());
      for (int number = SoftRoceSession.FIRST_RC; number <= SoftRoceSession.LAST_UC; number++) {
        connect(number);
      }
    }

    private void connect(int number) {
      boolean reliable = number < SoftRoceSession.FIRST_UC;
      int peerNumber =
          reliable
              ? number - SoftRoceSession.FIRST_RC + SoftRoceSession.FIRST_RC_PEER
              : number - SoftRoceSession.FIRST_UC + SoftRoceSession.FIRST_UC_PEER;
      QueuePairRequest request =
          new QueuePairRequest(
              reliable ? TransportService.RC : TransportService.UC,
              "127.0.0.1",
              peer.localAddress().getPort(),
              peerNumber,
              SoftRoceSession.STARTING_PSN,
              SoftRoceSession.PATH_MTU);
      numbers.put(number, rnic.create(request).queuePairNumber());
    }

    void request(Packet packet) {
      byte[] bytes = packet.packet();
      if (new String(bytes, StandardCharsets.ISO_8859_1).contains("REBORN!!")) {
        connect(packet.queuePair()); // As the session did: the queue pair was reset before.
      }
      ByteBuffer buffer = ByteBuffer.allocateDirect(bytes.length + 4).put(0, bytes);
      int number = numbers.getOrDefault(packet.queuePair(), MASK_24);
      buffer.putInt(BTH_QUEUE_PAIR, number);
      int operation = packet.opcode() & 0x1F;
      boolean addressed =
          operation == RC_WRITE_FIRST
              || (operation >= RC_WRITE_ONLY && operation <= RoceHeaders.RC_READ_REQUEST)
              || operation == RoceHeaders.RC_COMPARE_SWAP
              || operation == RC_FETCH_ADD;
      if (addressed && buffer.getInt(20) != 0) {
        translate(buffer);
      }
      DatagramUdpPort from = packet.source() == SoftRoceSession.PEER ? peer : stranger;
      new Icrc(from.localAddress(), rnic.localAddress()).seal(buffer, 0, bytes.length);
      if (packet.icrc() != packet.rightIcrc()) {
        buffer.put(bytes.length, (byte) (buffer.get(bytes.length) ^ 1));
      }
      assertTrue(from.send(buffer, 0, buffer.capacity(), rnic.localAddress()));
      assertEquals(1, rnic.doWork());
    }

    private void translate(ByteBuffer buffer) {
      int rkey = buffer.getInt(20);
      if (rkey == SoftRoceSession.READ_ONLY_RKEY) {
        buffer.putLong(
            12, buffer.getLong(12) - SoftRoceSession.READ_ONLY_ADDRESS + readOnly.address());
        buffer.putInt(20, readOnly.rkey());
      } else {
        buffer.putLong(12, buffer.getLong(12) - SoftRoceSession.REGION_ADDRESS + region.address());
        buffer.putInt(20, rkey ^ SoftRoceSession.REGION_RKEY ^ region.rkey());
      }
    }

    List<byte[]> answers() {
      List<byte[]> answers = new ArrayList<>();
      Icrc icrc = new Icrc(rnic.localAddress(), peer.localAddress());
      DatagramHandler handler =
          (buffer, offset, length, source, _) -> {
            assertTrue(icrc.matches(buffer, offset, length - 4, source.getPort()));
            byte[] bytes = new byte[length - 4];
            buffer.get(offset, bytes);
            answers.add(bytes);
          };
      peer.receive(handler, 64);
      stranger.receive(handler, 64);
      return answers;
    }

    /**
     * The driver's memory after the session, as its process printed it after each request; offsets
     * of 16-byte rows.
     */
    void assertMemoryAsTheDriverLeftIt() {
      Map<Integer, String> rows = new HashMap<>();
      rows.put(0x000, "101112131415161718191a1b1c1d1e1f");
      rows.put(0x020, "48454c4c4f0000000000000000000000");
      rows.put(0x030, "6e6f61636b7265710000000000000000");
      rows.put(0x040, "61636b7265715f5f0000000000000000");
      rows.put(0x050, "52494748544352430000000000000000");
      rows.put(0x060, "4c494d504b45592e4d4947524551302e");
      rows.put(0x070, "5245434f564552445245434f56455232");
      rows.put(0x080, "5245424f524e21210000000000000000");
      rows.put(0x0a0, "5243414741494e210000000000000000");
      rows.put(0x0b0, "00000000000000004f54484552535054");
      rows.put(0x0c0, "4146544552524e520000000000000000");
      rows.put(0x0d0, "55435752495445315543474150" + "2b372e");
      rows.put(0x0e0, "55434e4558542e2e55434f4c4450534e");
      rows.put(0x0f0, "5543434f4e542e2e554341465445522e");
      rows.put(0x100, "efbeadde000000000807060504030201");
      rows.put(0x110, "03000000000000000000000000000000");
      rows.put(0x120, "55434146544f4f420000000000000000");
      rows.put(0x130, "0000000000000000554341465" + "44c5354");
      for (int i = 0; i < 10; i++) {
        String text = "BURST%02d.........".formatted(i);
        rows.put(0x200 + 16 * i, HEX.formatHex(text.getBytes(StandardCharsets.US_ASCII)));
      }
      for (int row = 0x400; row < 0x800; row += 16) {
        rows.put(row, "41".repeat(16));
      }
      rows.put(0x800, "4c4153544c4153540000000000000000");
      byte[] memory = region.segment().toArray(ValueLayout.JAVA_BYTE);
      for (int row = 0; row < memory.length; row += 16) {
        String expected = rows.getOrDefault(row, "00".repeat(16));
        assertEquals(expected, HEX.formatHex(memory, row, row + 16), "row " + row);
      }
      assertEquals(-1, readOnly.segment().mismatch(MemorySegment.ofArray(new byte[4096])));
    }

    @Override
    public void close() {
      peer.close();
      stranger.close();
      rnic.close();
      regions.close();
    }
  }
}
