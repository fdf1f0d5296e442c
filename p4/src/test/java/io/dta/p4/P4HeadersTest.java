package io.dta.p4;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dta.fattree.telemetry.NetworkEvent;
import io.dta.primitives.Primitive;
import io.dta.primitives.key.KeyFormat;
import io.dta.primitives.store.AppendStore;
import io.dta.primitives.store.KeyWriteStore;
import io.dta.primitives.store.PostcardingStore;
import io.dta.primitives.store.SketchStore;
import io.dta.primitives.wire.Acknowledgement;
import io.dta.primitives.wire.AppendReport;
import io.dta.primitives.wire.BaseHeader;
import io.dta.primitives.wire.ImmediateData;
import io.dta.primitives.wire.KeyIncrementReport;
import io.dta.primitives.wire.KeyWriteReport;
import io.dta.primitives.wire.PostcardReport;
import io.dta.primitives.wire.SketchColumnReport;
import io.dta.rdma.roce.RoceHeaders;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * The headers of {@code include} lay bits out as the Java code does: by the Java code's offsets,
 * and by reading the golden vectors with the P4 headers.
 */
class P4HeadersTest {
  private static final P4Source SOURCE = P4Source.include();
  private static final Map<String, P4Header> HEADERS = SOURCE.headers();

  private static P4Header header(String name) {
    P4Header header = HEADERS.get(name);
    assertTrue(header != null, () -> "no header " + name);
    return header;
  }

  private static JsonNode vectors(String name) throws IOException {
    return new ObjectMapper().readTree(Path.of("vectors", name + ".json").toFile());
  }

  private static byte[] bytes(JsonNode node) {
    return HexFormat.of().parseHex(node.asText());
  }

  private static long hex(JsonNode node) {
    return Long.parseUnsignedLong(node.asText(), 16);
  }

  @Test
  void shouldReadEveryHeader() {
    assertEquals(SOURCE.headerLines(), HEADERS.size());
    HEADERS.forEach((name, header) -> assertEquals(0, header.bits() % Byte.SIZE, name));
  }

  @Test
  void shouldHaveTheOffsetsOfReports() {
    assertEquals(BaseHeader.OPCODE_OFFSET, header("dta_base_h").offset("opcode"));
    assertEquals(BaseHeader.SEQNUM_OFFSET, header("dta_base_h").offset("seqnum"));
    assertEquals(BaseHeader.FLAGS_OFFSET, header("dta_base_h").offset("immediate"));
    assertEquals(KeyWriteReport.KEY_OFFSET, header("dta_redundancy_h").length());
    assertEquals(KeyIncrementReport.KEY_OFFSET, header("dta_redundancy_h").length());
    assertEquals(KeyIncrementReport.INCREMENT_LENGTH, header("dta_increment_h").length());
    assertEquals(AppendReport.ENTRY_OFFSET, header("dta_append_h").length());
    assertEquals(PostcardReport.HOP_LENGTH, header("dta_postcard_h").offset("value"));
    assertEquals(
        PostcardReport.HOP_LENGTH + PostcardReport.VALUE_LENGTH, header("dta_postcard_h").length());
    P4Header sketch = header("dta_sketch_h");
    assertEquals(SketchColumnReport.REPORTER_OFFSET, sketch.offset("reporter"));
    assertEquals(SketchColumnReport.EPOCH_OFFSET, sketch.offset("epoch"));
    assertEquals(SketchColumnReport.COLUMN_OFFSET, sketch.offset("column"));
    assertEquals(SketchColumnReport.COUNTERS_OFFSET, sketch.length());
    P4Header acknowledgement = header("dta_acknowledgement_h");
    assertEquals(Acknowledgement.SEQNUM_OFFSET, acknowledgement.offset("seqnum"));
    assertEquals(Acknowledgement.FLAGS_OFFSET, acknowledgement.offset("nack"));
    assertEquals(Acknowledgement.LENGTH, acknowledgement.length());
  }

  @Test
  void shouldHaveTheOffsetsOfMemory() {
    assertEquals(KeyWriteStore.CHECKSUM_OFFSET, header("slot_h").offset("checksum"));
    assertEquals(KeyWriteStore.VALUE_OFFSET, header("slot_h").length());
    P4Header trailer = header("append_trailer_h");
    assertEquals(AppendStore.SEQUENCE_OFFSET, trailer.offset("sequence"));
    assertEquals(AppendStore.COUNT_OFFSET, trailer.offset("count"));
    assertEquals(AppendStore.FLAGS_OFFSET, trailer.offset("flags"));
    assertEquals(AppendStore.CRC_OFFSET, trailer.offset("crc"));
    assertEquals(AppendStore.TRAILER_LENGTH, trailer.length());
    assertEquals(PostcardingStore.CHECKSUM_LENGTH, header("path_tail_h").offset("hops"));
    P4Header sketch = header("sketch_trailer_h");
    assertEquals(SketchStore.EPOCH_OFFSET, sketch.offset("epoch"));
    assertEquals(SketchStore.COMPLETE_COLUMNS_OFFSET, sketch.offset("complete_columns"));
    assertEquals(SketchStore.EXPECTED_OFFSET, sketch.offset("expected"));
    assertEquals(SketchStore.MERGED_OFFSET, sketch.offset("merged"));
    assertEquals(SketchStore.STATE_OFFSET, sketch.offset("state"));
    assertEquals(SketchStore.TRAILER_LENGTH, sketch.length());
  }

  @Test
  void shouldHaveTheOffsetsOfRequestsAndAnswers() {
    P4Header bth = header("bth_h");
    assertEquals(RoceHeaders.BTH_OPCODE, bth.offset("opcode"));
    assertEquals(RoceHeaders.BTH_FLAGS, bth.offset("solicited_event"));
    assertEquals(RoceHeaders.BTH_PARTITION_KEY, bth.offset("partition_key"));
    assertEquals(RoceHeaders.BTH_CONGESTION, bth.offset("congestion"));
    assertEquals(RoceHeaders.BTH_QUEUE_PAIR + 1, bth.offset("queue_pair"));
    assertEquals(RoceHeaders.BTH_PSN, bth.offset("acknowledge_request"));
    assertEquals(RoceHeaders.BTH_PSN + 1, bth.offset("psn"));
    assertEquals(RoceHeaders.BTH_LENGTH, bth.length());
    assertEquals(RoceHeaders.RETH_ADDRESS, header("reth_h").offset("address"));
    assertEquals(RoceHeaders.RETH_RKEY, header("reth_h").offset("rkey"));
    assertEquals(RoceHeaders.RETH_DMA_LENGTH, header("reth_h").offset("dma_length"));
    assertEquals(RoceHeaders.RETH_LENGTH, header("reth_h").length());
    assertEquals(RoceHeaders.ATOMIC_ADDRESS, header("atomic_h").offset("address"));
    assertEquals(RoceHeaders.ATOMIC_RKEY, header("atomic_h").offset("rkey"));
    assertEquals(RoceHeaders.ATOMIC_SWAP_OR_ADD, header("atomic_h").offset("swap_or_add"));
    assertEquals(RoceHeaders.ATOMIC_COMPARE, header("atomic_h").offset("compare"));
    assertEquals(RoceHeaders.ATOMIC_LENGTH, header("atomic_h").length());
    assertEquals(RoceHeaders.AETH_LENGTH, header("aeth_h").length());
    assertEquals(RoceHeaders.IMMEDIATE_LENGTH, header("immediate_h").length());
    assertEquals(RoceHeaders.ICRC_LENGTH, header("icrc_h").length());
  }

  @Test
  void shouldHaveTheOffsetsOfEventsAndCommands() {
    P4Header event = header("dta_event_h");
    assertEquals(NetworkEvent.FLOW_OFFSET, event.offset("source"));
    assertEquals(NetworkEvent.SWITCH_OFFSET, event.offset("switch_id"));
    assertEquals(NetworkEvent.TYPE_OFFSET, event.offset("type"));
    assertEquals(NetworkEvent.DETAIL_OFFSET, event.offset("detail"));
    assertEquals(NetworkEvent.LENGTH, event.length());
    P4Header command = header("dta_command_h");
    byte[] bytes =
        new ReporterCommand(ReporterCommand.Kind.SEND_AGAIN, 5, 0x10203, 0x40506, 0x70809).bytes();
    assertEquals(ReporterCommand.LENGTH, command.length());
    assertEquals(4, command.get(bytes, 0, "kind"));
    assertEquals(5, command.get(bytes, 0, "target"));
    assertEquals(0x10203, command.get(bytes, 0, "epoch"));
    assertEquals(0x40506, command.get(bytes, 0, "first"));
    assertEquals(0x70809, command.get(bytes, 0, "count"));
  }

  @Test
  void shouldHaveTheLengthsOfInt() {
    assertEquals(4, header("int_shim_h").length());
    assertEquals(12, header("int_md_h").length());
    assertEquals(4, header("int_hop_h").length());
  }

  @Test
  void shouldHaveThePiecesOfByteStrings() {
    for (int size = 1; size <= 256; size *= 2) {
      assertEquals(size, header("bytes_" + size + "_h").length());
    }
  }

  @Test
  void shouldHaveImmediateDataAsJavaMakesIt() {
    byte[] word =
        ByteBuffer.allocate(4).putInt(ImmediateData.of(Primitive.POSTCARDING, 33, 0xABCDE)).array();
    P4Header immediate = header("immediate_h");
    assertEquals(Primitive.POSTCARDING.opcode(), immediate.get(word, 0, "opcode"));
    assertEquals(33, immediate.get(word, 0, "store"));
    assertEquals(0xBCDE, immediate.get(word, 0, "detail"));
  }

  @Test
  void shouldReadTheReportsOfTheGoldenVectors() throws IOException {
    JsonNode vectors = vectors("reports");
    Map<String, JsonNode> stores = new HashMap<>();
    vectors.get("stores").forEach(store -> stores.put(store.get("name").asText(), store));
    int read = 0;
    for (JsonNode vector : vectors.get("reports")) {
      if (vector.get("header").asText().equals("full")) {
        checkReport(vector, stores.get(vector.get("store").asText()));
        read++;
      }
    }
    assertTrue(read > 20, "only " + read + " reports with the full header");
  }

  private static void checkReport(JsonNode vector, JsonNode store) {
    byte[] report = bytes(vector.get("bytes"));
    JsonNode fields = vector.get("fields");
    P4Header base = header("dta_base_h");
    Primitive primitive = Primitive.ofLabel(store.get("primitive").asText());
    String message = vector.toString();
    assertEquals(primitive.opcode(), base.get(report, 0, "opcode"), message);
    assertEquals(vector.get("seqnum").asInt(), base.get(report, 0, "seqnum"), message);
    assertEquals(flag(vector, "immediate"), base.get(report, 0, "immediate"), message);
    assertEquals(flag(vector, "retransmittable"), base.get(report, 0, "retransmittable"), message);
    assertEquals(store.get("id").asInt(), base.get(report, 0, "store"), message);
    int body = base.length();
    int key = store.has("key") ? KeyFormat.parse(store.get("key").asText()).length() : 0;
    switch (primitive) {
      case KEY_WRITE, KEY_INCREMENT -> {
        P4Header redundancy = header("dta_redundancy_h");
        assertEquals(
            fields.get("redundancy").asInt(), redundancy.get(report, body, "redundancy"), message);
        int after = body + redundancy.length() + key;
        if (primitive == Primitive.KEY_INCREMENT) {
          assertEquals(
              hex(fields.get("increment")),
              header("dta_increment_h").get(report, after, "increment"),
              message);
        }
      }
      case APPEND ->
          assertEquals(
              fields.get("list").asLong(),
              header("dta_append_h").get(report, body, "list"),
              message);
      case POSTCARDING -> {
        P4Header postcard = header("dta_postcard_h");
        assertEquals(fields.get("hop").asInt(), postcard.get(report, body + key, "hop"), message);
        assertEquals(
            fields.get("value").asLong(), postcard.get(report, body + key, "value"), message);
      }
      case SKETCH_MERGE -> {
        P4Header sketch = header("dta_sketch_h");
        for (String field : new String[] {"reporter", "epoch", "column"}) {
          assertEquals(fields.get(field).asLong(), sketch.get(report, body, field), message);
        }
      }
    }
  }

  private static int flag(JsonNode vector, String name) {
    return vector.get(name).asBoolean() ? 1 : 0;
  }

  @Test
  void shouldReadTheAcknowledgementsOfTheGoldenVectors() throws IOException {
    P4Header header = header("dta_acknowledgement_h");
    for (JsonNode vector : vectors("reports").get("acknowledgements")) {
      byte[] bytes = bytes(vector.get("bytes"));
      assertEquals(vector.get("seqnum").asInt(), header.get(bytes, 0, "seqnum"));
      assertEquals(flag(vector, "nack"), header.get(bytes, 0, "nack"));
    }
  }

  @Test
  void shouldReadThePacketsOfTheGoldenVectors() throws IOException {
    P4Header ipv4 = header("ipv4_h");
    P4Header udp = header("udp_h");
    P4Header bth = header("bth_h");
    int transport = ipv4.length() + udp.length();
    for (JsonNode vector : vectors("rocev2").get("packets")) {
      byte[] packet = bytes(vector.get("packet"));
      if (packet[0] != 0x45) {
        continue; // IPv6
      }
      String message = vector.toString();
      assertEquals(4, ipv4.get(packet, 0, "version"), message);
      assertEquals(packet.length, ipv4.get(packet, 0, "total_length"), message);
      assertEquals(
          vector.get("identification").asInt(), ipv4.get(packet, 0, "identification"), message);
      assertEquals(17, ipv4.get(packet, 0, "protocol"), message);
      assertEquals(
          packet.length - ipv4.length(), udp.get(packet, ipv4.length(), "length"), message);
      assertEquals(
          vector.get("destinationPort").asInt(),
          udp.get(packet, ipv4.length(), "destination_port"),
          message);
      assertEquals(0xFFFF, bth.get(packet, transport, "partition_key"), message);
      assertEquals(vector.get("psn").asInt(), bth.get(packet, transport, "psn"), message);
      if (vector.has("acknowledgeRequest")) {
        assertEquals(
            flag(vector, "acknowledgeRequest"),
            bth.get(packet, transport, "acknowledge_request"),
            message);
      }
      checkExtendedHeader(vector, packet, transport + bth.length());
    }
  }

  private static void checkExtendedHeader(JsonNode vector, byte[] packet, int index) {
    String message = vector.toString();
    switch (vector.get("operation").asText()) {
      case "write" -> {
        P4Header reth = header("reth_h");
        assertEquals(hex(vector.get("address")), reth.get(packet, index, "address"), message);
        assertEquals(hex(vector.get("rkey")), reth.get(packet, index, "rkey"), message);
      }
      case "fetch-add" -> {
        P4Header atomic = header("atomic_h");
        assertEquals(hex(vector.get("address")), atomic.get(packet, index, "address"), message);
        assertEquals(hex(vector.get("rkey")), atomic.get(packet, index, "rkey"), message);
        assertEquals(hex(vector.get("addend")), atomic.get(packet, index, "swap_or_add"), message);
      }
      case "acknowledge", "acknowledge-atomic" -> {
        P4Header aeth = header("aeth_h");
        assertEquals(hex(vector.get("syndrome")), aeth.get(packet, index, "syndrome"), message);
        assertEquals(
            vector.get("messageSequenceNumber").asInt(),
            aeth.get(packet, index, "message_sequence_number"),
            message);
      }
      default -> {}
    }
  }

  @Test
  void shouldReadTheTrailersOfTheGoldenVectors() throws IOException {
    JsonNode vectors = vectors("layouts");
    P4Header append = header("append_trailer_h");
    for (JsonNode vector : vectors.get("append")) {
      byte[] frame = bytes(vector.get("frame"));
      int trailer = frame.length - append.length();
      assertEquals(vector.get("sequence").asLong(), append.get(frame, trailer, "sequence"));
      assertEquals(vector.get("entries").size(), append.get(frame, trailer, "count"));
      assertEquals(vector.get("flags").asInt(), append.get(frame, trailer, "flags"));
    }
    P4Header sketch = header("sketch_trailer_h");
    for (JsonNode vector : vectors.get("sketch")) {
      byte[] trailer = bytes(vector.get("trailer"));
      assertEquals(vector.get("epoch").asLong(), sketch.get(trailer, 0, "epoch"));
      assertEquals(
          vector.get("completeColumns").asLong(), sketch.get(trailer, 0, "complete_columns"));
      assertEquals(vector.get("expected").asInt(), sketch.get(trailer, 0, "expected"));
      assertEquals(vector.get("merged").asInt(), sketch.get(trailer, 0, "merged"));
    }
  }
}
