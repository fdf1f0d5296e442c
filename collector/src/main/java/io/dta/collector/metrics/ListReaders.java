package io.dta.collector.metrics;

import io.dta.collector.query.ListPage;
import io.dta.primitives.store.AppendStore;
import io.dta.primitives.store.Store;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The Append lists of a collector and those who read them by name. A collector keeps no positions:
 * what it knows of a reader is what the reader asked for last. Usable by all threads.
 */
public final class ListReaders {
  /** As many lists of a store are shown, the first ones. */
  static final int MOST_LISTS = 256;

  /** As many readers are remembered, those that asked last. */
  static final int MOST_READERS = 256;

  private final Map<String, List<ListHead>> lists = new LinkedHashMap<>();
  private final Map<Key, Reader> readers =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Reader> eldest) {
          return size() > MOST_READERS;
        }
      };

  private record Key(String store, int list, String reader) {}

  private record Reader(long position, long lost, long laps) {
    static final Reader NEW = new Reader(0, 0, 0);
  }

  /** A list and how many frames were written to it. */
  record ListReading(String store, String list, long frames) {}

  /** A reader of a list: frames behind its end, frames lost to it, and how often it lost some. */
  record ReaderReading(
      String store, String list, String reader, long lag, long lostFrames, long laps) {}

  /** All of them at a moment. */
  record Reading(List<ListReading> lists, List<ReaderReading> readers) {}

  /**
   * @param memory the region of a store
   */
  public ListReaders(List<Store> stores, Function<Store, MemorySegment> memory) {
    for (Store store : stores) {
      if (store instanceof AppendStore append) {
        List<ListHead> heads = new ArrayList<>();
        for (int list = 0; list < Math.min(append.lists(), MOST_LISTS); list++) {
          heads.add(new ListHead(append, memory.apply(store), list));
        }
        lists.put(store.name(), heads);
      }
    }
  }

  /** A reader was given a page. */
  public synchronized void read(String store, String reader, ListPage page) {
    readers.merge(
        new Key(store, page.list(), reader),
        Reader.NEW,
        (before, _) -> before); // Touches it, and makes room.
    readers.computeIfPresent(
        new Key(store, page.list(), reader),
        (_, before) ->
            new Reader(
                page.next(),
                before.lost() + page.lostFrames(),
                before.laps() + (page.lostFrames() > 0 ? 1 : 0)));
  }

  synchronized Reading read() {
    List<ListReading> listReadings = new ArrayList<>();
    lists.forEach(
        (store, heads) -> {
          for (int list = 0; list < heads.size(); list++) {
            listReadings.add(
                new ListReading(store, Integer.toString(list), heads.get(list).frames()));
          }
        });
    List<ReaderReading> readerReadings = new ArrayList<>();
    readers.forEach(
        (key, reader) -> {
          List<ListHead> heads = lists.get(key.store());
          if (key.list() < heads.size()) {
            int lag = heads.get(key.list()).next() - (int) reader.position();
            readerReadings.add(
                new ReaderReading(
                    key.store(),
                    Integer.toString(key.list()),
                    key.reader(),
                    Math.max(0, lag),
                    reader.lost(),
                    reader.laps()));
          }
        });
    return new Reading(listReadings, readerReadings);
  }
}
