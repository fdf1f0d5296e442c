package io.dta.translator.connection;

import io.dta.node.HttpJsonClient;
import io.dta.node.OperatorException;
import io.dta.primitives.directory.Directory;
import io.dta.primitives.store.AppendStore;
import io.dta.rdma.control.QueuePairReply;
import io.dta.rdma.control.QueuePairRequest;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/** A collector's HTTP API, as much as a translator needs of it. Safe for any thread. */
final class CollectorClient {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final URI base;
  private final HttpJsonClient http;

  /**
   * @param url such as {@code http://127.0.0.1:8040}
   */
  CollectorClient(String url) {
    this.base = URI.create(url);
    this.http =
        new HttpJsonClient(
            base,
            "collector",
            "start one there with 'dta collector', or correct 'collectors' of the translator",
            TIMEOUT);
  }

  /** The host part of its address. */
  String host() {
    return base.getHost();
  }

  /** What the collector's stores are and where they lie. */
  Directory directory() {
    Directory directory = http.get("/v1/directory", Directory.class);
    if (directory.entries().isEmpty()) {
      throw new OperatorException("collector " + base + " has no store: give it 'stores'");
    }
    return directory;
  }

  /** The next sequence of each list of an Append store, unsigned. */
  int[] appendHeads(AppendStore store) {
    List<Long> next =
        http.get("/v1/append/" + HttpJsonClient.encode(store.name()) + "/heads", AppendHeads.class)
            .next();
    if (next.size() != store.lists()) {
      throw new OperatorException(
          "collector %s knows where %d lists of store '%s' go on, but the store has %d: restart it"
              .formatted(base, next.size(), store.name(), store.lists()));
    }
    return next.stream().mapToInt(Long::intValue).toArray();
  }

  /** Makes the collector's end of a queue pair. */
  QueuePairReply createQueuePair(QueuePairRequest queuePair) {
    return http.post("/v1/queue-pairs", queuePair, QueuePairReply.class);
  }

  /** Destroys the collector's end of a queue pair. */
  void deleteQueuePair(int number) {
    http.delete("/v1/queue-pairs/" + number);
  }

  @Override
  public String toString() {
    return base.toString();
  }

  /** The answer of {@code GET /v1/append/NAME/heads}. */
  private record AppendHeads(String store, List<Long> next) {}
}
