package io.dta.cli;

import io.dta.collector.Collector;
import io.dta.collector.CollectorContext;
import io.dta.node.Json;
import io.dta.node.Logging;
import io.dta.rdma.capture.PacketCapture;
import java.net.URI;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.agrona.concurrent.ShutdownSignalBarrier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code dta collector}. */
@Command(
    name = "collector",
    description = {
      "Runs a collector: memory that translators write to by RDMA, and the HTTP API that answers"
          + " queries from it.",
      "Stops at SIGINT or SIGTERM."
    },
    footer = {
      "",
      "Examples:",
      "  dta collector --config docs/examples/collector.yaml",
      "  dta collector --config FILE --capture collector.pcapng",
      "  dta config check docs/examples/collector.yaml     is it right?",
      "  dta query                                         what does it hold?"
    })
final class CollectorCommand implements Callable<Integer> {
  @Mixin private Output output;

  @Mixin private CaptureOptions captureOptions;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      required = true,
      description = "YAML file with a section 'collector'.")
  private Path config;

  /** What {@code --json} prints once queries are answered. */
  private record Started(String name, URI uri) {
    String text() {
      return "collector '%s' answers at %s".formatted(name, uri);
    }
  }

  @Override
  public Integer call() {
    Logging.configure(System.Logger.Level.INFO);
    CollectorContext context = NodeConfiguration.collector(config);
    PacketCapture capture = captureOptions.open();
    try (capture;
        ShutdownSignalBarrier stop = new ShutdownSignalBarrier();
        Collector collector = new Collector(context, capture)) {
      collector.start();
      Started started = new Started(context.name(), collector.uri());
      output.println(output.json() ? Json.compact(started) : started.text());
      stop.await();
      output.remark("stopping");
    }
    CaptureOptions.remark(capture, output);
    return 0;
  }
}
