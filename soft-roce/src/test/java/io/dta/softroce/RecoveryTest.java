package io.dta.softroce;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dta.primitives.Primitive;
import io.dta.rdma.RemoteRegion;
import io.dta.softroce.guest.Faults;
import io.dta.softroce.guest.SoftRoce;
import io.dta.softroce.guest.SoftRoceGuest;
import io.dta.translator.Accounting;
import io.dta.translator.connection.RdmaSettings;
import io.dta.translator.engine.DropReason;
import java.io.IOException;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Accidents in mid-run: the translator is never restarted, and in the end it has said of every
 * report where it is, and memory agrees.
 */
@SoftRoce
class RecoveryTest {
  private static final int BEFORE = 400;
  private static final int DURING = 150;
  private static final int AFTER = 400;

  @ParameterizedTest
  @EnumSource(
      value = RdmaSettings.Connect.class,
      names = {"CM", "CONTROL"})
  void shouldGoOnOnceARemovedRegionIsBack(RdmaSettings.Connect connect, SoftRoceGuest guest)
      throws IOException {
    try (PeerCollector collector =
            new PeerCollector(guest, Reports.STORES, UnaryOperator.identity());
        RunningTranslator translator = new RunningTranslator(collector.uri(), connect, null);
        Reports reports = new Reports(translator)) {
      reports.send(BEFORE);
      collector.loseRegions();
      reports.send(DURING);
      translator.awaitDown();
      assertNotNull(translator.link().problem());
      collector.findRegions();
      translator.awaitUp();
      reports.send(AFTER);
      Accounting accounting = translator.settle(reports.reports());

      assertTrue(translator.link().reconnects() > 0, translator::toString);
      collector.mirror();
      assertAsAccounted(collector, reports, accounting, translator);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = RdmaSettings.Connect.class,
      names = {"CM", "CONTROL"})
  void shouldGoOnOnceACutCableIsRepaired(RdmaSettings.Connect connect, SoftRoceGuest guest)
      throws IOException {
    try (PeerCollector collector =
            new PeerCollector(guest, Reports.STORES, UnaryOperator.identity());
        RunningTranslator translator = new RunningTranslator(collector.uri(), connect, null);
        Reports reports = new Reports(translator)) {
      guest.cable().set(Faults.of(5, 0.02));
      reports.send(BEFORE);
      guest.cable().cut();
      reports.send(DURING);
      translator.awaitDown();
      guest.cable().repair();
      translator.awaitUp();
      reports.send(AFTER);
      Accounting accounting = translator.settle(reports.reports());

      assertTrue(translator.link().reconnects() > 0, translator::toString);
      collector.mirror();
      assertAsAccounted(collector, reports, accounting, translator);
    }
  }

  @Test
  void shouldGoOnOnceAWrongKeyIsCorrected(SoftRoceGuest guest) throws IOException {
    UnaryOperator<RemoteRegion> wrong =
        right -> new RemoteRegion(right.address(), right.rkey() ^ 0x5A00, right.length());
    try (PeerCollector collector = new PeerCollector(guest, Reports.STORES, wrong);
        RunningTranslator translator =
            new RunningTranslator(collector.uri(), RdmaSettings.Connect.AUTO, null);
        Reports reports = new Reports(translator)) {
      reports.send(DURING);
      translator.awaitDown();
      collector.correct();
      translator.awaitUp();
      reports.send(AFTER);
      Accounting accounting = translator.settle(reports.reports());

      collector.mirror();
      assertAsAccounted(collector, reports, accounting, translator);
    }
  }

  @Test
  void shouldGoOnAfterTheGuestWasRebooted(SoftRoceGuest guest) throws IOException {
    try (PeerCollector collector =
            new PeerCollector(guest, Reports.STORES, UnaryOperator.identity());
        RunningTranslator translator =
            new RunningTranslator(collector.uri(), RdmaSettings.Connect.AUTO, null);
        Reports reports = new Reports(translator)) {
      reports.send(BEFORE);
      collector.powerOff();
      reports.send(DURING);
      translator.awaitDown();
      collector.powerOn();
      translator.awaitUp();
      reports.send(AFTER);
      Accounting accounting = translator.settle(reports.reports());

      assertTrue(translator.link().reconnects() > 0, translator::toString);
      collector.mirror();
      ReportAnswers answers = new ReportAnswers(collector.uri());
      List<Integer> since = reports.numbers().skip(BEFORE + DURING).boxed().toList();
      assertEquals(since, answers.values(reports.numbers().skip(BEFORE + DURING)));
      assertEquals(
          since, answers.entries().stream().filter(entry -> entry >= since.getFirst()).toList());
      assertTrue(answers.sum() >= AFTER, translator::toString);
      assertTrue(answers.sum() <= BEFORE + DURING + AFTER, translator::toString);
      assertOnlyDroppedWhileDown(accounting, translator);
    }
  }

  /** Memory holds what the translator says was written, and nothing else was lost than it says. */
  private static void assertAsAccounted(
      PeerCollector collector, Reports reports, Accounting accounting, RunningTranslator translator)
      throws IOException {
    assertOnlyDroppedWhileDown(accounting, translator);
    ReportAnswers answers = new ReportAnswers(collector.uri());
    assertEquals(
        of(accounting, Primitive.KEY_WRITE).written(),
        answers.values(reports.numbers()).size(),
        translator::toString);
    List<Integer> entries = answers.entries();
    assertEquals(entries.stream().distinct().sorted().toList(), entries, "each once, in order");
    assertEquals(of(accounting, Primitive.APPEND).written(), entries.size(), translator::toString);
    // An atomic whose answer was lost with its queue pair took effect or did not: once at most.
    Accounting.PrimitiveAccounting counted = of(accounting, Primitive.KEY_INCREMENT);
    long sum = answers.sum();
    assertTrue(
        sum >= counted.written() && sum <= counted.written() + counted.uncertain(),
        () -> "the counters hold %d: %s".formatted(sum, translator));
  }

  private static void assertOnlyDroppedWhileDown(
      Accounting accounting, RunningTranslator translator) {
    assertEquals(
        accounting.droppedInAll(),
        accounting.dropped().getOrDefault(DropReason.QUEUE_PAIR_DOWN.label(), 0L),
        translator::toString);
  }

  private static Accounting.PrimitiveAccounting of(Accounting accounting, Primitive primitive) {
    return accounting.primitives().get(primitive.label());
  }
}
