package io.dta.primitives.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dta.primitives.hash.Crc32Polynomials;
import io.dta.primitives.hash.HashScheme;
import io.dta.primitives.key.KeyFormat;
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
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

final class PostcardingReaderTest {
  private static final List<QueryPolicy> POLICIES =
      List.of(
          QueryPolicy.FIRST_MATCH,
          QueryPolicy.PLURALITY,
          PostcardingReader.PAPER_POLICY,
          QueryPolicy.consensus(2),
          QueryPolicy.consensus(4));

  private static final ValueRange ANY = new ValueRange(0, 0xFFFF_FFFEL);

  /**
   * Paths with holes, foreign chunks, chunks of one flow that contradict each other, and value sets
   * from a few values to all: every answer must be the one that the definitions give for the bytes
   * in memory.
   */
  @Property(tries = 150)
  void shouldAnswerWhatTheBytesInMemorySay(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 64) int keyLength,
      @ForAll @IntRange(min = 1, max = 8) int hops,
      @ForAll @IntRange(max = 5) int chunkBits,
      @ForAll @IntRange(min = 1, max = 8) int redundancy,
      @ForAll PathVerification verify) {
    Random random = new Random(seed);
    List<ValueRange> values =
        verify == PathVerification.CHECKSUM
            ? null
            : random.nextInt(3) == 0 ? List.of(ANY) : someRanges(random);
    PostcardingStore store =
        new PostcardingStore(
            0,
            "paths",
            KeyFormat.raw(keyLength),
            hops,
            1L << chunkBits,
            redundancy,
            verify,
            values);
    byte[] region = new byte[(int) store.regionLength()];
    if (random.nextInt(4) == 0) {
      random.nextBytes(region);
    }
    byte[] keys = new byte[70 * keyLength];
    random.nextBytes(keys);
    PathCodec codec = new PathCodec(store);
    UnsafeBuffer keyBuffer = new UnsafeBuffer(keys);
    for (int write = random.nextInt(60); write > 0; write--) {
      int at = random.nextInt(8) * keyLength;
      UnsafeBuffer chunk = new UnsafeBuffer(new byte[store.chunkLength()]);
      int mask = 1 + random.nextInt((1 << hops) - 1);
      codec.encode(keyBuffer, at, randomPath(random, store), 0, mask, chunk, 0);
      codec.hash(keyBuffer, at);
      int only = random.nextInt(3) == 0 ? random.nextInt(redundancy) : -1;
      for (int copy = 0; copy < redundancy; copy++) {
        if (only < 0 || copy == only) {
          chunk.getBytes(0, region, (int) codec.chunkOffset(copy), chunk.capacity());
        }
      }
    }

    PostcardingReader reader = new PostcardingReader(store, MemorySegment.ofArray(region));
    PathAnswer[] batch = new PathAnswer[70];
    Arrays.setAll(batch, i -> new PathAnswer(store));
    PathAnswer single = new PathAnswer(store);
    for (QueryPolicy policy : POLICIES) {
      reader.lookup(keyBuffer, 0, batch.length, policy, batch);
      for (int i = 0; i < batch.length; i++) {
        byte[] key = Arrays.copyOfRange(keys, i * keyLength, (i + 1) * keyLength);
        Expected expected = expected(store, region, key, policy);
        String message = "seed %d, policy %s, key %d".formatted(seed, policy, i);
        assertEquals(expected, actual(store, batch[i]), message + ", batched");
        reader.lookup(keyBuffer, i * keyLength, policy, single);
        assertEquals(expected, actual(store, single), message);
      }
    }
  }

  @Test
  void shouldReportHolesAsUnknownHops() {
    PostcardingStore store = store(PathVerification.VALUE_SET, List.of(new ValueRange(1, 9)));
    byte[] region = new byte[(int) store.regionLength()];
    UnsafeBuffer key = new UnsafeBuffer(new byte[] {1, 2, 3, 4});
    write(store, region, key, new int[] {5, 0, 7, 0, 0}, 0b00101, 2);
    PathAnswer answer = new PathAnswer(store);
    new PostcardingReader(store, MemorySegment.ofArray(region))
        .lookup(key, 0, PostcardingReader.PAPER_POLICY, answer);
    assertEquals(Outcome.VALUE, answer.outcome());
    assertEquals(0b00101, answer.hops());
    assertEquals(3, answer.length());
    assertEquals(5, answer.value(1));
    assertEquals(PostcardingStore.BLANK, answer.value(2));
    assertEquals(7, answer.value(3));
    assertEquals(2, answer.copiesMatched());
    assertEquals(2, answer.copiesAgreed());
  }

  @Test
  void shouldNotTakeChunkOfAllBlanksForPath() {
    for (PathVerification verify : PathVerification.values()) {
      PostcardingStore store =
          store(verify, verify == PathVerification.CHECKSUM ? null : List.of(new ValueRange(1, 9)));
      byte[] region = new byte[(int) store.regionLength()];
      UnsafeBuffer key = new UnsafeBuffer(new byte[] {1, 2, 3, 4});
      write(store, region, key, new int[5], 0, 2);
      PathAnswer answer = new PathAnswer(store);
      new PostcardingReader(store, MemorySegment.ofArray(region))
          .lookup(key, 0, QueryPolicy.PLURALITY, answer);
      assertEquals(Outcome.EMPTY, answer.outcome(), verify.name());
      assertEquals(0, answer.hops());
      assertEquals(0, answer.length());
    }
  }

  @Test
  void shouldCallContradictingChunksAmbiguousByThePapersRule() {
    PostcardingStore store =
        new PostcardingStore(
            0,
            "paths",
            KeyFormat.U32,
            5,
            1 << 16,
            4,
            PathVerification.VALUE_SET,
            List.of(new ValueRange(1, 9)));
    byte[] region = new byte[(int) store.regionLength()];
    UnsafeBuffer key = new UnsafeBuffer(new byte[] {1, 2, 3, 4});
    write(store, region, key, new int[] {1, 2, 3, 4, 5}, 0b11111, 4);
    write(store, region, key, new int[] {1, 2, 3, 4, 6}, 0b11111, 1);
    PostcardingReader reader = new PostcardingReader(store, MemorySegment.ofArray(region));
    PathAnswer answer = new PathAnswer(store);
    reader.lookup(key, 0, PostcardingReader.PAPER_POLICY, answer);
    assertEquals(Outcome.AMBIGUOUS, answer.outcome());
    assertEquals(4, answer.copiesMatched());
    assertEquals(3, answer.copiesAgreed());
    assertEquals(0, answer.hops());
    reader.lookup(key, 0, QueryPolicy.PLURALITY, answer);
    assertEquals(Outcome.VALUE, answer.outcome());
    assertEquals(5, answer.value(5));
    reader.lookup(key, 0, QueryPolicy.FIRST_MATCH, answer);
    assertEquals(6, answer.value(5));
  }

  @Test
  void shouldNeverReturnTornPathWhereChunksHaveChecksums() {
    PostcardingStore store = store(PathVerification.CHECKSUM, null);
    UnsafeBuffer key = new UnsafeBuffer(new byte[] {9, 8, 7, 6});
    byte[] before = new byte[(int) store.regionLength()];
    byte[] after = before.clone();
    int[] oldPath = {1000, 2000, 3000, 4000, 5000};
    int[] newPath = {1001, 2001, 3001, 4001, 0};
    write(store, before, key, oldPath, 0b11111, 2);
    write(store, after, key, newPath, 0b01111, 2);
    PathAnswer answer = new PathAnswer(store);
    for (int cut = 0; cut <= before.length; cut++) {
      for (boolean forwards : new boolean[] {true, false}) {
        byte[] torn = forwards ? before.clone() : after.clone();
        System.arraycopy(forwards ? after : before, 0, torn, 0, cut);
        new PostcardingReader(store, MemorySegment.ofArray(torn))
            .lookup(key, 0, QueryPolicy.FIRST_MATCH, answer);
        if (answer.outcome() == Outcome.VALUE) {
          int[] path = answer.hops() == 0b11111 ? oldPath : newPath;
          for (int hop = 1; hop <= answer.length(); hop++) {
            assertEquals(path[hop - 1], answer.value(hop), "cut " + cut);
          }
        }
      }
    }
  }

  @Property(tries = 200)
  void shouldDecodeWhatItEncoded(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 8) int hops, @ForAll boolean known) {
    Random random = new Random(seed);
    PostcardingStore store =
        new PostcardingStore(
            0,
            "paths",
            KeyFormat.IPV4_5_TUPLE,
            hops,
            1,
            1,
            known ? PathVerification.VALUE_SET : PathVerification.CHECKSUM,
            known ? List.of(ANY) : null);
    byte[] key = new byte[13];
    random.nextBytes(key);
    int[] path = random.ints(hops).toArray();
    int mask = 1 + random.nextInt((1 << hops) - 1);
    PathCodec codec = new PathCodec(store);
    UnsafeBuffer chunk = new UnsafeBuffer(new byte[store.chunkLength() + 3]);
    codec.encode(new UnsafeBuffer(key), 0, path, 0, mask, chunk, 3);
    int[] decoded = new int[hops];
    assertEquals(mask, codec.decode(new UnsafeBuffer(key), 0, chunk, 3, decoded), "seed " + seed);
    for (int i = 0; i < hops; i++) {
      if ((mask & 1 << i) == 0) {
        path[i] = PostcardingStore.BLANK;
      }
    }
    assertArrayEquals(path, decoded, "seed " + seed);
  }

  @Property(tries = 200)
  void shouldKnowTheValuesOfAnySetOfRanges(@ForAll long seed) {
    Random random = new Random(seed);
    List<ValueRange> ranges = new ArrayList<>(someRanges(random));
    if (random.nextBoolean()) {
      ranges.add(new ValueRange(0xFFFF_FFF0L, 0xFFFF_FFFEL));
    }
    ValueSet set = new ValueSet(ranges);
    long size = 0;
    for (int value = -20; value < 120; value++) {
      int candidate = value;
      boolean contained = ranges.stream().anyMatch(range -> range.contains(candidate));
      assertEquals(contained, set.contains(value), "seed " + seed + ", value " + value);
      size += contained ? 1 : 0;
    }
    assertEquals(size, set.size(), "seed " + seed);
  }

  private record Expected(Outcome outcome, int matched, int agreed, List<Integer> path) {}

  private static Expected actual(PostcardingStore store, PathAnswer answer) {
    List<Integer> path = new ArrayList<>();
    for (int hop = 1; hop <= store.hops(); hop++) {
      path.add((answer.hops() & 1 << (hop - 1)) != 0 ? (Integer) answer.value(hop) : null);
    }
    return new Expected(answer.outcome(), answer.copiesMatched(), answer.copiesAgreed(), path);
  }

  /** The definitions, by the simplest means. Unknown hops are null. */
  private static Expected expected(
      PostcardingStore store, byte[] region, byte[] key, QueryPolicy policy) {
    List<Integer> nothing = new ArrayList<>();
    for (int i = 0; i < store.hops(); i++) {
      nothing.add(null);
    }
    Set<Long> chunks = new HashSet<>();
    Map<List<Integer>, Integer> votes = new LinkedHashMap<>();
    int matched = 0;
    for (int copy = 0; copy < store.redundancy(); copy++) {
      long at = store.chunkOffset(ReferenceCrc.slot(HashScheme.INDEPENDENT, key, copy));
      List<Integer> path = decode(store, region, (int) at, key);
      if (!path.equals(nothing) && chunks.add(at)) {
        if (policy.kind() == QueryPolicy.Kind.FIRST_MATCH) {
          return new Expected(Outcome.VALUE, 1, 1, path);
        }
        matched++;
        votes.merge(path, 1, Integer::sum);
      }
    }
    int most = votes.values().stream().mapToInt(Integer::intValue).max().orElse(0);
    int needed =
        policy.kind() == QueryPolicy.Kind.CONSENSUS ? policy.threshold() : Math.max(1, most);
    List<List<Integer>> winners =
        votes.keySet().stream().filter(path -> votes.get(path) >= needed).toList();
    return switch (winners.size()) {
      case 0 -> new Expected(Outcome.EMPTY, matched, most, nothing);
      case 1 -> new Expected(Outcome.VALUE, matched, most, winners.getFirst());
      default -> new Expected(Outcome.AMBIGUOUS, matched, most, nothing);
    };
  }

  /** All unknown where the chunk is not the key's. */
  private static List<Integer> decode(PostcardingStore store, byte[] region, int at, byte[] key) {
    ByteBuffer chunk = ByteBuffer.wrap(region, at, store.chunkLength());
    byte[] words = Arrays.copyOfRange(region, at, at + 4 * store.hops());
    List<Integer> path = new ArrayList<>();
    boolean valid = true;
    for (int hop = 1; hop <= store.hops(); hop++) {
      int value = chunk.getInt() ^ ReferenceCrc.crc(Crc32Polynomials.hopWord(hop), key);
      path.add(value == PostcardingStore.BLANK ? null : (Integer) value);
      valid &=
          value == PostcardingStore.BLANK
              || store.verify() == PathVerification.CHECKSUM
              || store.values().stream().anyMatch(range -> range.contains(value));
    }
    if (store.verify() == PathVerification.CHECKSUM) {
      int checksum = chunk.getInt();
      byte mask = chunk.get();
      valid = checksum == ReferenceCrc.checksum(key, words, new byte[] {mask});
    }
    if (!valid) {
      path.replaceAll(value -> null);
    }
    return path;
  }

  private static void write(
      PostcardingStore store, byte[] region, UnsafeBuffer key, int[] path, int mask, int copies) {
    PathCodec codec = new PathCodec(store);
    UnsafeBuffer chunk = new UnsafeBuffer(new byte[store.chunkLength()]);
    codec.encode(key, 0, path, 0, mask, chunk, 0);
    codec.hash(key, 0);
    Set<Long> offsets = new HashSet<>();
    for (int copy = 0; copy < copies; copy++) {
      assertTrue(offsets.add(codec.chunkOffset(copy)), "the test needs a key without collisions");
      chunk.getBytes(0, region, (int) codec.chunkOffset(copy), chunk.capacity());
    }
  }

  private static PostcardingStore store(PathVerification verify, List<ValueRange> values) {
    return new PostcardingStore(0, "paths", KeyFormat.U32, 5, 16, 2, verify, values);
  }

  private static List<ValueRange> someRanges(Random random) {
    List<ValueRange> ranges = new ArrayList<>();
    for (int i = 1 + random.nextInt(6); i > 0; i--) {
      int first = random.nextInt(90);
      ranges.add(new ValueRange(first, first + random.nextInt(9)));
    }
    return ranges;
  }

  private static int[] randomPath(Random random, PostcardingStore store) {
    int[] path = new int[store.hops()];
    for (int i = 0; i < path.length; i++) {
      if (store.values().isEmpty()) {
        path[i] = random.nextInt(4);
      } else {
        ValueRange range = store.values().get(random.nextInt(store.values().size()));
        path[i] = (int) (range.first() + random.nextInt(2) % (range.last() - range.first() + 1));
      }
    }
    return path;
  }
}
