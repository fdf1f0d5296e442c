package io.dta.primitives.store;

import static java.nio.ByteOrder.BIG_ENDIAN;

import io.dta.primitives.hash.HashScheme;
import io.dta.primitives.hash.SlotHasher;
import io.dta.primitives.hash.WordHasher;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Where a flow's chunks lie, and how its path becomes a chunk and back; {@link PostcardingStore}
 * draws the layout. Holds the last result; allocates nothing; for one thread.
 */
public final class PathCodec {
  private final PostcardingStore store;
  private final int hops;
  private final SlotHasher slotHasher;
  private final WordHasher wordHasher;

  /** Null with {@code verify: checksum}. */
  private final ValueSet knownValues;

  private final int keyLength;
  private int keyChecksum;

  public PathCodec(PostcardingStore store) {
    this.store = store;
    hops = store.hops();
    keyLength = store.key().length();
    slotHasher = new SlotHasher(HashScheme.INDEPENDENT, keyLength, store.redundancy());
    wordHasher = new WordHasher(keyLength, hops);
    knownValues =
        store.verify() == PathVerification.VALUE_SET ? new ValueSet(store.values()) : null;
  }

  /** Hashes a key for {@link #chunkOffset}. */
  public void hash(DirectBuffer key, int index) {
    slotHasher.hash(key, index);
  }

  /**
   * The offset in the region of a copy's chunk, for the key hashed last.
   *
   * @param copy 0 to N − 1
   */
  public long chunkOffset(int copy) {
    return store.chunkOffset(slotHasher.slot(copy));
  }

  /**
   * Writes a flow's chunk, {@link PostcardingStore#chunkLength()} bytes. Needs no {@link #hash}
   * before.
   *
   * @param values the values of hops 1 to B from {@code valuesIndex} on; those of hops that were
   *     not reported are ignored
   * @param hopsMask bit i − 1 is set where hop i was reported
   */
  public void encode(
      DirectBuffer key,
      int keyIndex,
      int[] values,
      int valuesIndex,
      int hopsMask,
      MutableDirectBuffer chunk,
      int chunkIndex) {
    hashWords(key, keyIndex);
    for (int i = 0; i < hops; i++) {
      int value = (hopsMask & 1 << i) != 0 ? values[valuesIndex + i] : PostcardingStore.BLANK;
      chunk.putInt(
          chunkIndex + i * PostcardingStore.WORD_LENGTH,
          value ^ wordHasher.word(i + 1),
          BIG_ENDIAN);
    }
    if (knownValues == null) {
      chunk.putByte(chunkIndex + store.hopsOffset(), (byte) hopsMask);
      chunk.putInt(chunkIndex + store.checksumOffset(), checksum(chunk, chunkIndex), BIG_ENDIAN);
    }
  }

  /**
   * Reads a chunk as a flow's path.
   *
   * @param chunk a copy that nobody writes
   * @param values receives the values of hops 1 to B; {@link PostcardingStore#BLANK} for hops that
   *     are not known
   * @return bit i − 1 is set where hop i is known; 0 where the chunk is not this flow's, and {@code
   *     values} means nothing
   */
  public int decode(
      DirectBuffer key, int keyIndex, DirectBuffer chunk, int chunkIndex, int[] values) {
    hashWords(key, keyIndex);
    return decode(chunk, chunkIndex, values);
  }

  /** Prepares {@link #decode(DirectBuffer, int, int[])} for a key. */
  void hashWords(DirectBuffer key, int index) {
    wordHasher.hash(key, index);
    if (knownValues == null) {
      keyChecksum = ZlibCrc.update(0, key, index, keyLength);
    }
  }

  /** Reads a chunk as the path of the flow that {@link #hashWords} was called for. */
  int decode(DirectBuffer chunk, int chunkIndex, int[] values) {
    return knownValues != null
        ? decodeKnownValues(chunk, chunkIndex, values)
        : decodeChecked(chunk, chunkIndex, values);
  }

  private int decodeKnownValues(DirectBuffer chunk, int chunkIndex, int[] values) {
    int known = 0;
    for (int i = 0; i < hops; i++) {
      int value = value(chunk, chunkIndex, i);
      if (value != PostcardingStore.BLANK) {
        if (!knownValues.contains(value)) {
          return 0;
        }
        known |= 1 << i;
      }
      values[i] = value;
    }
    return known;
  }

  private int decodeChecked(DirectBuffer chunk, int chunkIndex, int[] values) {
    int known = chunk.getByte(chunkIndex + store.hopsOffset()) & 0xFF;
    if (known >>> hops != 0
        || chunk.getInt(chunkIndex + store.checksumOffset(), BIG_ENDIAN)
            != checksum(chunk, chunkIndex)) {
      return 0;
    }
    for (int i = 0; i < hops; i++) {
      values[i] = (known & 1 << i) != 0 ? value(chunk, chunkIndex, i) : PostcardingStore.BLANK;
    }
    return known;
  }

  private int value(DirectBuffer chunk, int chunkIndex, int i) {
    return chunk.getInt(chunkIndex + i * PostcardingStore.WORD_LENGTH, BIG_ENDIAN)
        ^ wordHasher.word(i + 1);
  }

  /** The checksum over key ‖ words ‖ hops of a chunk. */
  private int checksum(DirectBuffer chunk, int chunkIndex) {
    int words = ZlibCrc.update(keyChecksum, chunk, chunkIndex, store.checksumOffset());
    return ZlibCrc.update(
        words, chunk, chunkIndex + store.hopsOffset(), PostcardingStore.HOPS_LENGTH);
  }
}
