package io.dta.cli;

import io.dta.cli.terminal.Table;
import io.dta.fattree.send.SendCounters;
import io.dta.fattree.verify.VerificationReport;
import io.dta.primitives.Primitive;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a simulation found.
 *
 * @param counters what was sent
 * @param answers the collector's answers compared with the truth; null where nobody asked
 */
record LoadResult(SendCounters counters, VerificationReport answers) {
  /** What {@code --json} prints. */
  record Summary(
      boolean ok, Map<String, SendCounters.OfPrimitive> sent, VerificationReport answers) {}

  boolean ok() {
    return answers == null || answers.ok();
  }

  Summary json() {
    Map<String, SendCounters.OfPrimitive> sent = new TreeMap<>();
    counters.primitives().forEach((primitive, count) -> sent.put(primitive.label(), count));
    return new Summary(ok(), sent, answers);
  }

  String text() {
    Table table = new Table("REPORTS", "SENT", "LOST ON PURPOSE", "SENT AGAIN");
    for (Primitive primitive : Primitive.values()) {
      SendCounters.OfPrimitive count = counters.of(primitive);
      table.row(primitive.label(), count.sent(), count.lost(), count.retransmitted());
    }
    String text = table.render(0);
    if (answers == null) {
      return text;
    }
    return text
        + (ok()
            ? "every answer of the collector is as the mathematics says\n"
            : String.join("\n", answers.findings()) + "\n");
  }
}
