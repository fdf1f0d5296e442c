package io.dta.primitives.hash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Redundancy is worth what the copies' hashes are worth together.
 *
 * <p>CRCs are affine, so how independent several of them are is the joint rank of their matrices
 * over GF(2): with full rank every combination of results is hit by equally many keys.
 */
final class HashIndependenceTest {
  private static final int[] SLOT_BITS = {20, 26, 30};
  private static final long SEED = 20230910;

  @ParameterizedTest
  @ValueSource(ints = {4, 13, 37})
  void shouldHaveFullJointRankInPairs(int keyLength) {
    List<int[]> slots = slotMatrices(keyLength);
    List<int[]> words = new ArrayList<>();
    for (int hop = 1; hop <= Crc32Polynomials.MAX_HOPS; hop++) {
      words.add(matrix(Crc32Polynomials.hopWord(hop), keyLength));
    }
    List<int[]> whole = new ArrayList<>(words);
    whole.add(matrix(Crc32Polynomials.CHECKSUM, keyLength));
    whole.add(matrix(Crc32Polynomials.COLLECTOR, keyLength));
    for (int slotBits : SLOT_BITS) {
      for (int i = 0; i < slots.size(); i++) {
        for (int j = 0; j < i; j++) {
          assertFullRank(keyLength, part(slots.get(i), slotBits), part(slots.get(j), slotBits));
        }
        for (int[] other : whole) {
          assertFullRank(keyLength, part(slots.get(i), slotBits), part(other, Integer.SIZE));
        }
      }
    }
    for (int i = 0; i < whole.size(); i++) {
      for (int j = 0; j < i; j++) {
        assertFullRank(
            keyLength, part(whole.get(i), Integer.SIZE), part(whole.get(j), Integer.SIZE));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 13, 37})
  void shouldHaveFullJointRankInTriplesOfSlots(int keyLength) {
    List<int[]> slots = slotMatrices(keyLength);
    for (int slotBits : SLOT_BITS) {
      for (int i = 0; i < slots.size(); i++) {
        for (int j = 0; j < i; j++) {
          for (int k = 0; k < j; k++) {
            assertFullRank(
                keyLength,
                part(slots.get(i), slotBits),
                part(slots.get(j), slotBits),
                part(slots.get(k), slotBits));
          }
        }
      }
    }
  }

  /** 2^32 slots, the most that a store has: each copy still reaches every slot. */
  @Test
  void shouldReachEverySlotOfTheLargestStore() {
    for (int[] slots : slotMatrices(13)) {
      assertFullRank(13, part(slots, Integer.SIZE));
    }
  }

  @Test
  void shouldCollideIndependentlyInEveryCopy() {
    Collisions collisions = new Collisions(HashScheme.INDEPENDENT);
    // 2^18 pairs of 2^10 slots: about 256 pairs collide once more by chance, standard deviation 16.
    long expected = collisions.inCopy0 / Collisions.SLOTS;
    for (int copy = 1; copy < Collisions.COPIES; copy++) {
      long both = collisions.inCopy0And[copy];
      assertTrue(
          Math.abs(both - expected) < 6 * Math.sqrt((double) expected),
          "seed %d: of %d pairs in one slot of copy 0, %d in one of copy %d; expected about %d"
              .formatted(SEED, collisions.inCopy0, both, copy, expected));
    }
    assertTrue(
        collisions.inAll <= 2,
        "seed %d: %d pairs collide in all copies".formatted(SEED, collisions.inAll));
  }

  /**
   * The defect that {@code hashes: prototype} keeps for compatibility: one polynomial for all
   * copies, so that keys which share a slot share all of them and redundancy buys nothing.
   */
  @Test
  void shouldCollideInEveryCopyWithThePrototypesHashes() {
    Collisions collisions = new Collisions(HashScheme.PROTOTYPE);
    assertTrue(collisions.inCopy0 > 10_000, "seed %d: too few collisions".formatted(SEED));
    assertEquals(collisions.inCopy0, collisions.inAll);
  }

  /** What becomes, in the other copies, of pairs of random 13-byte keys that share slot 0. */
  private static final class Collisions {
    static final int SLOTS = 1 << 10;
    static final int COPIES = 4;
    private static final int KEYS = 1 << 14;
    private static final int KEY_LENGTH = 13;

    long inCopy0;
    final long[] inCopy0And = new long[COPIES];
    long inAll;

    Collisions(HashScheme scheme) {
      Map<Integer, List<int[]>> bySlot = new HashMap<>();
      Random random = new Random(SEED);
      byte[] key = new byte[KEY_LENGTH];
      UnsafeBuffer buffer = new UnsafeBuffer(key);
      SlotHasher hasher = new SlotHasher(scheme, KEY_LENGTH, COPIES);
      for (int i = 0; i < KEYS; i++) {
        random.nextBytes(key);
        hasher.hash(buffer, 0);
        int[] slots = new int[COPIES];
        for (int copy = 0; copy < COPIES; copy++) {
          slots[copy] = hasher.slot(copy) & (SLOTS - 1);
        }
        List<int[]> others = bySlot.computeIfAbsent(slots[0], slot -> new ArrayList<>());
        for (int[] other : others) {
          count(slots, other);
        }
        others.add(slots);
      }
    }

    private void count(int[] slots, int[] other) {
      inCopy0++;
      int equal = 1;
      for (int copy = 1; copy < COPIES; copy++) {
        if (slots[copy] == other[copy]) {
          inCopy0And[copy]++;
          equal++;
        }
      }
      if (equal == COPIES) {
        inAll++;
      }
    }
  }

  private static List<int[]> slotMatrices(int keyLength) {
    List<int[]> matrices = new ArrayList<>();
    for (int copy = 0; copy < Crc32Polynomials.MAX_COPIES; copy++) {
      matrices.add(matrix(Crc32Polynomials.slot(copy), keyLength));
    }
    return matrices;
  }

  /** What each bit of the key contributes to the CRC. */
  private static int[] matrix(int polynomial, int keyLength) {
    int[] contributions = new int[keyLength * Byte.SIZE];
    int zeros = BitwiseCrc.crc(polynomial, new byte[keyLength]);
    for (int bit = 0; bit < contributions.length; bit++) {
      byte[] key = new byte[keyLength];
      key[bit / Byte.SIZE] = (byte) (1 << bit % Byte.SIZE);
      contributions[bit] = BitwiseCrc.crc(polynomial, key) ^ zeros;
    }
    return contributions;
  }

  /** The low bits of a hash, those that choose a slot. */
  private static final class Part {
    private final int[] matrix;
    private final int bits;

    Part(int[] matrix, int bits) {
      this.matrix = matrix;
      this.bits = bits;
    }

    int contribution(int keyBit) {
      return bits == Integer.SIZE ? matrix[keyBit] : matrix[keyBit] & (1 << bits) - 1;
    }
  }

  private static Part part(int[] matrix, int bits) {
    return new Part(matrix, bits);
  }

  private static void assertFullRank(int keyLength, Part... parts) {
    int keyBits = keyLength * Byte.SIZE;
    int hashBits = 0;
    for (Part part : parts) {
      hashBits += part.bits;
    }
    assertEquals(
        Math.min(keyBits, hashBits), rank(keyBits, parts), "joint rank, key bits " + keyBits);
  }

  /** Gaussian elimination over GF(2); a row is what a key bit contributes to up to three hashes. */
  private static int rank(int keyBits, Part... parts) {
    int rank = 0;
    int[][] rows = new int[keyBits][];
    for (int bit = 0; bit < keyBits; bit++) {
      rows[bit] = new int[parts.length];
      for (int i = 0; i < parts.length; i++) {
        rows[bit][i] = parts[i].contribution(bit);
      }
    }
    for (int column = 0; column < parts.length * Integer.SIZE && rank < keyBits; column++) {
      int word = column / Integer.SIZE;
      int mask = 1 << column % Integer.SIZE;
      int pivot = rank;
      while (pivot < keyBits && (rows[pivot][word] & mask) == 0) {
        pivot++;
      }
      if (pivot == keyBits) {
        continue;
      }
      int[] row = rows[pivot];
      rows[pivot] = rows[rank];
      rows[rank] = row;
      for (int i = rank + 1; i < keyBits; i++) {
        if ((rows[i][word] & mask) != 0) {
          for (int j = 0; j < row.length; j++) {
            rows[i][j] ^= row[j];
          }
        }
      }
      rank++;
    }
    return rank;
  }
}
