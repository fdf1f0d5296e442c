package io.dta.translator.connection;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.dta.node.HttpJsonClient;
import io.dta.node.OperatorException;
import io.dta.primitives.directory.Directory;
import io.dta.primitives.store.AppendStore;
import io.dta.rdma.control.ConnectionOffer;
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

  /** How the collector's RNIC may be connected to. */
  ConnectionOffer offer() {
    return http.get("/v1/rdma", ConnectionOffer.class);
  }

  /**
   * Destroys the collector's end of a queue pair, if there is one: that which names our end. A
   * collector that was started again may have given its number to someone else.
   */
  void releaseQueuePair(QueuePairRequest own) {
    for (QueuePair each : http.get("/v1/queue-pairs", QueuePairs.class).queuePairs()) {
      if (each.udpPort() == own.udpPort()
          && each.remoteQueuePairNumber() == own.queuePairNumber()
          && own.address().equals(each.address())) {
        http.delete("/v1/queue-pairs/" + each.queuePairNumber());
      }
    }
  }

  @Override
  public String toString() {
    return base.toString();
  }

  /** The answer of {@code GET /v1/queue-pairs}, as much as is needed. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  private record QueuePairs(List<QueuePair> queuePairs) {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  private record QueuePair(
      int queuePairNumber, String address, int udpPort, int remoteQueuePairNumber) {}

  /** The answer of {@code GET /v1/append/NAME/heads}. */
  private record AppendHeads(String store, List<Long> next) {}
}
