package io.dta.fattree.page;

import static io.dta.fattree.page.Text.at;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;

/** Lines over axes, as SVG that takes its colors from the page. */
final class LineChart {
  private static final double WIDTH = 480;
  private static final double HEIGHT = 280;
  private static final double LEFT = 58;
  private static final double RIGHT = 14;
  private static final double TOP = 14;
  private static final double BOTTOM = 44;
  private static final int TICKS = 5;

  /** Half of a letter's width, where letters are largest: on narrow screens. */
  private static final double HALF_LETTER = 4.3;

  private final String title;
  private final Axis x;
  private final Axis y;
  private final List<Series> series = new ArrayList<>();
  private final List<Double> marks = new ArrayList<>();

  /**
   * An axis.
   *
   * @param label what it is of
   * @param first where it begins, more than 0 where it is logarithmic
   * @param last where it ends
   * @param print of a tick's value
   */
  record Axis(
      String label, double first, double last, boolean logarithmic, DoubleFunction<String> print) {
    double share(double value) {
      double limited = Math.max(first, Math.min(last, value));
      return logarithmic
          ? Math.log(limited / first) / Math.log(last / first)
          : (limited - first) / (last - first);
    }

    List<Double> ticks() {
      List<Double> ticks = new ArrayList<>();
      if (logarithmic) {
        double decade = Math.pow(10, Math.floor(Math.log10(first)));
        boolean few = last / first < 200;
        for (double tick = decade; tick <= last * 1.0001; tick *= 10) {
          for (double factor : few ? new double[] {1, 2, 5} : new double[] {1}) {
            if (tick * factor >= first * 0.9999 && tick * factor <= last * 1.0001) {
              ticks.add(tick * factor);
            }
          }
        }
        return ticks;
      }
      double step = niceStep((last - first) / TICKS);
      for (double tick = Math.ceil(first / step) * step; tick <= last * 1.0001; tick += step) {
        ticks.add(tick);
      }
      return ticks;
    }

    private static double niceStep(double least) {
      double decade = Math.pow(10, Math.floor(Math.log10(least)));
      for (double factor : new double[] {1, 2, 2.5, 5}) {
        if (decade * factor >= least) {
          return decade * factor;
        }
      }
      return 10 * decade;
    }
  }

  /** A line: its name, its color's number from 1, its points, and whether it is a thin one. */
  @SuppressWarnings("ArrayRecordComponent") // drawn once; nobody compares two
  private record Series(String label, int color, double[] xs, double[] ys, boolean thin) {}

  LineChart(String title, Axis x, Axis y) {
    this.title = title;
    this.x = x;
    this.y = y;
  }

  LineChart line(String label, int color, double[] xs, double[] ys, boolean thin) {
    series.add(new Series(label, color, xs, ys, thin));
    return this;
  }

  /** A moment to be seen. */
  LineChart mark(double at) {
    marks.add(at);
    return this;
  }

  private double px(double value) {
    return LEFT + x.share(value) * (WIDTH - LEFT - RIGHT);
  }

  private double py(double value) {
    return HEIGHT - BOTTOM - y.share(value) * (HEIGHT - TOP - BOTTOM);
  }

  String svg() {
    StringBuilder svg = new StringBuilder();
    svg.append("<figure><figcaption>").append(Text.escape(title)).append("</figcaption>\n<svg ");
    svg.append("viewBox=\"0 0 %s %s\"".formatted(at(WIDTH), at(HEIGHT)));
    svg.append(" role=\"img\" aria-label=\"").append(Text.escape(title)).append("\">\n");
    for (double tick : y.ticks()) {
      String height = at(py(tick));
      svg.append(
          "<line class=\"grid\" x1=\"%s\" x2=\"%s\" y1=\"%s\" y2=\"%3$s\"/>"
              .formatted(at(LEFT), at(WIDTH - RIGHT), height));
      svg.append(
          "<text class=\"tick\" text-anchor=\"end\" x=\"%s\" y=\"%s\">%s</text>\n"
              .formatted(at(LEFT - 6), at(py(tick) + 4), Text.escape(y.print.apply(tick))));
    }
    for (double tick : x.ticks()) {
      svg.append(
          "<line class=\"grid\" x1=\"%s\" x2=\"%1$s\" y1=\"%s\" y2=\"%s\"/>"
              .formatted(at(px(tick)), at(TOP), at(HEIGHT - BOTTOM)));
      String text = x.print.apply(tick);
      double middle = Math.min(px(tick), WIDTH - text.length() * HALF_LETTER);
      svg.append(
          "<text class=\"tick\" text-anchor=\"middle\" x=\"%s\" y=\"%s\">%s</text>\n"
              .formatted(at(middle), at(HEIGHT - BOTTOM + 17), Text.escape(text)));
    }
    for (double mark : marks) {
      svg.append(
          "<line class=\"mark\" x1=\"%s\" x2=\"%1$s\" y1=\"%s\" y2=\"%s\"/>\n"
              .formatted(at(px(mark)), at(TOP), at(HEIGHT - BOTTOM)));
    }
    svg.append(
        "<text class=\"axis\" text-anchor=\"middle\" x=\"%s\" y=\"%s\">%s</text>\n"
            .formatted(at((LEFT + WIDTH - RIGHT) / 2), at(HEIGHT - 8), Text.escape(x.label)));
    for (Series each : series) {
      svg.append(
          "<polyline class=\"line s%d%s\" points=\""
              .formatted(each.color, each.thin ? " thin" : ""));
      for (int i = 0; i < each.xs.length; i++) {
        svg.append(String.format(Locale.ROOT, "%.1f,%.1f ", px(each.xs[i]), py(each.ys[i])));
      }
      svg.append("\"/>\n");
    }
    svg.append("</svg>\n<p class=\"legend\">");
    for (Series each : series) {
      svg.append(
          "<span><i class=\"b%d%s\"></i>%s</span>"
              .formatted(each.color, each.thin ? " thin" : "", Text.escape(each.label)));
    }
    if (!marks.isEmpty()) {
      svg.append("<span><i class=\"kfailed\"></i>something failed or came back</span>");
    }
    return svg.append("</p></figure>\n").toString();
  }
}
