package io.dta.p4;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.dta.p4.thrift.SimpleSwitch;
import io.dta.primitives.Primitive;
import io.dta.primitives.key.KeyFormat;
import io.dta.primitives.store.AppendStore;
import io.dta.primitives.store.KeyWriteStore;
import io.dta.primitives.store.PathVerification;
import io.dta.primitives.store.PostcardingStore;
import io.dta.primitives.store.Store;
import io.dta.primitives.store.ValueRange;
import io.dta.rdma.roce.RoceHeaders;
import io.dta.translator.engine.DropReason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What else the translator does on BMv2's real switch: evictions, losses, limits, drops. */
class TranslatorBehaviorTest {
  private static final long SEED = 20260202;
  private static final int STARTING_PSN = 0xFFFFFE;

  /** The programs number them as the enum does. */
  private static final List<DropReason> REASONS = List.of(DropReason.values());

  private static final byte[] KEY = {1, 2, 3, 4};
  private static final byte[] VALUE = {5, 6, 7, 8};

  private static final KeyWriteStore VALUES =
      new KeyWriteStore(3, "values", KeyFormat.U32, 4, 65536, 2, null, null);
  private static final AppendStore EVENTS = new AppendStore(3, "events", 4, 4, 2, 8);
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

  @TempDir private Path directory;
  private final SplittableRandom random = new SplittableRandom(SEED);
  private Path simpleSwitch;

  @BeforeEach
  void findSwitch() {
    simpleSwitch = P4Tools.SIMPLE_SWITCH.find();
    assumeTrue(simpleSwitch != null, P4Tools.SIMPLE_SWITCH::missing);
  }

  private Bench start(int acknowledgeEvery, long operationsPerSecond, Store... stores)
      throws IOException, InterruptedException {
    return Bench.start(
        directory,
        simpleSwitch,
        List.of(stores),
        1,
        STARTING_PSN,
        acknowledgeEvery,
        operationsPerSecond);
  }

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private static byte[] keyWrite(int copies) {
    return Reports.keyWrite(VALUES, 0, 0, copies, KEY, VALUE);
  }

  private static int psn(byte[] frame) {
    return ByteBuffer.wrap(frame).getInt(Frames.PAYLOAD + RoceHeaders.BTH_PSN)
        & RoceHeaders.MASK_24;
  }

  private static byte[] receiveGood(Bench bench) throws Exception {
    byte[] frame = bench.device().receive(1);
    assertArrayEquals(
        Frames.icrc(frame), Arrays.copyOfRange(frame, frame.length - 4, frame.length));
    return frame;
  }

  /** An ACK packet of a collector. */
  private static byte[] answer(int queuePair, int psn, int syndrome) {
    return ByteBuffer.allocate(20)
        .put((byte) RoceHeaders.RC_ACKNOWLEDGE)
        .put((byte) 0)
        .putShort((short) RoceHeaders.DEFAULT_PARTITION_KEY)
        .putInt(queuePair)
        .putInt(psn)
        .putInt(syndrome << 24)
        .putInt(0)
        .array();
  }

  private static long dropped(Bench bench, Primitive primitive, DropReason reason) {
    int opcode = primitive == null ? 0 : primitive.opcode();
    return bench
        .device()
        .control()
        .packets("TranslatorIngress.drops", opcode * 32 + REASONS.indexOf(reason));
  }

  @Test
  void shouldWriteAnEvictedPathToItsOwnFlowsSlots() throws Exception {
    try (Bench bench = start(1, 0, POSTCARDS, KNOWN)) {
      for (int i = 0; i < 20; i++) {
        PostcardingStore store = random.nextBoolean() ? POSTCARDS : KNOWN;
        byte[] key = bytes(store.key().length());
        int hops = 1 + random.nextInt(store.hops() - 1);
        for (int hop = 0; hop < hops; hop++) {
          int number = 1 + random.nextInt(store.hops());
          bench.report(Reports.postcard(store, 0, key, number, random.nextInt(1 << 20)));
        }
        // The switch's cache has one row a store: the next flow takes it. The software is told to.
        bench.software().flush();
        byte[] other = bytes(store.key().length());
        for (int hop = 1; hop <= store.hops(); hop++) {
          bench.report(Reports.postcard(store, 0, other, hop, hop));
        }
      }
      assertTrue(bench.assertSame("seed " + SEED) > 80);
    }
  }

  @Test
  void shouldAskForAnAcknowledgementEverySoManyPackets() throws Exception {
    try (Bench bench = start(8, 0, VALUES)) {
      for (int i = 0; i < 20; i++) {
        bench.report(keyWrite(2));
      }
      assertEquals(40, bench.assertSame("acknowledgements"));
    }
  }

  @Test
  void shouldGoBackToTheExpectedPsnAtOnce() throws Exception {
    try (Bench bench = start(1, 0, VALUES)) {
      for (int i = 0; i < 3; i++) {
        bench.toSwitch(Bench.REPORTER, keyWrite(2));
      }
      int last = 0;
      for (int i = 0; i < 6; i++) {
        last = psn(receiveGood(bench));
      }
      assertEquals(3, last); // From FFFFFE on, six of them.

      bench.answer(0, answer(0x11, 0xFFFFFF, RoceHeaders.NAK_SEQUENCE_ERROR));
      bench.toSwitch(Bench.REPORTER, keyWrite(1));
      assertEquals(0xFFFFFF, psn(receiveGood(bench)));

      // An ACK moves nothing, and neither does a NAK of another queue pair or of the future.
      bench.answer(0, answer(0x11, 0xFFFFFF, RoceHeaders.ACK));
      bench.answer(0, answer(0x11, 0x000007, RoceHeaders.NAK_SEQUENCE_ERROR));
      bench.answer(0, answer(0x12, 0xFFFFFE, RoceHeaders.NAK_SEQUENCE_ERROR));
      bench.toSwitch(Bench.REPORTER, keyWrite(1));
      assertEquals(0, psn(receiveGood(bench)));

      // A NAK that was damaged on its way is counted, and does nothing.
      bench.damagedAnswer(0, answer(0x11, 0xFFFFFF, RoceHeaders.NAK_SEQUENCE_ERROR));
      bench.answer(0, answer(0x11, 0, RoceHeaders.RNR_NAK | 1));
      bench.toSwitch(Bench.REPORTER, keyWrite(1));
      assertEquals(0, psn(receiveGood(bench)));
      bench.assertNothingElse("go back");
      assertEquals(1, bench.device().control().packets("TranslatorIngress.bad_icrc", 0));
      assertEquals(1, bench.device().control().packets("TranslatorIngress.answers", 0));
      assertEquals(2, bench.device().control().packets("TranslatorIngress.answers", 3));
    }
  }

  @Test
  void shouldStopWhenTheResponderIsInError() throws Exception {
    try (Bench bench = start(1, 0, VALUES)) {
      bench.toSwitch(Bench.REPORTER, keyWrite(1));
      receiveGood(bench);
      bench.answer(0, answer(0x11, STARTING_PSN, RoceHeaders.NAK_REMOTE_ACCESS_ERROR));
      bench.toSwitch(Bench.REPORTER, keyWrite(2));
      bench.assertNothingElse("error");
      assertEquals(1, dropped(bench, Primitive.KEY_WRITE, DropReason.QUEUE_PAIR_DOWN));
    }
  }

  @Test
  void shouldDropWhatIsBeyondTheRateLimit() throws Exception {
    // One operation a second, beyond the burst of 64.
    try (Bench bench = start(1, 1, VALUES)) {
      for (int i = 0; i < 40; i++) {
        bench.toSwitch(Bench.REPORTER, keyWrite(2));
      }
      int packets = bench.countPackets(0);
      long dropped = dropped(bench, Primitive.KEY_WRITE, DropReason.RATE_LIMITED);
      assertTrue(packets >= 64 && dropped > 0, packets + " packets, " + dropped + " dropped");
      assertEquals(40, packets / 2 + dropped);
    }
  }

  @Test
  void shouldCountEveryDropByItsReason() throws Exception {
    try (Bench bench = start(1, 0, VALUES, EVENTS, POSTCARDS)) {
      bench.toSwitch(Bench.REPORTER, new byte[] {1, 0});
      bench.toSwitch(Bench.REPORTER, new byte[] {6, 0, 0, 0});
      bench.toSwitch(Bench.REPORTER, new byte[] {1, 0, 4, 0});
      // A sketch column, for which there is no store.
      bench.toSwitch(Bench.REPORTER, Arrays.copyOf(new byte[] {5, 0, 0}, 17));
      bench.toSwitch(Bench.REPORTER, Arrays.copyOf(keyWrite(1), 10));
      bench.toSwitch(Bench.REPORTER, Reports.keyWrite(VALUES, 0, 0, 0, KEY, VALUE));
      bench.toSwitch(Bench.REPORTER, Reports.keyWrite(VALUES, 0, 0, 3, KEY, VALUE));
      bench.toSwitch(Bench.REPORTER, Reports.append(EVENTS, 0, 0, 4, VALUE));
      bench.toSwitch(Bench.REPORTER, Reports.postcard(POSTCARDS, 0, KEY, 0, 1));
      bench.toSwitch(Bench.REPORTER, Reports.postcard(POSTCARDS, 0, KEY, 6, 1));
      bench.toSwitch(Bench.REPORTER, Reports.postcard(POSTCARDS, 0, KEY, 1, -1));
      bench.toSwitch(Bench.REPORTER, Reports.postcard(POSTCARDS, 0, KEY, 1, 1));
      bench.toSwitch(Bench.REPORTER, Reports.postcard(POSTCARDS, 0, KEY, 1, 2));
      bench.assertNothingElse("drops");
      assertEquals(2, dropped(bench, null, DropReason.TRUNCATED));
      assertEquals(1, dropped(bench, null, DropReason.UNKNOWN_OPCODE));
      assertEquals(2, dropped(bench, null, DropReason.UNKNOWN_STORE));
      assertEquals(2, dropped(bench, Primitive.KEY_WRITE, DropReason.BAD_REDUNDANCY));
      assertEquals(1, dropped(bench, Primitive.APPEND, DropReason.BAD_LIST));
      assertEquals(2, dropped(bench, Primitive.POSTCARDING, DropReason.BAD_HOP));
      assertEquals(1, dropped(bench, Primitive.POSTCARDING, DropReason.RESERVED_VALUE));
      assertEquals(1, dropped(bench, Primitive.POSTCARDING, DropReason.SUPERSEDED));
      SimpleSwitch control = bench.device().control();
      assertEquals(5, control.packets("TranslatorIngress.received", 0));
      assertEquals(2, control.packets("TranslatorIngress.received", 1));
      assertEquals(5, control.packets("TranslatorIngress.received", 4));
    }
  }

  @Test
  void shouldAcknowledgeEssentialReportsAsTheSoftwareDoes() throws Exception {
    try (Bench bench = start(1, 0, VALUES, EVENTS)) {
      // In order, a gap of one, its filling, a gap of three, duplicates, and over the wrap.
      List<Integer> seqnums = new ArrayList<>(List.of(0, 1, 3, 2, 7, 7, 4, 6, 5, 5, 0));
      for (int seqnum = 8; seqnum < 300; seqnum++) {
        seqnums.add(seqnum & 0xFF);
      }
      for (int seqnum : seqnums) {
        byte[] report =
            random.nextBoolean()
                ? Reports.keyWrite(VALUES, Reports.ESSENTIAL, seqnum, 2, bytes(4), bytes(4))
                : Reports.append(EVENTS, Reports.ESSENTIAL, seqnum, 1, bytes(4));
        bench.report(report);
        bench.software().doWork();
        for (String expected : bench.software().takeAcknowledgements()) {
          byte[] frame = bench.device().receive(Bench.REPORTER_PORT);
          assertEquals(acknowledgement(expected), HexFormat.of().formatHex(frame));
        }
      }
      bench.assertSame("seed " + SEED);
    }
  }

  private static String acknowledgement(String text) {
    String[] words = text.split(" ", 2);
    byte[] payload = {
      (byte) Integer.parseInt(words[1]), (byte) (words[0].equals("NACK") ? 0x80 : 0)
    };
    return HexFormat.of()
        .formatHex(
            Frames.exactFrame(
                new Frames.Flow(
                    Bench.SWITCH_MAC,
                    Bench.REPORTER_MAC,
                    Ipv4.parse(Bench.SWITCH),
                    Bench.REPORTER,
                    40040,
                    40044,
                    0),
                payload));
  }

  @Test
  void shouldAskAgainForAnEssentialReportThatItRefuses() throws Exception {
    try (Bench bench = start(1, 1, VALUES)) {
      int accepted = 0;
      int refused = 0;
      for (int seqnum = 0; seqnum < 40; seqnum++) {
        bench.toSwitch(
            Bench.REPORTER, Reports.keyWrite(VALUES, Reports.ESSENTIAL, seqnum, 2, KEY, VALUE));
        byte[] answer = Frames.payload(bench.device().receive(Bench.REPORTER_PORT));
        assertEquals(seqnum, answer[0]);
        if (answer[1] == 0) {
          accepted++;
        } else {
          refused++;
        }
      }
      assertTrue(accepted >= 32 && refused > 0, accepted + " accepted, " + refused + " refused");
    }
  }
}
