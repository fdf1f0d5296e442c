package io.dta.translator.engine;

import static io.dta.translator.engine.EngineFixture.MILLISECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.dta.primitives.Primitive;
import io.dta.primitives.key.KeyFormat;
import io.dta.primitives.store.Outcome;
import io.dta.primitives.store.PathAnswer;
import io.dta.primitives.store.PathVerification;
import io.dta.primitives.store.PostcardingReader;
import io.dta.primitives.store.PostcardingStore;
import io.dta.primitives.store.ValueRange;
import io.dta.primitives.wire.BaseHeader;
import io.dta.primitives.wire.ImmediateData;
import io.dta.rdma.RdmaQueuePair;
import java.util.List;
import java.util.stream.IntStream;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PostcardTranslatorTest {
  private static final int HOPS = 5;
  private static final PostcardingStore PATHS = store(PathVerification.VALUE_SET);

  /** A cache of a single set, so that a fifth flow evicts the first. */
  private static final EngineSettings FOUR_ROWS =
      new EngineSettings(null, 0, 4, null, 0, null, 0, 0, 0, 0, null, 0);

  private final UnsafeBuffer key = new UnsafeBuffer(new byte[13]);

  private static PostcardingStore store(PathVerification verify) {
    List<ValueRange> values =
        verify == PathVerification.VALUE_SET ? List.of(new ValueRange(1, 1 << 20)) : null;
    return new PostcardingStore(
        1, "postcards", KeyFormat.IPV4_5_TUPLE, HOPS, 1 << 14, 2, verify, values);
  }

  private static int value(int flow, int hop) {
    return 1 + flow * 10 + hop;
  }

  private void flow(int number) {
    key.putInt(0, number * 0x9E37_79B9);
    key.putInt(4, number);
  }

  private void postcard(EngineFixture fixture, PostcardingStore store, int flow, int hop) {
    flow(flow);
    fixture.reports.postcard(store, 0, 0, key, 0, hop, value(flow, hop));
  }

  private PathAnswer lookup(EngineFixture fixture, PostcardingStore store, int flow) {
    flow(flow);
    PathAnswer answer = new PathAnswer(store);
    new PostcardingReader(store, fixture.memory(store))
        .lookup(key, 0, PostcardingReader.PAPER_POLICY, answer);
    return answer;
  }

  private void assertPath(PathAnswer answer, int flow, int hopsMask) {
    assertEquals(Outcome.VALUE, answer.outcome(), "flow " + flow);
    assertEquals(hopsMask, answer.hops(), "flow " + flow);
    for (int hop = 1; hop <= HOPS; hop++) {
      if ((hopsMask & (1 << (hop - 1))) != 0) {
        assertEquals(value(flow, hop), answer.value(hop), "flow " + flow + " hop " + hop);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(PathVerification.class)
  void shouldWriteAPathWhenAllItsHopsAreThereInAnyOrder(PathVerification verify) {
    PostcardingStore store = store(verify);
    try (EngineFixture fixture = EngineFixture.with(store).build()) {
      int flows = 100;
      for (int i = 0; i < HOPS; i++) {
        for (int flow = 0; flow < flows; flow++) {
          postcard(fixture, store, flow, 1 + (i * 3 + flow) % HOPS);
        }
        fixture.send();
        fixture.check("round " + i);
      }
      for (int flow = 0; flow < flows; flow++) {
        PathAnswer answer = lookup(fixture, store, flow);
        assertPath(answer, flow, 0b11111);
      }
      EngineSnapshot counts = fixture.counts();
      assertEquals((long) flows * HOPS, counts.written(Primitive.POSTCARDING));
      assertEquals(flows, counts.count(EngineEvent.PATHS_COMPLETE));
      assertEquals(2L * flows, counts.operations(Primitive.POSTCARDING));
    }
  }

  @Test
  void shouldWriteAShortPathWhenItHasWaitedLongEnough() {
    try (EngineFixture fixture = EngineFixture.with(PATHS).build()) {
      fixture.after(0);
      postcard(fixture, PATHS, 1, 1);
      fixture.send();
      fixture.after(30 * MILLISECOND);
      postcard(fixture, PATHS, 1, 2);
      postcard(fixture, PATHS, 2, 3);
      fixture.send();
      fixture.after(20 * MILLISECOND - 1);
      assertEquals(Outcome.EMPTY, lookup(fixture, PATHS, 1).outcome());
      fixture.after(1);
      assertPath(lookup(fixture, PATHS, 1), 1, 0b00011);
      assertEquals(1, fixture.counts().inFlight());
      fixture.after(30 * MILLISECOND);
      assertPath(lookup(fixture, PATHS, 2), 2, 0b00100);
      assertEquals(2, fixture.counts().count(EngineEvent.PATHS_FLUSHED));
      fixture.check("end");
    }
  }

  @Test
  void shouldWriteAnEvictedPathToItsOwnFlowsSlots() {
    try (EngineFixture fixture = EngineFixture.with(PATHS).settings(FOUR_ROWS).build()) {
      for (int flow = 0; flow < 5; flow++) {
        postcard(fixture, PATHS, flow, 1);
        postcard(fixture, PATHS, flow, 2);
        fixture.send();
        fixture.after(1);
      }
      assertPath(lookup(fixture, PATHS, 0), 0, 0b00011);
      for (int flow = 1; flow < 5; flow++) {
        assertEquals(Outcome.EMPTY, lookup(fixture, PATHS, flow).outcome(), "flow " + flow);
      }
      EngineSnapshot counts = fixture.counts();
      assertEquals(1, counts.count(EngineEvent.PATHS_EVICTED));
      assertEquals(2, counts.written());
      assertEquals(8, counts.inFlight());
      fixture.engine.flush();
      for (int flow = 0; flow < 5; flow++) {
        assertPath(lookup(fixture, PATHS, flow), flow, 0b00011);
      }
    }
  }

  @Test
  void shouldWriteAnEvictedPathToItsOwnFlowsCollector() {
    int collectors = 3;
    try (EngineFixture fixture =
        EngineFixture.with(PATHS).settings(FOUR_ROWS).collectors(collectors).build()) {
      int flows = 60;
      for (int flow = 0; flow < flows; flow++) {
        postcard(fixture, PATHS, flow, 4);
        fixture.send();
        fixture.check("flow " + flow);
      }
      fixture.engine.flush();
      for (int flow = 0; flow < flows; flow++) {
        flow(flow);
        int holders = 0;
        for (int i = 0; i < collectors; i++) {
          PathAnswer answer = new PathAnswer(PATHS);
          new PostcardingReader(PATHS, fixture.memory(i, PATHS))
              .lookup(key, 0, PostcardingReader.PAPER_POLICY, answer);
          holders += answer.outcome() == Outcome.VALUE ? 1 : 0;
        }
        assertEquals(1, holders, "flow " + flow);
      }
    }
  }

  @Test
  void shouldKeepTheLaterOfTwoPostcardsOfTheSameHop() {
    try (EngineFixture fixture = EngineFixture.with(PATHS).build()) {
      flow(1);
      fixture.reports.postcard(PATHS, 0, 0, key, 0, 1, 99);
      for (int hop = 1; hop <= HOPS; hop++) {
        postcard(fixture, PATHS, 1, hop);
      }
      fixture.send();
      assertPath(lookup(fixture, PATHS, 1), 1, 0b11111);
      EngineSnapshot counts = fixture.counts();
      assertEquals(HOPS, counts.written());
      assertEquals(1, counts.dropped(DropReason.SUPERSEDED));
    }
  }

  @Test
  void shouldRefuseHopsThatDoNotExistAndTheValueThatMeansNone() {
    try (EngineFixture fixture = EngineFixture.with(PATHS).build()) {
      for (int hop : new int[] {0, HOPS + 1, 255}) {
        fixture.reports.postcard(PATHS, 0, 0, key, 0, hop, 1);
      }
      fixture.reports.postcard(PATHS, 0, 0, key, 0, 1, PostcardingStore.BLANK);
      fixture.send();
      EngineSnapshot counts = fixture.counts();
      assertEquals(3, counts.dropped(DropReason.BAD_HOP));
      assertEquals(1, counts.dropped(DropReason.RESERVED_VALUE));
      assertEquals(0, counts.inFlight());
    }
  }

  @Test
  void shouldTellTheCollectorWithTheLastCopyOfAPathThatHasAnImmediatePostcard() {
    ScriptedQueuePair[] queuePair = new ScriptedQueuePair[1];
    try (EngineFixture fixture = scripted(queuePair, EngineSettings.DEFAULTS)) {
      flow(1);
      fixture.reports.postcard(PATHS, BaseHeader.IMMEDIATE_FLAG, 0, key, 0, 1, 1);
      for (int hop = 2; hop <= HOPS; hop++) {
        postcard(fixture, PATHS, 1, hop);
      }
      fixture.send();
      assertNull(queuePair[0].posted.getFirst().immediate());
      ScriptedQueuePair.Operation last = queuePair[0].posted.getLast();
      int immediate = last.immediate();
      assertEquals(Primitive.POSTCARDING, ImmediateData.primitive(immediate));
      assertEquals(PATHS.id(), ImmediateData.store(immediate));
      assertEquals(last.offset() / PATHS.stride(), ImmediateData.detail(immediate));
    }
  }

  @Test
  void shouldDropAPathsReportsOnceWhereACopyIsRefused() {
    for (int copy = 0; copy < 2; copy++) {
      ScriptedQueuePair[] queuePair = new ScriptedQueuePair[1];
      try (EngineFixture fixture = scripted(queuePair, EngineSettings.DEFAULTS)) {
        IntStream.range(0, copy).forEach(i -> queuePair[0].answers.add(RdmaQueuePair.POSTED));
        queuePair[0].answers.add(RdmaQueuePair.UNSUPPORTED);
        for (int hop = 1; hop <= HOPS; hop++) {
          postcard(fixture, PATHS, 1, hop);
        }
        fixture.send();
        fixture.check("copy " + copy);
        assertEquals(HOPS, fixture.engine.published().dropped(DropReason.UNSUPPORTED));
      }
    }
  }

  @Test
  void shouldDropThePostcardThatCallsForWritesBeyondTheRateLimitAndKeepTheRow() {
    EngineSettings settings = new EngineSettings(null, 0, 4, null, 0, null, 0, 1000, 0, 0, null, 0);
    ScriptedQueuePair[] queuePair = new ScriptedQueuePair[1];
    try (EngineFixture fixture = scripted(queuePair, settings)) {
      int paths = RateLimiter.LEAST_BURST / PATHS.redundancy();
      for (int flow = 0; flow <= paths; flow++) {
        for (int hop = 1; hop <= HOPS; hop++) {
          postcard(fixture, PATHS, flow, hop);
        }
      }
      fixture.send();
      EngineSnapshot counts = fixture.counts();
      assertEquals((long) paths * HOPS, counts.written());
      assertEquals(1, counts.dropped(DropReason.RATE_LIMITED));
      assertEquals(HOPS - 1, counts.inFlight());
      for (int flow = paths + 1; flow < paths + 5; flow++) {
        postcard(fixture, PATHS, flow, 1);
      }
      fixture.send();
      counts = fixture.counts();
      assertEquals(2, counts.dropped(DropReason.RATE_LIMITED), "no eviction without a token");
      assertEquals(HOPS - 1 + 3, counts.inFlight());
      fixture.check("end");
      fixture.after(50 * MILLISECOND);
      assertEquals(0, fixture.counts().inFlight());
    }
  }

  private static EngineFixture scripted(ScriptedQueuePair[] queuePair, EngineSettings settings) {
    return EngineFixture.with(PATHS)
        .settings(settings)
        .queuePairs(
            (memory, listener) -> {
              queuePair[0] = new ScriptedQueuePair(listener);
              return queuePair[0];
            })
        .build();
  }
}
