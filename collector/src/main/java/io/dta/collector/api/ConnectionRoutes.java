package io.dta.collector.api;

import io.dta.collector.connection.QueuePairStatus;
import io.dta.collector.connection.Rnic;
import io.dta.node.Request;
import io.dta.node.RequestException;
import io.dta.rdma.control.ConnectionOffer;
import io.dta.rdma.control.QueuePairReply;
import io.dta.rdma.control.QueuePairRequest;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** The routes by which translators connect. */
final class ConnectionRoutes {
  private static final int MAX_QUEUE_PAIR = 0xFF_FFFF;

  private final Rnic rnic;

  /**
   * Makes routes to an RNIC.
   *
   * @param rnic null where there is none
   */
  ConnectionRoutes(Rnic rnic) {
    this.rnic = rnic;
  }

  void register(Routes routes) {
    routes.get("/v1/rdma", request -> offer());
    routes.get("/v1/queue-pairs", request -> list());
    routes.post("/v1/queue-pairs", this::create);
    routes.delete("/v1/queue-pairs/{queuePairNumber}", this::destroy);
  }

  /**
   * The queue pairs.
   *
   * @param rnic what the RNIC counted, by event; empty where there is none
   */
  record QueuePairs(List<QueuePairStatus> queuePairs, Map<String, Long> rnic) {}

  private QueuePairs list() {
    return rnic == null
        ? new QueuePairs(List.of(), Map.of())
        : new QueuePairs(rnic.queuePairs(), rnic.events());
  }

  private ConnectionOffer offer() {
    requireRnic();
    return rnic.offer();
  }

  private QueuePairReply create(Request request) throws IOException {
    requireRnic();
    QueuePairRequest body = request.body(QueuePairRequest.class);
    try {
      return rnic.create(body);
    } catch (IllegalArgumentException e) {
      throw RequestException.badRequest(e.getMessage());
    } catch (IllegalStateException e) {
      throw RequestException.conflict(e.getMessage());
    }
  }

  private Object destroy(Request request) {
    requireRnic();
    int number = (int) request.pathNumber("queuePairNumber", 0, MAX_QUEUE_PAIR);
    if (!rnic.destroy(number)) {
      throw RequestException.notFound(
          "no queue pair %d; GET /v1/queue-pairs lists those that there are".formatted(number));
    }
    return null;
  }

  private void requireRnic() {
    if (rnic == null) {
      throw RequestException.conflict(
          "this collector has no RNIC (rdma.mode: none): translators on its host map the files that"
              + " GET /v1/directory names");
    }
  }
}
