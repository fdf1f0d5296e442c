package io.dta.translator.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dta.primitives.Primitive;
import io.dta.primitives.hash.CollectorHasher;
import io.dta.primitives.hash.HashScheme;
import io.dta.primitives.key.KeyFormat;
import io.dta.primitives.store.ChecksumCoverage;
import io.dta.primitives.store.KeyWriteAnswer;
import io.dta.primitives.store.KeyWriteReader;
import io.dta.primitives.store.KeyWriteStore;
import io.dta.primitives.store.Outcome;
import io.dta.primitives.store.QueryPolicy;
import io.dta.primitives.wire.BaseHeader;
import io.dta.primitives.wire.HeaderFormat;
import io.dta.primitives.wire.ImmediateData;
import io.dta.rdma.CompletionStatus;
import io.dta.rdma.RdmaQueuePair;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class KeyWriteTranslatorTest {
  private static final KeyWriteStore PATHS = store(KeyFormat.IPV4_5_TUPLE, 20, 4, null, null);

  private final UnsafeBuffer key = new UnsafeBuffer(new byte[64]);
  private final UnsafeBuffer value = new UnsafeBuffer(new byte[1024]);

  private static KeyWriteStore store(
      KeyFormat key,
      int valueLength,
      int redundancy,
      ChecksumCoverage checksum,
      HashScheme hashes) {
    return new KeyWriteStore(0, "paths", key, valueLength, 1 << 16, redundancy, checksum, hashes);
  }

  static Stream<KeyWriteStore> stores() {
    return Stream.of(
        PATHS,
        store(KeyFormat.U32, 4, 1, null, null),
        store(KeyFormat.raw(1), 1, 2, null, null),
        store(KeyFormat.raw(2), 3, 8, ChecksumCoverage.KEY, null),
        store(KeyFormat.IPV6_5_TUPLE, 1024, 2, ChecksumCoverage.KEY, null),
        store(KeyFormat.U32, 12, 2, ChecksumCoverage.KEY, HashScheme.PROTOTYPE));
  }

  private void flow(int number, int keyLength) {
    SplittableRandom random = new SplittableRandom(number);
    random.nextBytes(key.byteArray());
    // Short keys must still differ from flow to flow.
    for (int i = 0; i < Math.min(keyLength, Integer.BYTES); i++) {
      key.putByte(i, (byte) (number >>> (Byte.SIZE * i)));
    }
    random.nextBytes(value.byteArray());
  }

  @ParameterizedTest
  @MethodSource("stores")
  void shouldWriteEveryCopyOfEveryReportOfADatagram(KeyWriteStore store) {
    for (HeaderFormat header : HeaderFormat.values()) {
      try (EngineFixture fixture = EngineFixture.with(store).header(header).build()) {
        int flows = 40;
        for (int i = 0; i < flows; i++) {
          flow(i, store.key().length());
          fixture.reports.keyWrite(store, 0, 0, store.redundancy(), key, 0, value, 0);
        }
        fixture.send();

        KeyWriteReader reader = new KeyWriteReader(store, fixture.memory(store));
        KeyWriteAnswer answer = new KeyWriteAnswer(store);
        int collided = 0;
        for (int i = 0; i < flows; i++) {
          flow(i, store.key().length());
          reader.lookup(key, 0, QueryPolicy.PLURALITY, answer);
          assertEquals(Outcome.VALUE, answer.outcome(), "flow " + i);
          collided += store.redundancy() - answer.copiesMatched();
          byte[] expected = new byte[store.valueLength()];
          byte[] actual = new byte[store.valueLength()];
          value.getBytes(0, expected);
          answer.value().getBytes(0, actual);
          assertArrayEquals(expected, actual, "flow " + i);
        }
        assertTrue(collided <= 4, "copies overwritten by other flows: " + collided);
        EngineSnapshot counts = fixture.counts();
        assertEquals(flows, counts.written(Primitive.KEY_WRITE));
        assertEquals((long) flows * store.redundancy(), counts.operations(Primitive.KEY_WRITE));
        fixture.check("end");
      }
    }
  }

  @Test
  void shouldWriteAsManyCopiesAsTheReportAsksFor() {
    try (EngineFixture fixture = EngineFixture.with(PATHS).build()) {
      flow(1, 13);
      fixture.reports.keyWrite(PATHS, 0, 0, 3, key, 0, value, 0);
      fixture.send();
      KeyWriteAnswer answer = new KeyWriteAnswer(PATHS);
      new KeyWriteReader(PATHS, fixture.memory(PATHS))
          .lookup(key, 0, QueryPolicy.PLURALITY, answer);
      assertEquals(3, answer.copiesMatched());
    }
  }

  @Test
  void shouldRefuseNoCopiesAndMoreThanTheStoreHas() {
    try (EngineFixture fixture = EngineFixture.with(PATHS).build()) {
      for (int redundancy : new int[] {0, 5, 255}) {
        fixture.reports.keyWrite(PATHS, 0, 0, redundancy, key, 0, value, 0);
      }
      fixture.send();
      EngineSnapshot counts = fixture.counts();
      assertEquals(3, counts.dropped(Primitive.KEY_WRITE, DropReason.BAD_REDUNDANCY));
      assertEquals(0, counts.operations());
    }
  }

  @Test
  void shouldWriteAKeyToTheCollectorThatItsHashNames() {
    int collectors = 3;
    try (EngineFixture fixture = EngineFixture.with(PATHS).collectors(collectors).build()) {
      int flows = 60;
      for (int i = 0; i < flows; i++) {
        flow(i, 13);
        fixture.reports.keyWrite(PATHS, 0, 0, 4, key, 0, value, 0);
      }
      fixture.send();
      CollectorHasher hasher = new CollectorHasher(13);
      KeyWriteAnswer answer = new KeyWriteAnswer(PATHS);
      for (int i = 0; i < flows; i++) {
        flow(i, 13);
        int expected = hasher.collector(key, 0, collectors);
        for (int collector = 0; collector < collectors; collector++) {
          new KeyWriteReader(PATHS, fixture.memory(collector, PATHS))
              .lookup(key, 0, QueryPolicy.PLURALITY, answer);
          assertEquals(collector == expected ? Outcome.VALUE : Outcome.EMPTY, answer.outcome());
        }
      }
      fixture.check("end");
    }
  }

  @Test
  void shouldTellTheCollectorWithTheLastCopyOfAnImmediateReport() {
    ScriptedQueuePair[] queuePair = new ScriptedQueuePair[1];
    try (EngineFixture fixture = scripted(queuePair)) {
      flow(1, 13);
      fixture.reports.keyWrite(PATHS, BaseHeader.IMMEDIATE_FLAG, 0, 2, key, 0, value, 0);
      fixture.send();
      assertEquals(2, queuePair[0].posted.size());
      assertNull(queuePair[0].posted.getFirst().immediate());
      assertEquals(RdmaQueuePair.UNSIGNALED, queuePair[0].posted.getFirst().id());
      ScriptedQueuePair.Operation last = queuePair[0].posted.getLast();
      assertNotEquals(RdmaQueuePair.UNSIGNALED, last.id());
      int immediate = last.immediate();
      assertEquals(Primitive.KEY_WRITE, ImmediateData.primitive(immediate));
      assertEquals(0, ImmediateData.store(immediate));
      assertEquals((last.offset() / PATHS.stride()) & 0xFFFF, ImmediateData.detail(immediate));
      EngineSnapshot counts = fixture.counts();
      assertEquals(1, counts.written());
    }
  }

  @Test
  void shouldDropAReportOnceWhereACopyCannotBePosted() {
    for (int copy = 0; copy < 4; copy++) {
      ScriptedQueuePair[] queuePair = new ScriptedQueuePair[1];
      try (EngineFixture fixture = scripted(queuePair)) {
        for (int i = 0; i < copy; i++) {
          queuePair[0].answers.add(RdmaQueuePair.POSTED);
        }
        queuePair[0].answers.add(RdmaQueuePair.NOT_CONNECTED);
        fixture.reports.keyWrite(PATHS, 0, 0, 4, key, 0, value, 0);
        fixture.send();
        fixture.check("copy " + copy);
        EngineSnapshot counts = fixture.counts();
        assertEquals(1, counts.dropped(DropReason.QUEUE_PAIR_DOWN));
        assertEquals(1, counts.dropped());
        assertEquals(copy, counts.operations());
      }
    }
  }

  @Test
  void shouldAccountEveryWayAnOperationCanEnd() {
    for (CompletionStatus status : CompletionStatus.values()) {
      ScriptedQueuePair[] queuePair = new ScriptedQueuePair[1];
      try (EngineFixture fixture = scripted(queuePair)) {
        fixture.reports.keyWrite(PATHS, 0, 0, 1, key, 0, value, 0);
        fixture.send();
        assertEquals(1, fixture.engine.published().inFlight());
        queuePair[0].end(status);
        fixture.check(status.toString());
        EngineSnapshot counts = fixture.engine.published();
        switch (status) {
          case SUCCESS -> assertEquals(1, counts.written());
          case UNCERTAIN -> assertEquals(1, counts.uncertain());
          case REMOTE_ACCESS_ERROR -> assertEquals(1, counts.dropped(DropReason.REMOTE_ACCESS));
          case REMOTE_INVALID_REQUEST -> assertEquals(1, counts.dropped(DropReason.REMOTE_INVALID));
          case REMOTE_OPERATIONAL_ERROR ->
              assertEquals(1, counts.dropped(DropReason.REMOTE_OPERATIONAL));
          case RETRY_EXCEEDED, FLUSHED ->
              assertEquals(1, counts.dropped(DropReason.QUEUE_PAIR_DOWN));
        }
      }
    }
  }

  @Test
  void shouldNameTheCauseWhereAnEarlierCopyWasRefused() {
    ScriptedQueuePair[] queuePair = new ScriptedQueuePair[1];
    try (EngineFixture fixture = scripted(queuePair)) {
      fixture.reports.keyWrite(PATHS, 0, 0, 2, key, 0, value, 0);
      fixture.send();
      queuePair[0].end(CompletionStatus.REMOTE_ACCESS_ERROR);
      queuePair[0].end(CompletionStatus.FLUSHED);
      assertEquals(1, fixture.engine.published().dropped(DropReason.REMOTE_ACCESS));
    }
  }

  @Test
  void shouldWaitForRoomAndGoOn() {
    ScriptedQueuePair[] queuePair = new ScriptedQueuePair[1];
    try (EngineFixture fixture = scripted(queuePair)) {
      queuePair[0].room = 3;
      for (int i = 0; i < 10; i++) {
        fixture.reports.keyWrite(PATHS, 0, 0, 2, key, 0, value, 0);
      }
      fixture.send();
      fixture.check("end");
      assertEquals(20, queuePair[0].posted.size());
      EngineSnapshot counts = fixture.counts();
      assertEquals(10, counts.written());
      assertNotEquals(0, counts.count(EngineEvent.BACK_PRESSURED));
    }
  }

  private static EngineFixture scripted(ScriptedQueuePair[] queuePair) {
    return EngineFixture.with(PATHS)
        .queuePairs(
            (memory, listener) -> {
              queuePair[0] = new ScriptedQueuePair(listener);
              return queuePair[0];
            })
        .build();
  }
}
