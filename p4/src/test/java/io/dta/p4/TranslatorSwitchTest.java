package io.dta.p4;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.dta.primitives.key.KeyFormat;
import io.dta.primitives.store.AppendStore;
import io.dta.primitives.store.ChecksumCoverage;
import io.dta.primitives.store.KeyIncrementStore;
import io.dta.primitives.store.KeyWriteStore;
import io.dta.primitives.store.PathVerification;
import io.dta.primitives.store.PostcardingStore;
import io.dta.primitives.store.Store;
import io.dta.primitives.store.ValueRange;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * BMv2's real switch with our translator against the software translator: the same reports into
 * both, every packet out of both compared byte for byte, iCRC included.
 */
class TranslatorSwitchTest {
  private static final long SEED = 20260101;

  private static final KeyWriteStore VALUES =
      new KeyWriteStore(0, "values", KeyFormat.U32, 4, 65536, 4, ChecksumCoverage.KEY_VALUE, null);
  private static final KeyWriteStore PATHS =
      new KeyWriteStore(
          7, "paths", KeyFormat.IPV4_5_TUPLE, 20, 1 << 20, 8, ChecksumCoverage.KEY, null);
  private static final KeyWriteStore ODD =
      new KeyWriteStore(
          9, "odd", KeyFormat.raw(7), 3, 1 << 10, 2, ChecksumCoverage.KEY_VALUE, null);
  private static final KeyWriteStore LONG =
      new KeyWriteStore(
          63, "long", KeyFormat.IPV6_5_TUPLE, 221, 1 << 12, 3, ChecksumCoverage.KEY_VALUE, null);
  private static final List<KeyWriteStore> KEY_WRITES = List.of(VALUES, PATHS, ODD, LONG);

  private static final KeyIncrementStore COUNTERS =
      new KeyIncrementStore(0, "counters", KeyFormat.U32, 1L << 32, 8);
  private static final KeyIncrementStore BYTES =
      new KeyIncrementStore(5, "bytes", KeyFormat.IPV6_5_TUPLE, 65536, 2);

  private static final AppendStore EVENTS = new AppendStore(0, "events", 100, 4, 16, 8);
  private static final AppendStore LOSS = new AppendStore(63, "loss", 255, 18, 14, 16);
  private static final AppendStore SINGLE = new AppendStore(8, "single", 3, 13, 1, 2);

  /** As long as a WRITE of a switch may be. */
  private static final AppendStore WIDE = new AppendStore(9, "wide", 3, 16, 16, 4);

  private static final List<AppendStore> APPENDS = List.of(EVENTS, LOSS, SINGLE, WIDE);

  private static final PostcardingStore POSTCARDS =
      new PostcardingStore(
          0, "postcards", KeyFormat.U32, 5, 65536, 2, PathVerification.CHECKSUM, null);
  private static final PostcardingStore KNOWN =
      new PostcardingStore(
          33,
          "known",
          KeyFormat.IPV4_5_TUPLE,
          8,
          1 << 16,
          8,
          PathVerification.VALUE_SET,
          List.of(new ValueRange(1, 1000)));
  private static final PostcardingStore HOP =
      new PostcardingStore(2, "hop", KeyFormat.raw(64), 1, 64, 1, PathVerification.CHECKSUM, null);
  private static final List<PostcardingStore> POSTCARDINGS = List.of(POSTCARDS, KNOWN, HOP);

  private static final List<Store> STORES =
      List.of(
          VALUES, PATHS, ODD, LONG, COUNTERS, BYTES, EVENTS, LOSS, SINGLE, WIDE, POSTCARDS, KNOWN,
          HOP);

  /** The PSN wraps within the first test. */
  private static final int STARTING_PSN = 0xFFFFF0;

  @TempDir private static Path directory;
  private static Bench bench;

  private final SplittableRandom random = new SplittableRandom(SEED);

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    Path simpleSwitch = P4Tools.SIMPLE_SWITCH.find();
    assumeTrue(simpleSwitch != null, P4Tools.SIMPLE_SWITCH::missing);
    bench = Bench.start(directory, simpleSwitch, STORES, 2, STARTING_PSN, 1, 0);
  }

  @AfterAll
  static void stop() throws IOException {
    if (bench != null) {
      bench.close();
    }
  }

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private int flags() {
    return random.nextInt(4) == 0 ? Reports.IMMEDIATE : 0;
  }

  private <T> T any(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  private byte[] keyWrite() {
    KeyWriteStore store = any(KEY_WRITES);
    return Reports.keyWrite(
        store,
        flags(),
        random.nextInt(256),
        1 + random.nextInt(store.redundancy()),
        bytes(store.key().length()),
        bytes(store.valueLength()));
  }

  private byte[] keyIncrement() {
    KeyIncrementStore store = any(List.of(COUNTERS, BYTES));
    return Reports.keyIncrement(
        store,
        flags(),
        1 + random.nextInt(store.redundancy()),
        bytes(store.key().length()),
        random.nextLong());
  }

  private byte[] append() {
    AppendStore store = any(APPENDS);
    int flags = random.nextInt(20) == 0 ? Reports.IMMEDIATE : 0;
    return Reports.append(store, flags, 0, random.nextInt(3), bytes(store.entryLength()));
  }

  @Test
  void shouldTranslateKeyWrites() throws Exception {
    for (int i = 0; i < 200; i++) {
      bench.report(keyWrite());
    }
    assertTrue(bench.assertSame("seed " + SEED) > 200);
  }

  @Test
  void shouldTranslateKeyIncrements() throws Exception {
    for (int i = 0; i < 100; i++) {
      bench.report(keyIncrement());
    }
    assertTrue(bench.assertSame("seed " + SEED) > 100);
  }

  @Test
  void shouldTranslateAppends() throws Exception {
    for (int i = 0; i < 900; i++) {
      bench.report(append());
    }
    assertTrue(bench.assertSame("seed " + SEED) > 200);
  }

  @Test
  void shouldTranslatePostcardsOfWholePaths() throws Exception {
    for (int i = 0; i < 30; i++) {
      PostcardingStore store = any(POSTCARDINGS);
      byte[] key = bytes(store.key().length());
      int first = random.nextInt(store.hops());
      int superseded = random.nextInt(3);
      for (int hop = -superseded; hop < store.hops(); hop++) {
        // The last hop is the one that has not been reported.
        int number = 1 + (first + Math.max(hop, 0)) % store.hops();
        if (hop >= 0 || store.hops() > 1) {
          bench.report(Reports.postcard(store, flags(), key, number, random.nextInt(1 << 20)));
        }
      }
    }
    assertTrue(bench.assertSame("seed " + SEED) > 30);
  }

  @Test
  void shouldTranslateSeveralReportsOfADatagram() throws Exception {
    for (int i = 0; i < 20; i++) {
      byte[][] reports = new byte[2 + random.nextInt(6)][];
      for (int j = 0; j < reports.length - 1; j++) {
        reports[j] =
            switch (random.nextInt(3)) {
              case 0 -> keyWrite();
              case 1 -> keyIncrement();
              default -> append();
            };
      }
      reports[reports.length - 1] = keyWrite();
      bench.report(reports);
      assertTrue(bench.assertSame("seed " + SEED + ", datagram " + i) > 0);
    }
  }

  @Test
  void shouldCountOperationsAsItSendsThem() throws Exception {
    long before = bench.device().control().packets("TranslatorEgress.requests.operations", 1);
    bench.report(Reports.keyWrite(PATHS, 0, 0, 7, bytes(13), bytes(20)));
    assertEquals(7, bench.assertSame("seed " + SEED));
    assertEquals(
        before + 7, bench.device().control().packets("TranslatorEgress.requests.operations", 1));
  }
}
