package io.dta.cli;

import io.dta.collector.Collector;
import io.dta.collector.CollectorContext;
import io.dta.fattree.DemoStores;
import io.dta.node.YamlConfig;
import io.dta.primitives.store.Store;
import io.dta.translator.Translator;
import java.io.IOException;
import java.net.DatagramSocket;
import java.util.List;

/** A collector and a translator on free ports, joined by RoCEv2, as two processes would be. */
public final class RunningNodes implements AutoCloseable {
  private final Collector collector;
  private final Translator translator;
  private final int reporterPort;

  /** Starts both with stores that fit a run. */
  public RunningNodes(int flows, int epochs) throws IOException {
    this(DemoStores.forTopology(4, flows, epochs).all());
  }

  /** Nodes with some stores. */
  public RunningNodes(List<Store> stores) throws IOException {
    try (DatagramSocket probe = new DatagramSocket()) {
      reporterPort = probe.getLocalPort();
    }
    collector =
        new Collector(
            new CollectorContext(
                "test",
                new CollectorContext.Http(null, 0),
                new CollectorContext.Rdma(null, 0, null, null, null),
                null,
                stores,
                null));
    collector.start();
    // As patient with postcards as the demo's: tests share the processors with everything else.
    String yaml =
        """
        translator:
          listen: {host: 127.0.0.1, port: 0, reporterPort: %d}
          collectors: ["%s"]
          rdma: {address: 127.0.0.2, port: 0}
          http: {host: 127.0.0.1, port: 0}
          engine: {postcardTimeout: 1s}
        """
            .formatted(reporterPort, uri());
    translator =
        new Translator(YamlConfig.parse("translator", yaml, NodeConfiguration.class).translator());
    translator.start();
  }

  /** The collector's HTTP address. */
  public String uri() {
    return collector.uri().toString();
  }

  /** Where reports go. */
  public String target() {
    return "127.0.0.1:" + translator.port();
  }

  /** Where the translator acknowledges. */
  public String reporterPort() {
    return String.valueOf(reporterPort);
  }

  @Override
  public void close() {
    translator.close();
    collector.close();
  }
}
