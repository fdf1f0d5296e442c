package io.dta.translator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dta.primitives.datagram.DatagramBuilder;
import io.dta.primitives.wire.BaseHeader;
import io.dta.primitives.wire.HeaderFormat;
import io.dta.rdma.capture.CapturedPackets;
import io.dta.rdma.capture.PacketCapture;
import io.dta.rdma.capture.Tshark;
import io.dta.translator.TranslatorContext.Threading;
import io.dta.translator.TranslatorContext.Threads;
import io.dta.translator.connection.RdmaSettings;
import io.dta.translator.engine.EngineSettings;
import io.dta.translator.source.SourceSettings;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code docs/wireshark/dta.lua}, on golden vectors, on nonsense and on what a translator captures.
 */
@Timeout(120)
final class DissectorTest {
  private static final Path SCRIPT = Path.of("..", "docs", "wireshark", "dta.lua");
  private static final Path VECTORS = Path.of("..", "p4", "vectors", "reports.json");
  private static final int REPORT_PORT = 40040;
  private static final int ACK_PORT = 40044;
  private static final HexFormat HEX = HexFormat.of();

  @TempDir Path directory;

  private static Tshark tshark(String... preferences) {
    Tshark tshark = Tshark.orSkip().with("-X", "lua_script:" + SCRIPT);
    for (String preference : preferences) {
      tshark.with("-o", preference);
    }
    return tshark;
  }

  /** The stores of the vectors. */
  private static Tshark tsharkForVectors() {
    return tshark(
        "dta.keywrite_stores:0=4+4,7=13+20",
        "dta.append_stores:0=4,63=18",
        "dta.keyincrement_stores:0=4,1=37",
        "dta.postcard_stores:0=4,33=13",
        "dta.sketch_stores:0=1,5=4");
  }

  private Path capture(int destinationPort, List<byte[]> datagrams) throws IOException {
    Path file = directory.resolve("datagrams.pcapng");
    InetSocketAddress source =
        new InetSocketAddress(InetAddress.ofLiteral("10.0.0.1"), REPORT_PORT);
    InetSocketAddress destination =
        new InetSocketAddress(InetAddress.ofLiteral("10.0.0.2"), destinationPort);
    try (PacketCapture capture = PacketCapture.open(file, 1 << 30)) {
      for (byte[] datagram : datagrams) {
        capture.sent(source, destination, 0, 0, ByteBuffer.wrap(datagram), 0, datagram.length);
      }
    }
    return file;
  }

  private static JsonNode vectors() throws IOException {
    return new ObjectMapper().readTree(VECTORS.toFile());
  }

  private static List<JsonNode> reports(HeaderFormat header) throws IOException {
    List<JsonNode> reports = new ArrayList<>();
    for (JsonNode report : vectors().get("reports")) {
      if (report.get("header").asText().equalsIgnoreCase(header.name())) {
        reports.add(report);
      }
    }
    assertFalse(reports.isEmpty());
    return reports;
  }

  private static byte[] bytes(JsonNode vector) {
    return HEX.parseHex(vector.get("bytes").asText());
  }

  private static final List<String> FIELDS =
      List.of(
          "dta.keywrite.redundancy",
          "dta.keywrite.key",
          "dta.keywrite.value",
          "dta.append.list",
          "dta.append.entry",
          "dta.keyincrement.redundancy",
          "dta.keyincrement.key",
          "dta.keyincrement.increment",
          "dta.postcard.key",
          "dta.postcard.hop",
          "dta.postcard.value",
          "dta.sketch.reporter",
          "dta.sketch.epoch",
          "dta.sketch.column",
          "dta.sketch.counter");

  private static final Map<Integer, String> PREFIXES =
      Map.of(1, "keywrite", 2, "append", 3, "keyincrement", 4, "postcard", 5, "sketch");

  /** What the dissector must say of a report, by field. */
  private static Map<String, String> expected(JsonNode report) {
    int opcode = bytes(report)[0];
    Map<String, String> fields = new TreeMap<>();
    for (var field : report.get("fields").properties()) {
      JsonNode value = field.getValue();
      String text = value.asText();
      if (field.getKey().equals("increment")) {
        text = Long.toUnsignedString(HexFormat.fromHexDigitsToLong(text));
      } else if (field.getKey().equals("counters")) {
        List<String> counters = new ArrayList<>();
        value.forEach(counter -> counters.add(counter.asText()));
        text = String.join(",", counters);
      }
      String name = field.getKey().equals("counters") ? "counter" : field.getKey();
      fields.put("dta." + PREFIXES.get(opcode) + "." + name, text);
    }
    return fields;
  }

  private static Map<String, String> notEmpty(List<String> row, int from) {
    Map<String, String> fields = new TreeMap<>();
    for (int i = 0; i < FIELDS.size(); i++) {
      if (!row.get(from + i).isEmpty()) {
        fields.put(FIELDS.get(i), row.get(from + i));
      }
    }
    return fields;
  }

  @ParameterizedTest
  @ValueSource(strings = {"FULL", "COMPACT"})
  void shouldReadTheGoldenVectors(HeaderFormat header) throws IOException {
    List<JsonNode> reports = reports(header);
    Path file = capture(REPORT_PORT, reports.stream().map(DissectorTest::bytes).toList());
    Tshark tshark =
        tsharkForVectors().with("-o", "dta.compact:" + (header == HeaderFormat.COMPACT));
    List<String> names =
        new ArrayList<>(
            List.of(
                "dta.immediate", "dta.retransmittable", "dta.seqnum", "dta.opcode", "dta.reports"));
    int own = names.size();
    names.addAll(FIELDS);
    List<List<String>> rows = tshark.fields(file, names.toArray(String[]::new));
    assertEquals(reports.size(), rows.size());
    for (int i = 0; i < rows.size(); i++) {
      JsonNode report = reports.get(i);
      List<String> row = rows.get(i);
      assertEquals(report.get("immediate").asBoolean() ? "1" : "0", row.get(0), report::toString);
      if (header == HeaderFormat.FULL) {
        assertEquals(
            report.get("retransmittable").asBoolean() ? "1" : "0", row.get(1), report::toString);
        assertEquals(report.get("seqnum").asText(), row.get(2), report::toString);
      }
      assertEquals(Byte.toString(bytes(report)[0]), row.get(3));
      assertEquals("1", row.get(4));
      assertEquals(expected(report), notEmpty(row, own), report::toString);
    }
    tshark.assertClean(file, "dta");
  }

  @Test
  void shouldReadManyReportsOfADatagram() throws IOException {
    List<JsonNode> reports = reports(HeaderFormat.FULL);
    ByteBuffer all = ByteBuffer.allocate(9000);
    reports.forEach(report -> all.put(bytes(report)));
    Path file = capture(REPORT_PORT, List.of(Arrays.copyOf(all.array(), all.position())));
    Tshark tshark = tsharkForVectors();
    tshark.assertClean(file, "dta");
    List<String> row = tshark.fields(file, "dta.reports", "dta.opcode", "dta.key.dst").getFirst();
    assertEquals(Integer.toString(reports.size()), row.get(0));
    assertEquals(
        reports.stream().map(report -> Byte.toString(bytes(report)[0])).toList(),
        List.of(row.get(1).split(",")));
    assertTrue(row.get(2).contains("10.0.2.3"), row::toString);
  }

  @Test
  void shouldReadAcknowledgements() throws IOException {
    List<byte[]> datagrams = new ArrayList<>();
    List<List<String>> expected = new ArrayList<>();
    for (JsonNode vector : vectors().get("acknowledgements")) {
      datagrams.add(bytes(vector));
      expected.add(
          List.of(vector.get("seqnum").asText(), vector.get("nack").asBoolean() ? "1" : "0"));
    }
    Path file = capture(ACK_PORT, datagrams);
    tshark().assertClean(file, "dta");
    assertEquals(expected, tshark().fields(file, "dta.ack.seqnum", "dta.ack.nack"));
  }

  @Test
  void shouldSayWhatIsWrong() throws IOException {
    Map<String, String> expected = new TreeMap<>();
    List<byte[]> datagrams = new ArrayList<>();
    String keyWrite = "010000020a000001deadbeef";
    for (String[] each :
        new String[][] {
          {"0900000a", "No primitive has this opcode: neither it nor what follows is decoded"},
          {"01000902", "The layout of this store is not known: set it in the preferences of DTA"},
          {keyWrite.substring(0, 22), "The datagram ends before the report does"},
          {keyWrite + "0100", "The datagram ends before the report does"},
          {keyWrite.replaceFirst("02", "00"), "A redundancy is 1 to 8"},
          {keyWrite.replaceFirst("02", "09"), "A redundancy is 1 to 8"},
          {"0400000a000003000000000b", "A hop is 1 to 8"},
          {"0400000a00000301ffffffff", "No postcard may carry the blank value 0xFFFFFFFF"}
        }) {
      datagrams.add(HEX.parseHex(each[0]));
      expected.put(each[0], each[1]);
    }
    Path file = capture(REPORT_PORT, datagrams);
    Tshark tshark = tsharkForVectors();
    List<List<String>> rows = tshark.fields(file, "_ws.expert.message");
    for (int i = 0; i < datagrams.size(); i++) {
      String hex = HEX.formatHex(datagrams.get(i));
      assertEquals(expected.get(hex), rows.get(i).getFirst(), hex);
    }
    assertEquals(datagrams.size(), tshark.complaints(file).size());
    Path answers = capture(ACK_PORT, List.of(new byte[] {1}, new byte[] {1, 0x41}, new byte[3]));
    assertEquals(
        List.of(
            List.of("An ACK or NACK has 2 bytes"),
            List.of("Reserved bits are not zero"),
            List.of("An ACK or NACK has 2 bytes")),
        tshark.fields(answers, "_ws.expert.message"));
  }

  @Test
  void shouldNotFailAtNonsense() throws IOException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    List<byte[]> datagrams = new ArrayList<>();
    for (JsonNode report : reports(HeaderFormat.FULL)) {
      byte[] whole = bytes(report);
      for (int length = 1; length < whole.length; length += 5) {
        datagrams.add(Arrays.copyOf(whole, length));
      }
      for (int i = 0; i < 4; i++) {
        byte[] changed = Arrays.copyOf(whole, whole.length + random.nextInt(20));
        changed[random.nextInt(changed.length)] = (byte) random.nextInt();
        datagrams.add(changed);
      }
    }
    for (int i = 0; i < 100; i++) {
      byte[] any = new byte[random.nextInt(100)];
      random.nextBytes(any);
      if (any.length > 0) {
        any[0] = (byte) random.nextInt(7);
      }
      datagrams.add(any);
    }
    for (String layout : new String[] {"0=4+4,7=13+20", "nonsense", "0=4096+4096"}) {
      assertNoError(capture(REPORT_PORT, datagrams), layout, seed);
    }
    assertNoError(capture(ACK_PORT, datagrams), "", seed);
  }

  private static void assertNoError(Path file, String keyWriteStores, long seed) {
    String details =
        tshark("dta.keywrite_stores:" + keyWriteStores).run(file, List.of("-O", "dta"));
    assertTrue(details.contains("Direct Telemetry Access"));
    assertFalse(details.contains("Lua Error"), "seed " + seed);
    assertFalse(details.contains("Malformed Packet"), "seed " + seed);
  }

  @ParameterizedTest
  @CsvSource({"SHARED", "DISRUPTOR"})
  void shouldReadWhatATranslatorCaptures(Threading threading) throws IOException {
    Path file = directory.resolve("translator.pcapng");
    int port;
    long reports;
    InetAddress loopback = InetAddress.getLoopbackAddress();
    try (DatagramSocket reporter = new DatagramSocket(0, loopback);
        StubCollector collector = new StubCollector(null, Traffic.STORES);
        PacketCapture capture = PacketCapture.open(file, 1 << 30)) {
      TranslatorContext context =
          new TranslatorContext(
              new SourceSettings("127.0.0.1", 0, reporter.getLocalPort(), null),
              null,
              List.of(collector.url()),
              new RdmaSettings(null, null, null, 0, null),
              new Threads(threading, 1, null, null, null),
              new TranslatorContext.Http(null, 0),
              EngineSettings.DEFAULTS,
              Duration.ofSeconds(20));
      Translator translator = new Translator(context, capture);
      try (translator;
          Traffic traffic = new Traffic(translator(translator))) {
        port = translator.port();
        traffic.send();
        reports = traffic.reports();
        essential(reporter, port, 0);
        essential(reporter, port, 2);
        reporter.setSoTimeout(20_000);
        reporter.receive(new DatagramPacket(new byte[2], 2));
        reporter.receive(new DatagramPacket(new byte[2], 2));
      }
      assertEquals(0, capture.missed());
      assertEquals(capture.captured(), CapturedPackets.read(file).size());
    }
    Tshark tshark =
        tshark(
            "dta.report_port:" + port,
            "dta.keywrite_stores:3=13+20",
            "dta.append_stores:0=12",
            "dta.keyincrement_stores:1=4",
            "dta.postcard_stores:0=4",
            "dta.sketch_stores:0=2");
    List<CapturedPackets.Packet> packets = CapturedPackets.read(file);
    packets.stream()
        .filter(packet -> packet.sourcePort() != port && packet.destinationPort() != port)
        .map(CapturedPackets.Packet::sourcePort)
        .distinct()
        .forEach(tshark::withRoceOn);
    assertEquals(List.of(), tshark.complaints(file));
    long dissected = 0;
    List<String> answers = new ArrayList<>();
    int roce = 0;
    List<List<String>> rows =
        tshark.fields(
            file, "dta.reports", "dta.ack.seqnum", "dta.ack.nack", "infiniband.bth.opcode");
    for (int i = 0; i < rows.size(); i++) {
      List<String> row = rows.get(i);
      dissected += row.get(0).isEmpty() ? 0 : Long.parseLong(row.get(0));
      if (!row.get(1).isEmpty()) {
        answers.add((row.get(2).equals("1") ? "NACK " : "ACK ") + row.get(1));
      }
      if (!row.get(3).isEmpty()) {
        CapturedPackets.Packet packet = packets.get(i);
        assertEquals(packet.expectedIcrc(), packet.icrc());
        roce++;
      }
    }
    assertEquals(reports + 2, dissected);
    assertEquals(Set.of("ACK 0", "NACK 1"), Set.copyOf(answers)); // A NACK may be sent again.
    assertTrue(roce > 100, "RoCEv2 packets: " + roce);
    assertEquals(packets.size(), rows.size());
  }

  private static int translator(Translator translator) {
    translator.start();
    return translator.port();
  }

  private static void essential(DatagramSocket reporter, int port, int seqnum) throws IOException {
    UnsafeBuffer buffer = new UnsafeBuffer(new byte[100]);
    DatagramBuilder builder = new DatagramBuilder(HeaderFormat.FULL);
    builder.wrap(buffer, 0, 100);
    assertTrue(
        builder.append(
            Traffic.EVENTS,
            BaseHeader.RETRANSMITTABLE_FLAG,
            seqnum,
            0,
            new UnsafeBuffer(new byte[Traffic.EVENTS.entryLength()]),
            0));
    reporter.send(
        new DatagramPacket(
            buffer.byteArray(), builder.length(), InetAddress.getLoopbackAddress(), port));
  }
}
