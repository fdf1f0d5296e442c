package io.dta.translator.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dta.primitives.Primitive;
import io.dta.primitives.key.KeyFormat;
import io.dta.primitives.store.KeyIncrementReader;
import io.dta.primitives.store.KeyIncrementStore;
import io.dta.primitives.wire.BaseHeader;
import io.dta.rdma.CompletionStatus;
import io.dta.rdma.RdmaQueuePair;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class KeyIncrementTranslatorTest {
  private static final KeyIncrementStore BYTES =
      new KeyIncrementStore(3, "host-bytes", KeyFormat.U32, 1 << 12, 3);

  private final UnsafeBuffer key = new UnsafeBuffer(new byte[4]);
  private final ScriptedQueuePair[] queuePair = new ScriptedQueuePair[1];

  @Test
  void shouldAddToEveryCounterOfAKey() {
    long seed = 7;
    SplittableRandom random = new SplittableRandom(seed);
    long[] truth = new long[50];
    try (EngineFixture fixture = EngineFixture.with(BYTES).build()) {
      for (int i = 0; i < 1000; i++) {
        int host = random.nextInt(truth.length);
        long increment = random.nextLong(1 << 20);
        truth[host] += increment;
        key.putInt(0, host);
        fixture.reports.keyIncrement(BYTES, 0, 0, 3, key, 0, increment);
      }
      fixture.send();
      KeyIncrementReader reader = new KeyIncrementReader(BYTES, fixture.memory(BYTES));
      int exact = 0;
      for (int host = 0; host < truth.length; host++) {
        key.putInt(0, host);
        long count = reader.count(key, 0);
        int each = host;
        assertTrue(count >= truth[host], () -> "host " + each + " under the truth, seed " + seed);
        exact += count == truth[host] ? 1 : 0;
      }
      assertEquals(truth.length, exact, "exact counts, seed " + seed);
      EngineSnapshot counts = fixture.counts();
      assertEquals(1000, counts.written(Primitive.KEY_INCREMENT));
      assertEquals(3000, counts.operations(Primitive.KEY_INCREMENT));
    }
  }

  @Test
  void shouldRefuseNoCopiesAndMoreThanTheStoreHas() {
    try (EngineFixture fixture = EngineFixture.with(BYTES).build()) {
      fixture.reports.keyIncrement(BYTES, 0, 0, 0, key, 0, 1);
      fixture.reports.keyIncrement(BYTES, 0, 0, 4, key, 0, 1);
      fixture.send();
      assertEquals(2, fixture.counts().dropped(DropReason.BAD_REDUNDANCY));
    }
  }

  @Test
  void shouldBeUncertainWhereSomeCountersWereAddedToAndOthersWereNot() {
    for (int copy = 0; copy < 3; copy++) {
      try (EngineFixture fixture = scripted()) {
        for (int i = 0; i < copy; i++) {
          queuePair[0].answers.add(RdmaQueuePair.POSTED);
        }
        queuePair[0].answers.add(RdmaQueuePair.NOT_CONNECTED);
        fixture.reports.keyIncrement(BYTES, 0, 0, 3, key, 0, 1);
        fixture.send();
        fixture.check("copy " + copy);
        EngineSnapshot counts = fixture.engine.published();
        assertEquals(copy == 0 ? 1 : 0, counts.dropped(DropReason.QUEUE_PAIR_DOWN));
        assertEquals(copy == 0 ? 0 : 1, counts.uncertain());
      }
    }
  }

  @Test
  void shouldBeUncertainWhereTheQueuePairIsLostBeforeTheLastAnswer() {
    for (CompletionStatus status :
        new CompletionStatus[] {
          CompletionStatus.FLUSHED,
          CompletionStatus.RETRY_EXCEEDED,
          CompletionStatus.REMOTE_ACCESS_ERROR
        }) {
      try (EngineFixture fixture = scripted()) {
        fixture.reports.keyIncrement(BYTES, 0, 0, 2, key, 0, 1);
        fixture.send();
        queuePair[0].fail(status);
        fixture.check(status.toString());
        assertEquals(1, fixture.counts().inFlight(), status.toString());
        fixture.engine.close();
        assertEquals(1, fixture.engine.published().uncertain(), status.toString());
      }
    }
  }

  @Test
  void shouldDropWhatTheTransportCannotDo() {
    try (EngineFixture fixture = scripted()) {
      queuePair[0].answers.add(RdmaQueuePair.UNSUPPORTED);
      fixture.reports.keyIncrement(BYTES, 0, 0, 2, key, 0, 1);
      fixture.send();
      assertEquals(1, fixture.counts().dropped(DropReason.UNSUPPORTED));
      fixture.reports.keyIncrement(BYTES, 0, 0, 2, key, 0, 1);
      fixture.send();
      assertEquals(1, fixture.counts().written(), "the queue pair is still up");
    }
  }

  @Test
  void shouldCountTheImmediateFlagThatNothingCanCarry() {
    try (EngineFixture fixture = EngineFixture.with(BYTES).build()) {
      fixture.reports.keyIncrement(BYTES, BaseHeader.IMMEDIATE_FLAG, 0, 2, key, 0, 1);
      fixture.send();
      EngineSnapshot counts = fixture.counts();
      assertEquals(1, counts.written());
      assertEquals(1, counts.count(EngineEvent.IMMEDIATE_IGNORED));
    }
  }

  private EngineFixture scripted() {
    return EngineFixture.with(BYTES)
        .queuePairs(
            (memory, listener) -> {
              queuePair[0] = new ScriptedQueuePair(listener);
              return queuePair[0];
            })
        .build();
  }
}
