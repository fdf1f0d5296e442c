package io.dta.translator.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dta.primitives.Primitive;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ReportLatencyTest {
  private static final int OPCODE = Primitive.KEY_WRITE.opcode();
  private static final long MICROSECOND = 1_000;
  private static final long MILLISECOND = 1_000_000;

  private final EngineCounters counters = new EngineCounters();
  private long clockNs;
  private final ReportLatency latency = new ReportLatency(() -> clockNs, counters);

  @Test
  void shouldKeepAllPartsOfAnIdentifierWhateverTheClockSays() {
    long seed = 3;
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < 10_000; i++) {
      long arrivedNs = random.nextLong();
      int reports = random.nextInt(WorkRequest.MAX_REPORTS + 1);
      int opcode = 1 + random.nextInt(5);
      long age = random.nextLong(TimeUnit.MINUTES.toNanos(30));
      long id =
          random.nextBoolean()
              ? WorkRequest.id(opcode, reports, arrivedNs)
              : WorkRequest.partialId(opcode, reports, arrivedNs);
      String message = "seed " + seed + ", round " + i;
      assertTrue(id != 0, message);
      assertEquals(opcode, WorkRequest.opcode(id), message);
      assertEquals(reports, WorkRequest.reports(id), message);
      long found = WorkRequest.ageNs(WorkRequest.arrived(id), arrivedNs + age);
      assertTrue(Math.abs(found - age) <= 256, message + ": " + found + " of " + age);
    }
  }

  @Test
  void shouldSayZeroWhereTheClockSeemsToGoBack() {
    long id = WorkRequest.id(OPCODE, 1, MILLISECOND);
    assertEquals(0, WorkRequest.ageNs(WorkRequest.arrived(id), MILLISECOND - MICROSECOND));
  }

  @Test
  void shouldRecordEachReportOnceWithTheTimeOfItsOwnArrival() {
    complete(3, 0);
    complete(2, 0);
    assertEquals(0, count(Primitive.KEY_WRITE), "recorded when the duty cycle is over");
    clockNs = 30 * MICROSECOND;
    complete(10, 25 * MICROSECOND); // Arrived later: what is pending is recorded by the clock.
    latency.advance(5 * MILLISECOND + 25 * MICROSECOND);
    latency.advance(9 * MILLISECOND);
    long[] expected = new long[23];
    expected[5] = 5; // up to 50 µs
    expected[11] = 10; // up to 5 ms
    assertArrayEquals(expected, counts(Primitive.KEY_WRITE));
    assertEquals(
        5 * 30 * MICROSECOND + 10 * 5 * MILLISECOND,
        (double) counters.latency(Primitive.KEY_WRITE).sum(),
        15 * 256);
    assertEquals(0, count(Primitive.APPEND));
  }

  @Test
  void shouldCountWhatIsSlowerThanAllBounds() {
    complete(1, 0);
    latency.advance(TimeUnit.MINUTES.toNanos(2));
    assertEquals(1, counts(Primitive.KEY_WRITE)[22]);
  }

  private void complete(int reports, long arrivedNs) {
    latency.completed(WorkRequest.id(OPCODE, reports, arrivedNs), OPCODE, reports);
  }

  private long count(Primitive primitive) {
    return Arrays.stream(counts(primitive)).sum();
  }

  private long[] counts(Primitive primitive) {
    long[] counts = new long[23];
    counters.latency(primitive).addTo(counts);
    return counts;
  }
}
