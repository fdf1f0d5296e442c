package io.dta.translator.engine;

import static io.dta.translator.engine.EngineFixture.MILLISECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dta.primitives.Primitive;
import io.dta.primitives.store.AppendReader;
import io.dta.primitives.store.AppendStore;
import io.dta.primitives.wire.BaseHeader;
import io.dta.primitives.wire.ImmediateData;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class AppendTranslatorTest {
  private static final AppendStore EVENTS = new AppendStore(0, "events", 5, 4, 4, 8);

  private final UnsafeBuffer entry = new UnsafeBuffer(new byte[256]);

  private void append(EngineFixture fixture, AppendStore store, int flags, int list, int number) {
    entry.putInt(0, number);
    fixture.reports.append(store, flags, 0, list, entry, 0);
  }

  private static List<Integer> read(AppendReader reader) {
    List<Integer> entries = new ArrayList<>();
    reader.poll(
        (sequence, position, buffer, index, length) -> entries.add(buffer.getInt(index)), 10_000);
    return entries;
  }

  private static List<Integer> numbers(int first, int last) {
    List<Integer> numbers = new ArrayList<>();
    for (int number = first; number <= last; number++) {
      numbers.add(number);
    }
    return numbers;
  }

  @Test
  void shouldLoseNothingWhereAListWraps() {
    try (EngineFixture fixture = EngineFixture.with(EVENTS).build()) {
      AppendReader reader = new AppendReader(EVENTS, fixture.memory(EVENTS), 2, 1);
      int frame = EVENTS.batch();
      int number = 0;
      for (int lap = 0; lap < 5 * EVENTS.frames(); lap++) {
        for (int i = 0; i < frame; i++) {
          append(fixture, EVENTS, 0, 2, number++);
        }
        fixture.send();
        assertEquals(numbers(number - frame, number - 1), read(reader), "frame " + lap);
      }
      assertEquals(0, reader.lostFrames());
      EngineSnapshot counts = fixture.counts();
      assertEquals(number, counts.written(Primitive.APPEND));
      assertEquals(number / frame, counts.count(EngineEvent.FRAMES_FULL));
      assertEquals(number / frame, counts.operations(Primitive.APPEND));
    }
  }

  @Test
  void shouldKeepEveryListsOrderWhateverTheInterleaving() {
    long seed = 3;
    SplittableRandom random = new SplittableRandom(seed);
    AppendStore store = new AppendStore(9, "loss", 5, 18, 16, 64);
    List<List<Integer>> truth = new ArrayList<>();
    for (int list = 0; list < 5; list++) {
      truth.add(new ArrayList<>());
    }
    try (EngineFixture fixture = EngineFixture.with(store).collectors(2).build()) {
      for (int number = 0; number < 3000; number++) {
        int list = random.nextInt(5);
        append(fixture, store, 0, list, number);
        truth.get(list).add(number);
        if (random.nextInt(50) == 0) {
          fixture.send();
          fixture.after(random.nextLong(8 * MILLISECOND));
          fixture.check("entry " + number);
        }
      }
      fixture.send();
      fixture.after(10 * MILLISECOND);
      for (int list = 0; list < 5; list++) {
        AppendReader reader = new AppendReader(store, fixture.memory(list % 2, store), list, 1);
        assertEquals(truth.get(list), read(reader), "list " + list + ", seed " + seed);
      }
      EngineSnapshot counts = fixture.counts();
      assertEquals(3000, counts.written());
      assertEquals(0, counts.inFlight());
    }
  }

  @Test
  void shouldFlushAPartialFrameAfterItsFirstEntryHasWaitedLongEnough() {
    try (EngineFixture fixture = EngineFixture.with(EVENTS).build()) {
      fixture.after(0);
      AppendReader reader = new AppendReader(EVENTS, fixture.memory(EVENTS), 0, 1);
      append(fixture, EVENTS, 0, 0, 1);
      fixture.send();
      fixture.after(6 * MILLISECOND);
      append(fixture, EVENTS, 0, 0, 2);
      append(fixture, EVENTS, 0, 1, 3);
      fixture.send();
      fixture.after(4 * MILLISECOND - 1);
      assertEquals(List.of(), read(reader));
      assertEquals(3, fixture.counts().inFlight());
      fixture.after(1);
      assertEquals(List.of(1, 2), read(reader));
      assertEquals(1, fixture.counts().inFlight(), "the other list is not due");
      fixture.after(6 * MILLISECOND);
      EngineSnapshot counts = fixture.counts();
      assertEquals(0, counts.inFlight());
      assertEquals(2, counts.count(EngineEvent.FRAMES_FLUSHED));
      append(fixture, EVENTS, 0, 0, 4);
      fixture.send();
      fixture.engine.flush();
      assertEquals(List.of(4), read(reader));
    }
  }

  @Test
  void shouldWriteAnImmediateEntryAtOnce() {
    ScriptedQueuePair[] queuePair = new ScriptedQueuePair[1];
    try (EngineFixture fixture =
        EngineFixture.with(EVENTS)
            .queuePairs(
                (memory, listener) -> {
                  queuePair[0] = new ScriptedQueuePair(listener);
                  return queuePair[0];
                })
            .build()) {
      append(fixture, EVENTS, 0, 3, 1);
      append(fixture, EVENTS, BaseHeader.IMMEDIATE_FLAG, 3, 2);
      fixture.send();
      ScriptedQueuePair.Operation write = queuePair[0].posted.getFirst();
      assertEquals(EVENTS.frameOffset(3, 1), write.offset());
      assertEquals(3, ImmediateData.detail(write.immediate()));
      assertEquals(Primitive.APPEND, ImmediateData.primitive(write.immediate()));
      assertEquals(2, fixture.counts().written());
    }
  }

  @Test
  void shouldGoOnWhereTheListsStopped() {
    AppendStore store = new AppendStore(0, "events", 2, 4, 1, 8);
    try (EngineFixture fixture =
        EngineFixture.with(store).heads("events", 0xFFFF_FFFF, 12).build()) {
      for (int number = 0; number < 3; number++) {
        append(fixture, store, 0, 0, number);
        append(fixture, store, 0, 1, number);
      }
      fixture.send();
      assertEquals(
          numbers(0, 2),
          read(new AppendReader(store, fixture.memory(store), 0, 0xFFFF_FFFFL)),
          "sequences count modulo 2^32");
      assertEquals(numbers(0, 2), read(new AppendReader(store, fixture.memory(store), 1, 12)));
    }
  }

  @Test
  void shouldRefuseAListThatTheStoreDoesNotHave() {
    try (EngineFixture fixture = EngineFixture.with(EVENTS).build()) {
      append(fixture, EVENTS, 0, 5, 1);
      append(fixture, EVENTS, 0, -1, 1);
      append(fixture, EVENTS, 0, Integer.MIN_VALUE, 1);
      fixture.send();
      assertEquals(3, fixture.counts().dropped(DropReason.BAD_LIST));
    }
  }

  @Test
  void shouldDropTheEntryThatCallsForAWriteBeyondTheRateLimitAndKeepTheOthers() {
    EngineSettings settings =
        new EngineSettings(Duration.ofMillis(10), 0, 0, null, 0, null, 0, 1000, 0, 0, null, 0);
    try (EngineFixture fixture = EngineFixture.with(EVENTS).settings(settings).build()) {
      int burst = RateLimiter.LEAST_BURST * EVENTS.batch();
      for (int number = 0; number < burst + EVENTS.batch() + 2; number++) {
        append(fixture, EVENTS, 0, 0, number);
      }
      fixture.send();
      EngineSnapshot counts = fixture.counts();
      assertEquals(burst, counts.written());
      assertEquals(EVENTS.batch() - 1, counts.inFlight());
      assertEquals(3, counts.dropped(DropReason.RATE_LIMITED));
      fixture.check("limited");
      fixture.after(MILLISECOND);
      append(fixture, EVENTS, 0, 0, 1);
      fixture.send();
      assertEquals(burst + EVENTS.batch(), fixture.counts().written());
    }
  }

  @Test
  void shouldSayWhatToLowerWhereBatchesTakeTooMuchMemory() {
    AppendStore store = new AppendStore(0, "events", 1 << 20, 256, 64, 2);
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                new AppendTranslator(
                    store,
                    AppendTranslator.firstHeads(store),
                    new CollectorLink[0],
                    EngineSettings.DEFAULTS,
                    new EngineCounters()));
    assertTrue(e.getMessage().contains("lower lists"), e.getMessage());
  }
}
