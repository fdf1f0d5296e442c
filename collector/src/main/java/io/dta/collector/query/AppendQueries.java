package io.dta.collector.query;

import io.dta.primitives.store.AppendReader;
import io.dta.primitives.store.AppendStore;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.agrona.DirectBuffer;

/**
 * Follows the lists of an Append store. Keeps nothing between questions: the one who asks keeps the
 * position.
 */
public final class AppendQueries {
  private static final long MAX_POSITION = 0xFFFF_FFFFL;

  private final AppendStore store;
  private final MemorySegment region;
  private final int batchLimit;

  AppendQueries(AppendStore store, MemorySegment region, int batchLimit) {
    this.store = store;
    this.region = region;
    this.batchLimit = batchLimit;
  }

  /** The store that is asked. */
  AppendStore store() {
    return store;
  }

  /**
   * The entries of a list from a position on.
   *
   * @param from an earlier page's {@code next}, or null for the oldest that are still there
   * @param limit no frame is begun once the page holds so many entries
   * @throws QueryException where there is no such list, or the position or the limit is out of
   *     range
   */
  public ListPage page(int list, Long from, int limit) {
    if (limit < 1 || limit > batchLimit) {
      throw QueryException.malformed("limit %d: expected 1 to %d".formatted(limit, batchLimit));
    }
    List<String> entries = new ArrayList<>();
    HexFormat hex = HexFormat.of();
    Follower follower = follow(list, from);
    follower.read(
        (buffer, index) -> {
          byte[] entry = new byte[store.entryLength()];
          buffer.getBytes(index, entry);
          entries.add(hex.formatHex(entry));
        },
        limit);
    return new ListPage(list, entries, follower.position(), follower.lostFrames());
  }

  /**
   * The entries of a list that are still there, back to back, the oldest first.
   *
   * @param limit as for {@link #page}; no more than so many are returned
   * @throws QueryException where there is no such list
   */
  byte[] entries(int list, int limit) {
    List<byte[]> entries = new ArrayList<>();
    follow(list, null)
        .read(
            (buffer, index) -> {
              byte[] entry = new byte[store.entryLength()];
              buffer.getBytes(index, entry);
              entries.add(entry);
            },
            limit);
    int count = Math.min(entries.size(), limit);
    byte[] bytes = new byte[count * store.entryLength()];
    for (int i = 0; i < count; i++) {
      System.arraycopy(entries.get(i), 0, bytes, i * store.entryLength(), store.entryLength());
    }
    return bytes;
  }

  /** The sequence of the next frame of every list. Looks at the whole region. */
  public ListHeads heads() {
    List<Long> next = new ArrayList<>(store.lists());
    for (int list = 0; list < store.lists(); list++) {
      next.add(head(list));
    }
    return new ListHeads(store.name(), next);
  }

  private Follower follow(int list, Long from) {
    long head = head(list);
    if (from == null) {
      return new Follower(list, oldest(head));
    }
    if (from < 0 || from > MAX_POSITION) {
      throw QueryException.malformed(
          "from %d: expected a position, 0 to %d".formatted(from, MAX_POSITION));
    }
    return new Follower(list, from);
  }

  /**
   * The sequence of a list's next frame.
   *
   * @throws QueryException where there is no such list
   */
  public long head(int list) {
    if (list < 0 || list >= store.lists()) {
      throw QueryException.notFound(
          "list %d: store '%s' has the lists 0 to %d"
              .formatted(list, store.name(), store.lists() - 1));
    }
    return AppendReader.nextSequence(store, region, list);
  }

  /**
   * The least sequence that can be there. In the lap after 2^32 frames it is found late, not wrong.
   */
  private long oldest(long head) {
    return Math.max(AppendStore.FIRST_SEQUENCE, head - store.frames());
  }

  /** Takes an entry at an index of a buffer that is only valid during the call. */
  @FunctionalInterface
  private interface EntrySink {
    void accept(DirectBuffer buffer, int index);
  }

  /**
   * Reads a list once. An {@link AppendReader} that finds nothing looks at one frame more in every
   * call, further and further ahead, which is right for one that lives on. This one has no second
   * call: where nothing is at its position, it looks for the head, and passes what never arrived on
   * the way there.
   */
  private final class Follower {
    private final int list;
    private AppendReader reader;
    private long passed;

    Follower(int list, long position) {
      this.list = list;
      this.reader = new AppendReader(store, region, list, position);
    }

    void read(EntrySink sink, int limit) {
      if (poll(sink, limit) > 0) {
        return;
      }
      long head = head(list);
      if (distance(head) < 0) {
        throw QueryException.malformed(
            "from %d: list %d of store '%s' was started anew and its next frame is %d; ask without from"
                .formatted(position(), list, store.name(), head));
      }
      pass(Math.max(0, distance(head) - store.frames()));
      while (poll(sink, limit) == 0 && distance(head) > 0) {
        pass(1);
      }
    }

    private void pass(int frames) {
      passed += frames + reader.lostFrames();
      reader = new AppendReader(store, region, list, (position() + frames) & MAX_POSITION);
    }

    private int poll(EntrySink sink, int limit) {
      return reader.poll(
          (sequence, entry, buffer, index, length) -> sink.accept(buffer, index), limit);
    }

    /** How many frames the head is ahead of the position, modulo 2^32. */
    private int distance(long head) {
      return (int) (head - position());
    }

    long position() {
      return reader.position();
    }

    long lostFrames() {
      return passed + reader.lostFrames();
    }
  }
}
