package io.dta.fattree.direct;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.dta.fattree.output.CollectorMemory;
import io.dta.fattree.send.ReportClock;
import io.dta.fattree.topology.FatTree;
import io.dta.primitives.hash.CollectorHasher;
import io.dta.primitives.key.KeyFormat;
import io.dta.primitives.store.KeyWriteAnswer;
import io.dta.primitives.store.KeyWriteReader;
import io.dta.primitives.store.KeyWriteStore;
import io.dta.primitives.store.Outcome;
import io.dta.primitives.store.QueryPolicy;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DirectWriterTest {
  private static final KeyWriteStore PATHS =
      new KeyWriteStore(3, "paths", KeyFormat.U32, 20, 1 << 16, 4, null, null);
  private static final long SEED = 5;

  private final FatTree tree = new FatTree(4);
  private final List<CollectorMemory> collectors = new ArrayList<>();
  private final UnsafeBuffer key = new UnsafeBuffer(new byte[4]);
  private final UnsafeBuffer value = new UnsafeBuffer(new byte[20]);

  private DirectWriter writer(int count, Copies copies) throws IOException {
    for (int i = 0; i < count; i++) {
      collectors.add(new CollectorMemory(List.of(PATHS)));
    }
    return DirectWriter.connect(tree, List.of(PATHS), collectors, copies, SEED, ReportClock.SYSTEM);
  }

  @AfterEach
  void close() {
    collectors.forEach(CollectorMemory::close);
  }

  private void write(DirectWriter writer, int edge, int number) throws IOException {
    key.putInt(0, number);
    value.putInt(0, number * 31);
    assertTrue(writer.write(edge, PATHS, key, 0, value, 0));
  }

  private KeyWriteAnswer ask(int number) {
    key.putInt(0, number);
    int collector = new CollectorHasher(4).collector(key, 0, collectors.size());
    KeyWriteAnswer answer = new KeyWriteAnswer(PATHS);
    new KeyWriteReader(PATHS, collectors.get(collector).segment(PATHS))
        .lookup(key, 0, QueryPolicy.PLURALITY, answer);
    return answer;
  }

  @Test
  void shouldWriteWhatTheReadersFind() throws IOException {
    try (DirectWriter writer = writer(3, Copies.ALL)) {
      for (int i = 0; i < 1000; i++) {
        write(writer, i % tree.edges(), i);
      }
      writer.drain();
      int matched = 0;
      for (int i = 0; i < 1000; i++) {
        KeyWriteAnswer answer = ask(i);
        assertEquals(Outcome.VALUE, answer.outcome());
        assertEquals(31 * i, answer.value().getInt(0));
        matched += answer.copiesMatched();
      }
      assertTrue(matched > 3950 && matched <= 4000, "copies found: " + matched);
      DirectCounters counters = writer.counters();
      assertTrue(counters.isBalanced(), counters::toString);
      assertEquals(
          new DirectCounters(1000, 1000, 0, 0, 0, 4000, 4000 * 24, 0, 3 * tree.edges()), counters);
    }
  }

  @Test
  void shouldDrawOneCopyAReport() throws IOException {
    try (DirectWriter writer = writer(1, Copies.ONE)) {
      for (int i = 0; i < 1000; i++) {
        write(writer, 0, i);
      }
      int matched = 0;
      for (int i = 0; i < 1000; i++) {
        matched += ask(i).copiesMatched();
      }
      // Of 1000 slots in 65,536 about eight were written again for another key.
      assertTrue(matched > 970 && matched <= 1000, "copies found: " + matched);
      assertEquals(1000, writer.counters().operations());
      for (int again = 0; again < 20; again++) {
        for (int i = 0; i < 1000; i++) {
          write(writer, 0, i);
        }
      }
      int all = 0;
      for (int i = 0; i < 1000; i++) {
        all += ask(i).copiesMatched();
      }
      // After 21 draws a copy is missing with probability (3/4)^21 = 0.24 %; about 120 were lost to
      // other keys.
      assertTrue(all > 3750, "copies found: " + all);
    }
  }

  @Test
  void shouldDrawTheSameCopiesForTheSameSeed() throws IOException {
    byte[][] memories = new byte[2][];
    for (int run = 0; run < 2; run++) {
      try (CollectorMemory memory = new CollectorMemory(List.of(PATHS));
          DirectWriter writer =
              DirectWriter.connect(
                  tree, List.of(PATHS), List.of(memory), Copies.ONE, SEED, ReportClock.SYSTEM)) {
        for (int i = 0; i < 500; i++) {
          write(writer, i % tree.edges(), i);
        }
        memories[run] = new byte[(int) PATHS.regionLength()];
        memory.segment(PATHS).asByteBuffer().get(memories[run]);
      }
    }
    assertEquals(new UnsafeBuffer(memories[0]), new UnsafeBuffer(memories[1]));
  }

  @Test
  void shouldCountWhatAClosedQueuePairRefuses() throws IOException {
    DirectWriter writer = writer(1, Copies.ALL);
    write(writer, 0, 1);
    writer.close();
    assertFalse(writer.write(0, PATHS, key, 0, value, 0));
    DirectCounters counters = writer.counters();
    assertEquals(1, counters.written());
    assertEquals(1, counters.refused());
    assertTrue(counters.isBalanced(), counters::toString);
  }

  @Test
  void shouldSayThatACollectorLacksAStore() throws IOException {
    KeyWriteStore other = new KeyWriteStore(4, "other", KeyFormat.U32, 4, 64, 1, null, null);
    try (CollectorMemory memory = new CollectorMemory(List.of(PATHS))) {
      IOException error =
          assertThrows(
              IOException.class,
              () ->
                  DirectWriter.connect(
                      tree, List.of(other), List.of(memory), Copies.ALL, SEED, ReportClock.SYSTEM));
      assertTrue(error.getMessage().contains("'other'"), error::getMessage);
    }
  }

  @Test
  void shouldAllocateNothingForAReport() throws IOException {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long thread = Thread.currentThread().threadId();
    try (DirectWriter writer = writer(2, Copies.ONE)) {
      for (int i = 0; i < 50_000; i++) {
        write(writer, 1, i);
      }
      long before = threads.getThreadAllocatedBytes(thread);
      for (int i = 0; i < 50_000; i++) {
        write(writer, 2, i);
      }
      long allocated = threads.getThreadAllocatedBytes(thread) - before;
      assertTrue(allocated < 50_000, "bytes allocated for 50,000 reports: " + allocated);
    }
  }
}
