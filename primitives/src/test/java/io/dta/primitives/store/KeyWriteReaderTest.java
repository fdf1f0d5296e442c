package io.dta.primitives.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dta.primitives.hash.HashScheme;
import io.dta.primitives.key.KeyFormat;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

final class KeyWriteReaderTest {
  private static final List<QueryPolicy> POLICIES =
      List.of(
          QueryPolicy.FIRST_MATCH,
          QueryPolicy.PLURALITY,
          QueryPolicy.consensus(1),
          QueryPolicy.consensus(2),
          QueryPolicy.consensus(3),
          QueryPolicy.consensus(8));

  /**
   * Few slots, few keys and few values, written with any redundancy and now and then one copy only:
   * copies collide, are overwritten and contradict each other. Every answer must be the one that
   * the definitions give for the bytes in memory.
   */
  @Property(tries = 150)
  void shouldAnswerWhatTheBytesInMemorySay(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 64) int keyLength,
      @ForAll @IntRange(min = 1, max = 70) int valueLength,
      @ForAll @IntRange(max = 5) int slotBits,
      @ForAll @IntRange(min = 1, max = 8) int redundancy,
      @ForAll ChecksumCoverage coverage,
      @ForAll HashScheme scheme) {
    Random random = new Random(seed);
    KeyWriteStore store =
        new KeyWriteStore(
            0,
            "kw",
            KeyFormat.raw(keyLength),
            valueLength,
            1L << slotBits,
            redundancy,
            coverage,
            scheme);
    byte[] region = new byte[(int) store.regionLength()];
    if (random.nextInt(4) == 0) {
      random.nextBytes(region);
    }
    byte[][] keys = randomArrays(random, 70, keyLength);
    byte[][] values = randomArrays(random, 3, valueLength);
    for (int write = random.nextInt(100); write > 0; write--) {
      byte[] key = keys[random.nextInt(8)];
      byte[] value = values[random.nextInt(values.length)];
      int only = random.nextInt(3) == 0 ? random.nextInt(redundancy) : -1;
      for (int copy = 0; copy < 1 + random.nextInt(redundancy); copy++) {
        if (only < 0 || copy == only) {
          writeCopy(store, region, key, value, copy);
        }
      }
    }

    KeyWriteReader reader = new KeyWriteReader(store, MemorySegment.ofArray(region));
    UnsafeBuffer allKeys = concatenate(keys, 5);
    KeyWriteAnswer[] batch = new KeyWriteAnswer[keys.length];
    Arrays.setAll(batch, i -> new KeyWriteAnswer(store));
    KeyWriteAnswer single = new KeyWriteAnswer(store);
    for (QueryPolicy policy : POLICIES) {
      reader.lookup(allKeys, 5, keys.length, policy, batch);
      for (int i = 0; i < keys.length; i++) {
        Expected expected = expected(store, region, keys[i], policy);
        String message = "seed %d, policy %s, key %d".formatted(seed, policy, i);
        assertAnswer(expected, batch[i], message + ", batched");
        reader.lookup(new UnsafeBuffer(keys[i]), 0, policy, single);
        assertAnswer(expected, single, message);
      }
    }
  }

  @Test
  void shouldLookAtTheLowBitsOfChecksumsOnlyWhereToldSo() {
    KeyWriteStore store = store(20, 8, 1, ChecksumCoverage.KEY_VALUE);
    byte[] key = key(7);
    KeyWriteAnswer answer = new KeyWriteAnswer(store);
    for (int wrongBit = 0; wrongBit < 32; wrongBit++) {
      byte[] region = written(store, key, filled(20, 0x11));
      KeyWriteHasher hasher = new KeyWriteHasher(store);
      hasher.hash(new UnsafeBuffer(Arrays.copyOf(key, key.length + 20)), 0, 1);
      region[(int) hasher.slotOffset(0) + 3 - wrongBit / 8] ^= (byte) (1 << wrongBit % 8);
      for (int bits = 1; bits <= 32; bits++) {
        new KeyWriteReader(store, MemorySegment.ofArray(region), bits)
            .lookup(new UnsafeBuffer(key), 0, QueryPolicy.FIRST_MATCH, answer);
        assertEquals(
            wrongBit < bits ? Outcome.EMPTY : Outcome.VALUE,
            answer.outcome(),
            bits + " bits, wrong bit " + wrongBit);
      }
    }
  }

  @Test
  void shouldNeverReturnTornValueWhereTheChecksumCoversIt() {
    KeyWriteStore store = store(20, 8, 1, ChecksumCoverage.KEY_VALUE);
    byte[] key = key(7);
    byte[] oldValue = filled(20, 0x11);
    byte[] newValue = filled(20, 0x22);
    byte[] oldRegion = written(store, key, oldValue);
    byte[] newRegion = written(store, key, newValue);
    KeyWriteAnswer answer = new KeyWriteAnswer(store);
    for (int cut = 0; cut <= oldRegion.length; cut++) {
      for (boolean forwards : new boolean[] {true, false}) {
        byte[] torn = forwards ? oldRegion.clone() : newRegion.clone();
        System.arraycopy(forwards ? newRegion : oldRegion, 0, torn, 0, cut);
        new KeyWriteReader(store, MemorySegment.ofArray(torn))
            .lookup(new UnsafeBuffer(key), 0, QueryPolicy.FIRST_MATCH, answer);
        if (answer.outcome() == Outcome.VALUE) {
          assertTrue(
              Arrays.equals(oldValue, bytes(answer)) || Arrays.equals(newValue, bytes(answer)),
              () -> "torn: " + Arrays.toString(bytes(answer)));
        } else {
          assertEquals(Outcome.EMPTY, answer.outcome());
          assertArrayEquals(new byte[20], bytes(answer));
        }
      }
    }
  }

  @Test
  void shouldReturnTornValueWhereTheChecksumCoversTheKeyAlone() {
    KeyWriteStore store = store(20, 1, 1, ChecksumCoverage.KEY);
    byte[] key = key(7);
    byte[] region = written(store, key, filled(20, 0x11));
    System.arraycopy(written(store, key, filled(20, 0x22)), 0, region, 0, 10);
    KeyWriteAnswer answer = new KeyWriteAnswer(store);
    new KeyWriteReader(store, MemorySegment.ofArray(region))
        .lookup(new UnsafeBuffer(key), 0, QueryPolicy.FIRST_MATCH, answer);
    assertEquals(Outcome.VALUE, answer.outcome());
    assertEquals(0x22, bytes(answer)[0]);
    assertEquals(0x11, bytes(answer)[19]);
  }

  @Test
  void shouldNeverReturnTornValueWhileAnotherThreadWrites() throws InterruptedException {
    KeyWriteStore store = store(256, 1, 2, ChecksumCoverage.KEY_VALUE);
    byte[] key = key(3);
    MemorySegment[] images = new MemorySegment[8];
    Arrays.setAll(images, i -> MemorySegment.ofArray(written(store, key, filled(256, i + 1))));
    try (Arena arena = Arena.ofShared()) {
      MemorySegment region = arena.allocate(store.regionLength(), 64);
      region.copyFrom(images[0]);
      AtomicBoolean done = new AtomicBoolean();
      Thread writer =
          Thread.ofPlatform()
              .start(
                  () -> {
                    for (int i = 0; !done.get(); i++) {
                      region.copyFrom(images[i % images.length]);
                    }
                  });
      try {
        KeyWriteReader reader = new KeyWriteReader(store, region);
        KeyWriteAnswer answer = new KeyWriteAnswer(store);
        for (int i = 0; i < 50_000; i++) {
          reader.lookup(new UnsafeBuffer(key), 0, QueryPolicy.PLURALITY, answer);
          if (answer.outcome() == Outcome.VALUE) {
            byte first = answer.value().getByte(0);
            for (int at = 1; at < 256; at++) {
              assertEquals(first, answer.value().getByte(at));
            }
          }
        }
      } finally {
        done.set(true);
        writer.join();
      }
    }
  }

  @Test
  void shouldCountCopiesInOneSlotOnce() {
    KeyWriteStore store = store(4, 1, 8, ChecksumCoverage.KEY_VALUE);
    byte[] region = written(store, key(1), filled(4, 9));
    KeyWriteAnswer answer = new KeyWriteAnswer(store);
    KeyWriteReader reader = new KeyWriteReader(store, MemorySegment.ofArray(region));
    reader.lookup(new UnsafeBuffer(key(1)), 0, QueryPolicy.PLURALITY, answer);
    assertEquals(Outcome.VALUE, answer.outcome());
    assertEquals(1, answer.copiesMatched());
    assertEquals(1, answer.copiesAgreed());
    reader.lookup(new UnsafeBuffer(key(1)), 0, QueryPolicy.consensus(2), answer);
    assertEquals(Outcome.EMPTY, answer.outcome());
    assertEquals(1, answer.copiesMatched());
  }

  @Test
  void shouldRejectRegionThatIsTooShort() {
    KeyWriteStore store = store(4, 16, 2, ChecksumCoverage.KEY);
    MemorySegment region = MemorySegment.ofArray(new byte[(int) store.regionLength() - 1]);
    IllegalArgumentException error =
        assertThrows(IllegalArgumentException.class, () -> new KeyWriteReader(store, region));
    assertTrue(error.getMessage().contains("127") && error.getMessage().contains("128"));
  }

  @Test
  void shouldTellKeysApart() {
    KeyWriteStore store = store(8, 1 << 12, 2, ChecksumCoverage.KEY);
    byte[] region = new byte[(int) store.regionLength()];
    Set<Integer> written = new HashSet<>();
    for (int i = 0; i < 200; i++) {
      written.add(i * 31);
      for (int copy = 0; copy < 2; copy++) {
        writeCopy(store, region, key(i * 31), filled(8, i), copy);
      }
    }
    KeyWriteReader reader = new KeyWriteReader(store, MemorySegment.ofArray(region));
    KeyWriteAnswer answer = new KeyWriteAnswer(store);
    for (int i = 0; i < 6200; i++) {
      reader.lookup(new UnsafeBuffer(key(i)), 0, QueryPolicy.PLURALITY, answer);
      if (answer.outcome() == Outcome.VALUE) {
        assertTrue(written.contains(i));
        assertNotEquals(0, answer.copiesAgreed());
      } else {
        assertFalse(answer.copiesMatched() > 0);
      }
    }
  }

  private record Expected(Outcome outcome, int matched, int agreed, UnsafeBuffer value) {}

  /** The definitions of the policies, by the simplest means. */
  private static Expected expected(
      KeyWriteStore store, byte[] region, byte[] key, QueryPolicy policy) {
    Set<Long> slots = new HashSet<>();
    Map<ByteBuffer, Integer> votes = new LinkedHashMap<>();
    int matched = 0;
    for (int copy = 0; copy < store.redundancy(); copy++) {
      long slot = store.slotOffset(ReferenceCrc.slot(store.hashes(), key, copy));
      ByteBuffer bytes = ByteBuffer.wrap(region, (int) slot, store.slotLength());
      byte[] value = new byte[store.valueLength()];
      int checksum = bytes.getInt();
      bytes.get(value);
      if (checksum == checksum(store, key, value) && slots.add(slot)) {
        if (policy.kind() == QueryPolicy.Kind.FIRST_MATCH) {
          return new Expected(Outcome.VALUE, 1, 1, new UnsafeBuffer(value));
        }
        matched++;
        votes.merge(ByteBuffer.wrap(value), 1, Integer::sum);
      }
    }
    int most = votes.values().stream().mapToInt(Integer::intValue).max().orElse(0);
    int needed =
        policy.kind() == QueryPolicy.Kind.CONSENSUS ? policy.threshold() : Math.max(1, most);
    List<ByteBuffer> winners = new ArrayList<>();
    votes.forEach(
        (value, count) -> {
          if (count >= needed) {
            winners.add(value);
          }
        });
    UnsafeBuffer nothing = new UnsafeBuffer(new byte[store.valueLength()]);
    return switch (winners.size()) {
      case 0 -> new Expected(Outcome.EMPTY, matched, most, nothing);
      case 1 ->
          new Expected(Outcome.VALUE, matched, most, new UnsafeBuffer(winners.getFirst().array()));
      default -> new Expected(Outcome.AMBIGUOUS, matched, most, nothing);
    };
  }

  private static void assertAnswer(Expected expected, KeyWriteAnswer answer, String message) {
    assertEquals(expected.outcome(), answer.outcome(), message);
    assertEquals(expected.matched(), answer.copiesMatched(), message);
    assertEquals(expected.agreed(), answer.copiesAgreed(), message);
    assertEquals(expected.value(), answer.value(), message);
  }

  private static byte[] bytes(KeyWriteAnswer answer) {
    byte[] bytes = new byte[answer.value().capacity()];
    answer.value().getBytes(0, bytes);
    return bytes;
  }

  private static byte[] written(KeyWriteStore store, byte[] key, byte[] value) {
    byte[] region = new byte[(int) store.regionLength()];
    for (int copy = 0; copy < store.redundancy(); copy++) {
      writeCopy(store, region, key, value, copy);
    }
    return region;
  }

  private static void writeCopy(
      KeyWriteStore store, byte[] region, byte[] key, byte[] value, int copy) {
    int slot = (int) store.slotOffset(ReferenceCrc.slot(store.hashes(), key, copy));
    ByteBuffer.wrap(region, slot, store.slotLength())
        .putInt(checksum(store, key, value))
        .put(value);
  }

  private static int checksum(KeyWriteStore store, byte[] key, byte[] value) {
    return store.checksum() == ChecksumCoverage.KEY_VALUE
        ? ReferenceCrc.checksum(key, value)
        : ReferenceCrc.checksum(key);
  }

  private static KeyWriteStore store(
      int valueLength, long slots, int redundancy, ChecksumCoverage coverage) {
    return new KeyWriteStore(
        0, "kw", KeyFormat.U32, valueLength, slots, redundancy, coverage, null);
  }

  private static byte[] key(int number) {
    return ByteBuffer.allocate(4).putInt(number).array();
  }

  private static byte[] filled(int length, int value) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  private static byte[][] randomArrays(Random random, int count, int length) {
    byte[][] arrays = new byte[count][length];
    for (byte[] array : arrays) {
      random.nextBytes(array);
    }
    return arrays;
  }

  private static UnsafeBuffer concatenate(byte[][] keys, int before) {
    ByteBuffer all = ByteBuffer.allocate(before + keys.length * keys[0].length).position(before);
    for (byte[] key : keys) {
      all.put(key);
    }
    return new UnsafeBuffer(all.array());
  }
}
