package io.dta.primitives.datagram;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.dta.primitives.Vectors;
import io.dta.primitives.store.AppendStore;
import io.dta.primitives.store.KeyIncrementStore;
import io.dta.primitives.store.KeyWriteStore;
import io.dta.primitives.store.PostcardingStore;
import io.dta.primitives.store.SketchStore;
import io.dta.primitives.store.Store;
import io.dta.primitives.wire.Acknowledgement;
import io.dta.primitives.wire.AppendReport;
import io.dta.primitives.wire.BaseHeader;
import io.dta.primitives.wire.HeaderFormat;
import io.dta.primitives.wire.KeyIncrementReport;
import io.dta.primitives.wire.KeyWriteReport;
import io.dta.primitives.wire.PostcardReport;
import io.dta.primitives.wire.SketchColumnReport;
import java.util.Arrays;
import java.util.HexFormat;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Reports are encoded and decoded as in the golden vectors, byte by byte. */
final class ReportVectorsTest {
  private static final JsonNode VECTORS = Vectors.read("reports.json");

  @Test
  void shouldEncodeReports() {
    for (JsonNode report : VECTORS.get("reports")) {
      byte[] expected = Vectors.bytes(report.get("bytes"));
      byte[] actual = new byte[expected.length];
      DatagramBuilder datagram = new DatagramBuilder(ReportWriter.format(report));
      datagram.wrap(new UnsafeBuffer(actual), 0, actual.length);
      assertTrue(ReportWriter.add(datagram, report), report.toString());
      assertEquals(expected.length, datagram.length());
      assertEquals(hex(expected), hex(actual), report.toString());
      assertFalse(ReportWriter.add(datagram, report), "it should be full");
    }
  }

  @Test
  void shouldDecodeReports() {
    for (JsonNode report : VECTORS.get("reports")) {
      byte[] bytes = Vectors.bytes(report.get("bytes"));
      UnsafeBuffer buffer = new UnsafeBuffer(bytes);
      HeaderFormat format = ReportWriter.format(report);
      ReportDecoder decoder = new ReportDecoder(format, TestStores.TABLE);
      decoder.wrap(buffer, 0, bytes.length);
      assertTrue(decoder.next());
      assertEquals(DecodeStatus.OK, decoder.status(), report.toString());
      Store store = ReportWriter.store(report);
      assertSame(store, decoder.store());
      assertEquals(store.primitive(), decoder.primitive());
      assertEquals(ReportWriter.flags(report) | store.id(), decoder.flags());
      assertEquals(report.get("retransmittable").asBoolean(), decoder.hasSeqnum());
      assertEquals(decoder.hasSeqnum() ? report.get("seqnum").asInt() : 0, decoder.seqnum());
      assertEquals(0, decoder.reportOffset());
      assertEquals(bytes.length, decoder.reportLength());
      assertEquals(format.length(), decoder.body());
      if (format == HeaderFormat.FULL) {
        assertEquals(report.get("seqnum").asInt(), BaseHeader.seqnum(buffer, 0));
      }
      checkFields(store, buffer, decoder.body(), report.get("fields"));
      assertFalse(decoder.next());
    }
  }

  private static void checkFields(Store anyStore, DirectBuffer buffer, int body, JsonNode fields) {
    switch (anyStore) {
      case KeyWriteStore store -> {
        int keyLength = store.key().length();
        assertEquals(fields.get("redundancy").asInt(), KeyWriteReport.redundancy(buffer, body));
        checkBytes(fields, "key", buffer, body + KeyWriteReport.KEY_OFFSET);
        checkBytes(fields, "value", buffer, body + KeyWriteReport.valueOffset(keyLength));
      }
      case AppendStore store -> {
        assertEquals(fields.get("list").asInt(), AppendReport.list(buffer, body));
        checkBytes(fields, "entry", buffer, body + AppendReport.ENTRY_OFFSET);
      }
      case KeyIncrementStore store -> {
        assertEquals(fields.get("redundancy").asInt(), KeyIncrementReport.redundancy(buffer, body));
        checkBytes(fields, "key", buffer, body + KeyIncrementReport.KEY_OFFSET);
        assertEquals(
            Long.parseUnsignedLong(fields.get("increment").asText(), 16),
            KeyIncrementReport.increment(buffer, body, store.key().length()));
      }
      case PostcardingStore store -> {
        int keyLength = store.key().length();
        checkBytes(fields, "key", buffer, body + PostcardReport.KEY_OFFSET);
        assertEquals(fields.get("hop").asInt(), PostcardReport.hop(buffer, body, keyLength));
        assertEquals(
            (int) fields.get("value").asLong(), PostcardReport.value(buffer, body, keyLength));
      }
      case SketchStore store -> {
        assertEquals(fields.get("reporter").asInt(), SketchColumnReport.reporter(buffer, body));
        assertEquals((int) fields.get("epoch").asLong(), SketchColumnReport.epoch(buffer, body));
        assertEquals(fields.get("column").asInt(), SketchColumnReport.column(buffer, body));
        int[] counters = new int[store.rows()];
        Arrays.setAll(counters, row -> SketchColumnReport.counter(buffer, body, row));
        assertEquals(Arrays.toString(ReportWriter.counters(fields)), Arrays.toString(counters));
      }
    }
  }

  private static void checkBytes(JsonNode fields, String name, DirectBuffer buffer, int index) {
    byte[] actual = new byte[fields.get(name).asText().length() / 2];
    buffer.getBytes(index, actual);
    assertEquals(fields.get(name).asText(), hex(actual));
  }

  @Test
  void shouldEncodeAndDecodeAcknowledgements() {
    for (JsonNode vector : VECTORS.get("acknowledgements")) {
      int seqnum = vector.get("seqnum").asInt();
      boolean nack = vector.get("nack").asBoolean();
      byte[] bytes = new byte[Acknowledgement.LENGTH];
      UnsafeBuffer buffer = new UnsafeBuffer(bytes);
      assertEquals(Acknowledgement.LENGTH, Acknowledgement.put(buffer, 0, seqnum, nack));
      assertEquals(vector.get("bytes").asText(), hex(bytes));
      assertEquals(seqnum, Acknowledgement.seqnum(buffer, 0));
      assertEquals(nack, Acknowledgement.isNack(buffer, 0));
    }
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
