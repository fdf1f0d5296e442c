package io.dta.translator.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dta.primitives.store.AppendStore;
import io.dta.primitives.store.Store;
import io.dta.primitives.store.StoreTable;
import io.dta.primitives.wire.HeaderFormat;
import io.dta.rdma.QueuePairState;
import io.dta.rdma.RemoteRegion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EngineContextTest {
  private static final AppendStore EVENTS = new AppendStore(0, "events", 4, 4, 4, 8);

  private final List<ScriptedQueuePair> queuePairs = new ArrayList<>();

  private CollectorTarget target(long length, Map<String, int[]> heads) {
    return CollectorTarget.fixed(
        "rack-1",
        listener -> {
          ScriptedQueuePair queuePair = new ScriptedQueuePair(listener);
          queuePairs.add(queuePair);
          return queuePair;
        },
        Map.of("events", new RemoteRegion(4096, 7, length)),
        heads);
  }

  private static EngineContext context(List<CollectorTarget> collectors, Store... stores) {
    return new EngineContext(
        new StoreTable(List.of(stores)),
        HeaderFormat.FULL,
        collectors,
        EngineSettings.DEFAULTS,
        (address, seqnum, nack) -> {},
        System::nanoTime);
  }

  private static String message(Runnable action) {
    return assertThrows(IllegalArgumentException.class, action::run).getMessage();
  }

  @Test
  void shouldTakeRegionsFromTheDirectory() {
    CollectorTarget target = target(EVENTS.regionLength(), Map.of());
    assertEquals("rack-1", target.name());
    assertEquals(new RemoteRegion(4096, 7, EVENTS.regionLength()), target.region(EVENTS));
    new TranslationEngine(context(List.of(target), EVENTS)).close();
  }

  @Test
  void shouldRefuseCollectorsThatCannotHoldTheStores() {
    assertTrue(message(() -> context(List.of(), EVENTS)).contains("no collector"));
    CollectorTarget small = target(EVENTS.regionLength() - 1, Map.of());
    String tooSmall = message(() -> context(List.of(small), EVENTS));
    assertTrue(tooSmall.contains("rack-1") && tooSmall.contains("events"), tooSmall);
    AppendStore other = new AppendStore(1, "other", 4, 4, 4, 8);
    String missing =
        message(() -> context(List.of(target(EVENTS.regionLength(), Map.of())), EVENTS, other));
    assertTrue(missing.contains("no store 'other'"), missing);
  }

  @Test
  void shouldCloseTheQueuePairsWhereAnEngineCannotBeMade() {
    CollectorTarget target = target(EVENTS.regionLength(), Map.of("events", new int[] {1, 1, 1}));
    EngineContext context = context(List.of(target), EVENTS);
    String heads = message(() -> new TranslationEngine(context));
    assertTrue(heads.contains("4 lists") && heads.contains("of 3"), heads);
    assertEquals(1, queuePairs.size());
    assertEquals(QueuePairState.RESET, queuePairs.getFirst().state());
  }

  @Test
  void shouldFillInDefaultsAndRefuseWhatIsOutOfRange() {
    EngineSettings defaults = EngineSettings.DEFAULTS;
    assertEquals(Duration.ofMillis(10), defaults.appendFlush());
    assertEquals(65536, defaults.postcardRows());
    assertEquals(128, defaults.reporterWindow());
    assertEquals(0, defaults.operationsPerSecond());
    String rows =
        message(() -> new EngineSettings(null, 0, 100, null, 0, null, 0, 0, 0, 0, null, 0));
    assertTrue(rows.contains("postcardRows 100") && rows.contains("64 or 128"), rows);
    String window =
        message(() -> new EngineSettings(null, 0, 0, null, 0, null, 0, 0, 0, 129, null, 0));
    assertTrue(window.contains("reporterWindow 129"), window);
    String flush =
        message(() -> new EngineSettings(Duration.ZERO, 0, 0, null, 0, null, 0, 0, 0, 0, null, 0));
    assertTrue(flush.contains("appendFlush"), flush);
  }
}
