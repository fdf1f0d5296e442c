package io.dta.grafana;

import io.dta.grafana.Dashboard.Panel;
import io.dta.grafana.Dashboard.Threshold;
import io.dta.grafana.PrometheusServer.Series;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import javax.imageio.ImageIO;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Draws a dashboard's panels where Grafana would, with what a Prometheus answered to their queries.
 * It looks at the same JSON: titles, units, thresholds, legends, stacking.
 */
final class DashboardPicture {
  private static final int COLUMN = 62;
  private static final int ROW = 34;
  private static final int GAP = 8;
  private static final int HEADER = 44;
  private static final int TITLE = 26;
  private static final int LEGEND = 32;

  private static final Color BACKGROUND = new Color(0xF4F5F5);
  private static final Color PANEL = Color.WHITE;
  private static final Color BORDER = new Color(0xDDDEE0);
  private static final Color TEXT = new Color(0x24292E);
  private static final Color FAINT = new Color(0x6A6F75);
  private static final Color GRID = new Color(0xE9EAEC);

  private static final Map<String, Color> COLORS =
      Map.of(
          "green", new Color(0x56A64B),
          "orange", new Color(0xFF9830),
          "red", new Color(0xE02F44),
          "blue", new Color(0x3274D9));

  /** Grafana's classic palette. */
  private static final Color[] SERIES = {
    new Color(0x73BF69), new Color(0xF2CC0C), new Color(0x5794F2), new Color(0xFF780A),
    new Color(0xB877D9), new Color(0x37872D), new Color(0xE0B400), new Color(0x1F60C4),
    new Color(0xF2495C), new Color(0x8AB8FF)
  };

  private static final int MOST_SERIES = 10;

  static {
    System.setProperty("java.awt.headless", "true");
  }

  private final Dashboard dashboard;
  private final Function<Panel, List<Named>> results;
  private final double from;
  private final double to;
  private Graphics2D graphics;

  /** A series and what its legend says. */
  record Named(String name, Series series) {}

  /**
   * @param results the result of a panel's queries
   * @param from in seconds since the epoch
   */
  DashboardPicture(
      Dashboard dashboard, Function<Panel, List<Named>> results, double from, double to) {
    this.dashboard = dashboard;
    this.results = results;
    this.from = from;
    this.to = to;
  }

  void write(Path file) throws IOException {
    int rows =
        dashboard.panels().stream().mapToInt(panel -> panel.y() + panel.height()).max().orElse(0);
    BufferedImage image =
        new BufferedImage(24 * COLUMN + GAP, HEADER + rows * ROW + GAP, BufferedImage.TYPE_INT_RGB);
    graphics = image.createGraphics();
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    graphics.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    graphics.setColor(BACKGROUND);
    graphics.fillRect(0, 0, image.getWidth(), image.getHeight());
    text(dashboard.json().path("title").asText(), GAP + 4, 29, bold(18), TEXT);
    String about = dashboard.json().path("description").asText();
    text(about, image.getWidth() - GAP - 4 - width(about, plain(13)), 28, plain(13), FAINT);
    for (Panel panel : dashboard.panels()) {
      draw(panel);
    }
    graphics.dispose();
    ImageIO.write(image, "png", file.toFile());
  }

  private void draw(Panel panel) {
    int x = GAP + panel.x() * COLUMN;
    int y = HEADER + panel.y() * ROW;
    int width = panel.width() * COLUMN - GAP;
    int height = panel.height() * ROW - GAP;
    if (panel.type().equals("text")) {
      String content = panel.json().path("options").path("content").asText().replace("`", "");
      wrapped(content, x + 4, y + 12, width - 8);
      return;
    }
    graphics.setColor(PANEL);
    graphics.fillRoundRect(x, y, width, height, 6, 6);
    graphics.setStroke(new BasicStroke(1));
    graphics.setColor(BORDER);
    graphics.drawRoundRect(x, y, width, height, 6, 6);
    List<Named> series = results.apply(panel);
    switch (panel.type()) {
      case "stat" -> stat(panel, series, x, y, width, height);
      case "bargauge" -> bars(panel, series, x, y, width, height);
      case "timeseries" -> lines(panel, series, x, y, width, height);
      default -> throw new IllegalArgumentException("panel type " + panel.type());
    }
  }

  private void title(Panel panel, int x, int y, Color color) {
    text(panel.title(), x + 10, y + 18, bold(13), color);
  }

  private void stat(Panel panel, List<Named> series, int x, int y, int width, int height) {
    int count = Math.max(1, series.size());
    int each = width / count;
    for (int i = 0; i < count; i++) {
      Double value = series.isEmpty() ? null : series.get(i).series().last();
      graphics.setColor(value == null ? COLORS.get("green") : color(panel, value));
      graphics.fillRoundRect(x + i * each, y, each - (i < count - 1 ? 3 : 0), height, 6, 6);
      String number =
          value == null
              ? panel.defaults().path("noValue").asText("No data")
              : Units.format(value, panel.unit(), panel.defaults().path("decimals").asInt(-1));
      Font font = fitting(number, each - 24, Math.min(34, height / 3));
      int middle = y + TITLE / 2 + height / 2 + font.getSize() / 3;
      text(number, x + i * each + (each - width(number, font)) / 2, middle, font, Color.WHITE);
      if (!series.isEmpty() && !series.get(i).name().isEmpty()) {
        Font small = fitting(series.get(i).name(), each - 16, 12);
        text(series.get(i).name(), x + i * each + 10, y + height - 10, small, Color.WHITE);
      }
    }
    title(panel, x, y, Color.WHITE);
  }

  private void bars(Panel panel, List<Named> series, int x, int y, int width, int height) {
    title(panel, x, y, TEXT);
    List<Named> shown = series.subList(0, Math.min(series.size(), MOST_SERIES));
    double most = panel.defaults().path("max").asDouble(0);
    if (most == 0) {
      most = shown.stream().mapToDouble(one -> one.series().last()).max().orElse(1);
    }
    int top = y + TITLE + 6;
    int each = Math.min(44, (height - TITLE - 14) / Math.max(1, shown.size()));
    int names = 16 + shown.stream().mapToInt(one -> width(one.name(), plain(12))).max().orElse(0);
    int numbers = 84;
    int room = width - names - numbers - 20;
    for (int i = 0; i < shown.size(); i++) {
      double value = shown.get(i).series().last();
      int barY = top + i * each + 4;
      int thick = Math.max(6, each - 10);
      Color color = color(panel, value);
      text(shown.get(i).name(), x + 12, barY + thick / 2 + 5, plain(12), TEXT);
      graphics.setColor(GRID);
      graphics.fillRect(x + names, barY, room, thick);
      graphics.setColor(color);
      double share = most == 0 ? 0 : Math.clamp(value / most, 0, 1);
      graphics.fillRect(x + names, barY, (int) Math.round(room * share), thick);
      String number =
          Units.format(value, panel.unit(), panel.defaults().path("decimals").asInt(-1));
      text(number, x + names + room + 8, barY + thick / 2 + 5, bold(13), color);
    }
  }

  private void lines(Panel panel, List<Named> series, int x, int y, int width, int height) {
    List<Entry> legend = new ArrayList<>();
    int chartWidth = width - 12;
    int chartHeight = height - TITLE - LEGEND;
    XYChart chart = new XYChartBuilder().width(chartWidth).height(chartHeight).build();
    XYStyler style = chart.getStyler();
    style.setChartBackgroundColor(PANEL).setPlotBackgroundColor(PANEL).setPlotBorderVisible(false);
    style.setChartTitleVisible(false).setChartPadding(2);
    style.setLegendVisible(false);
    style.setAxisTitlesVisible(false).setAxisTickLabelsFont(plain(11)).setPlotMargin(0);
    style.setAxisTickLabelsColor(FAINT).setPlotGridLinesColor(GRID).setAxisTickMarksColor(GRID);
    style.setPlotGridLinesStroke(new BasicStroke(1)).setPlotGridVerticalLinesVisible(false);
    style.setXAxisMin(0.0).setXAxisMax(to - from).setXAxisTickMarkSpacingHint(120);
    style.setXAxisTickLabelsFormattingFunction(DashboardPicture::clock);
    style.setYAxisTickLabelsFormattingFunction(value -> Units.format(value, panel.unit(), -1));
    style.setYAxisTickMarkSpacingHint(32);
    double most = fill(panel, series, chart, legend);
    double limit = panel.defaults().path("max").asDouble(Double.NaN);
    for (Threshold threshold : panel.thresholds()) {
      // Far above everything it would flatten the lines.
      if (Double.isFinite(threshold.from()) && threshold.from() <= 3 * most) {
        most = Math.max(most, threshold.from());
        String name =
            threshold.color() + " from " + Units.format(threshold.from(), panel.unit(), -1);
        legend.add(new Entry(name, COLORS.get(threshold.color())));
        XYSeries line =
            chart.addSeries(
                name,
                new double[] {0, to - from},
                new double[] {threshold.from(), threshold.from()});
        line.setMarker(SeriesMarkers.NONE).setLineColor(COLORS.get(threshold.color()));
        line.setLineStyle(new BasicStroke(1.5f, 0, 0, 10, new float[] {6, 4}, 0));
      }
    }
    style.setYAxisMin(0.0);
    style.setYAxisMax(Double.isNaN(limit) ? (most == 0 ? 1 : most * 1.1) : limit * 1.02);
    Shape clip = graphics.getClip();
    graphics.translate(x + 6, y + TITLE);
    chart.paint(graphics, chartWidth, chartHeight);
    graphics.translate(-x - 6, -y - TITLE);
    graphics.setClip(clip);
    legend(legend, x + 10, y + height - LEGEND + 12, width - 20);
    title(panel, x, y, TEXT);
  }

  /** What a color stands for. */
  private record Entry(String name, Color color) {}

  /** In at most two lines; what finds no place there is counted. */
  private void legend(List<Entry> entries, int x, int y, int width) {
    Font font = plain(11);
    int at = x;
    int line = 0;
    for (int i = 0; i < entries.size(); i++) {
      Entry entry = entries.get(i);
      int needed = 26 + width(entry.name(), font);
      if (at + needed > x + width && at > x) {
        at = x;
        line++;
      }
      if (line == 2) {
        text("+" + (entries.size() - i), x + width - 16, y + 14, font, FAINT);
        return;
      }
      graphics.setColor(entry.color());
      graphics.fillRect(at, y + 14 * line - 5, 12, 3);
      text(entry.name(), at + 16, y + 14 * line, font, TEXT);
      at += needed;
    }
  }

  /** Adds the series to a chart, one upon the other where they are stacked; the highest value. */
  private double fill(Panel panel, List<Named> series, XYChart chart, List<Entry> legend) {
    boolean stacked = panel.defaults().path("custom").has("stacking");
    double[] base = null;
    double most = 0;
    List<Runnable> layers = new ArrayList<>();
    for (int i = 0; i < Math.min(series.size(), MOST_SERIES); i++) {
      Series one = series.get(i).series();
      double[] x = new double[one.times().length];
      double[] y = one.values().clone();
      for (int k = 0; k < x.length; k++) {
        x[k] = one.times()[k] - from;
        y[k] = Double.isFinite(y[k]) ? y[k] : Double.NaN;
      }
      if (stacked) {
        if (base != null && base.length == y.length) {
          for (int k = 0; k < y.length; k++) {
            y[k] += base[k];
          }
        }
        base = y;
      }
      for (double value : y) {
        most = Math.max(most, Double.isNaN(value) ? 0 : value);
      }
      String name = series.get(i).name();
      String id = i + " " + name; // Two may have the same name.
      Color color = SERIES[i % SERIES.length];
      legend.add(new Entry(name, color));
      layers.add(
          () -> {
            XYSeries drawn = chart.addSeries(id, x, y);
            drawn.setMarker(SeriesMarkers.NONE).setLineColor(color);
            drawn.setLineStyle(new BasicStroke(2));
            if (stacked) {
              drawn.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Area);
              drawn.setFillColor(new Color(color.getRed(), color.getGreen(), color.getBlue(), 150));
            }
          });
    }
    // The highest first, so that the lower ones are seen in front of it.
    (stacked ? layers.reversed() : layers).forEach(Runnable::run);
    return most;
  }

  private static String clock(double seconds) {
    long whole = Math.round(seconds);
    return "%d:%02d".formatted(whole / 60, whole % 60);
  }

  private static Color color(Panel panel, double value) {
    String color = "green";
    for (Threshold threshold : panel.thresholds()) {
      if (value >= threshold.from()) {
        color = threshold.color();
      }
    }
    return COLORS.get(color);
  }

  private void wrapped(String content, int x, int y, int width) {
    StringBuilder line = new StringBuilder();
    int at = y;
    for (String word : content.split(" ", -1)) {
      if (!line.isEmpty() && width(line + " " + word, plain(12)) > width) {
        text(line.toString(), x, at, plain(12), FAINT);
        line.setLength(0);
        at += 15;
      }
      line.append(line.isEmpty() ? "" : " ").append(word);
    }
    text(line.toString(), x, at, plain(12), FAINT);
  }

  private Font fitting(String content, int width, int size) {
    Font font = bold(size);
    while (font.getSize() > 9 && width(content, font) > width) {
      font = bold(font.getSize() - 1);
    }
    return font;
  }

  private void text(String content, int x, int y, Font font, Color color) {
    graphics.setFont(font);
    graphics.setColor(color);
    graphics.drawString(content, x, y);
  }

  private int width(String content, Font font) {
    FontMetrics metrics = graphics.getFontMetrics(font);
    return metrics.stringWidth(content);
  }

  private static Font plain(int size) {
    return new Font(Font.SANS_SERIF, Font.PLAIN, size);
  }

  private static Font bold(int size) {
    return new Font(Font.SANS_SERIF, Font.BOLD, size);
  }
}
