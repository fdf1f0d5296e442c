package io.dta.translator.engine;

import static io.dta.translator.engine.EngineFixture.MILLISECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dta.primitives.key.KeyFormat;
import io.dta.primitives.store.AppendStore;
import io.dta.primitives.store.KeyIncrementStore;
import io.dta.primitives.store.KeyWriteStore;
import io.dta.primitives.store.PathVerification;
import io.dta.primitives.store.PostcardingStore;
import io.dta.primitives.store.SketchKind;
import io.dta.primitives.store.SketchStore;
import io.dta.primitives.store.Store;
import io.dta.primitives.wire.BaseHeader;
import io.dta.primitives.wire.ImmediateData;
import io.dta.rdma.CompletionStatus;
import io.dta.rdma.QueuePairState;
import io.dta.rdma.RdmaQueuePair;
import io.dta.translator.engine.EngineFixture.Answer;
import io.dta.translator.engine.ScriptedQueuePair.Operation;
import java.text.MessageFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Queue pairs that go down and come back, under an engine. */
class RecoveryTest {
  private static final KeyWriteStore VALUES =
      new KeyWriteStore(0, "values", KeyFormat.U32, 4, 64, 2, null, null);
  private static final KeyWriteStore OTHERS =
      new KeyWriteStore(1, "others", KeyFormat.U32, 4, 64, 2, null, null);
  private static final AppendStore EVENTS = new AppendStore(0, "events", 4, 4, 4, 8);
  private static final KeyIncrementStore COUNTS =
      new KeyIncrementStore(0, "counts", KeyFormat.U32, 32, 4);
  private static final PostcardingStore PATHS =
      new PostcardingStore(0, "paths", KeyFormat.U32, 3, 32, 2, PathVerification.CHECKSUM, null);
  private static final SketchStore SKETCH =
      new SketchStore(0, "sketch", KeyFormat.U32, SketchKind.COUNT_MIN, 2, 16, 2, 1, 4);
  private static final Store[] STORES = {VALUES, OTHERS, EVENTS, COUNTS, PATHS, SKETCH};

  /** The longest wait before a connection, as the fixture has it. */
  private static final long LONGEST_NS = 10 * MILLISECOND;

  private static final Logger LOGGER = Logger.getLogger("io.dta.translator.engine");

  private final List<ScriptedQueuePair> queuePairs = new ArrayList<>();
  private final List<String> messages = new ArrayList<>();
  private final UnsafeBuffer bytes = new UnsafeBuffer(new byte[64]);
  private final Handler handler =
      new Handler() {
        @Override
        public void publish(LogRecord message) {
          messages.add(MessageFormat.format(message.getMessage(), message.getParameters()));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };
  private EngineFixture fixture;

  @BeforeEach
  void begin() {
    LOGGER.addHandler(handler);
    LOGGER.setUseParentHandlers(false);
    open(1);
  }

  @AfterEach
  void end() {
    fixture.close();
    LOGGER.removeHandler(handler);
    LOGGER.setUseParentHandlers(true);
  }

  private void open(int collectors) {
    if (fixture != null) {
      fixture.close();
      queuePairs.clear();
    }
    fixture =
        EngineFixture.with(STORES)
            .collectors(collectors)
            .settings(new EngineSettings(null, 0, 4, null, 0, null, 0, 0, 0, 0, null, 0))
            .queuePairs(
                (memory, listener) -> {
                  ScriptedQueuePair queuePair = new ScriptedQueuePair(listener);
                  queuePair.completedByPoll = 0;
                  queuePairs.add(queuePair);
                  return queuePair;
                })
            .build();
  }

  private void keyWrite(Store store, int key) {
    bytes.putInt(0, key);
    fixture.reports.keyWrite((KeyWriteStore) store, 0, 0, 1, bytes, 0, bytes, 8);
  }

  private ScriptedQueuePair last() {
    return queuePairs.getLast();
  }

  private LinkStatus link(int collector) {
    return fixture.engine.links().get(collector);
  }

  private void fail(CompletionStatus cause) {
    last().fail(cause);
    fixture.after(0);
    assertEquals(LinkState.DOWN, link(0).state());
  }

  /** Lets the longest wait pass; the queue pair that is made acknowledges nothing by itself. */
  private void reconnect() {
    int before = queuePairs.size();
    fixture.after(LONGEST_NS);
    assertEquals(before + 1, queuePairs.size());
  }

  @Test
  void shouldWriteAgainWhereTheStoresAreNow() {
    keyWrite(VALUES, 1);
    keyWrite(OTHERS, 2);
    fixture.send();
    fixture.after(0);
    List<Operation> posted = List.copyOf(last().posted);
    fail(CompletionStatus.RETRY_EXCEEDED);
    fixture.restart(0, STORES);
    reconnect();
    assertEquals(LinkState.REPLAYING, link(0).state());
    assertEquals(2, last().posted.size());
    for (int i = 0; i < 2; i++) {
      Operation again = last().posted.get(i);
      assertEquals(fixture.region(0, i == 0 ? VALUES : OTHERS), again.region());
      assertNotEquals(posted.get(i).region(), again.region());
      assertEquals(posted.get(i).offset(), again.offset());
      assertEquals(posted.get(i).id(), again.id());
    }
    fixture.check("replayed");
    assertEquals(2, fixture.counts().inFlight());
    // New reports are let in when the collector has answered.
    keyWrite(VALUES, 3);
    fixture.send();
    last().completedByPoll = 1;
    fixture.after(0);
    assertEquals(LinkState.UP, link(0).state());
    last().completedByPoll = 10;
    keyWrite(VALUES, 4);
    fixture.send();
    fixture.after(0);
    EngineSnapshot counts = fixture.counts();
    assertEquals(3, counts.written());
    assertEquals(1, counts.dropped(DropReason.QUEUE_PAIR_DOWN));
    assertEquals(1, link(0).reconnects());
    assertEquals(2, link(0).replayed());
    assertNull(link(0).problem());
    assertEquals(2, messages.size(), messages.toString());
    assertTrue(messages.getFirst().contains("gave no answer"), messages.toString());
    assertTrue(messages.getFirst().contains("2 operations are kept"), messages.toString());
    assertTrue(messages.getLast().contains("2 operations were written again"), messages.toString());
  }

  @Test
  void shouldWaitLongerFromAttemptToAttemptAndSayOnceWhatIsWrong() {
    keyWrite(VALUES, 1);
    fixture.send();
    fixture.refuse(0, "nobody answers there");
    fail(CompletionStatus.RETRY_EXCEEDED);
    for (int i = 0; i < 1000; i++) {
      fixture.after(MILLISECOND);
      fixture.check("after " + i + " ms");
    }
    int attempts = fixture.attempts(0);
    // Waits of 5 to 10 ms, but for the first few.
    assertTrue(attempts >= 100 && attempts <= 205, attempts + " attempts");
    assertEquals("nobody answers there", link(0).problem());
    assertEquals(2, messages.size(), messages.toString());
    assertTrue(messages.getLast().contains("nobody answers there"), messages.toString());
    fixture.refuse(0, "it has other stores");
    fixture.after(LONGEST_NS);
    assertEquals(3, messages.size());
    fixture.refuse(0, null);
    reconnect();
    last().completedByPoll = 1;
    fixture.after(0);
    assertEquals(LinkState.UP, link(0).state());
    assertEquals(1, fixture.counts().written());
  }

  @Test
  void shouldKeepWhatIsHeldAndAskForWhatIsEssentialWhileItIsDown() {
    last().completedByPoll = 10;
    fixture.reports.append(EVENTS, 0, 0, 1, bytes, 0);
    fixture.reports.postcard(PATHS, 0, 0, bytes, 0, 1, 7);
    fixture.reports.sketchColumn(SKETCH, 0, 0, 0, 1, 0, new int[] {1, 2}, 0);
    fixture.send();
    fixture.after(0);
    fail(CompletionStatus.RETRY_EXCEEDED);
    fixture.refuse(0, "it is away");
    fixture.reports.append(EVENTS, 0, 0, 1, bytes, 0);
    fixture.reports.append(EVENTS, BaseHeader.RETRANSMITTABLE_FLAG, 9, 1, bytes, 0);
    fixture.reports.postcard(PATHS, 0, 0, bytes, 0, 2, 8);
    fixture.reports.sketchColumn(SKETCH, 0, 0, 0, 9, 0, new int[] {1, 2}, 0);
    fixture.send();
    fixture.after(5_000 * MILLISECOND); // beyond all that anything held waits for
    EngineSnapshot counts = fixture.counts();
    assertEquals(4, counts.dropped(DropReason.QUEUE_PAIR_DOWN));
    assertEquals(3, counts.inFlight());
    assertTrue(fixture.answers.contains(new Answer(EngineFixture.REPORTER, 9, true)));

    fixture.refuse(0, null);
    fixture.after(LONGEST_NS);
    last().completedByPoll = 100;
    fixture.after(0);
    fixture.after(0);
    fixture.reports.append(EVENTS, BaseHeader.RETRANSMITTABLE_FLAG, 9, 2, bytes, 0);
    fixture.send();
    fixture.after(20 * MILLISECOND);
    counts = fixture.counts();
    assertEquals(4, counts.written());
    assertEquals(0, counts.inFlight());
    assertEquals(1, counts.count(EngineEvent.EPOCHS_INCOMPLETE));
  }

  @Test
  void shouldGiveUpAnOperationThatIsRefusedOnAFreshQueuePairToo() {
    bytes.putInt(0, 5);
    fixture.reports.keyIncrement(COUNTS, 0, 0, 1, bytes, 0, 1);
    keyWrite(VALUES, 1);
    fixture.send();
    fail(CompletionStatus.REMOTE_INVALID_REQUEST);
    reconnect();
    assertEquals(2, last().posted.size());
    fail(CompletionStatus.REMOTE_INVALID_REQUEST);
    reconnect();
    assertEquals(1, last().posted.size());
    last().completedByPoll = 10;
    fixture.after(0);
    EngineSnapshot counts = fixture.counts();
    assertEquals(1, counts.dropped(DropReason.REMOTE_INVALID));
    assertEquals(1, counts.written());
    assertEquals(1, link(0).refused());
    assertEquals(LinkState.UP, link(0).state());
  }

  @Test
  void shouldLetAStoreRestWhoseRegionIsRefusedAndGoOnWithTheOthers() {
    for (int i = 0; i < 5; i++) {
      keyWrite(VALUES, i);
      keyWrite(OTHERS, i);
    }
    fixture.send();
    fail(CompletionStatus.REMOTE_ACCESS_ERROR);
    reconnect();
    fail(CompletionStatus.REMOTE_ACCESS_ERROR); // the same one, with what the directory says
    reconnect();
    assertTrue(
        last().posted.stream().allMatch(op -> op.region().equals(fixture.region(0, OTHERS))));
    last().completedByPoll = 100;
    fixture.after(0);
    keyWrite(VALUES, 8);
    keyWrite(OTHERS, 8);
    fixture.send();
    EngineSnapshot counts = fixture.counts();
    assertEquals(6, counts.written());
    assertEquals(6, counts.dropped(DropReason.REMOTE_ACCESS));
    assertEquals(0, counts.inFlight());
    assertTrue(messages.stream().anyMatch(m -> m.contains("'values'")), messages.toString());

    fixture.after(LONGEST_NS); // The rest is over, and the region still refused.
    last().completedByPoll = 0;
    keyWrite(VALUES, 9);
    fixture.send();
    fail(CompletionStatus.REMOTE_ACCESS_ERROR);
    reconnect();
    fail(CompletionStatus.REMOTE_ACCESS_ERROR);
    reconnect();
    fixture.after(LONGEST_NS);
    keyWrite(VALUES, 10);
    fixture.send();
    assertEquals(8, fixture.counts().dropped(DropReason.REMOTE_ACCESS), "twice as long");

    last().fail(CompletionStatus.RETRY_EXCEEDED);
    fixture.after(0);
    fixture.restart(0, STORES); // Another region ends the rest at once.
    reconnect();
    last().completedByPoll = 100;
    keyWrite(VALUES, 11);
    fixture.send();
    assertEquals(7, fixture.counts().written());
  }

  @Test
  void shouldGoOnWithOtherCollectorsWhileOneIsDown() {
    open(2);
    queuePairs.forEach(each -> each.completedByPoll = 100);
    for (int list = 0; list < 4; list++) {
      fixture.reports.append(EVENTS, 0, 0, list, bytes, 0);
    }
    for (int key = 0; key < 4; key++) {
      bytes.putInt(0, key);
      fixture.reports.postcard(PATHS, 0, 0, bytes, 0, 1, 7);
    }
    fixture.send();
    queuePairs.getFirst().fail(CompletionStatus.RETRY_EXCEEDED);
    fixture.refuse(0, "it is away");
    fixture.after(100 * MILLISECOND);
    assertEquals(LinkState.DOWN, link(0).state());
    assertEquals(LinkState.UP, link(1).state());
    long held = fixture.counts().inFlight();
    long written = fixture.counts().written();
    assertTrue(held >= 2 && written >= 2 && held + written == 8, held + " and " + written);
    for (int key = 0; key < 100; key++) {
      bytes.putInt(0, key);
      fixture.reports.postcard(PATHS, 0, 0, bytes, 0, 1, 7);
    }
    fixture.send();
    fixture.after(100 * MILLISECOND);
    fixture.check("one is down");
    EngineSnapshot counts = fixture.counts();
    // What the other collector's flows need of the cache they get.
    assertEquals(108, counts.written() + counts.inFlight() + counts.dropped());
    assertTrue(counts.written() >= written + 30, counts.toString());
  }

  @Test
  void shouldNotWaitForASilentCollectorWhereThereAreOthers() {
    EngineFixture.Builder builder =
        EngineFixture.with(VALUES)
            .collectors(2)
            .ticking()
            .queuePairs(
                (memory, listener) -> {
                  ScriptedQueuePair queuePair = new ScriptedQueuePair(listener);
                  queuePairs.add(queuePair);
                  return queuePair;
                });
    queuePairs.clear();
    try (EngineFixture two = builder.build()) {
      queuePairs.getFirst().completedByPoll = 0;
      queuePairs.getFirst().room = 4;
      for (int key = 0; key < 40; key++) {
        bytes.putInt(0, key);
        two.reports.keyWrite(VALUES, 0, 0, 1, bytes, 0, bytes, 8);
      }
      two.send();
      two.check("silent");
      EngineSnapshot counts = two.counts();
      assertEquals(4, counts.inFlight());
      assertTrue(counts.written() > 10, counts.toString());
      assertEquals(40 - 4 - counts.written(), counts.dropped(DropReason.QUEUE_PAIR_DOWN));
      assertEquals(1, counts.count(EngineEvent.BACK_PRESSURED));
      assertEquals(LinkState.UP, two.engine.links().getFirst().state());
      // A sign of life lets reports in again.
      queuePairs.getFirst().completedByPoll = 4;
      two.after(0);
      long written = two.counts().written();
      for (int key = 0; key < 40; key++) {
        bytes.putInt(0, key);
        two.reports.keyWrite(VALUES, 0, 0, 1, bytes, 0, bytes, 8);
      }
      two.send();
      two.after(0);
      two.after(0);
      two.after(0);
      two.after(0);
      two.after(0);
      assertEquals(written + 40, two.counts().written());
    }
  }

  @Test
  void shouldAccountForEverythingWhereItIsClosedWhileDown() {
    keyWrite(VALUES, 1);
    bytes.putInt(0, 5);
    fixture.reports.keyIncrement(COUNTS, 0, 0, 2, bytes, 0, 1);
    fixture.reports.append(EVENTS, 0, 0, 1, bytes, 0);
    fixture.send();
    fixture.refuse(0, "it is away");
    fail(CompletionStatus.RETRY_EXCEEDED);
    assertFalse(fixture.engine.drain(0));
    fixture.engine.close();
    fixture.check("closed");
    EngineSnapshot counts = fixture.engine.published();
    assertEquals(2, counts.dropped(DropReason.SHUTDOWN));
    assertEquals(1, counts.uncertain());
    assertEquals(0, counts.inFlight());
    assertEquals(LinkState.CLOSED, link(0).state());
  }

  @Test
  void shouldKeepWhatCouldNotBePostedWhenTheQueuePairWentDown() {
    last().completedByPoll = 100;
    for (int i = 0; i < 3; i++) {
      fixture.reports.append(EVENTS, 0, 0, 1, bytes, 0);
    }
    for (int column = 0; column < 15; column++) {
      fixture.reports.sketchColumn(SKETCH, 0, 0, 0, 1, column, new int[] {1, 2}, 0);
    }
    fixture.send();
    fixture.after(0);
    last().answers.add(RdmaQueuePair.NOT_CONNECTED);
    fixture.reports.sketchColumn(SKETCH, 0, 0, 0, 1, 15, new int[] {1, 2}, 0);
    fixture.reports.append(EVENTS, 0, 0, 1, bytes, 0);
    fixture.send();
    fixture.check("down");
    assertEquals(LinkState.DOWN, link(0).state());
    // The entry came after; the columns of the other groups were written.
    assertEquals(1, fixture.counts().dropped(DropReason.QUEUE_PAIR_DOWN));
    assertEquals(7, fixture.counts().inFlight());
    reconnect();
    last().completedByPoll = 100;
    fixture.after(0);
    fixture.after(20 * MILLISECOND);
    EngineSnapshot counts = fixture.counts();
    assertEquals(0, counts.inFlight());
    assertEquals(19, counts.written());
    assertEquals(1, counts.count(EngineEvent.EPOCHS_COMPLETE));
  }

  @Test
  void shouldKeepAFullFrameThatCouldNotBePosted() {
    last().completedByPoll = 100;
    last().answers.add(RdmaQueuePair.NOT_CONNECTED);
    for (int i = 0; i < 5; i++) {
      fixture.reports.append(EVENTS, 0, 0, 1, bytes, 0);
    }
    fixture.send();
    fixture.check("down");
    assertEquals(4, fixture.counts().inFlight());
    assertEquals(1, fixture.counts().dropped(DropReason.QUEUE_PAIR_DOWN));
    reconnect();
    last().completedByPoll = 100;
    fixture.reports.append(EVENTS, 0, 0, 1, bytes, 0); // the full frame goes first
    fixture.send();
    fixture.after(20 * MILLISECOND);
    assertEquals(5, fixture.counts().written());
    assertEquals(1, fixture.counts().count(EngineEvent.FRAMES_FULL));
  }

  @Test
  void shouldTellOfAHeldFrameOnceItIsWritten() {
    last().completedByPoll = 100;
    fixture.reports.append(EVENTS, 0, 0, 1, bytes, 0);
    last().answers.add(RdmaQueuePair.NOT_CONNECTED);
    fixture.reports.append(EVENTS, BaseHeader.IMMEDIATE_FLAG, 0, 1, bytes, 0);
    fixture.send();
    assertEquals(2, fixture.counts().inFlight());
    reconnect();
    last().completedByPoll = 100;
    fixture.after(20 * MILLISECOND);
    fixture.after(0);
    assertEquals(2, fixture.counts().written());
    assertEquals(1, last().posted.size());
    assertEquals(1, ImmediateData.detail(last().posted.getFirst().immediate()));
    fixture.reports.append(EVENTS, 0, 0, 1, bytes, 0);
    fixture.send();
    fixture.after(20 * MILLISECOND);
    assertNull(last().posted.getLast().immediate(), "told of once");
  }

  private void path(int flow) {
    bytes.putInt(0, flow);
    for (int hop = 1; hop <= PATHS.hops(); hop++) {
      fixture.reports.postcard(PATHS, 0, 0, bytes, 0, hop, hop);
    }
  }

  @Test
  void shouldWriteAPathThatWasBeingPostedWhenTheQueuePairWentDown() {
    for (int copy = 0; copy < 2; copy++) {
      open(1);
      last().completedByPoll = 100;
      for (int i = 0; i < copy; i++) {
        last().answers.add(RdmaQueuePair.POSTED);
      }
      last().answers.add(RdmaQueuePair.NOT_CONNECTED);
      path(1);
      fixture.send();
      fixture.check("down at copy " + copy);
      assertEquals(PATHS.hops(), fixture.counts().inFlight(), "copy " + copy);
      path(2);
      fixture.send();
      assertEquals(PATHS.hops(), fixture.counts().dropped(DropReason.QUEUE_PAIR_DOWN));
      reconnect();
      last().completedByPoll = 100;
      fixture.after(0); // What was replayed is acknowledged.
      path(3);
      fixture.send();
      fixture.after(MILLISECOND);
      fixture.after(0);
      fixture.check("up again, copy " + copy);
      assertEquals(2L * PATHS.hops(), fixture.counts().written(), "copy " + copy);
      assertEquals(2, fixture.counts().count(EngineEvent.PATHS_COMPLETE));
      assertEquals(0, fixture.counts().inFlight());
    }
  }

  @Test
  void shouldGiveUpAPathThatWaitsWhereItIsClosed() {
    last().answers.add(RdmaQueuePair.NOT_CONNECTED);
    path(1);
    fixture.send();
    fixture.engine.close();
    fixture.check("closed");
    assertEquals(PATHS.hops(), fixture.counts().dropped(DropReason.SHUTDOWN));
  }

  @Test
  void shouldReplaceAQueuePairWhoseCollectorWasStartedAgain() {
    last().completedByPoll = 100;
    keyWrite(VALUES, 1);
    fixture.send();
    ScriptedQueuePair before = last();
    fixture.stale(0);
    fixture.after(0);
    assertEquals(2, queuePairs.size());
    assertEquals(QueuePairState.RESET, before.state());
    last().completedByPoll = 100;
    keyWrite(VALUES, 2);
    fixture.send();
    fixture.after(0);
    fixture.after(0);
    fixture.check("replaced");
    assertEquals(2, fixture.counts().written());
    assertEquals(1, last().posted.size());
    assertEquals(LinkState.UP, link(0).state());
    assertEquals(1, link(0).reconnects());
  }

  @Test
  void shouldWriteNothingToACollectorThatWasStartedAgainAndCannotBeConnected() {
    last().completedByPoll = 100;
    ScriptedQueuePair before = last();
    fixture.stale(0);
    fixture.refuse(0, "other stores");
    fixture.after(0);
    keyWrite(VALUES, 1);
    fixture.send();
    fixture.check("down");
    assertEquals(0, before.posted.size());
    assertEquals(1, fixture.counts().dropped(DropReason.QUEUE_PAIR_DOWN));
    assertEquals("other stores", link(0).problem());
    fixture.refuse(0, null);
    reconnect();
    assertEquals(LinkState.UP, link(0).state());
  }
}
