package io.dta.collector.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dta.collector.query.ListPage;
import io.dta.primitives.store.AppendFrame;
import io.dta.primitives.store.AppendStore;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ListReadersTest {
  private static final AppendStore STORE = new AppendStore(0, "events", 3, 4, 2, 16);
  private static final int LIST = 1;

  private final Arena arena = Arena.ofConfined();
  private MemorySegment region;
  private ListReaders readers;
  private int next = AppendStore.FIRST_SEQUENCE;

  @BeforeEach
  void make() {
    region = arena.allocate(STORE.regionLength(), 8);
    readers = new ListReaders(List.of(STORE), store -> region);
  }

  @AfterEach
  void release() {
    arena.close();
  }

  @Test
  void shouldFollowAListWhateverHappensBetweenScrapes() {
    long seed = 5;
    SplittableRandom random = new SplittableRandom(seed);
    assertEquals(0, frames());
    int written = 0;
    for (int scrape = 0; scrape < 1000; scrape++) {
      int more = random.nextInt(3) == 0 ? random.nextInt(60) : random.nextInt(6);
      write(more);
      written += more;
      assertEquals(written, frames(), "seed " + seed + ", scrape " + scrape);
    }
    assertEquals(3, readers.read().lists().size());
    assertEquals(0, readers.read().lists().getFirst().frames());
  }

  @Test
  void shouldFollowAListBeyondItsLastSequence() {
    for (int step = 1; step <= 4; step++) {
      next = (step << 30) - 8; // A list that nobody scraped for a long time.
      write(20);
      frames();
    }
    long before = frames();
    write(4);
    assertEquals(4, frames() - before);
  }

  @Test
  void shouldShowHowFarAReaderIsBehindAndWhatItLost() {
    write(5);
    readers.read("events", "archiver", new ListPage(LIST, List.of(), 3, 0));
    assertEquals(
        List.of(new ListReaders.ReaderReading("events", "1", "archiver", 3, 0, 0)),
        readers.read().readers());
    write(40);
    readers.read("events", "archiver", new ListPage(LIST, List.of(), 32, 27));
    readers.read("events", "archiver", new ListPage(LIST, List.of(), 46, 0));
    readers.read("events", "console", new ListPage(0, List.of(), 1, 0));
    assertEquals(
        List.of(
            new ListReaders.ReaderReading("events", "1", "archiver", 0, 27, 1),
            new ListReaders.ReaderReading("events", "0", "console", 0, 0, 0)),
        readers.read().readers());
  }

  @Test
  void shouldForgetTheReadersThatAskedLongestAgo() {
    for (int i = 0; i < 3 * ListReaders.MOST_READERS; i++) {
      readers.read("events", "kept", new ListPage(LIST, List.of(), 1, 0));
      readers.read("events", "reader-" + i, new ListPage(LIST, List.of(), 1, 0));
    }
    List<ListReaders.ReaderReading> all = readers.read().readers();
    assertEquals(ListReaders.MOST_READERS, all.size());
    assertTrue(all.stream().anyMatch(reader -> reader.reader().equals("kept")));
  }

  private long frames() {
    return readers.read().lists().get(LIST).frames();
  }

  private void write(int frames) {
    UnsafeBuffer frame = new UnsafeBuffer(ByteBuffer.allocateDirect(STORE.stride()));
    for (int i = 0; i < frames; i++) {
      AppendFrame.seal(frame, 0, STORE, next, STORE.batch(), 0);
      MemorySegment.copy(
          MemorySegment.ofBuffer(frame.byteBuffer()),
          0,
          region,
          STORE.frameOffset(LIST, next),
          STORE.frameLength());
      next++;
    }
  }
}
