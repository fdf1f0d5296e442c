package io.dta.collector.query;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dta.collector.StoreWriter;
import io.dta.primitives.store.AppendStore;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AppendQueriesTest {
  private static final AppendStore STORE = new AppendStore(0, "events", 3, 1, 2, 16);
  private static final int LIST = 1;

  private final Arena arena = Arena.ofConfined();
  private final MemorySegment region = arena.allocate(STORE.regionLength(), 8);
  private final StoreWriter writer = new StoreWriter(StoreWriter.Path.direct(store -> region));
  private final AppendQueries queries = new AppendQueries(STORE, region, 100);

  @AfterEach
  void free() {
    arena.close();
  }

  /** A frame with two entries that are its sequence. */
  private void write(int sequence) {
    byte entry = (byte) sequence;
    writer.frame(STORE, LIST, sequence, List.of(new byte[] {entry}, new byte[] {entry}));
  }

  private void write(int first, int last) {
    IntStream.rangeClosed(first, last).forEach(this::write);
  }

  private static List<String> entries(int first, int last) {
    List<String> entries = new ArrayList<>();
    for (int sequence = first; sequence <= last; sequence++) {
      entries.add("%02x".formatted(sequence));
      entries.add("%02x".formatted(sequence));
    }
    return entries;
  }

  @Test
  void shouldAnswerNothingOfAnEmptyListAndThePositionOfItsFirstFrame() {
    assertEquals(new ListPage(LIST, List.of(), 1, 0), queries.page(LIST, null, 10));
    assertEquals(new ListPage(LIST, List.of(), 1, 0), queries.page(LIST, 1L, 10));
  }

  @Test
  void shouldFollowAListPageByPage() {
    write(1, 5);
    ListPage first = queries.page(LIST, null, 5);
    assertEquals(new ListPage(LIST, entries(1, 3), 4, 0), first);
    ListPage second = queries.page(LIST, first.next(), 5);
    assertEquals(new ListPage(LIST, entries(4, 5), 6, 0), second);
    assertEquals(new ListPage(LIST, List.of(), 6, 0), queries.page(LIST, second.next(), 5));
    write(6);
    assertEquals(new ListPage(LIST, entries(6, 6), 7, 0), queries.page(LIST, 6L, 5));
  }

  @Test
  void shouldBeginWithTheOldestFrameThatIsStillThere() {
    write(1, 40);
    assertEquals(new ListPage(LIST, entries(25, 40), 41, 0), queries.page(LIST, null, 100));
  }

  @Test
  void shouldSayHowManyFramesWereOverwrittenBeforeTheyWereRead() {
    write(1, 40);
    assertEquals(new ListPage(LIST, entries(25, 40), 41, 21), queries.page(LIST, 4L, 100));
  }

  @Test
  void shouldPassFramesThatNeverArrived() {
    write(1, 2);
    write(6, 7);
    assertEquals(
        new ListPage(
            LIST,
            IntStream.of(1, 2, 6, 7).mapToObj(s -> entries(s, s)).flatMap(List::stream).toList(),
            8,
            3),
        readAll(1L));
    assertEquals(new ListPage(LIST, entries(6, 7), 8, 3), queries.page(LIST, 3L, 100));
  }

  private ListPage readAll(long from) {
    List<String> entries = new ArrayList<>();
    long position = from;
    long lost = 0;
    ListPage page;
    do {
      page = queries.page(LIST, position, 100);
      entries.addAll(page.entries());
      position = page.next();
      lost += page.lostFrames();
    } while (!page.entries().isEmpty());
    return new ListPage(LIST, entries, position, lost);
  }

  @Test
  void shouldFindTheHeadOfAListWhosePositionIsFarBehindTheRing() {
    write(5);
    ListPage page = queries.page(LIST, 0x8000_0010L, 100);
    assertEquals(entries(5, 5), page.entries());
    assertEquals(6, page.next());
    assertEquals(0x1_0000_0005L - 0x8000_0010L, page.lostFrames());
  }

  @Test
  void shouldRefuseAPositionAheadOfAListThatWasStartedAnew() {
    write(1, 2);
    QueryException e = assertThrows(QueryException.class, () -> queries.page(LIST, 500L, 10));
    assertEquals(
        "from 500: list 1 of store 'events' was started anew and its next frame is 3; ask without from",
        e.getMessage());
  }

  @Test
  void shouldNameTheListsWhereThereIsNoSuchOne() {
    QueryException e = assertThrows(QueryException.class, () -> queries.page(3, null, 10));
    assertTrue(e.isNotFound());
    assertEquals("list 3: store 'events' has the lists 0 to 2", e.getMessage());
  }

  @Test
  void shouldRefuseLimitsAndPositionsOutOfRange() {
    assertEquals(
        "limit 0: expected 1 to 100",
        assertThrows(QueryException.class, () -> queries.page(0, null, 0)).getMessage());
    assertEquals(
        "limit 101: expected 1 to 100",
        assertThrows(QueryException.class, () -> queries.page(0, null, 101)).getMessage());
    assertEquals(
        "from 4294967296: expected a position, 0 to 4294967295",
        assertThrows(QueryException.class, () -> queries.page(0, 1L << 32, 1)).getMessage());
  }

  @Test
  void shouldTellWhereEveryListEnds() {
    write(1, 40);
    assertEquals(new ListHeads("events", List.of(1L, 41L, 1L)), queries.heads());
  }

  @Test
  void shouldReturnNoMoreCandidatesThanAskedFor() {
    write(1, 5);
    assertEquals(3, queries.entries(LIST, 3).length);
    assertEquals(10, queries.entries(LIST, 100).length);
  }
}
