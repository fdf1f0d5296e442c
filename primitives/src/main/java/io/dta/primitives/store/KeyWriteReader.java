package io.dta.primitives.store;

import static java.nio.ByteOrder.BIG_ENDIAN;

import io.dta.primitives.hash.KeyHasher;
import java.lang.foreign.MemorySegment;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Looks keys up in a Key-Write store while it is written (DTA section 3, DART section 3).
 *
 * <p>A slot matches a key where its checksum is right. Slots are copied first, and the copies are
 * checked: with {@link ChecksumCoverage#KEY_VALUE} a value that is being written is never returned;
 * with {@link ChecksumCoverage#KEY} it may be. A foreign slot matches with a probability of 2^−32.
 *
 * <p>Where two copies of a key have the same slot, it counts once. Allocates nothing; for one
 * thread.
 */
public final class KeyWriteReader {
  private final KeyWriteStore store;
  private final int keyLength;
  private final int copies;
  private final KeyHasher hasher;
  private final CopyGatherer gatherer;
  private final int[] keyChecksums;
  private final int checksumMask;

  /**
   * @param region the store's region, at least {@link KeyWriteStore#regionLength()} bytes
   * @throws IllegalArgumentException where it is shorter
   */
  public KeyWriteReader(KeyWriteStore store, MemorySegment region) {
    this(store, region, Integer.SIZE);
  }

  /**
   * A reader that looks at a part of the checksums only: it answers as one of a store with narrower
   * checksums would, which errs more often. For finding out what width one needs.
   *
   * @param checksumBits the low bits of a checksum that must be right, 1 to 32
   */
  public KeyWriteReader(KeyWriteStore store, MemorySegment region, int checksumBits) {
    StoreChecks.region(store, region);
    StoreChecks.range("checksumBits", checksumBits, 1, Integer.SIZE);
    checksumMask = -1 >>> (Integer.SIZE - checksumBits);
    this.store = store;
    keyLength = store.key().length();
    copies = store.redundancy();
    hasher = new KeyHasher(store.hashes(), keyLength, copies);
    gatherer = new CopyGatherer(region, copies, store.stride());
    keyChecksums = new int[gatherer.group()];
  }

  /**
   * Looks a key up.
   *
   * @param index where the key's K bytes begin
   * @param out receives the answer
   */
  public void lookup(DirectBuffer key, int index, QueryPolicy policy, KeyWriteAnswer out) {
    gather(key, index, 1);
    answer(0, policy, out);
  }

  /**
   * Looks many keys up; their cache misses overlap.
   *
   * @param keys holds the keys one after the other, from {@code index} on
   * @param out receives the answers in the order of the keys
   */
  public void lookup(
      DirectBuffer keys, int index, int count, QueryPolicy policy, KeyWriteAnswer[] out) {
    for (int first = 0; first < count; first += gatherer.group()) {
      int group = Math.min(count - first, gatherer.group());
      gather(keys, index + first * keyLength, group);
      for (int key = 0; key < group; key++) {
        answer(key, policy, out[first + key]);
      }
    }
  }

  private void gather(DirectBuffer keys, int index, int count) {
    for (int key = 0; key < count; key++) {
      hasher.hash(keys, index + key * keyLength);
      keyChecksums[key] = hasher.checksum();
      for (int copy = 0; copy < copies; copy++) {
        gatherer.place(key, copy, store.slotOffset(hasher.slot(copy)));
      }
    }
    gatherer.load(count);
  }

  private void answer(int key, QueryPolicy policy, KeyWriteAnswer out) {
    boolean firstOnly = policy.kind() == QueryPolicy.Kind.FIRST_MATCH;
    int matches = 0;
    for (int copy = 0; copy < copies; copy++) {
      if (matches(key, copy)) {
        matches |= 1 << copy;
        if (firstOnly) {
          break;
        }
      }
    }
    int elected =
        gatherer.elect(key, matches, policy, KeyWriteStore.VALUE_OFFSET, store.valueLength());
    int matched = Integer.bitCount(matches);
    switch (elected) {
      case CopyGatherer.NOBODY -> out.setNoValue(Outcome.EMPTY, matched, gatherer.agreed());
      case CopyGatherer.TIE -> out.setNoValue(Outcome.AMBIGUOUS, matched, gatherer.agreed());
      default ->
          out.setValue(
              matched,
              gatherer.agreed(),
              gatherer.bytes(),
              gatherer.index(key, elected) + KeyWriteStore.VALUE_OFFSET);
    }
  }

  private boolean matches(int key, int copy) {
    UnsafeBuffer slots = gatherer.buffer();
    int slot = gatherer.index(key, copy);
    int checksum =
        KeyWriteHasher.checksum(store, keyChecksums[key], slots, slot + KeyWriteStore.VALUE_OFFSET);
    int difference = slots.getInt(slot + KeyWriteStore.CHECKSUM_OFFSET, BIG_ENDIAN) ^ checksum;
    return (difference & checksumMask) == 0 && !gatherer.isRepeat(key, copy);
  }
}
