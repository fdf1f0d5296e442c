package io.dta.fattree;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dta.collector.query.QueryService;
import io.dta.fattree.output.CollectorMemory;
import io.dta.fattree.output.EngineSink;
import io.dta.fattree.output.QueryServiceAnswers;
import io.dta.fattree.send.SendCounters;
import io.dta.fattree.verify.Verification;
import io.dta.fattree.verify.VerificationReport;
import io.dta.primitives.Primitive;
import io.dta.primitives.store.KeyIncrementStore;
import io.dta.primitives.store.Store;
import io.dta.translator.engine.DropReason;
import io.dta.translator.engine.EngineSnapshot;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Reports of a run through a real engine into real memory, and every answer compared with the
 * truth.
 */
class EndToEndTest {
  @ParameterizedTest
  @CsvSource({"4, 8000, 3, 0.0", "4, 8000, 2, 0.1", "6, 5000, 2, 0.02"})
  void shouldFindEverythingThatLeft(int k, int flows, int epochs, double loss) throws IOException {
    FatTreeConfig config = new FatTreeConfig(k, flows, epochs, 42, loss);
    DemoStores stores = DemoStores.forTopology(k, flows, epochs);
    FatTreeRun run = new FatTreeRun(config, stores);
    try (CollectorMemory memory = new CollectorMemory(stores.all());
        EngineSink sink = new EngineSink(memory, stores.all(), run.tree().switches())) {
      FatTreeRun.Result result = run.run(sink, (done, of, reports) -> {});
      EngineSnapshot snapshot = sink.drain();
      VerificationReport report = verify(result, stores, sink);

      assertTrue(report.ok(), () -> "seed 42: " + report);
      SendCounters counters = result.counters();
      assertEquals(counters.sent() - counters.lost(), snapshot.received());
      assertTrue(snapshot.isBalanced(), snapshot::toString);
      assertEquals(snapshot.dropped(DropReason.DUPLICATE), snapshot.dropped(), snapshot::toString);
      VerificationReport.Lookups paths = report.keyWrite();
      assertEquals(flows, paths.correct() + paths.empty() + paths.wrong());
      assertEquals(loss * flows, (double) paths.lost(), 6 * Math.sqrt(loss * flows));
      assertEquals(0, paths.wrong());
      assertEquals(0, report.postcarding().wrong());
      assertTrue(report.append().sent() > 50, () -> report.append().toString());
      assertEquals(report.append().sent(), report.append().read());
      assertEquals(run.tree().hosts(), report.keyIncrement().queried());
      assertEquals(epochs, report.sketchMerge().epochs());
      assertEquals((long) epochs * stores.flowSizes().columns(), report.sketchMerge().columns());
      assertEquals(flows, report.sketchMerge().queried());
      assertTrue(report.sketchMerge().withinBound() > 0.98 * flows);
      if (loss == 0) {
        assertEquals(0, counters.lost());
        assertEquals(0, report.append().outOfOrder());
      } else {
        assertTrue(counters.retransmitted() > 0);
        assertEquals(0, counters.of(Primitive.KEY_WRITE).retransmitted());
      }
    }
  }

  @Test
  void shouldNoticeWhatIsWrong() throws IOException {
    FatTreeConfig config = new FatTreeConfig(4, 2000, 2, 1, 0);
    DemoStores stores = DemoStores.forTopology(4, 2000, 2);
    FatTreeRun run = new FatTreeRun(config, stores);
    try (CollectorMemory memory = new CollectorMemory(stores.all());
        EngineSink sink = new EngineSink(memory, stores.all(), run.tree().switches())) {
      FatTreeRun.Result result = run.run(sink, (done, of, reports) -> {});
      sink.drain();
      for (Store store : stores.all()) {
        MemorySegment segment = sink.memory(store);
        byte[] good = segment.toArray(ValueLayout.JAVA_BYTE);
        segment.fill((byte) 0);
        expectFinding(store.primitive().label(), verify(result, stores, sink));
        MemorySegment.copy(good, 0, segment, ValueLayout.JAVA_BYTE, 0, good.length);
        assertTrue(verify(result, stores, sink).ok());
      }
      countOneTooMany(sink.memory(stores.hostBytes()));
      expectFinding("key-increment", verify(result, stores, sink));
    }
  }

  private static void countOneTooMany(MemorySegment memory) {
    for (long at = 0; at < memory.byteSize(); at += KeyIncrementStore.COUNTER_LENGTH) {
      long count = memory.get(ValueLayout.JAVA_LONG, at);
      memory.set(ValueLayout.JAVA_LONG, at, count + 1);
    }
  }

  private static void expectFinding(String label, VerificationReport report) {
    assertFalse(report.ok());
    for (String finding : report.findings()) {
      assertTrue(finding.startsWith(label + ": "), finding);
    }
  }

  private static VerificationReport verify(
      FatTreeRun.Result result, DemoStores stores, EngineSink sink) throws IOException {
    QueryService service =
        new QueryService(stores.all(), sink::memory, QueryServiceAnswers.BATCH_LIMIT);
    return new Verification(
            result, stores, new QueryServiceAnswers(service), EngineSink.PATIENT.postcardRows())
        .run((primitive, done) -> {});
  }
}
