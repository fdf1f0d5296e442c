package io.dta.collector.query;

import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** A {@link ReaderPool} for every number of copies that a question may ask to look at. */
final class Pools<R> {
  private final List<ReaderPool<R>> byCopies;

  /**
   * @param maker makes a reader that looks at a number of copies
   */
  Pools(int redundancy, IntFunction<R> maker) {
    byCopies =
        IntStream.rangeClosed(1, redundancy)
            .mapToObj(copies -> new ReaderPool<>(() -> maker.apply(copies)))
            .toList();
  }

  /**
   * The copies to look at.
   *
   * @param asked what the question says, null for all
   * @throws QueryException where it is out of range
   */
  int copies(Integer asked, String store) {
    if (asked == null) {
      return byCopies.size();
    }
    if (asked < 1 || asked > byCopies.size()) {
      throw QueryException.malformed(
          "redundancy %d: expected 1 to %d, the redundancy of store '%s'"
              .formatted(asked, byCopies.size(), store));
    }
    return asked;
  }

  ReaderPool<R> of(int copies) {
    return byCopies.get(copies - 1);
  }
}
