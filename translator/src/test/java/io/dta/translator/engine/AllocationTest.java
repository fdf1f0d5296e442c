package io.dta.translator.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import io.dta.primitives.store.AppendStore;
import java.lang.management.ManagementFactory;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The path from datagram to memory allocates nothing, once everybody has been seen. */
class AllocationTest {
  private static final int LENGTH = 8192;

  @Test
  void shouldAllocateNothingPerReport() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (EngineFixture fixture =
        EngineFixture.with(
                RandomReports.KEY_WRITE,
                RandomReports.APPEND,
                new AppendStore(7, "wide", 3, 100, 8, 4),
                RandomReports.KEY_INCREMENT,
                RandomReports.POSTCARDING,
                RandomReports.SKETCH)
            .quiet()
            .build()) {
      RandomReports reports = new RandomReports(new SplittableRandom(1));
      fixture.reports.wrap(fixture.datagram, 0, LENGTH);
      int before = -1;
      while (before < fixture.reports.length()) {
        before = fixture.reports.length();
        reports.add(fixture.reports);
      }
      // The virtual machine may allocate once in a while as it compiles; a report that allocates
      // does so in every round.
      long least = Long.MAX_VALUE;
      for (int round = 0; round < 10; round++) {
        least = Math.min(least, cycles(fixture, threads, 100));
      }
      assertEquals(0, least, "bytes in 100 duty cycles");
    }
  }

  private static long cycles(EngineFixture fixture, ThreadMXBean threads, int cycles) {
    int length = fixture.reports.length();
    long thread = Thread.currentThread().threadId();
    long before = threads.getThreadAllocatedBytes(thread);
    for (int cycle = 0; cycle < cycles; cycle++) {
      fixture.engine.onDatagram(fixture.datagram, 0, length, EngineFixture.REPORTER);
      fixture.after(7 * EngineFixture.MILLISECOND);
    }
    return threads.getThreadAllocatedBytes(thread) - before;
  }
}
