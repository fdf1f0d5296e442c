package io.dta.collector.api;

import io.dta.collector.event.EventFilter;
import io.dta.collector.event.EventQueue;
import io.dta.collector.event.EventStream;
import io.dta.collector.query.QueryService;
import io.dta.node.Json;
import io.dta.node.Nearest;
import io.dta.node.Request;
import io.dta.node.RequestException;
import io.dta.node.ServerSentEvents;
import io.dta.node.StreamedBody;
import io.dta.primitives.Primitive;
import io.dta.primitives.store.Store;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** {@code GET /v1/events}: the reports that wanted attention, as they arrive. */
final class EventRoutes {
  /** How often a client that went away without a word is looked for. */
  private static final int HEARTBEAT_S = 15;

  private final EventStream events;
  private final QueryService queries;
  private final List<Store> stores;
  private final int entryLimit;

  EventRoutes(EventStream events, QueryService queries, List<Store> stores, int entryLimit) {
    this.events = events;
    this.queries = queries;
    this.stores = stores;
    this.entryLimit = entryLimit;
  }

  void register(Routes routes) {
    routes.get("/v1/events", this::stream, "store", "primitive", "content");
  }

  private StreamedBody stream(Request request) {
    Set<String> names = request.query("store", this::stores, Set.of());
    Set<Primitive> primitives = request.query("primitive", EventRoutes::primitives, Set.of());
    EventContent content =
        request.queryFlag("content") ? new EventContent(queries, entryLimit) : null;
    try {
      return new EventBody(events.subscribe(new EventFilter(names, primitives)), content);
    } catch (IllegalStateException e) {
      throw new RequestException(503, e.getMessage());
    }
  }

  private Set<String> stores(String text) {
    Set<String> known = stores.stream().map(Store::name).collect(Collectors.toSet());
    Set<String> names = split(text, Function.identity());
    for (String name : names) {
      if (!known.contains(name)) {
        throw new IllegalArgumentException(
            "no store is named '%s'; there are: %s"
                .formatted(name, String.join(", ", Nearest.nearestFirst(name, known))));
      }
    }
    return names;
  }

  private static Set<Primitive> primitives(String text) {
    return split(text, Primitive::ofLabel);
  }

  private static <T> Set<T> split(String text, Function<String, T> parser) {
    return Stream.of(text.split(",", -1)).map(parser).collect(Collectors.toSet());
  }

  /** Writes the events of one subscriber; on its own virtual thread. */
  private static final class EventBody implements StreamedBody {
    private final EventQueue queue;
    private final EventContent content;

    EventBody(EventQueue queue, EventContent content) {
      this.queue = queue;
      this.content = content;
    }

    @Override
    public String contentType() {
      return ServerSentEvents.CONTENT_TYPE;
    }

    @Override
    public void writeTo(OutputStream out) throws IOException, InterruptedException {
      // From here on nothing is missed: the client may count on it.
      out.write(ServerSentEvents.comment("subscribed"));
      out.flush();
      while (true) {
        EventQueue.Notice notice = queue.poll(HEARTBEAT_S, TimeUnit.SECONDS);
        if (queue.ended()) {
          return;
        }
        out.write(bytes(notice));
        out.flush();
      }
    }

    private byte[] bytes(EventQueue.Notice notice) {
      return switch (notice) {
        case EventQueue.Told told -> {
          EventMessage message =
              content == null
                  ? EventMessage.of(told.event(), null, null)
                  : content.message(told.event());
          yield new ServerSentEvents.Event(
                  Long.toString(message.id()), "immediate", Json.compact(message))
              .encode();
        }
        case EventQueue.Missed missed ->
            new ServerSentEvents.Event(
                    null, "missed", Json.compact(new EventMessage.Missed(missed.events())))
                .encode();
        case null -> ServerSentEvents.comment("still here");
      };
    }

    @Override
    public void close() {
      queue.close();
    }
  }
}
