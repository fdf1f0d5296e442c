package io.dta.primitives.store;

import java.lang.foreign.MemorySegment;
import org.agrona.DirectBuffer;

/**
 * Looks the paths of flows up in a Postcarding store while it is written (DTA section 3).
 *
 * <p>A chunk matches a flow where every word of it decodes to a known value or to blank and at
 * least one hop is known, or, with {@link PathVerification#CHECKSUM}, where its checksum is right.
 * Chunks are copied first, and the copies are checked. A torn chunk is told from a whole one by its
 * checksum; a value set tells it where the torn words are another flow's.
 *
 * <p>The paper's rule, by which all chunks that match must agree, is {@link #PAPER_POLICY}; the
 * other policies decide as they do for Key-Write. Where two copies of a flow have the same chunk,
 * it counts once. Allocates nothing; for one thread.
 */
public final class PostcardingReader {
  /**
   * At least one chunk matches, and all that do agree: consensus of one, which is ambiguous where
   * two paths reach it.
   */
  public static final QueryPolicy PAPER_POLICY = QueryPolicy.consensus(1);

  private final PostcardingStore store;
  private final int keyLength;
  private final int copies;
  private final PathCodec codec;
  private final CopyGatherer gatherer;

  /**
   * @param region the store's region, at least {@link PostcardingStore#regionLength()} bytes
   * @throws IllegalArgumentException where it is shorter
   */
  public PostcardingReader(PostcardingStore store, MemorySegment region) {
    StoreChecks.region(store, region);
    this.store = store;
    keyLength = store.key().length();
    copies = store.redundancy();
    codec = new PathCodec(store);
    gatherer = new CopyGatherer(region, copies, store.stride());
  }

  /**
   * Looks a flow up.
   *
   * @param index where the key's K bytes begin
   * @param out receives the answer
   */
  public void lookup(DirectBuffer key, int index, QueryPolicy policy, PathAnswer out) {
    gather(key, index, 1);
    answer(0, key, index, policy, out);
  }

  /**
   * Looks many flows up; their cache misses overlap.
   *
   * @param keys holds the keys one after the other, from {@code index} on
   * @param out receives the answers in the order of the keys
   */
  public void lookup(
      DirectBuffer keys, int index, int count, QueryPolicy policy, PathAnswer[] out) {
    for (int first = 0; first < count; first += gatherer.group()) {
      int group = Math.min(count - first, gatherer.group());
      int at = index + first * keyLength;
      gather(keys, at, group);
      for (int key = 0; key < group; key++) {
        answer(key, keys, at + key * keyLength, policy, out[first + key]);
      }
    }
  }

  private void gather(DirectBuffer keys, int index, int count) {
    for (int key = 0; key < count; key++) {
      codec.hash(keys, index + key * keyLength);
      for (int copy = 0; copy < copies; copy++) {
        gatherer.place(key, copy, codec.chunkOffset(copy));
      }
    }
    gatherer.load(count);
  }

  private void answer(int key, DirectBuffer keys, int index, QueryPolicy policy, PathAnswer out) {
    codec.hashWords(keys, index);
    boolean firstOnly = policy.kind() == QueryPolicy.Kind.FIRST_MATCH;
    int matches = 0;
    for (int copy = 0; copy < copies; copy++) {
      if (decode(key, copy, out) != 0 && !gatherer.isRepeat(key, copy)) {
        matches |= 1 << copy;
        if (firstOnly) {
          break;
        }
      }
    }
    // A chunk is a function of its flow and path: chunks are equal where paths are.
    int elected = gatherer.elect(key, matches, policy, 0, store.chunkLength());
    int matched = Integer.bitCount(matches);
    switch (elected) {
      case CopyGatherer.NOBODY -> out.set(Outcome.EMPTY, matched, gatherer.agreed(), 0);
      case CopyGatherer.TIE -> out.set(Outcome.AMBIGUOUS, matched, gatherer.agreed(), 0);
      default -> out.set(Outcome.VALUE, matched, gatherer.agreed(), decode(key, elected, out));
    }
  }

  private int decode(int key, int copy, PathAnswer out) {
    return codec.decode(gatherer.buffer(), gatherer.index(key, copy), out.values());
  }
}
