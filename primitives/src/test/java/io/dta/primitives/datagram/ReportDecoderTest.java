package io.dta.primitives.datagram;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.dta.primitives.Primitive;
import io.dta.primitives.Vectors;
import io.dta.primitives.store.KeyWriteStore;
import io.dta.primitives.wire.BaseHeader;
import io.dta.primitives.wire.HeaderFormat;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

final class ReportDecoderTest {
  private static final JsonNode REPORTS = Vectors.read("reports.json").get("reports");
  private static final int MAX_DATAGRAM = 1472;

  /** What a decoder said of a report, for comparison. */
  private record Decoded(
      DecodeStatus status,
      Primitive primitive,
      String store,
      int flags,
      int seqnum,
      int offset,
      int length) {}

  @Test
  void shouldTakeApartAFullDatagramOfAllKinds() {
    for (HeaderFormat format : HeaderFormat.values()) {
      UnsafeBuffer buffer = new UnsafeBuffer(new byte[MAX_DATAGRAM + 20]);
      DatagramBuilder builder = new DatagramBuilder(format);
      List<JsonNode> sent = fill(builder, buffer, 11, 20230910);
      assertEquals(sent.size(), builder.reports());
      ReportDecoder decoder = new ReportDecoder(format, TestStores.TABLE);
      decoder.wrap(buffer, 11, builder.length());
      int offset = 11;
      for (JsonNode report : sent) {
        assertTrue(decoder.next());
        assertEquals(DecodeStatus.OK, decoder.status());
        assertSame(ReportWriter.store(report), decoder.store());
        assertEquals(offset, decoder.reportOffset());
        assertEquals(offset + format.length(), decoder.body());
        byte[] bytes = new byte[decoder.reportLength()];
        buffer.getBytes(decoder.reportOffset(), bytes);
        assertEquals(report.get("bytes").asText(), HexFormat.of().formatHex(bytes));
        offset += decoder.reportLength();
      }
      assertFalse(decoder.next());
      assertEquals(11 + builder.length(), offset);
    }
  }

  /** Adds random reports until one does not fit. */
  private static List<JsonNode> fill(
      DatagramBuilder builder, UnsafeBuffer buffer, int offset, long seed) {
    builder.wrap(buffer, offset, MAX_DATAGRAM);
    List<JsonNode> sent = new ArrayList<>();
    Random random = new Random(seed);
    while (true) {
      JsonNode report = REPORTS.get(random.nextInt(REPORTS.size()));
      if (ReportWriter.format(report) == builder.format()) {
        if (!ReportWriter.add(builder, report)) {
          return sent;
        }
        sent.add(report);
      }
    }
  }

  @Test
  void shouldReportAnUndecodableRestOnce() {
    // Two whole Appends of store 0, then what no decoder can know the length of.
    String whole = "02000000000007010203040200000000000701020304";
    check(HeaderFormat.FULL, whole + "06" + "00".repeat(40), DecodeStatus.UNKNOWN_OPCODE, 41);
    check(HeaderFormat.FULL, whole + "ff", DecodeStatus.TRUNCATED, 1);
    check(HeaderFormat.FULL, whole + "ff00", DecodeStatus.TRUNCATED, 2);
    check(HeaderFormat.FULL, whole + "ff0000", DecodeStatus.UNKNOWN_OPCODE, 3);
    check(HeaderFormat.FULL, whole + "000000", DecodeStatus.UNKNOWN_OPCODE, 3);
    check(HeaderFormat.FULL, whole + "020001" + "00".repeat(8), DecodeStatus.UNKNOWN_STORE, 11);
    check(HeaderFormat.FULL, whole + "02000000000007010203", DecodeStatus.TRUNCATED, 10);
    check(HeaderFormat.FULL, whole + "020000", DecodeStatus.TRUNCATED, 3);
  }

  private static void check(HeaderFormat format, String hex, DecodeStatus status, int rest) {
    List<Decoded> decoded =
        decode(format, new UnsafeBuffer(HexFormat.of().parseHex(hex)), 0, hex.length() / 2);
    assertEquals(3, decoded.size(), hex);
    assertEquals(DecodeStatus.OK, decoded.get(0).status());
    assertEquals(DecodeStatus.OK, decoded.get(1).status());
    assertEquals(
        new Decoded(status, null, null, 0, 0, hex.length() / 2 - rest, rest), decoded.get(2));
  }

  @Test
  void shouldHaveNothingToSayOfAnEmptyDatagram() {
    ReportDecoder decoder = new ReportDecoder(HeaderFormat.FULL, TestStores.TABLE);
    decoder.wrap(new UnsafeBuffer(new byte[8]), 3, 0);
    assertFalse(decoder.next());
    assertNull(decoder.store());
    assertFalse(decoder.next());
  }

  @Test
  void shouldHaveNoSeqnumUnlessEssential() {
    UnsafeBuffer buffer = new UnsafeBuffer(new byte[64]);
    DatagramBuilder builder = new DatagramBuilder(HeaderFormat.FULL);
    builder.wrap(buffer, 0, buffer.capacity());
    KeyWriteStore store = (KeyWriteStore) TestStores.TABLE.byName("prototype-key-write");
    UnsafeBuffer bytes = new UnsafeBuffer(new byte[4]);
    assertTrue(builder.keyWrite(store, 0, 77, 2, bytes, 0, bytes, 0));
    assertTrue(builder.keyWrite(store, BaseHeader.RETRANSMITTABLE_FLAG, 77, 2, bytes, 0, bytes, 0));
    List<Decoded> decoded = decode(HeaderFormat.FULL, buffer, 0, builder.length());
    assertEquals(0, decoded.get(0).seqnum());
    assertEquals(77, decoded.get(1).seqnum());
  }

  @Test
  void shouldRefuseADatagramOutsideItsBuffer() {
    ReportDecoder decoder = new ReportDecoder(HeaderFormat.FULL, TestStores.TABLE);
    UnsafeBuffer buffer = new UnsafeBuffer(new byte[100]);
    assertThrows(IndexOutOfBoundsException.class, () -> decoder.wrap(buffer, 90, 11));
    assertThrows(IndexOutOfBoundsException.class, () -> decoder.wrap(buffer, -1, 10));
    assertThrows(IndexOutOfBoundsException.class, () -> decoder.wrap(buffer, 0, -1));
  }

  @Property(tries = 2000)
  void shouldAccountForEveryByteOfAnyDatagram(
      @ForAll HeaderFormat format, @ForAll @Size(max = 300) byte[] datagram) {
    checkAccount(format, datagram);
  }

  /** Random bytes seldom have a known opcode and store; these do. */
  @Property(tries = 2000)
  void shouldAccountForEveryByteOfAnyDatagramOfKnownOpcodes(
      @ForAll HeaderFormat format, @ForAll @Size(max = 300) byte[] datagram, @ForAll long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < datagram.length; i++) {
      if (random.nextInt(3) == 0) {
        datagram[i] = (byte) random.nextInt(7);
      }
    }
    checkAccount(format, datagram);
  }

  @Property(tries = 1000)
  void shouldAccountForEveryByteOfMutatedDatagrams(
      @ForAll HeaderFormat format,
      @ForAll long seed,
      @ForAll @IntRange(max = 8) int mutations,
      @ForAll @IntRange(max = MAX_DATAGRAM) int cut) {
    UnsafeBuffer buffer = new UnsafeBuffer(new byte[MAX_DATAGRAM]);
    DatagramBuilder builder = new DatagramBuilder(format);
    fill(builder, buffer, 0, seed);
    Random random = new Random(seed);
    for (int i = 0; i < mutations; i++) {
      buffer.putByte(random.nextInt(builder.length()), (byte) random.nextInt(256));
    }
    byte[] datagram = new byte[Math.min(cut, builder.length())];
    buffer.getBytes(0, datagram);
    checkAccount(format, datagram);
  }

  /**
   * Decodes a datagram in a buffer of just its size, which refuses reads outside, and in larger
   * ones with other surroundings, which must not matter.
   */
  private static void checkAccount(HeaderFormat format, byte[] datagram) {
    List<Decoded> decoded = decode(format, new UnsafeBuffer(datagram), 0, datagram.length);
    int offset = 0;
    for (int i = 0; i < decoded.size(); i++) {
      Decoded report = decoded.get(i);
      assertEquals(offset, report.offset());
      assertTrue(report.length() > 0);
      offset += report.length();
      if (i < decoded.size() - 1) {
        assertEquals(DecodeStatus.OK, report.status(), "only the last may be undecodable");
      }
      if (report.status() == DecodeStatus.OK) {
        assertEquals(
            format.length() + TestStores.TABLE.byName(report.store()).reportLength(),
            report.length());
      }
    }
    assertEquals(datagram.length, offset);
    for (byte surroundings : new byte[] {0, 2, -1}) {
      UnsafeBuffer larger = new UnsafeBuffer(new byte[datagram.length + 100]);
      larger.setMemory(0, larger.capacity(), surroundings);
      larger.putBytes(50, datagram);
      List<Decoded> moved = new ArrayList<>();
      for (Decoded report : decode(format, larger, 50, datagram.length)) {
        moved.add(
            new Decoded(
                report.status(),
                report.primitive(),
                report.store(),
                report.flags(),
                report.seqnum(),
                report.offset() - 50,
                report.length()));
      }
      assertEquals(decoded, moved);
    }
  }

  private static List<Decoded> decode(
      HeaderFormat format, UnsafeBuffer buffer, int offset, int length) {
    ReportDecoder decoder = new ReportDecoder(format, TestStores.TABLE);
    decoder.wrap(buffer, offset, length);
    List<Decoded> reports = new ArrayList<>();
    while (decoder.next()) {
      reports.add(
          new Decoded(
              decoder.status(),
              decoder.primitive(),
              decoder.store() == null ? null : decoder.store().name(),
              decoder.flags(),
              decoder.seqnum(),
              decoder.reportOffset(),
              decoder.reportLength()));
      assertTrue(reports.size() <= length, "it does not end");
    }
    return reports;
  }
}
