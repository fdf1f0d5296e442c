package io.dta.fattree.page;

import io.dta.fattree.verify.Comparison;
import io.dta.fattree.verify.Deviation;
import java.util.List;
import java.util.Locale;

/** What telemetry said, beside the truth: verdicts, and how far numbers were off. */
final class TruthTables {
  private static final String BOUNDS =
      " Theory bounds counters and sketches; the last column is the probability with which an"
          + " answer may be beyond its bound.";

  private final StringBuilder html = new StringBuilder();

  private TruthTables() {}

  /** A section of a page; empty where nothing was asked. */
  static String of(List<Comparison> comparisons) {
    if (comparisons.isEmpty()) {
      return "";
    }
    TruthTables tables = new TruthTables();
    tables.html.append(
        "<section>\n"
            + "<h2>What telemetry said, beside the truth</h2>\n"
            + "<p>Every store was asked for all that is known to have happened. Outdated: as it was"
            + " before it changed. Empty: no answer, or a part of one. Every answer is in"
            + " <code>answers.csv</code>.</p>\n");
    tables.verdicts(comparisons);
    List<Comparison> numbers =
        comparisons.stream()
            .filter(each -> each.deviation() != null && each.deviation().answers() > 0)
            .toList();
    if (!numbers.isEmpty()) {
      tables.deviations(numbers);
    }
    tables.html.append("</section>\n");
    return tables.html.toString();
  }

  private void verdicts(List<Comparison> comparisons) {
    html.append("<div class=\"wide\"><table class=\"truth\">\n<thead><tr><th>system</th>")
        .append("<th>primitive</th><th>asked</th><th></th><th></th><th>right</th>")
        .append("<th>outdated</th><th>empty</th><th>wrong</th></tr></thead>\n<tbody>\n");
    for (Comparison each : comparisons) {
      html.append(
          "<tr><th>%s</th><td class=\"word\">%s</td><td>%s</td><td class=\"what\">%s</td><td class=\"bar\">%s</td><td>%s</td><td>%s</td><td>%s</td><td>%s</td></tr>\n"
              .formatted(
                  Text.escape(each.system()),
                  each.primitive(),
                  Text.count(each.asked()),
                  what(each),
                  bar(each),
                  each.asked() == 0 ? "–" : Text.percent(each.share()),
                  Text.count(each.outdated()),
                  Text.count(each.empty()),
                  Text.count(each.wrong())));
    }
    html.append("</tbody></table></div>\n")
        .append("<p class=\"legend\"><span><i class=\"tright\"></i>right</span>")
        .append("<span><i class=\"toutdated\"></i>outdated</span>")
        .append("<span><i class=\"tempty\"></i>empty</span>")
        .append("<span><i class=\"twrong\"></i>wrong</span></p>\n");
  }

  private static String what(Comparison each) {
    String what = Text.escape(each.what());
    return each.reports() == null
        ? what
        : what
            + ", by "
            + Text.count(each.reports())
            + (each.reports() == 1 ? " event" : " events");
  }

  private static String bar(Comparison each) {
    StringBuilder bar = new StringBuilder("<div>");
    long[] parts = {each.right(), each.outdated(), each.empty(), each.wrong()};
    String[] classes = {"tright", "toutdated", "tempty", "twrong"};
    for (int i = 0; i < parts.length; i++) {
      if (parts[i] > 0) {
        bar.append(
            String.format(
                Locale.ROOT,
                "<i class=\"%s\" style=\"flex-grow:%.6f\"></i>",
                classes[i],
                (double) parts[i] / each.asked()));
      }
    }
    return bar.append("</div>").toString();
  }

  private void deviations(List<Comparison> numbers) {
    boolean bounds = numbers.stream().anyMatch(each -> each.deviation().bound() != null);
    html.append(
            "<h3>How far its numbers were off</h3>\n<p>INT is compared with a flow's last packet")
        .append(" at the hop where that differs most; a report may be older than that packet.")
        .append(bounds ? BOUNDS : "")
        .append("</p>\n<div class=\"wide\"><table class=\"off\">\n<thead><tr><th>system</th>")
        .append("<th></th><th>mean</th><th>99 % within</th><th>most</th>")
        .append(bounds ? "<th>bound</th><th>beyond it</th><th>allowed</th>" : "")
        .append("</tr></thead>\n<tbody>\n");
    for (Comparison each : numbers) {
      Deviation off = each.deviation();
      html.append("<tr><th>").append(Text.escape(each.system()));
      html.append("</th><td class=\"what\">").append(Text.escape(each.what())).append("</td>");
      cell(Text.amount(off.mean(), off.unit()));
      cell(Text.amount(off.p99(), off.unit()));
      cell(Text.amount(off.most(), off.unit()));
      if (off.bound() != null) {
        cell(Text.amount(off.bound(), off.unit()));
        cell(Text.percent((double) off.beyond() / off.answers()));
        cell(Text.percent(off.risk()));
      } else if (bounds) {
        html.append("<td>–</td><td>–</td><td>–</td>");
      }
      html.append("</tr>\n");
    }
    html.append("</tbody></table></div>\n");
  }

  private void cell(String text) {
    html.append("<td>").append(Text.escape(text)).append("</td>");
  }
}
