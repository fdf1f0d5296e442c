package io.dta.collector.api;

import io.dta.collector.event.ImmediateEvent;
import io.dta.collector.query.AppendQueries;
import io.dta.collector.query.ListPage;
import io.dta.collector.query.QueryException;
import io.dta.collector.query.QueryService;
import io.dta.collector.query.SketchEpoch;
import io.dta.primitives.Primitive;
import io.dta.primitives.store.AppendStore;
import java.util.HashMap;
import java.util.Map;

/**
 * Looks up what events point at, for one subscriber: of an Append list, what it has got since the
 * event before, or the event's own frame where there was none.
 *
 * <p>An event has 16 bits of a list's number: of a store with more lists nothing is looked up. So
 * there are at most 2^16 positions a store to remember.
 */
final class EventContent {
  private static final int DETAILS = 1 << 16;
  private static final long SEQUENCES = 1L << 32;

  private final QueryService queries;
  private final int limit;
  private final Map<String, Map<Integer, Long>> positions = new HashMap<>();

  /**
   * @param limit of entries an event
   */
  EventContent(QueryService queries, int limit) {
    this.queries = queries;
    this.limit = limit;
  }

  EventMessage message(ImmediateEvent event) {
    return EventMessage.of(event, list(event), epoch(event));
  }

  private ListPage list(ImmediateEvent event) {
    if (!(event.store() instanceof AppendStore store) || store.lists() > DETAILS) {
      return null;
    }
    AppendQueries lists = queries.append(store.name());
    Map<Integer, Long> heads = positions.computeIfAbsent(store.name(), _ -> new HashMap<>());
    try {
      Long from = heads.get(event.detail());
      if (from == null) {
        from = (lists.head(event.detail()) + SEQUENCES - 1) % SEQUENCES;
      }
      ListPage page = lists.page(event.detail(), from, limit);
      heads.put(event.detail(), page.next());
      return page;
    } catch (QueryException e) {
      heads.remove(event.detail()); // No such list, or one that was started anew.
      return null;
    }
  }

  private SketchEpoch epoch(ImmediateEvent event) {
    if (event.primitive() != Primitive.SKETCH_MERGE) {
      return null;
    }
    return queries.sketch(event.store().name()).epochs(true).epochs().stream()
        .filter(epoch -> epoch.epoch() % DETAILS == event.detail())
        .findFirst()
        .orElse(null);
  }
}
