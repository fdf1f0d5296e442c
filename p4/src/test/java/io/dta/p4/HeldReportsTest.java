package io.dta.p4;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.dta.p4.Setting.DefaultAction;
import io.dta.primitives.Primitive;
import io.dta.primitives.key.KeyFormat;
import io.dta.primitives.store.AppendStore;
import io.dta.primitives.store.KeyIncrementStore;
import io.dta.primitives.store.PathVerification;
import io.dta.primitives.store.PostcardingStore;
import io.dta.primitives.store.SketchKind;
import io.dta.primitives.store.SketchStore;
import io.dta.rdma.roce.RoceHeaders;
import io.dta.translator.engine.DropReason;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the translator holds back in BMv2's real switch: batches, paths and epochs until their time
 * is over, and FETCH_ADDs beyond what the collector takes. The clock is started when everything is
 * there, so that nothing depends on how fast this machine is.
 */
class HeldReportsTest {
  private static final long SEED = 20260404;
  private static final AppendStore EVENTS = new AppendStore(3, "events", 40, 5, 8, 8);
  private static final PostcardingStore PATHS =
      new PostcardingStore(
          0, "paths", KeyFormat.IPV4_5_TUPLE, 5, 65536, 2, PathVerification.CHECKSUM, null);
  private static final SketchStore SIZES =
      new SketchStore(6, "sizes", KeyFormat.U32, SketchKind.COUNT_MIN, 3, 64, 4, 2, 8);
  private static final KeyIncrementStore COUNTERS =
      new KeyIncrementStore(1, "counters", KeyFormat.U32, 1024, 4);
  private static final Duration SHORT = Duration.ofMillis(1);

  @TempDir private Path directory;
  private final SplittableRandom random = new SplittableRandom(SEED);
  private Path simpleSwitch;

  @BeforeEach
  void findSwitch() {
    simpleSwitch = P4Tools.SIMPLE_SWITCH.find();
    assumeTrue(simpleSwitch != null, P4Tools.SIMPLE_SWITCH::missing);
  }

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private static void clock(Bench bench, String action) {
    bench.device().control().set(new DefaultAction("TranslatorIngress.clock", action, List.of()));
  }

  @Test
  void shouldWriteWhatHasWaitedForItsTime() throws Exception {
    try (Bench bench =
        Bench.start(
            directory,
            simpleSwitch,
            List.of(EVENTS, PATHS, SIZES),
            2,
            0xFFFFF0,
            1,
            0,
            new HoldTimes(SHORT, SHORT, SHORT))) {
      for (Primitive primitive :
          List.of(Primitive.APPEND, Primitive.POSTCARDING, Primitive.SKETCH_MERGE)) {
        clock(bench, "NoAction");
        // The tick that went round falls out of the switch before what comes next is there.
        bench.assertNothingElse("clock");
        for (int i = 0; i < 60; i++) {
          bench.report(
              switch (primitive) {
                case APPEND ->
                    Reports.append(EVENTS, 0, 0, random.nextInt(EVENTS.lists()), bytes(5));
                case POSTCARDING ->
                    // One flow: the cache of the test has one row.
                    Reports.postcard(PATHS, 0, new byte[13], 1 + random.nextInt(3), i);
                default -> Reports.sketchColumn(SIZES, 0, i & 1, 9, random.nextInt(64), 1, 2, 3);
              });
        }
        bench.assertSame("seed " + SEED + ", held " + primitive);
        bench.software().flush();
        clock(bench, "TranslatorIngress.run");
        // Whatever passes starts the clock.
        bench.toSwitch(Bench.REPORTER, new byte[3]);
        assertTrue(bench.assertSame("seed " + SEED + ", " + primitive) > 1);
      }
    }
  }

  @Test
  @SuppressWarnings("EnumOrdinal") // as in p4/include/constants.p4, which P4ConstantsTest compares
  void shouldNotSendMoreFetchAddsThanTheCollectorTakes() throws Exception {
    try (Bench bench = Bench.start(directory, simpleSwitch, List.of(COUNTERS), 1, 0, 1, 0)) {
      bench
          .device()
          .control()
          .modify(
              bench.device().control().entries("TranslatorIngress.key_increment.limits").getFirst(),
              Setting.TableEntry.exact(
                  "TranslatorIngress.key_increment.limits",
                  List.of(new Field("meta.target", 8, 0)),
                  "TranslatorIngress.key_increment.set_limit",
                  new Field("most", 16, 5)));
      bench.report(Reports.keyIncrement(COUNTERS, 0, 2, bytes(4), 7));
      bench.report(Reports.keyIncrement(COUNTERS, 0, 3, bytes(4), 7));
      assertEquals(5, bench.assertSame("seed " + SEED));
      bench.toSwitch(Bench.REPORTER, Reports.keyIncrement(COUNTERS, 0, 1, bytes(4), 7));
      bench.answer(0, atomicAnswer(0x11, 0));
      bench.report(Reports.keyIncrement(COUNTERS, 0, 1, bytes(4), 7));
      assertEquals(1, bench.assertSame("seed " + SEED));
      assertEquals(
          1,
          bench
              .device()
              .control()
              .packets(
                  "TranslatorIngress.drops",
                  Primitive.KEY_INCREMENT.opcode() * 32 + DropReason.RATE_LIMITED.ordinal()));
      assertEquals(
          1, bench.device().control().packets("TranslatorIngress.key_increment.no_room", 0));
    }
  }

  private static byte[] atomicAnswer(int queuePair, int psn) {
    return ByteBuffer.allocate(28)
        .put((byte) RoceHeaders.RC_ATOMIC_ACKNOWLEDGE)
        .put((byte) 0)
        .putShort((short) RoceHeaders.DEFAULT_PARTITION_KEY)
        .putInt(queuePair)
        .putInt(psn)
        .putInt(RoceHeaders.ACK << 24)
        .putLong(42)
        .putInt(0)
        .array();
  }
}
