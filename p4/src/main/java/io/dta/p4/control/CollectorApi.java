package io.dta.p4.control;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.dta.node.HttpJsonClient;
import io.dta.node.OperatorException;
import io.dta.primitives.directory.Directory;
import io.dta.primitives.store.AppendStore;
import io.dta.primitives.store.Store;
import io.dta.rdma.control.ConnectionOffer;
import io.dta.rdma.control.QueuePairReply;
import io.dta.rdma.control.QueuePairRequest;
import io.dta.rdma.control.TransportService;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A collector's HTTP API, as much as the control plane of a switch needs of it. Safe for any
 * thread; every method blocks, and throws an {@link OperatorException} where the collector does not
 * answer as it should.
 */
final class CollectorApi {
  private static final Duration TIMEOUT = Duration.ofSeconds(3);
  private static final String IN_ERROR = "ERROR";

  private final String url;
  private final HttpJsonClient http;

  /**
   * @param url such as {@code http://10.0.9.1:8040}
   */
  CollectorApi(String url) {
    this.url = url;
    this.http =
        new HttpJsonClient(
            URI.create(url),
            "collector",
            "start one there with 'dta collector', or correct 'collectors'",
            TIMEOUT);
  }

  /**
   * A collector at one moment.
   *
   * @param directory its stores
   * @param offer how its RNIC may be connected to
   * @param queuePairs those of its RNIC
   */
  record Observation(Directory directory, ConnectionOffer offer, List<QueuePair> queuePairs) {
    /**
     * The queue pair whose other end this is.
     *
     * @return null where there is none that carries out requests
     */
    QueuePair of(String address, int udpPort, int queuePairNumber) {
      for (QueuePair each : queuePairs) {
        if (each.isOf(address, udpPort, queuePairNumber) && !each.state().equals(IN_ERROR)) {
          return each;
        }
      }
      return null;
    }

    /** Whether a queue pair is there and carries out requests. */
    boolean has(QueuePairEnds ends) {
      QueuePair found =
          of(ends.own().address(), ends.own().udpPort(), ends.own().queuePairNumber());
      if (found != null) {
        return found.queuePairNumber() == ends.peer().queuePairNumber();
      }
      // A library that does not tell the other end's number gives 0.
      return queuePairs.stream()
          .anyMatch(
              each ->
                  each.remoteQueuePairNumber() == 0
                      && each.queuePairNumber() == ends.peer().queuePairNumber()
                      && !each.state().equals(IN_ERROR));
    }
  }

  /** A queue pair of the RNIC; see {@code GET /v1/queue-pairs}. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record QueuePair(
      int queuePairNumber,
      TransportService service,
      String state,
      String address,
      int udpPort,
      int remoteQueuePairNumber,
      int pathMtu) {
    boolean isOf(String otherAddress, int otherPort, int otherNumber) {
      return address.equals(otherAddress)
          && udpPort == otherPort
          && remoteQueuePairNumber == otherNumber;
    }
  }

  @JsonIgnoreProperties(ignoreUnknown = true)
  private record QueuePairs(List<QueuePair> queuePairs) {}

  /** The answer of {@code GET /v1/append/NAME/heads}. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  private record AppendHeads(List<Long> next) {}

  /** What there is now. */
  Observation observe() {
    Directory directory = http.get("/v1/directory", Directory.class);
    if (directory.entries().isEmpty()) {
      throw new OperatorException("collector " + url + " has no store: give it 'stores'");
    }
    return new Observation(
        directory,
        http.get("/v1/rdma", ConnectionOffer.class),
        http.get("/v1/queue-pairs", QueuePairs.class).queuePairs());
  }

  /** The next sequences of each list of each Append store, unsigned, by the store's name. */
  Map<String, int[]> appendHeads(Directory directory) {
    Map<String, int[]> heads = new HashMap<>();
    for (Directory.Entry entry : directory.entries()) {
      Store store = entry.store();
      if (store instanceof AppendStore append) {
        int[] next =
            http
                .get(
                    "/v1/append/" + HttpJsonClient.encode(store.name()) + "/heads",
                    AppendHeads.class)
                .next()
                .stream()
                .mapToInt(Long::intValue)
                .toArray();
        if (next.length != append.lists()) {
          throw new OperatorException(
              "collector %s knows where %d lists of store '%s' go on, but the store has %d: restart it"
                  .formatted(url, next.length, store.name(), append.lists()));
        }
        heads.put(store.name(), next);
      }
    }
    return heads;
  }

  /** Makes the collector's end of a queue pair. */
  QueuePairReply create(QueuePairRequest own) {
    return http.post("/v1/queue-pairs", own, QueuePairReply.class);
  }

  /** Destroys the collector's end of a queue pair, if it is still that of this one. */
  void destroy(QueuePairRequest own) {
    for (QueuePair each : http.get("/v1/queue-pairs", QueuePairs.class).queuePairs()) {
      if (each.isOf(own.address(), own.udpPort(), own.queuePairNumber())) {
        http.delete("/v1/queue-pairs/" + each.queuePairNumber());
      }
    }
  }

  @Override
  public String toString() {
    return url;
  }
}
