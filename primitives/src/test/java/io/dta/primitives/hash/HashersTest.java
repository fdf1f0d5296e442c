package io.dta.primitives.hash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

final class HashersTest {
  private static final int BEFORE = 7;

  @Property(tries = 300)
  void shouldHashSlotsAndChecksumByTheirPolynomials(
      @ForAll @Size(min = 1, max = 64) byte[] key, @ForAll @IntRange(min = 1, max = 8) int copies) {
    KeyHasher hasher = new KeyHasher(HashScheme.INDEPENDENT, key.length, copies);
    SlotHasher slots = new SlotHasher(HashScheme.INDEPENDENT, key.length, copies);
    for (DirectBuffer buffer : placed(key)) {
      hasher.hash(buffer, BEFORE);
      slots.hash(buffer, BEFORE);
      for (int copy = 0; copy < copies; copy++) {
        int expected = BitwiseCrc.crc(Crc32Polynomials.slot(copy), key);
        assertEquals(expected, hasher.slot(copy));
        assertEquals(expected, slots.slot(copy));
      }
      assertEquals(BitwiseCrc.crc(Crc32Polynomials.CHECKSUM, key), hasher.checksum());
    }
  }

  @Property(tries = 200)
  void shouldHashAsThePrototype(
      @ForAll @Size(min = 1, max = 64) byte[] key, @ForAll @IntRange(min = 1, max = 8) int copies) {
    KeyHasher hasher = new KeyHasher(HashScheme.PROTOTYPE, key.length, copies);
    SlotHasher slots = new SlotHasher(HashScheme.PROTOTYPE, key.length, copies);
    hasher.hash(new UnsafeBuffer(key), 0);
    slots.hash(new UnsafeBuffer(key), 0);
    for (int copy = 0; copy < copies; copy++) {
      byte[] keyAndCopy = Arrays.copyOf(key, key.length + 1);
      keyAndCopy[key.length] = (byte) copy;
      assertEquals(zlib(keyAndCopy), hasher.slot(copy));
      assertEquals(zlib(keyAndCopy), slots.slot(copy));
    }
    assertEquals(zlib(key), hasher.checksum());
  }

  @Property(tries = 200)
  void shouldHashWordsByTheirPolynomials(
      @ForAll @Size(min = 1, max = 64) byte[] key, @ForAll @IntRange(min = 1, max = 8) int words) {
    WordHasher hasher = new WordHasher(key.length, words);
    hasher.hash(new UnsafeBuffer(key), 0);
    for (int hop = 1; hop <= words; hop++) {
      assertEquals(BitwiseCrc.crc(Crc32Polynomials.hopWord(hop), key), hasher.word(hop));
    }
  }

  @Property(tries = 200)
  void shouldChooseACollectorByItsPolynomial(
      @ForAll @Size(min = 1, max = 64) byte[] key,
      @ForAll @IntRange(min = 1, max = 1000) int collectors) {
    int hash = BitwiseCrc.crc(Crc32Polynomials.COLLECTOR, key);
    int collector = new CollectorHasher(key.length).collector(new UnsafeBuffer(key), 0, collectors);
    assertEquals(Integer.remainderUnsigned(hash, collectors), collector);
  }

  @Property(tries = 300)
  void shouldComputeChecksumsInAnyBuffer(@ForAll @Size(min = 1, max = 200) byte[] input) {
    Checksum checksum = new Checksum(input.length);
    for (DirectBuffer buffer : placed(input)) {
      assertEquals(zlib(input), checksum.compute(buffer, BEFORE));
    }
  }

  @Test
  void shouldComputeChecksumsOfMemoryWithoutAByteBuffer() {
    byte[] input = new byte[33];
    new Random(7).nextBytes(input);
    Checksum checksum = new Checksum(input.length);
    try (Arena arena = Arena.ofConfined()) {
      for (int i = 0; i < 10; i++) {
        long address = arena.allocate(1 << 20).address();
        UnsafeBuffer buffer = new UnsafeBuffer(address, 1 << 20);
        int index = buffer.capacity() - input.length;
        buffer.putBytes(index, input);
        assertEquals(zlib(input), checksum.compute(buffer, index));
      }
    }
  }

  @Test
  void shouldKeepTheResultUntilTheNextKey() {
    KeyHasher hasher = new KeyHasher(HashScheme.INDEPENDENT, 4, 8);
    UnsafeBuffer keys = new UnsafeBuffer(new byte[] {1, 2, 3, 4, 5, 6, 7, 8});
    hasher.hash(keys, 0);
    int slot = hasher.slot(7);
    int checksum = hasher.checksum();
    hasher.hash(keys, 4);
    assertTrue(slot != hasher.slot(7) && checksum != hasher.checksum());
    hasher.hash(keys, 0);
    assertEquals(slot, hasher.slot(7));
    assertEquals(checksum, hasher.checksum());
  }

  @Test
  void shouldNotReadOutsideTheBuffer() {
    for (int length : new int[] {4, 13, 37}) {
      UnsafeBuffer buffer = new UnsafeBuffer(new byte[64], 8, length);
      KeyHasher keys = new KeyHasher(HashScheme.INDEPENDENT, length, 8);
      WordHasher words = new WordHasher(length, 8);
      CollectorHasher collectors = new CollectorHasher(length);
      Checksum checksum = new Checksum(length);
      for (int index : new int[] {-1, 1, length, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
        outside(() -> keys.hash(buffer, index));
        outside(() -> words.hash(buffer, index));
        outside(() -> collectors.collector(buffer, index, 3));
        outside(() -> checksum.compute(buffer, index));
      }
      keys.hash(buffer, 0);
      words.hash(buffer, 0);
    }
  }

  @Test
  void shouldRefuseArgumentsOutOfRange() {
    refused("keyLength 0", () -> new KeyHasher(HashScheme.INDEPENDENT, 0, 2));
    refused("keyLength 65", () -> new SlotHasher(HashScheme.PROTOTYPE, 65, 2));
    refused("copies 0", () -> new KeyHasher(HashScheme.INDEPENDENT, 13, 0));
    refused("copies 9", () -> new SlotHasher(HashScheme.PROTOTYPE, 13, 9));
    refused("words 9", () -> new WordHasher(13, 9));
    refused("keyLength 65", () -> new WordHasher(65, 5));
    refused("keyLength -1", () -> new CollectorHasher(-1));
    refused("length 0", () -> new Checksum(0));
  }

  private static void outside(Runnable action) {
    assertThrows(IndexOutOfBoundsException.class, action::run);
  }

  private static void refused(String what, Runnable action) {
    String message = assertThrows(IllegalArgumentException.class, action::run).getMessage();
    assertTrue(message.startsWith(what + ": expected 1 to "), message);
  }

  /** The bytes at index 7 of buffers of every kind, among bytes that do not belong to them. */
  private static List<DirectBuffer> placed(byte[] bytes) {
    int capacity = BEFORE + bytes.length + 9;
    List<DirectBuffer> buffers =
        List.of(
            new UnsafeBuffer(new byte[capacity]),
            new UnsafeBuffer(new byte[capacity + 5], 3, capacity),
            new UnsafeBuffer(ByteBuffer.allocateDirect(capacity)),
            new UnsafeBuffer(ByteBuffer.allocateDirect(capacity + 5), 5, capacity),
            new UnsafeBuffer(ByteBuffer.allocate(capacity)),
            new ExpandableArrayBuffer(capacity));
    for (DirectBuffer buffer : buffers) {
      UnsafeBuffer target =
          buffer instanceof UnsafeBuffer unsafe
              ? unsafe
              : new UnsafeBuffer(buffer, 0, buffer.capacity());
      target.setMemory(0, capacity, (byte) 0xA5);
      target.putBytes(BEFORE, bytes);
    }
    return buffers;
  }

  private static int zlib(byte[] input) {
    CRC32 crc = new CRC32();
    crc.update(input);
    return (int) crc.getValue();
  }
}
