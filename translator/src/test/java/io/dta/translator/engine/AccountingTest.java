package io.dta.translator.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dta.primitives.Primitive;
import io.dta.rdma.CompletionStatus;
import io.dta.rdma.RdmaQueuePair;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Every report is in exactly one place after every single call, whatever happens. */
class AccountingTest {
  private static final int SEEDS = 150;
  private static final int CALLS = 150;
  private static final CompletionStatus[] CAUSES = {
    CompletionStatus.REMOTE_ACCESS_ERROR,
    CompletionStatus.REMOTE_INVALID_REQUEST,
    CompletionStatus.REMOTE_OPERATIONAL_ERROR,
    CompletionStatus.RETRY_EXCEEDED
  };

  private final List<ScriptedQueuePair> queuePairs = new ArrayList<>();
  private int collectors;

  @Test
  void shouldKnowWhereEveryReportIsUnderLossOverloadFailureAndShutdown() {
    Set<DropReason> seen = EnumSet.noneOf(DropReason.class);
    long uncertain = 0;
    for (long seed = 1; seed <= SEEDS; seed++) {
      EngineSnapshot counts = run(seed);
      seen.addAll(counts.droppedByReason().keySet());
      uncertain += counts.uncertain();
    }
    assertNotEquals(0, uncertain);
    Set<DropReason> expected = EnumSet.allOf(DropReason.class);
    expected.remove(DropReason.RING_FULL);
    assertEquals(expected, seen, "the model does not reach everything");
  }

  private EngineSnapshot run(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    queuePairs.clear();
    collectors = 1 + random.nextInt(3);
    EngineSettings settings =
        new EngineSettings(
            null,
            0,
            4,
            null,
            0,
            Duration.ofMillis(100),
            0,
            random.nextBoolean() ? 0 : 2000,
            3,
            0,
            null,
            5);
    EngineFixture fixture =
        RandomReports.fixture()
            .collectors(collectors)
            .settings(settings)
            .queuePairs((memory, listener) -> add(new ScriptedQueuePair(listener)))
            .build();
    try (fixture) {
      RandomReports reports = new RandomReports(random);
      long sent = 0;
      for (int call = 0; call < CALLS; call++) {
        String when = "seed " + seed + " call " + call;
        sent += step(random, fixture, reports);
        fixture.check(when);
        assertEquals(sent, fixture.engine.published().received(), when);
      }
      if (random.nextBoolean()) {
        for (ScriptedQueuePair queuePair : queuePairs) {
          queuePair.failsWithoutRoom = true;
          queuePair.completedByPoll = random.nextInt(3);
        }
        fixture.engine.drain(0);
        fixture.check("seed " + seed + " drained");
      }
    }
    reportAfterClosing(fixture);
    EngineSnapshot counts = fixture.engine.published();
    assertEquals(0, counts.inFlight(), "seed " + seed);
    return counts;
  }

  private ScriptedQueuePair add(ScriptedQueuePair queuePair) {
    queuePairs.add(queuePair);
    return queuePair;
  }

  /** One call or one event; how many reports it handed over. */
  private int step(SplittableRandom random, EngineFixture fixture, RandomReports reports) {
    // The last ones made are those that are up.
    int last = queuePairs.size() - 1;
    ScriptedQueuePair queuePair = queuePairs.get(Math.max(0, last - random.nextInt(3)));
    switch (random.nextInt(20)) {
      case 0, 1, 2, 3 -> fixture.after(random.nextLong(20 * EngineFixture.MILLISECOND));
      case 4 -> {
        int collector = random.nextInt(collectors);
        switch (random.nextInt(4)) {
          case 0 -> fixture.refuse(collector, "it is not there");
          case 1 -> fixture.refuse(collector, null);
          case 2 -> fixture.restart(collector, RandomReports.STORES);
          default -> fixture.engine.flush();
        }
      }
      case 5 -> {
        // A queue pair that neither makes room nor goes down would be waited for without end.
        boolean mayStall = queuePair.room == Integer.MAX_VALUE || queuePair.failsWithoutRoom;
        queuePair.completedByPoll = mayStall ? random.nextInt(4) : 1 + random.nextInt(3);
      }
      case 6 -> {
        queuePair.room = 1 + random.nextInt(10);
        queuePair.completedByPoll = Math.max(1, queuePair.completedByPoll);
      }
      case 7 -> {
        queuePair.room = 1 + random.nextInt(10);
        queuePair.failsWithoutRoom = true;
      }
      case 8 -> {
        int[] refusals = {
          RdmaQueuePair.UNSUPPORTED, RdmaQueuePair.OUT_OF_BOUNDS, RdmaQueuePair.NOT_CONNECTED
        };
        int posted = random.nextInt(6);
        for (int i = 0; i < posted; i++) {
          queuePair.answers.add(RdmaQueuePair.POSTED);
        }
        if (random.nextInt(3) == 0) {
          queuePair.answers.add(refusals[random.nextInt(3)]);
        }
      }
      case 9 -> {
        if (random.nextInt(3) == 0) {
          int reported = datagram(random, fixture, reports);
          queuePair.fail(CAUSES[random.nextInt(CAUSES.length)]);
          return reported;
        }
      }
      default -> {
        return datagram(random, fixture, reports);
      }
    }
    return 0;
  }

  private static int datagram(
      SplittableRandom random, EngineFixture fixture, RandomReports reports) {
    int count = random.nextInt(30);
    for (int i = 0; i < count; i++) {
      reports.add(fixture.reports);
    }
    int length = fixture.reports.length();
    int rest = 0;
    switch (random.nextInt(12)) {
      case 0 -> {
        fixture.datagram.setMemory(length, 20, (byte) 0x66);
        rest = 1 + random.nextInt(20);
      }
      case 1 -> {
        fixture.datagram.putByte(length, (byte) 1);
        fixture.datagram.putByte(length + 1, (byte) 0);
        fixture.datagram.putByte(length + 2, (byte) 40);
        rest = 3;
      }
      default -> {}
    }
    fixture.engine.onDatagram(
        fixture.datagram, 0, length + rest, random.nextInt(5) /* 0: not known */);
    fixture.begin();
    return count + (rest > 0 ? 1 : 0);
  }

  private static void reportAfterClosing(EngineFixture fixture) {
    fixture.datagram.setMemory(0, 64, (byte) 0);
    fixture.datagram.putByte(0, (byte) 2);
    long before = fixture.engine.published().dropped(DropReason.SHUTDOWN);
    fixture.engine.onDatagram(fixture.datagram, 0, 3 + RandomReports.APPEND.reportLength(), 0);
    fixture.check("after the end");
    assertEquals(before + 1, fixture.engine.published().dropped(DropReason.SHUTDOWN));
    assertEquals(0, fixture.engine.doWork(0));
    fixture.engine.flush();
    assertTrue(fixture.engine.drain(0));
    fixture.engine.close();
  }

  @Test
  void shouldLoseNothingWhereItIsDrained() {
    for (long seed = 1; seed <= 20; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      EngineSettings settings =
          new EngineSettings(null, 0, 4, null, 0, null, 0, 5000, 0, 0, null, 0);
      try (EngineFixture fixture =
          RandomReports.fixture()
              .settings(settings)
              .queuePairs(
                  (memory, listener) -> {
                    ScriptedQueuePair queuePair = new ScriptedQueuePair(listener);
                    queuePair.completedByPoll = 1;
                    return queuePair;
                  })
              .ticking()
              .build()) {
        RandomReports reports = new RandomReports(random);
        for (int i = 0; i < 20; i++) {
          datagram(random, fixture, reports);
        }
        assertNotEquals(0, fixture.engine.published().inFlight(), "seed " + seed);
        assertTrue(fixture.engine.drain(1000 * EngineFixture.MILLISECOND), "seed " + seed);
        EngineSnapshot counts = fixture.engine.published();
        assertEquals(0, counts.inFlight(), "seed " + seed);
        assertEquals(0, counts.dropped(DropReason.SHUTDOWN), "seed " + seed);
      }
    }
  }

  @Test
  void shouldSayWhereItCouldNotBeDrained() {
    try (EngineFixture fixture =
        RandomReports.fixture()
            .queuePairs(
                (memory, listener) -> {
                  ScriptedQueuePair queuePair = new ScriptedQueuePair(listener);
                  queuePair.completedByPoll = 0;
                  return queuePair;
                })
            .ticking()
            .build()) {
      RandomReports reports = new RandomReports(new SplittableRandom(1));
      for (int i = 0; i < 50; i++) {
        reports.add(fixture.reports);
      }
      fixture.send();
      assertFalse(fixture.engine.drain(10 * EngineFixture.MILLISECOND));
      assertNotEquals(0, fixture.engine.published().inFlight());
      fixture.engine.close();
      EngineSnapshot counts = fixture.engine.published();
      assertNotEquals(0, counts.dropped(DropReason.SHUTDOWN));
      assertNotEquals(0, counts.uncertain());
      assertEquals(0, counts.dropped(DropReason.QUEUE_PAIR_DOWN));
    }
  }

  @Test
  void shouldShowOtherThreadsOnlyBalancedCounters() throws InterruptedException {
    try (EngineFixture fixture = RandomReports.fixture().build()) {
      AtomicBoolean done = new AtomicBoolean();
      AtomicReference<EngineSnapshot> unbalanced = new AtomicReference<>();
      Thread reader =
          new Thread(
              () -> {
                while (!done.get()) {
                  EngineSnapshot counts = fixture.engine.counters().snapshot();
                  if (!counts.isBalanced()) {
                    unbalanced.set(counts);
                  }
                }
              });
      reader.start();
      RandomReports reports = new RandomReports(new SplittableRandom(1));
      for (int i = 0; i < 20_000; i++) {
        reports.add(fixture.reports);
        fixture.send();
        fixture.after(1000);
      }
      done.set(true);
      reader.join();
      assertEquals(null, unbalanced.get());
    }
  }

  @Test
  void shouldAddUpSeveralEnginesAndWhatNeverReachedOne() {
    try (EngineFixture one = RandomReports.fixture().build();
        EngineFixture other = RandomReports.fixture().build()) {
      RandomReports reports = new RandomReports(new SplittableRandom(2));
      for (EngineFixture fixture : List.of(one, other)) {
        for (int i = 0; i < 100; i++) {
          reports.add(fixture.reports);
        }
        fixture.send();
      }
      EngineSnapshot sum =
          one.engine
              .published()
              .plus(other.engine.published())
              .withDropped(Primitive.APPEND, DropReason.RING_FULL, 7);
      assertEquals(207, sum.received());
      assertEquals(7, sum.dropped(DropReason.RING_FULL));
      assertEquals(2, sum.count(EngineEvent.DATAGRAMS));
      assertTrue(sum.isBalanced());
      assertEquals(0, EngineSnapshot.EMPTY.received());
    }
  }
}
