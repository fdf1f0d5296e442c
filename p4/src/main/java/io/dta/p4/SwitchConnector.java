package io.dta.p4;

import io.dta.node.HttpJsonClient;
import io.dta.p4.SwitchSettings.CollectorPort;
import io.dta.primitives.directory.Directory;
import io.dta.primitives.store.AppendStore;
import io.dta.rdma.control.QueuePairReply;
import io.dta.rdma.control.QueuePairRequest;
import io.dta.rdma.control.TransportService;
import java.net.URI;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Connects a switch to its collectors: each makes its end of a queue pair, over its HTTP API, for
 * requests that the switch will send.
 */
public final class SwitchConnector {
  private static final int ROCE_PORT = 4791;
  private static final int FIRST_QUEUE_PAIR = 0x11;

  /** The most that a switch writes at once is 256 bytes. */
  private static final int PATH_MTU = 1024;

  private static final int PSNS = 1 << 24;

  private SwitchConnector() {}

  /** Connects, and tells what goes into the tables. */
  public static SwitchSettings connect(SwitchConfiguration configuration) {
    List<CollectorPort> ports = new ArrayList<>();
    SecureRandom random = new SecureRandom();
    for (SwitchConfiguration.Collector collector : configuration.collectors()) {
      HttpJsonClient http =
          new HttpJsonClient(
              URI.create(collector.url()),
              "collector",
              "start one there with 'dta collector', or correct 'collectors' of the switch");
      Directory directory = http.get("/v1/directory", Directory.class);
      QueuePairRequest own =
          new QueuePairRequest(
              TransportService.RC,
              configuration.address(),
              ROCE_PORT,
              FIRST_QUEUE_PAIR + ports.size(),
              random.nextInt(PSNS),
              PATH_MTU);
      QueuePairReply peer = http.post("/v1/queue-pairs", own, QueuePairReply.class);
      ports.add(
          new CollectorPort(
              collector.port(),
              SwitchConfiguration.macAddress(collector.mac()),
              directory,
              own,
              peer,
              heads(http, directory)));
    }
    return configuration.settings(ports);
  }

  private static Map<String, int[]> heads(HttpJsonClient http, Directory directory) {
    Map<String, int[]> heads = new HashMap<>();
    for (Directory.Entry entry : directory.entries()) {
      if (entry.store() instanceof AppendStore store) {
        List<Long> next =
            http.get(
                    "/v1/append/" + HttpJsonClient.encode(store.name()) + "/heads",
                    AppendHeads.class)
                .next();
        heads.put(store.name(), next.stream().mapToInt(Long::intValue).toArray());
      }
    }
    return heads;
  }

  /** The answer of {@code GET /v1/append/NAME/heads}. */
  private record AppendHeads(String store, List<Long> next) {}
}
