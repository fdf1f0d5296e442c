package io.dta.cli;

import io.dta.collector.Collector;
import io.dta.collector.CollectorContext;
import io.dta.fattree.DemoStores;
import io.dta.translator.Translator;
import io.dta.translator.TranslatorContext;
import io.dta.translator.connection.RdmaSettings;
import io.dta.translator.source.SourceSettings;
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
    try (DatagramSocket probe = new DatagramSocket()) {
      reporterPort = probe.getLocalPort();
    }
    collector =
        new Collector(
            new CollectorContext(
                "test",
                new CollectorContext.Http(null, 0),
                new CollectorContext.Rdma(null, 0, null),
                null,
                DemoStores.forTopology(4, flows, epochs).all(),
                null));
    collector.start();
    translator =
        new Translator(
            new TranslatorContext(
                new SourceSettings("127.0.0.1", 0, reporterPort, null),
                null,
                List.of(uri()),
                new RdmaSettings(null, null, "127.0.0.2", 0, null),
                null,
                new TranslatorContext.Http("127.0.0.1", 0),
                null,
                null));
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
