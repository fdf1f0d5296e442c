package io.dta.primitives.datagram;

import com.fasterxml.jackson.databind.JsonNode;
import io.dta.primitives.Vectors;
import io.dta.primitives.store.AppendStore;
import io.dta.primitives.store.KeyIncrementStore;
import io.dta.primitives.store.KeyWriteStore;
import io.dta.primitives.store.PostcardingStore;
import io.dta.primitives.store.SketchStore;
import io.dta.primitives.store.Store;
import io.dta.primitives.wire.BaseHeader;
import io.dta.primitives.wire.HeaderFormat;
import java.util.Locale;
import org.agrona.concurrent.UnsafeBuffer;

/** Adds the reports of {@code reports.json} to datagrams. */
final class ReportWriter {
  private ReportWriter() {}

  static HeaderFormat format(JsonNode report) {
    return HeaderFormat.valueOf(report.get("header").asText().toUpperCase(Locale.ROOT));
  }

  static Store store(JsonNode report) {
    return TestStores.TABLE.byName(report.get("store").asText());
  }

  static int flags(JsonNode report) {
    return (report.get("immediate").asBoolean() ? BaseHeader.IMMEDIATE_FLAG : 0)
        | (report.get("retransmittable").asBoolean() ? BaseHeader.RETRANSMITTABLE_FLAG : 0);
  }

  /** Whether the report fitted. */
  static boolean add(DatagramBuilder datagram, JsonNode report) {
    JsonNode fields = report.get("fields");
    int flags = flags(report);
    int seqnum = report.get("seqnum").asInt();
    return switch (store(report)) {
      case KeyWriteStore store ->
          datagram.keyWrite(
              store,
              flags,
              seqnum,
              fields.get("redundancy").asInt(),
              buffer(fields, "key"),
              0,
              buffer(fields, "value"),
              0);
      case AppendStore store ->
          datagram.append(
              store, flags, seqnum, fields.get("list").asInt(), buffer(fields, "entry"), 0);
      case KeyIncrementStore store ->
          datagram.keyIncrement(
              store,
              flags,
              seqnum,
              fields.get("redundancy").asInt(),
              buffer(fields, "key"),
              0,
              Long.parseUnsignedLong(fields.get("increment").asText(), 16));
      case PostcardingStore store ->
          datagram.postcard(
              store,
              flags,
              seqnum,
              buffer(fields, "key"),
              0,
              fields.get("hop").asInt(),
              (int) fields.get("value").asLong());
      case SketchStore store ->
          datagram.sketchColumn(
              store,
              flags,
              seqnum,
              fields.get("reporter").asInt(),
              (int) fields.get("epoch").asLong(),
              fields.get("column").asInt(),
              counters(fields),
              0);
    };
  }

  static int[] counters(JsonNode fields) {
    int[] counters = new int[fields.get("counters").size()];
    for (int row = 0; row < counters.length; row++) {
      counters[row] = (int) fields.get("counters").get(row).asLong();
    }
    return counters;
  }

  static UnsafeBuffer buffer(JsonNode fields, String name) {
    return new UnsafeBuffer(Vectors.bytes(fields.get(name)));
  }
}
