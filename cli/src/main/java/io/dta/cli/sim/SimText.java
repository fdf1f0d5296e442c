package io.dta.cli.sim;

import io.dta.cli.terminal.Table;
import io.dta.fattree.page.Summary;
import io.dta.fattree.verify.Comparison;
import io.dta.fattree.verify.Deviation;
import java.util.List;
import java.util.Locale;

/** A run in words, for a terminal. */
final class SimText {
  private SimText() {}

  static String of(Summary run) {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%s: k = %d, %,d hosts, seed %d%s%n%,d of %,d flows completed in %.2f ms of simulated"
                + " time; %,d packet-hops, %,d packets dropped; busiest link %.1f %%%n%n",
            run.scenario(),
            run.k(),
            run.hosts(),
            run.seed(),
            run.complete() ? "" : ", INCOMPLETE",
            run.flowsCompleted(),
            run.flows(),
            1e3 * run.simulatedSeconds(),
            run.packetHops(),
            run.allDropped(),
            100 * run.busiestLink()));
    Table times = new Table("FLOWS", "COMPLETED", "MEAN µs", "P99 µs", "MEAN SLOWDOWN", "P99");
    for (Summary.SizeClass size : run.completionTimes()) {
      times.row(
          size.size(),
          size.flows(),
          round(size.meanMicros()),
          round(size.p99Micros()),
          String.format(Locale.ROOT, "%.2f", size.meanSlowdown()),
          String.format(Locale.ROOT, "%.2f", size.p99Slowdown()));
    }
    text.append(times.render(0));
    if (!run.telemetry().isEmpty()) {
      text.append('\n').append(verdicts(run.telemetry()));
      text.append(deviations(run.telemetry()));
    }
    if (run.delivery() != null) {
      text.append(
          String.format(
              Locale.ROOT, "%n%,d reports to %s:", run.delivery().reports(), run.delivery().to()));
      run.delivery()
          .fate()
          .forEach(
              (what, count) -> {
                if (count > 0) {
                  text.append(String.format(Locale.ROOT, " %s %,d", what, count));
                }
              });
      text.append('\n');
    }
    return text.toString();
  }

  private static String verdicts(List<Comparison> comparisons) {
    Table table = new Table("SYSTEM", "WHAT", "ASKED", "RIGHT", "OUTDATED", "EMPTY", "WRONG");
    for (Comparison each : comparisons) {
      table.row(
          each.system(),
          each.what(),
          each.asked(),
          each.right(),
          each.outdated(),
          each.empty(),
          each.wrong());
    }
    return table.render(0);
  }

  private static String deviations(List<Comparison> comparisons) {
    Table table =
        new Table("NUMBERS OFF BY", "", "MEAN", "P99", "MOST", "BOUND", "BEYOND IT", "UNIT");
    boolean any = false;
    for (Comparison each : comparisons) {
      Deviation off = each.deviation();
      if (off != null && off.answers() > 0) {
        any = true;
        table.row(
            each.system(),
            each.what(),
            round(off.mean()),
            round(off.p99()),
            round(off.most()),
            off.bound() == null ? null : round(off.bound()),
            off.bound() == null ? null : off.beyond(),
            off.unit());
      }
    }
    return any ? "\n" + table.render(0) : "";
  }

  private static String round(double number) {
    return String.format(Locale.ROOT, "%,.0f", number);
  }
}
