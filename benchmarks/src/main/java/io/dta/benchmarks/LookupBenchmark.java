package io.dta.benchmarks;

import io.dta.primitives.hash.HashScheme;
import io.dta.primitives.key.KeyFormat;
import io.dta.primitives.store.ChecksumCoverage;
import io.dta.primitives.store.KeyWriteAnswer;
import io.dta.primitives.store.KeyWriteHasher;
import io.dta.primitives.store.KeyWriteReader;
import io.dta.primitives.store.KeyWriteStore;
import io.dta.primitives.store.QueryPolicy;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Look-ups of 5-tuples in a Key-Write store, two copies, value of 20 bytes: keys that are there and
 * keys that are not.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class LookupBenchmark {
  private static final int KEYS = 1 << 20;
  private static final int BATCH = 1 << 10;
  private static final int REDUNDANCY = 2;
  private static final int VALUE_LENGTH = 20;
  private static final int STRIDE = 24;

  @Param({"64", "1024"})
  private int mebibytes;

  private BenchmarkRegion memory;
  private KeyWriteReader reader;
  private KeyWriteAnswer answer;
  private final KeyWriteAnswer[] answers = new KeyWriteAnswer[BATCH];
  private RandomKeys present;
  private RandomKeys absent;
  private MachineLimit limit;
  private int next;

  @Setup
  public void setUp() {
    long slots = Long.highestOneBit(((long) mebibytes << 20) / STRIDE);
    KeyWriteStore store =
        new KeyWriteStore(
            0,
            "paths",
            KeyFormat.IPV4_5_TUPLE,
            VALUE_LENGTH,
            slots,
            REDUNDANCY,
            ChecksumCoverage.KEY_VALUE,
            HashScheme.INDEPENDENT);
    memory = new BenchmarkRegion(store.regionLength());
    int keyLength = KeyFormat.IPV4_5_TUPLE.length();
    RandomKeys all = new RandomKeys(2 * KEYS, keyLength);
    present = all.part(0, KEYS);
    absent = all.part(KEYS, 2 * KEYS);
    write(store, memory.region().segment(), keyLength);
    reader = new KeyWriteReader(store, memory.region().segment());
    answer = new KeyWriteAnswer(store);
    Arrays.setAll(answers, i -> new KeyWriteAnswer(store));
    limit = new MachineLimit(memory.region().segment(), STRIDE, 1);
  }

  private void write(KeyWriteStore store, MemorySegment segment, int keyLength) {
    UnsafeBuffer keyAndValue = new UnsafeBuffer(new byte[keyLength + VALUE_LENGTH]);
    KeyWriteHasher hasher = new KeyWriteHasher(store);
    MemorySegment value = MemorySegment.ofArray(keyAndValue.byteArray());
    for (int key = 0; key < KEYS; key++) {
      keyAndValue.putBytes(0, present.buffer(), present.index(key), keyLength);
      keyAndValue.putInt(keyLength, key);
      hasher.hash(keyAndValue, 0, REDUNDANCY);
      for (int copy = 0; copy < REDUNDANCY; copy++) {
        long slot = hasher.slotOffset(copy);
        segment.set(
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN),
            slot,
            hasher.checksum());
        MemorySegment.copy(
            value, keyLength, segment, slot + KeyWriteStore.VALUE_OFFSET, VALUE_LENGTH);
      }
    }
  }

  @TearDown
  public void tearDown() {
    memory.close();
  }

  private int nextBatch() {
    next = (next + BATCH) & (KEYS - 1);
    return next;
  }

  /** One after the other, keys that are there. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public int singleHits() {
    return single(present);
  }

  /** One after the other, keys that are not. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public int singleMisses() {
    return single(absent);
  }

  private int single(RandomKeys keys) {
    int first = nextBatch();
    int matched = 0;
    for (int key = first; key < first + BATCH; key++) {
      reader.lookup(keys.buffer(), keys.index(key), QueryPolicy.PLURALITY, answer);
      matched += answer.copiesMatched();
    }
    return matched;
  }

  /** In batches, keys that are there. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public int batchedHits() {
    reader.lookup(
        present.buffer(), present.index(nextBatch()), BATCH, QueryPolicy.PLURALITY, answers);
    return answers[0].copiesMatched();
  }

  /** In batches, keys that are not. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public int batchedMisses() {
    reader.lookup(
        absent.buffer(), absent.index(nextBatch()), BATCH, QueryPolicy.PLURALITY, answers);
    return answers[0].copiesMatched();
  }

  /**
   * The machine's limit for the same: as many random reads of one word, independent of each other.
   */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public long limit() {
    return limit.read(BATCH * REDUNDANCY);
  }
}
