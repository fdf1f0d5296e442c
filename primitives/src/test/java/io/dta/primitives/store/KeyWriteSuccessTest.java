package io.dta.primitives.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dta.primitives.analysis.QuerySuccess;
import io.dta.primitives.analysis.Tolerance;
import io.dta.primitives.key.KeyFormat;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A store that is written and queried for real finds what the closed forms say. */
final class KeyWriteSuccessTest {
  private static final int SLOT_BITS = 15;
  private static final int KEY_LENGTH = 13;
  private static final int VALUE_LENGTH = 20;
  private static final double RISK = 1e-9;
  private static final long SEED = 20230910;

  @ParameterizedTest(name = "load {0}, {1} copies, random keys: {2}")
  @CsvSource({
    "0.80, 1, true", "0.80, 2, true", "0.80, 4, true", "0.24, 1, true", "0.24, 2, true",
    "0.24, 4, true", "0.08, 1, true", "0.08, 2, true", "0.08, 4, true", "2.50, 8, true",
    "0.80, 1, false", "0.80, 2, false", "0.24, 2, false", "0.24, 4, false", "0.08, 4, false"
  })
  void shouldFindTheExpectedShareOfKeys(double load, int copies, boolean randomKeys) {
    KeyWriteStore store =
        new KeyWriteStore(
            0, "kw", KeyFormat.raw(KEY_LENGTH), VALUE_LENGTH, 1L << SLOT_BITS, copies, null, null);
    int count = (int) (load * store.slots());
    byte[] reports = new byte[count * (KEY_LENGTH + VALUE_LENGTH)];
    fill(reports, count, randomKeys);
    UnsafeBuffer buffer = new UnsafeBuffer(reports);
    MemorySegment region = MemorySegment.ofArray(new byte[(int) store.regionLength()]);
    write(store, buffer, count, region);

    KeyWriteReader reader = new KeyWriteReader(store, region);
    KeyWriteAnswer answer = new KeyWriteAnswer(store);
    int found = 0;
    for (int i = 0; i < count; i++) {
      int key = i * (KEY_LENGTH + VALUE_LENGTH);
      reader.lookup(buffer, key, QueryPolicy.PLURALITY, answer);
      if (answer.outcome() == Outcome.VALUE) {
        found++;
        assertEquals(
            new UnsafeBuffer(reports, key + KEY_LENGTH, VALUE_LENGTH),
            answer.value(),
            "wrong value; seed " + SEED);
      }
    }
    double share = QuerySuccess.expectedShare(count, store.slots(), copies);
    long least = Tolerance.least(count, share, RISK);
    long most = Tolerance.most(count, share, RISK);
    assertTrue(
        found >= least && found <= most,
        "found %d of %d, expected %.0f (%d to %d); seed %d"
            .formatted(found, count, share * count, least, most, SEED));
  }

  /**
   * Random keys, or the flows among 128 hosts: addresses that count up, and source ports as their
   * systems choose them.
   */
  private static void fill(byte[] reports, int count, boolean randomKeys) {
    Random random = new Random(SEED);
    random.nextBytes(reports);
    if (!randomKeys) {
      ByteBuffer buffer = ByteBuffer.wrap(reports);
      for (int i = 0; i < count; i++) {
        buffer
            .position(i * (KEY_LENGTH + VALUE_LENGTH))
            .putInt(0x0A000000 + i % 128)
            .putInt(0x0A000000 + i / 128 % 128)
            .putShort((short) (32768 + random.nextInt(28232)))
            .putShort((short) 443)
            .put((byte) 6);
      }
    }
  }

  private static void write(
      KeyWriteStore store, UnsafeBuffer reports, int count, MemorySegment region) {
    KeyWriteHasher hasher = new KeyWriteHasher(store);
    byte[] slot = new byte[store.slotLength()];
    for (int i = 0; i < count; i++) {
      int key = i * (KEY_LENGTH + VALUE_LENGTH);
      hasher.hash(reports, key, store.redundancy());
      ByteBuffer.wrap(slot)
          .putInt(hasher.checksum())
          .put(reports.byteArray(), key + KEY_LENGTH, VALUE_LENGTH);
      for (int copy = 0; copy < store.redundancy(); copy++) {
        MemorySegment.copy(
            MemorySegment.ofArray(slot), 0, region, hasher.slotOffset(copy), slot.length);
      }
    }
  }
}
