package io.dta.cli;

import io.dta.node.Json;
import io.dta.node.Logging;
import io.dta.rdma.capture.PacketCapture;
import io.dta.translator.Accounting;
import io.dta.translator.Translator;
import io.dta.translator.TranslatorContext;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.agrona.concurrent.ShutdownSignalBarrier;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code dta translator}. */
@Command(
    name = "translator",
    description = {
      "Runs a translator: takes reports from switches over UDP and writes them to collectors'"
          + " memory by RDMA.",
      "Waits for collectors that do not answer yet, and says so.",
      "Stops at SIGINT or SIGTERM, after everything that it has received is written."
    },
    footer = {
      "",
      "Examples:",
      "  dta translator --collector http://10.0.9.1:8040",
      "  dta translator --config docs/examples/translator.yaml",
      "  dta translator --config FILE --capture translator.pcapng"
    })
final class TranslatorCommand implements Callable<Integer> {
  @Spec private CommandSpec command;

  @Mixin private Output output;

  @Mixin private CaptureOptions captureOptions;

  @ArgGroup(multiplicity = "1")
  private Source source;

  private static final class Source {
    @Option(
        names = "--config",
        paramLabel = "FILE",
        description = "YAML file with a section 'translator'.")
    private Path config;

    @Option(
        names = "--collector",
        paramLabel = "URL",
        description =
            "HTTP address of a collector, all else at its default; may be given several times.")
    private List<String> collectors;
  }

  /** What {@code --json} prints once reports are taken. */
  private record Started(String host, int port, URI uri) {
    String text() {
      return "translator takes reports at UDP %s:%d and answers at %s".formatted(host, port, uri);
    }
  }

  private static void awaitStop(ShutdownSignalBarrier stop, CountDownLatch stopped) {
    stop.await();
    stopped.countDown();
  }

  @Override
  public Integer call() throws InterruptedException {
    Logging.configure(System.Logger.Level.INFO);
    TranslatorContext context =
        source.config != null
            ? NodeConfiguration.translator(source.config)
            : WrongUsage.check(command, () -> TranslatorContext.of(source.collectors));
    PacketCapture capture = captureOptions.open();
    try (capture;
        ShutdownSignalBarrier stop = new ShutdownSignalBarrier()) {
      CountDownLatch stopped = new CountDownLatch(1);
      Thread.ofVirtual().start(() -> awaitStop(stop, stopped));
      PatientStart patience = new PatientStart(context.rdma(), output::remark);
      Translator translator = patience.start(() -> new Translator(context, capture), stopped);
      if (translator == null) {
        output.remark("stopped before a collector was connected");
        return 0;
      }
      try (translator) {
        Started started = new Started(context.listen().host(), translator.port(), translator.uri());
        output.println(output.json() ? Json.compact(started) : started.text());
        stopped.await();
        output.remark("stopping");
      }
      Accounting accounting = translator.accounting();
      output.remark(
          "received %d = written %d + dropped %d + uncertain %d + in flight %d"
              .formatted(
                  accounting.received(),
                  accounting.written(),
                  accounting.droppedInAll(),
                  accounting.uncertain(),
                  accounting.inFlight()));
    }
    CaptureOptions.remark(capture, output);
    return 0;
  }
}
