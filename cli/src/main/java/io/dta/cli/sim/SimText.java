package io.dta.cli.sim;

import io.dta.cli.terminal.Table;
import io.dta.fattree.page.Summary;
import io.dta.fattree.verify.Comparison;
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
      Table telemetry =
          new Table("SYSTEM", "PRIMITIVE", "ASKED", "RIGHT", "OUTDATED", "EMPTY", "WRONG");
      for (Comparison each : run.telemetry()) {
        telemetry.row(
            each.system(),
            each.primitive(),
            each.asked(),
            each.right(),
            each.outdated(),
            each.empty(),
            each.wrong());
      }
      text.append('\n').append(telemetry.render(0));
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

  private static String round(double micros) {
    return String.format(Locale.ROOT, "%,.0f", micros);
  }
}
