package io.dta.primitives.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Locale;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.ThrowingConsumer;

/**
 * The layouts are those of the golden vectors, which another implementation of the CRCs and the
 * layouts made.
 */
final class LayoutVectorsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HexFormat HEX = HexFormat.of();

  @TestFactory
  Stream<DynamicTest> shouldWriteKeyWriteSlots() throws IOException {
    return vectors(
        "keyWrite",
        vector -> {
          KeyWriteStore store = store(vector, KeyWriteStore.class);
          byte[] report = HEX.parseHex(text(vector, "key") + text(vector, "value"));
          KeyWriteHasher hasher = new KeyWriteHasher(store);
          for (int copies = 1; copies <= store.redundancy(); copies++) {
            hasher.hash(new UnsafeBuffer(report), 0, copies);
            for (int copy = 0; copy < copies; copy++) {
              assertEquals(
                  vector.get("slotOffsets").get(copy).longValue(),
                  hasher.slotOffset(copy),
                  "copy " + copy);
            }
            assertEquals(
                text(vector, "slot"), HEX.toHexDigits(hasher.checksum()) + text(vector, "value"));
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> shouldFindKeyIncrementCounters() throws IOException {
    return vectors(
        "keyIncrement",
        vector -> {
          KeyIncrementStore store = store(vector, KeyIncrementStore.class);
          KeyIncrementHasher hasher = new KeyIncrementHasher(store);
          hasher.hash(bytes(vector, "key"), 0, store.redundancy());
          for (int copy = 0; copy < store.redundancy(); copy++) {
            assertEquals(
                vector.get("counterOffsets").get(copy).longValue(), hasher.counterOffset(copy));
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> shouldEncodeAndDecodePostcardChunks() throws IOException {
    return vectors(
        "postcarding",
        vector -> {
          PostcardingStore store = store(vector, PostcardingStore.class);
          UnsafeBuffer key = bytes(vector, "key");
          int[] values = new int[store.hops()];
          for (int i = 0; i < values.length; i++) {
            JsonNode value = vector.get("values").get(i);
            values[i] = value.isNull() ? PostcardingStore.BLANK : (int) value.longValue();
          }
          PathCodec codec = new PathCodec(store);
          UnsafeBuffer chunk = new UnsafeBuffer(new byte[store.chunkLength()]);
          codec.encode(key, 0, values, 0, vector.get("hops").intValue(), chunk, 0);
          assertEquals(text(vector, "chunk"), HEX.formatHex(chunk.byteArray()));

          int[] decoded = new int[store.hops()];
          assertEquals(vector.get("hops").intValue(), codec.decode(key, 0, chunk, 0, decoded));
          assertArrayEquals(values, decoded);

          codec.hash(key, 0);
          for (int copy = 0; copy < store.redundancy(); copy++) {
            assertEquals(vector.get("chunkOffsets").get(copy).longValue(), codec.chunkOffset(copy));
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> shouldSealAppendFrames() throws IOException {
    return vectors(
        "append",
        vector -> {
          AppendStore store = store(vector, AppendStore.class);
          UnsafeBuffer frame = new UnsafeBuffer(new byte[store.frameLength()]);
          frame.setMemory(0, frame.capacity(), (byte) 0xEE);
          int count = 0;
          for (JsonNode entry : vector.get("entries")) {
            frame.putBytes(count * store.entryLength(), HEX.parseHex(entry.textValue()));
            count++;
          }
          int sequence = (int) vector.get("sequence").longValue();
          int flags = vector.get("flags").intValue();
          AppendFrame.seal(frame, 0, store, sequence, count, flags);
          assertEquals(text(vector, "frame"), HEX.formatHex(frame.byteArray()));
          assertTrue(AppendFrame.isValid(frame, 0, store));
          assertEquals(sequence, AppendFrame.sequence(frame, 0, store));
          assertEquals(count, AppendFrame.count(frame, 0, store));
          assertEquals(flags, AppendFrame.flags(frame, 0, store));
          assertEquals(
              vector.get("frameOffset").longValue(),
              store.frameOffset(vector.get("list").intValue(), sequence));
        });
  }

  @TestFactory
  Stream<DynamicTest> shouldReadSketchTrailersAndFindCells() throws IOException {
    return vectors(
        "sketch",
        vector -> {
          SketchStore store = store(vector, SketchStore.class);
          byte[] region = new byte[(int) store.regionLength()];
          byte[] trailer = HEX.parseHex(text(vector, "trailer"));
          int trailerOffset = vector.get("trailerOffset").intValue();
          System.arraycopy(trailer, 0, region, trailerOffset, trailer.length);
          SketchReader reader = new SketchReader(store, MemorySegment.ofArray(region));
          EpochInfo info = new EpochInfo();
          long epoch = vector.get("epoch").longValue();
          assertTrue(reader.find(epoch, true, info));
          assertEquals(epoch, info.epoch());
          assertEquals(text(vector, "state").toUpperCase(Locale.ROOT), info.state().name());
          assertEquals(vector.get("completeColumns").intValue(), info.completeColumns());
          assertEquals(vector.get("expected").intValue(), info.expected());
          assertEquals(vector.get("merged").intValue(), info.merged());
          assertEquals(vector.get("epochOffset").longValue(), store.epochOffset((int) epoch));
          assertEquals(
              vector.get("columnOffsetOfColumn3").longValue(), store.columnOffset((int) epoch, 3));
          checkCells(store, vector.get("cells"));
        });
  }

  private static void checkCells(SketchStore store, JsonNode cells) {
    SketchHasher hasher = new SketchHasher(store);
    for (JsonNode cell : cells) {
      hasher.hash(bytes(cell, "key"), 0);
      for (int row = 0; row < store.rows(); row++) {
        assertEquals(cell.get("columns").get(row).intValue(), hasher.column(row));
        if (cell.has("signs")) {
          assertEquals(cell.get("signs").get(row).intValue(), hasher.sign(row));
        }
      }
      if (cell.has("rank")) {
        assertEquals(cell.get("rank").intValue(), hasher.rank());
      }
    }
  }

  private static Stream<DynamicTest> vectors(String name, ThrowingConsumer<JsonNode> check)
      throws IOException {
    Path file = Path.of("p4", "vectors", "layouts.json");
    JsonNode vectors =
        JSON.readTree(Files.readString(Files.exists(file) ? file : Path.of("..").resolve(file)));
    JsonNode list = vectors.get(name);
    assertTrue(!list.isEmpty(), name);
    return StreamSupport.stream(list.spliterator(), false)
        .map(vector -> dynamicTest(vector.get("store").toString(), () -> check.accept(vector)));
  }

  private static <T extends Store> T store(JsonNode vector, Class<T> type) throws IOException {
    return type.cast(JSON.treeToValue(vector.get("store"), Store.class));
  }

  private static UnsafeBuffer bytes(JsonNode node, String field) {
    return new UnsafeBuffer(HEX.parseHex(text(node, field)));
  }

  private static String text(JsonNode node, String field) {
    return node.get(field).textValue();
  }
}
