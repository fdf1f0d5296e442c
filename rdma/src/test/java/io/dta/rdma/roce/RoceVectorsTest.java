package io.dta.rdma.roce;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dta.rdma.RdmaQueuePair;
import io.dta.rdma.RemoteRegion;
import io.dta.rdma.control.QueuePairReply;
import io.dta.rdma.control.QueuePairRequest;
import io.dta.rdma.control.TransportService;
import io.dta.rdma.memory.MemoryRegion;
import io.dta.rdma.memory.MemoryRegionTable;
import io.dta.rdma.memory.RegionSpecification;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/**
 * Requester and responder write the packets of the golden vectors byte for byte: those that another
 * implementation made, and those that the kernel's driver sent.
 */
class RoceVectorsTest {
  private static final Path FILE = Path.of("..", "p4", "vectors", "rocev2.json");
  private static final HexFormat HEX = HexFormat.of();
  private static final int UDP_PAYLOAD = 28;

  private final JsonNode vectors;
  private final InetSocketAddress requesterAddress;
  private final InetSocketAddress responderAddress;

  RoceVectorsTest() throws Exception {
    vectors = new ObjectMapper().readTree(Files.readString(FILE));
    requesterAddress = socket(vectors.get("requester"), "address", "udpPort");
    responderAddress = socket(vectors.get("responder"), "address", "udpPort");
  }

  private static InetSocketAddress socket(JsonNode node, String address, String port) {
    return new InetSocketAddress(
        InetAddress.ofLiteral(node.get(address).asText()), node.get(port).asInt());
  }

  private List<JsonNode> packets(String kind) {
    List<JsonNode> packets = new ArrayList<>();
    for (JsonNode packet : vectors.get("packets")) {
      if (packet.get("kind").asText().equals(kind)) {
        packets.add(packet);
      }
    }
    assertFalse(packets.isEmpty(), kind);
    return packets;
  }

  private static byte[] bytes(JsonNode packet, String field) {
    return HEX.parseHex(packet.get(field).asText());
  }

  private static long bits(JsonNode packet, String field) {
    return HexFormat.fromHexDigitsToLong(packet.get(field).asText());
  }

  private static String payload(JsonNode packet) {
    return packet.get("packet").asText().substring(2 * UDP_PAYLOAD);
  }

  @Test
  void shouldComputeTheIcrcOfEveryPacket() {
    for (JsonNode packet : vectors.get("packets")) {
      String name = packet.get("name").asText();
      byte[] ip = bytes(packet, "packet");
      int end = ip.length - RoceHeaders.ICRC_LENGTH;
      int icrc = Integer.reverseBytes(ByteBuffer.wrap(ip).getInt(end));
      assertEquals(Icrc.ofIpPacket(Arrays.copyOf(ip, end)), icrc, name);

      Icrc fromAddresses =
          new Icrc(
              socket(packet, "source", "sourcePort"),
              socket(packet, "destination", "destinationPort"));
      int length = end - UDP_PAYLOAD;
      ByteBuffer buffer = ByteBuffer.allocateDirect(ip.length).put(0, ip, UDP_PAYLOAD, length + 4);
      int port = packet.get("sourcePort").asInt();
      assertTrue(
          fromAddresses.matches(buffer, 0, length, port, IcrcCheck.ANY_IDENTIFICATION), name);
      fromAddresses.seal(buffer, 0, length, packet.get("identification").asInt());
      assertEquals(icrc, Integer.reverseBytes(buffer.getInt(length)), name);
    }
  }

  /** What these tests compare can differ: no bit that the iCRC covers can change unseen. */
  @Test
  void shouldNoticeEveryChangedBit() {
    for (JsonNode packet : vectors.get("packets")) {
      byte[] ip = bytes(packet, "packet");
      int end = ip.length - RoceHeaders.ICRC_LENGTH;
      int icrc = Integer.reverseBytes(ByteBuffer.wrap(ip).getInt(end));
      for (int bit = UDP_PAYLOAD * Byte.SIZE; bit < end * Byte.SIZE; bit++) {
        byte[] changed = Arrays.copyOf(ip, end);
        changed[bit / Byte.SIZE] ^= (byte) (1 << (bit % Byte.SIZE));
        boolean masked =
            bit / Byte.SIZE == UDP_PAYLOAD + 4; // BTH's resv8a: switches may change it.
        assertEquals(
            masked, Icrc.ofIpPacket(changed) == icrc, packet.get("name").asText() + ", bit " + bit);
      }
    }
  }

  @Test
  void shouldSendTheRequests() {
    for (TransportService service : TransportService.values()) {
      List<JsonNode> packets =
          packets("request").stream()
              .filter(packet -> packet.get("service").asText().equals(service.name()))
              .toList();
      assertFalse(packets.isEmpty(), service.name());
      RecordingUdpPort port = new RecordingUdpPort(requesterAddress);
      RoceRequester requester = new RoceRequester(port, new ManualClock(), IcrcCheck.REQUIRED);
      RoceQueuePair queuePair = connect(requester, service, packets.getFirst().get("psn").asInt());
      int operations = 0;
      for (int i = 0; i < packets.size(); ) {
        JsonNode first = packets.get(i);
        List<String> expected = new ArrayList<>();
        do {
          expected.add(payload(packets.get(i)));
          port.identifications.add(packets.get(i).get("identification").asInt());
          i++;
        } while (i < packets.size()
            && packets.get(i).get("operation").asText().equals("continued"));
        assertEquals(RdmaQueuePair.POSTED, post(queuePair, first));
        queuePair.flush();
        assertEquals(expected, port.sent(), first.get("name").asText());
        operations++;
      }
      assertEquals(operations, queuePair.counters().writes() + queuePair.counters().fetchAdds());
    }
  }

  private RoceQueuePair connect(RoceRequester requester, TransportService service, int psn) {
    int pathMtu = vectors.get("pathMtu").asInt();
    QueuePairRequest request = requester.request(service, pathMtu, psn);
    QueuePairReply reply =
        new QueuePairReply(
            responderAddress.getAddress().getHostAddress(),
            responderAddress.getPort(),
            vectors.get("responder").get("queuePair").asInt(),
            pathMtu,
            16);
    return requester.connect(request, reply, (_, _) -> {}, RetransmissionPolicy.defaults());
  }

  private static int post(RoceQueuePair queuePair, JsonNode packet) {
    long address = bits(packet, "address");
    RemoteRegion region = new RemoteRegion(address, (int) bits(packet, "rkey"), 1 << 16);
    String operation = packet.get("operation").asText();
    if (operation.equals("fetch-add")) {
      return queuePair.fetchAdd(region, 0, bits(packet, "addend"), 1);
    }
    UnsafeBuffer source = new UnsafeBuffer(bytes(packet, "payload"));
    if (operation.equals("write-immediate")) {
      int immediate = (int) bits(packet, "immediate");
      return queuePair.writeImmediate(region, 0, source, 0, source.capacity(), immediate, 1);
    }
    assertEquals("write", operation);
    return queuePair.write(region, 0, source, 0, source.capacity(), 1);
  }

  @Test
  void shouldAnswer() throws Exception {
    List<JsonNode> expected = packets("answer");
    RecordingUdpPort port = new RecordingUdpPort(responderAddress);
    expected.forEach(packet -> port.identifications.add(packet.get("identification").asInt()));
    RnicCounters counters = new RnicCounters();
    try (MemoryRegionTable regions = new MemoryRegionTable()) {
      MemoryRegion region =
          regions.register(RegionSpecification.anonymous(4096).withHugePages(false));
      region.segment().set(ValueLayout.JAVA_LONG, 8, 0x8877665544332211L);
      ResponderQueuePair queuePair = responder(port, regions, counters);
      for (int i = 0; i < 3; i++) {
        write(queuePair, i, region.address(), region.rkey());
      }
      queuePair.acknowledge();
      write(queuePair, 4, region.address(), region.rkey()); // Before it, one is missing.
      fetchAdd(queuePair, 3, region.address() + 8, region.rkey());
      write(queuePair, 4, region.address() + 4096, region.rkey());
      queuePair.onCongestion(0);
    }
    assertEquals(expected.stream().map(RoceVectorsTest::payload).toList(), port.sent());
  }

  private ResponderQueuePair responder(
      RecordingUdpPort port, MemoryRegionTable regions, RnicCounters counters) {
    JsonNode requester = vectors.get("requester");
    QueuePairRequest request =
        new QueuePairRequest(
            TransportService.RC,
            requester.get("address").asText(),
            requester.get("udpPort").asInt(),
            requester.get("queuePair").asInt(),
            requester.get("startingPsn").asInt(),
            1024);
    return new ResponderQueuePair(
        vectors.get("responder").get("queuePair").asInt(),
        request,
        1024,
        requesterAddress,
        responderAddress,
        new ResponderQueuePair.Shared(
            RnicOptions.defaults(),
            new RemoteMemory(regions),
            new AnswerSender(port, counters),
            (_, _, _) -> {},
            counters));
  }

  private int psn(int place) {
    return RoceHeaders.addPsn(vectors.get("requester").get("startingPsn").asInt(), place);
  }

  private void write(ResponderQueuePair queuePair, int place, long address, int rkey) {
    ByteBuffer packet = ByteBuffer.allocateDirect(100);
    int psnWord = psn(place) | RoceHeaders.ACKNOWLEDGE_REQUEST;
    int at = PacketWriter.bth(packet, 0, RoceHeaders.RC_WRITE_ONLY, 0, queuePair.number(), psnWord);
    at = PacketWriter.reth(packet, at, address, rkey, 8);
    queuePair.onRequest(packet, 0, at + 8);
  }

  private void fetchAdd(ResponderQueuePair queuePair, int place, long address, int rkey) {
    ByteBuffer packet = ByteBuffer.allocateDirect(100);
    int opcode = RoceHeaders.RC_FETCH_ADD;
    int at = PacketWriter.bth(packet, 0, opcode, 0, queuePair.number(), psn(place));
    at = PacketWriter.atomic(packet, at, address, rkey, 1, 0);
    queuePair.onRequest(packet, 0, at);
  }

  @Test
  void shouldWriteTheAnswersOfTheDriver() {
    for (JsonNode answer : packets("driver")) {
      boolean atomic = answer.get("operation").asText().equals("acknowledge-atomic");
      ByteBuffer packet = ByteBuffer.allocateDirect(100);
      int opcode = atomic ? RoceHeaders.RC_ATOMIC_ACKNOWLEDGE : RoceHeaders.RC_ACKNOWLEDGE;
      int queuePair = answer.get("queuePair").asInt();
      int at = PacketWriter.bth(packet, 0, opcode, 0, queuePair, answer.get("psn").asInt());
      int syndrome = (int) bits(answer, "syndrome");
      at = PacketWriter.aeth(packet, at, syndrome, answer.get("messageSequenceNumber").asInt());
      if (atomic) {
        packet.putLong(at, bits(answer, "original"));
        at += RoceHeaders.ATOMIC_ACK_LENGTH;
      }
      new Icrc(
              socket(answer, "source", "sourcePort"),
              socket(answer, "destination", "destinationPort"))
          .seal(packet, 0, at, answer.get("identification").asInt());
      byte[] bytes = new byte[at + RoceHeaders.ICRC_LENGTH];
      packet.get(0, bytes);
      assertEquals(payload(answer), HEX.formatHex(bytes), answer.get("name").asText());
    }
  }
}
