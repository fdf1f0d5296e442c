package io.dta.cli.demo;

import io.dta.cli.terminal.Table;
import io.dta.fattree.PathPrinter;
import io.dta.fattree.Truth;
import io.dta.fattree.send.SendCounters;
import io.dta.fattree.traffic.FlowTable;
import io.dta.fattree.verify.CollectorAnswers;
import io.dta.fattree.verify.VerificationReport;
import io.dta.primitives.Primitive;
import io.dta.primitives.key.KeyFormat;
import io.dta.translator.Accounting;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The demo's result for people. */
final class DemoText {
  private static final int INDENT = 2;

  /**
   * Path lengths of the flows that are shown: two across pods, one within a pod, one within a
   * switch.
   */
  private static final List<Integer> SAMPLE_LENGTHS = List.of(5, 5, 3, 1);

  private final DemoOutcome outcome;
  private final StringBuilder out = new StringBuilder();

  private DemoText(DemoOutcome outcome) {
    this.outcome = outcome;
  }

  /** All of it, from what was run to whether it was right. */
  static String of(DemoOutcome outcome, DemoSettings settings, CollectorAnswers answers)
      throws IOException {
    DemoText text = new DemoText(outcome);
    text.reports();
    text.answers();
    text.paths(answers);
    text.rates(settings);
    text.identity();
    text.verdict();
    return text.out.toString();
  }

  private void reports() {
    SendCounters sent = outcome.run().counters();
    Table table =
        new Table("REPORTS", "STORE", "SENT", "LOST", "RECEIVED", "WRITTEN", "DROPPED", "RDMA OPS");
    for (Primitive primitive : Primitive.values()) {
      SendCounters.OfPrimitive counts = sent.of(primitive);
      Accounting.PrimitiveAccounting account = DemoAccounts.of(outcome.accounting(), primitive);
      table.row(
          primitive.label(),
          storeOf(primitive),
          counts.sent(),
          counts.lost(),
          account.received(),
          account.written(),
          account.dropped(),
          account.operations());
    }
    out.append(table.render(INDENT)).append('\n');
  }

  private String storeOf(Primitive primitive) {
    return switch (primitive) {
      case KEY_WRITE -> outcome.stores().paths().name();
      case APPEND -> outcome.stores().events().name();
      case KEY_INCREMENT -> outcome.stores().hostBytes().name();
      case POSTCARDING -> outcome.stores().postcards().name();
      case SKETCH_MERGE -> outcome.stores().flowSizes().name();
    };
  }

  private void answers() {
    VerificationReport answers = outcome.answers();
    VerificationReport.Lists lists = answers.append();
    VerificationReport.Counts counts = answers.keyIncrement();
    VerificationReport.Sketches sketches = answers.sketchMerge();
    Table table = new Table("ANSWERS", "QUERIED", "RIGHT", "EMPTY", "WRONG", "");
    lookups(table, Primitive.KEY_WRITE, answers.keyWrite());
    table.row(
        Primitive.APPEND.label(),
        lists.sent(),
        lists.read(),
        lists.lost(),
        lists.unexpected(),
        "entries read in order, " + number(lists.outOfOrder()) + " late");
    table.row(
        Primitive.KEY_INCREMENT.label(),
        counts.queried(),
        counts.exact(),
        null,
        counts.over() + counts.under(),
        number(counts.over()) + " over, " + number(counts.under()) + " under");
    lookups(table, Primitive.POSTCARDING, answers.postcarding());
    table.row(
        Primitive.SKETCH_MERGE.label(),
        sketches.queried(),
        sketches.withinBound(),
        null,
        sketches.unexplained(),
        "estimates within e/C of the total, "
            + number(sketches.epochs())
            + " epochs of "
            + number(sketches.columns() / Math.max(1, sketches.epochs()))
            + " columns");
    out.append(table.render(INDENT)).append('\n');
  }

  private static void lookups(
      Table table, Primitive primitive, VerificationReport.Lookups lookups) {
    table.row(
        primitive.label(),
        lookups.queried(),
        lookups.correct(),
        lookups.empty(),
        lookups.wrong(),
        "paths, at most " + number(lookups.allowedEmpty()) + " may be empty");
  }

  /**
   * A few flows as the collector knows them: one within a switch, some within a pod, some across.
   */
  private void paths(CollectorAnswers answers) throws IOException {
    Truth truth = outcome.run().truth();
    FlowTable flows = truth.flows();
    PathPrinter printer = new PathPrinter(truth.tree());
    List<String> keys = new ArrayList<>();
    for (int flow : sample(truth)) {
      keys.add(KeyFormat.IPV4_5_TUPLE.printKey(flows.key(flow)));
    }
    int width = keys.stream().mapToInt(String::length).max().orElse(0);
    List<CollectorAnswers.Path> paths = answers.paths(outcome.stores().postcards().name(), keys);
    out.append("  PATHS, from their postcards\n");
    for (int i = 0; i < keys.size(); i++) {
      int[] switches =
          paths.get(i).hops().stream().mapToInt(hop -> Math.toIntExact(hop.value())).toArray();
      out.append("  ")
          .append(keys.get(i))
          .append(" ".repeat(width - keys.get(i).length() + 2))
          .append(switches.length == 0 ? "(empty)" : printer.print(switches))
          .append('\n');
    }
    out.append('\n');
  }

  private static List<Integer> sample(Truth truth) {
    int flows = truth.flows().size();
    List<Integer> sample = new ArrayList<>();
    int flow = 0;
    for (int length : SAMPLE_LENGTHS) {
      while (flow < flows && truth.path(flow).length() != length) {
        flow++;
      }
      if (flow < flows) {
        sample.add(flow++);
      }
    }
    return sample.isEmpty() ? List.of(0) : sample;
  }

  private void rates(DemoSettings settings) {
    SendCounters sent = outcome.run().counters();
    VerificationReport answers = outcome.answers();
    long queries =
        answers.keyWrite().queried()
            + answers.postcarding().queried()
            + answers.append().read()
            + answers.keyIncrement().queried()
            + answers.sketchMerge().queried();
    line(
        "rates",
        "%s reports/s over UDP into memory (%s), %s answers/s over HTTP, %.1f s in all"
            .formatted(
                number(Math.round(sent.sent() / outcome.reportSeconds())),
                settings.transport().name().toLowerCase(Locale.ROOT),
                number(Math.round(queries / outcome.querySeconds())),
                outcome.elapsedSeconds()));
  }

  private void identity() {
    Accounting accounting = outcome.accounting();
    line(
        "accounting",
        "received %s = written %s + dropped %s + uncertain %s + in flight %s"
            .formatted(
                number(accounting.received()),
                number(accounting.written()),
                number(accounting.droppedInAll()),
                number(accounting.uncertain()),
                number(accounting.inFlight())));
    for (Map.Entry<String, Long> dropped : accounting.dropped().entrySet()) {
      if (dropped.getValue() != 0) {
        line("", "dropped as %s: %s".formatted(dropped.getKey(), number(dropped.getValue())));
      }
    }
  }

  private void verdict() {
    if (outcome.ok()) {
      line("verdict", "right: every answer is as the mathematics says");
      return;
    }
    line("verdict", "WRONG");
    outcome.findings().forEach(finding -> line("", finding));
  }

  private void line(String heading, String text) {
    out.append(" ".repeat(INDENT))
        .append(String.format(Locale.ROOT, "%-12s", heading))
        .append(text)
        .append('\n');
  }

  private static String number(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }
}
