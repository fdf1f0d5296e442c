package io.dta.fattree.output;

import io.dta.fattree.send.KeyWrites;
import io.dta.fattree.send.ReportClock;
import io.dta.fattree.send.ReportSink;
import io.dta.fattree.send.Reporters;
import io.dta.fattree.send.SendCounters;
import io.dta.fattree.send.SendSettings;
import io.dta.fattree.send.UdpReportSink;
import io.dta.fattree.verify.CollectorAnswers;
import io.dta.primitives.store.Store;
import io.dta.rdma.capture.DatagramFile;
import io.dta.translator.Accounting;
import io.dta.translator.Translator;
import io.dta.translator.TranslatorContext;
import io.dta.translator.connection.RdmaSettings;
import io.dta.translator.engine.EngineSettings;
import io.dta.translator.source.SourceSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A translator over UDP: one of this process, with a collector, or one that runs somewhere. */
public final class UdpOutlet implements Outlet {
  private static final String OWN_TRANSLATOR_ADDRESS = "127.0.0.2";
  private static final long SETTLE_NANOS = TimeUnit.MILLISECONDS.toNanos(2500);
  private static final long OWN_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(20);
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
  private static final int NETWORKS = 188;
  private static final int FIRST_NETWORK = SendSettings.DEFAULT_LOOPBACK_NETWORK + 1;

  private final UdpReportSink udp;
  private final DatagramFile capture;
  private final Reporters reporters;
  private final OwnCollector collector;
  private final Translator translator;
  private final AnswersOfRunning running;
  private final String target;

  /** Asks the collector of a running translator. */
  @FunctionalInterface
  public interface AnswersOfRunning {
    CollectorAnswers answers() throws IOException;
  }

  /**
   * How reports are sent.
   *
   * @param switches how many reporters there are
   * @param loss the probability that a report is lost
   * @param rate datagrams a second, at most; 0 for no limit
   * @param capture a file that gets every datagram; null for none
   */
  public record Sending(int switches, double loss, long seed, long rate, Path capture) {
    DatagramFile openCapture() throws IOException {
      return capture == null ? null : DatagramFile.create(capture);
    }

    ReportSink captured(UdpReportSink sink, DatagramFile file) {
      return file == null ? sink : new CaptureSink(sink, file, ReportClock.SYSTEM);
    }
  }

  private UdpOutlet(
      Sending sending,
      UdpReportSink udp,
      OwnCollector collector,
      Translator translator,
      AnswersOfRunning running,
      String target)
      throws IOException {
    this.udp = udp;
    this.collector = collector;
    this.translator = translator;
    this.running = running;
    this.target = target;
    capture = sending.openCapture();
    reporters = new Reporters(sending.captured(udp, capture), sending.loss(), sending.seed());
  }

  /** Starts a collector and a translator of its own, with RoCEv2 between them. */
  public static UdpOutlet own(List<Store> stores, Sending sending) throws IOException {
    UdpReportSink udp =
        UdpReportSink.open(
            sending.switches(),
            new SendSettings(
                network(), 0, sending.rate(), SendSettings.DEFAULT_DATAGRAMS_IN_FLIGHT));
    OwnCollector collector = null;
    Translator translator = null;
    try {
      collector = new OwnCollector("scenario", stores);
      translator = new Translator(context(collector, udp.reporterPort()));
      translator.start();
      Translator started = translator;
      InetSocketAddress address =
          new InetSocketAddress(InetAddress.getLoopbackAddress(), translator.port());
      udp.connect(address, () -> started.accounting().received());
      return new UdpOutlet(
          sending, udp, collector, translator, null, "a translator and a collector of its own");
    } catch (IOException | RuntimeException e) {
      Closing.quietly(translator);
      Closing.quietly(collector);
      udp.close();
      throw e;
    }
  }

  private static TranslatorContext context(OwnCollector collector, int reporterPort) {
    EngineSettings defaults = EngineSettings.DEFAULTS;
    // Reporters share the machine's cores with everything else: hops may come late.
    EngineSettings patient =
        new EngineSettings(
            defaults.appendFlush(),
            defaults.batchMemory(),
            defaults.postcardRows(),
            Duration.ofSeconds(1),
            defaults.openEpochs(),
            defaults.epochTimeout(),
            defaults.sketchMemory(),
            defaults.operationsPerSecond(),
            defaults.maxReporters(),
            defaults.reporterWindow(),
            defaults.nackInterval(),
            defaults.nackAttempts());
    return new TranslatorContext(
        new SourceSettings(OwnCollector.ADDRESS, 0, reporterPort, null),
        null,
        List.of(collector.uri().toString()),
        new RdmaSettings(null, null, OWN_TRANSLATOR_ADDRESS, 0, null),
        null,
        new TranslatorContext.Http(OwnCollector.ADDRESS, 0),
        patient,
        null);
  }

  /**
   * Sends to a running translator.
   *
   * @param reporterPort where it sends acknowledgements
   * @param answers asks the collector that it writes to
   */
  public static UdpOutlet to(
      InetSocketAddress address, int reporterPort, AnswersOfRunning answers, Sending sending)
      throws IOException {
    boolean here = address.getAddress().isLoopbackAddress();
    UdpReportSink udp =
        UdpReportSink.open(
            sending.switches(),
            new SendSettings(
                here ? network() : SendSettings.SHARED_ADDRESS,
                reporterPort,
                sending.rate(),
                SendSettings.DEFAULT_DATAGRAMS_IN_FLIGHT));
    udp.connect(address, null);
    return new UdpOutlet(
        sending, udp, null, null, answers, "the translator at " + hostPort(address));
  }

  private static String hostPort(InetSocketAddress address) {
    InetAddress ip = address.getAddress();
    return ip.getHostAddress() + ":" + address.getPort();
  }

  /** A translator remembers sequence numbers by address: another network every second. */
  private static int network() {
    return FIRST_NETWORK + (int) (Instant.now().getEpochSecond() % NETWORKS);
  }

  @Override
  public KeyWrites values() {
    return reporters;
  }

  @Override
  public Reporters reporters() {
    return reporters;
  }

  @Override
  public void flush(long nanos) throws IOException {
    reporters.flush();
  }

  @Override
  public void drain() throws IOException {
    reporters.drain();
    if (translator == null) {
      LockSupport.parkNanos(SETTLE_NANOS);
      return;
    }
    long expected = reporters.sent() - reporters.counters().lost();
    long deadline = System.nanoTime() + OWN_TIMEOUT_NANOS;
    Accounting accounting = translator.accounting();
    while ((accounting.received() < expected || accounting.inFlight() > 0)
        && System.nanoTime() - deadline < 0) {
      LockSupport.parkNanos(PAUSE_NANOS);
      accounting = translator.accounting();
    }
  }

  @Override
  public Delivery delivery() {
    SendCounters sent = reporters.counters();
    Map<String, Long> fate = new LinkedHashMap<>();
    long operations = Delivery.UNKNOWN;
    if (translator == null) {
      fate.put("handed to the network", sent.sent() - sent.lost());
    } else {
      Accounting accounting = translator.accounting();
      fate.put("written", accounting.written());
      fate.putAll(accounting.dropped());
      fate.put("uncertain", accounting.uncertain());
      fate.put("in flight", accounting.inFlight());
      long arrived = accounting.received();
      fate.put("lost by the kernel", Math.max(0, sent.sent() - sent.lost() - arrived));
      operations =
          accounting.primitives().values().stream()
              .mapToLong(Accounting.PrimitiveAccounting::operations)
              .sum();
    }
    fate.put("lost on purpose", sent.lost());
    return new Delivery(
        target,
        sent.sent(),
        sent.datagrams(),
        fate,
        operations,
        translator == null ? Delivery.UNKNOWN : 1);
  }

  @Override
  public CollectorAnswers answers() throws IOException {
    return collector == null ? running.answers() : collector.answers();
  }

  @Override
  public void close() {
    udp.close();
    Closing.quietly(translator);
    Closing.quietly(collector);
    Closing.quietly(capture);
  }
}
