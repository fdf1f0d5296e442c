package io.dta.cli.demo;

import io.dta.collector.Collector;
import io.dta.collector.CollectorContext;
import io.dta.fattree.DemoStores;
import io.dta.node.OperatorException;
import io.dta.rdma.capture.PacketCapture;
import io.dta.translator.Translator;
import io.dta.translator.TranslatorContext;
import io.dta.translator.connection.RdmaSettings;
import io.dta.translator.source.SourceSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The collector and the translator of a demo, as they would run for real but in one process. */
final class DemoNodes implements AutoCloseable {
  private static final String COLLECTOR_ADDRESS = "127.0.0.1";

  /**
   * Another loopback address than the collector's, so that both can use RoCEv2's well-known port.
   */
  private static final String TRANSLATOR_ADDRESS = "127.0.0.2";

  private final DemoSettings settings;
  private final DemoStores stores;
  private final PacketCapture capture;
  private Path regionDirectory;
  private Collector collector;
  private Translator translator;

  DemoNodes(DemoSettings settings, DemoStores stores, PacketCapture capture) {
    this.settings = settings;
    this.stores = stores;
    this.capture = capture;
  }

  /**
   * Starts both.
   *
   * @param reporterPort where the simulated switches expect acknowledgements
   */
  void start(int reporterPort) {
    Integer anyPort = settings.wellKnownPorts() ? null : 0;
    collector =
        new Collector(
            new CollectorContext(
                "demo",
                new CollectorContext.Http(COLLECTOR_ADDRESS, anyPort),
                new CollectorContext.Rdma(COLLECTOR_ADDRESS, anyPort, rdmaMode(), null, null),
                regions(),
                stores.all(),
                null));
    collector.start();
    translator =
        new Translator(
            new TranslatorContext(
                new SourceSettings(COLLECTOR_ADDRESS, anyPort, reporterPort, null),
                null,
                List.of(collectorUri().toString()),
                new RdmaSettings(settings.transport(), null, TRANSLATOR_ADDRESS, anyPort, null),
                null,
                new TranslatorContext.Http(COLLECTOR_ADDRESS, anyPort),
                DemoSettings.ENGINE,
                null),
            capture);
    translator.start();
    if (!settings.wellKnownPorts()) {
      deleteRegions(); // Both have mapped the files, so that an interrupted demo leaves none
      // behind.
    }
  }

  private CollectorContext.RdmaMode rdmaMode() {
    return switch (settings.transport()) {
      case ROCEV2 -> CollectorContext.RdmaMode.SOFTWARE;
      case LOCAL -> CollectorContext.RdmaMode.NONE;
      case VERBS, DISNI ->
          throw new OperatorException(
              "the demo runs on hosts without an RDMA NIC: use '--transport rocev2' or 'local'");
    };
  }

  /** Shared memory needs files that both sides map; RoCEv2 needs none. */
  private CollectorContext.Regions regions() {
    return switch (settings.transport()) {
      case ROCEV2, VERBS, DISNI -> null;
      case LOCAL -> {
        try {
          Path sharedMemory = Path.of("/dev/shm");
          regionDirectory =
              Files.isWritable(sharedMemory)
                  ? Files.createTempDirectory(sharedMemory, "dta-demo-")
                  : Files.createTempDirectory("dta-demo-");
        } catch (IOException e) {
          throw new OperatorException(
              "no directory for the regions can be made: "
                  + e.getMessage()
                  + "; free some space or run without --transport local",
              e);
        }
        yield new CollectorContext.Regions(
            CollectorContext.Backing.FILE, regionDirectory.toString(), null);
      }
    };
  }

  Collector collector() {
    return collector;
  }

  URI collectorUri() {
    return collector.uri();
  }

  URI translatorUri() {
    return translator.uri();
  }

  Translator translator() {
    return translator;
  }

  @Override
  public void close() {
    if (translator != null) {
      translator.close();
    }
    if (collector != null) {
      collector.close();
    }
    deleteRegions();
  }

  private void deleteRegions() {
    if (regionDirectory == null) {
      return;
    }
    try (Stream<Path> files = Files.walk(regionDirectory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + regionDirectory, e);
    }
    regionDirectory = null;
  }
}
