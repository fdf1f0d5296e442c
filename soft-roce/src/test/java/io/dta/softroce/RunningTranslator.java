package io.dta.softroce;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dta.softroce.guest.GuestProcess;
import io.dta.softroce.guest.SoftRoceGuest;
import io.dta.translator.Accounting;
import io.dta.translator.Translator;
import io.dta.translator.TranslatorContext;
import io.dta.translator.connection.RdmaSettings;
import io.dta.translator.engine.EngineSettings;
import io.dta.translator.engine.LinkState;
import io.dta.translator.engine.LinkStatus;
import io.dta.translator.source.SourceSettings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** A translator as an operator starts it, outside of the guest, without privileges. */
final class RunningTranslator implements AutoCloseable {
  private static final String LOOPBACK = "127.0.0.1";
  private static final int ROCE_PORT = 4791;
  private static final long PATIENCE_NANOS = GuestProcess.PATIENCE.toNanos();
  private static final long POLL_NANOS = 2_000_000L;

  final Translator translator;

  RunningTranslator(URI collector, RdmaSettings.Connect connect, Integer reporterPort) {
    translator =
        new Translator(
            new TranslatorContext(
                new SourceSettings(LOOPBACK, 0, reporterPort, null),
                null,
                List.of(collector.toString()),
                new RdmaSettings(
                    RdmaSettings.Transport.ROCEV2,
                    connect,
                    null,
                    SoftRoceGuest.HOST,
                    ROCE_PORT,
                    null,
                    Duration.ofMillis(50),
                    Duration.ofMillis(400)),
                null,
                new TranslatorContext.Http(LOOPBACK, 0),
                engine(),
                null));
    translator.start();
  }

  /** Postcards of a flow may be long on their way where two cores do everything. */
  private static EngineSettings engine() {
    EngineSettings defaults = EngineSettings.DEFAULTS;
    return new EngineSettings(
        defaults.appendFlush(),
        defaults.batchMemory(),
        defaults.postcardRows(),
        Duration.ofSeconds(2),
        defaults.openEpochs(),
        Duration.ofSeconds(10),
        defaults.sketchMemory(),
        defaults.operationsPerSecond(),
        defaults.maxReporters(),
        defaults.reporterWindow(),
        defaults.nackInterval(),
        defaults.nackAttempts());
  }

  InetSocketAddress address() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), translator.port());
  }

  LinkStatus link() {
    return translator.links().getFirst().status();
  }

  Accounting accounting() {
    return translator.accounting();
  }

  void awaitUp() {
    until(() -> link().state() == LinkState.UP, "the queue pair to be up");
  }

  void awaitDown() {
    until(
        () -> link().state() == LinkState.DOWN || link().state() == LinkState.CONNECTING,
        "the queue pair to be down");
  }

  /** Waits until so many reports have come and none of them is in flight any more. */
  Accounting settle(long reports) {
    until(
        () -> {
          Accounting now = translator.accounting();
          return now.received() >= reports && now.inFlight() == 0;
        },
        reports + " reports to be out of flight");
    Accounting settled = translator.accounting();
    assertEquals(reports, settled.received(), settled::toString);
    assertEquals(
        settled.received(),
        settled.written() + settled.droppedInAll() + settled.uncertain() + settled.inFlight(),
        settled::toString);
    return settled;
  }

  void until(BooleanSupplier condition, String what) {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < deadline, () -> "waited in vain for " + what + ": " + this);
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  @Override
  public String toString() {
    return "%s, %s, %d reconnects, %d replayed, %d refused, problem: %s"
        .formatted(
            translator.accounting(),
            link().state(),
            link().reconnects(),
            link().replayed(),
            link().refused(),
            link().problem());
  }

  @Override
  public void close() {
    translator.close();
  }
}
