package io.dta.experiment.page;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.dta.experiment.statistics.Estimate;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.knowm.xchart.ChartEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * A plot: what closed forms say as lines, what was measured as points with their intervals. A line
 * and the points of one name share a color and one entry of the legend.
 */
public final class Chart {
  private static final int WIDTH = 860;
  private static final int HEIGHT = 520;

  /** Colors that those who are color-blind can tell apart (Okabe and Ito, 2008), and two greys. */
  private static final Color[] COLORS = {
    new Color(0x00, 0x72, 0xB2),
    new Color(0xD5, 0x5E, 0x00),
    new Color(0x00, 0x9E, 0x73),
    new Color(0xCC, 0x79, 0xA7),
    new Color(0xE6, 0x9F, 0x00),
    new Color(0x56, 0xB4, 0xE9),
    new Color(0x40, 0x40, 0x40),
    new Color(0xA0, 0xA0, 0xA0)
  };

  private static final Marker[] MARKERS = {
    SeriesMarkers.CIRCLE,
    SeriesMarkers.SQUARE,
    SeriesMarkers.DIAMOND,
    SeriesMarkers.TRIANGLE_UP,
    SeriesMarkers.TRIANGLE_DOWN
  };

  /** Digits that nobody sees: without them an SVG file is half as long. */
  private static final Pattern LONG_FRACTION = Pattern.compile("(\\d+\\.\\d)\\d+");

  static {
    System.setProperty("java.awt.headless", "true"); // plots go to files, on servers too
  }

  /** What is drawn under one name. */
  private static final class Group {
    private double[] lineX;
    private double[] lineY;
    private boolean dashed;
    private final List<Double> pointX = new ArrayList<>();
    private final List<Estimate> points = new ArrayList<>();
  }

  private final String file;
  private final String title;
  private final String xLabel;
  private final String yLabel;
  private final Map<String, Group> groups = new LinkedHashMap<>();
  private boolean logX;
  private boolean logY;
  private double yLow = Double.NaN;
  private double yHigh = Double.NaN;

  /**
   * An empty plot.
   *
   * @param file the name of its files, without an ending
   * @param xLabel with the unit
   * @param yLabel with the unit
   */
  public Chart(String file, String title, String xLabel, String yLabel) {
    this.file = file;
    this.title = title;
    this.xLabel = xLabel;
    this.yLabel = yLabel;
  }

  public Chart logX() {
    logX = true;
    return this;
  }

  public Chart logY() {
    logY = true;
    return this;
  }

  /** What of the vertical axis is shown; what lies outside is drawn at its edge. */
  public Chart yRange(double low, double high) {
    yLow = low;
    yHigh = high;
    return this;
  }

  /** Draws a closed form. */
  public Chart line(String name, double[] x, double[] y) {
    Group group = group(name);
    group.lineX = x.clone();
    group.lineY = y.clone();
    return this;
  }

  /** Draws a bound, dashed. */
  public Chart bound(String name, double[] x, double[] y) {
    line(name, x, y);
    group(name).dashed = true;
    return this;
  }

  /** Draws a measurement. */
  public Chart point(String name, double x, Estimate y) {
    Group group = group(name);
    group.pointX.add(x);
    group.points.add(y);
    return this;
  }

  private Group group(String name) {
    return groups.computeIfAbsent(name, ignored -> new Group());
  }

  public String file() {
    return file;
  }

  public String title() {
    return title;
  }

  /** Whether anything was measured. */
  public boolean isEmpty() {
    return groups.values().stream().allMatch(group -> group.points.isEmpty());
  }

  /**
   * Loads what drawing needs. AWT registers shutdown hooks of its own when it is first used, which
   * is too late for a run that draws because it is being shut down.
   */
  public static void prepare() throws IOException {
    Chart chart =
        new Chart("nothing", "-", "x", "y").line("line", new double[] {0, 1}, new double[] {0, 1});
    ChartEncoder.getBytes(chart.draw(), "svg");
    ChartEncoder.getBytes(chart.draw(), "png");
  }

  /** Writes {@code file.svg} and {@code file.png}. */
  void write(Path directory) throws IOException {
    XYChart chart = draw();
    String svg = new String(ChartEncoder.getBytes(chart, "svg"), UTF_8);
    Files.writeString(
        directory.resolve(file + ".svg"), LONG_FRACTION.matcher(svg).replaceAll("$1"));
    Files.write(directory.resolve(file + ".png"), ChartEncoder.getBytes(chart, "png"));
  }

  private XYChart draw() {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(title)
            .xAxisTitle(xLabel)
            .yAxisTitle(yLabel)
            .build();
    style(chart.getStyler());
    int index = 0;
    for (Map.Entry<String, Group> each : groups.entrySet()) {
      Color color = COLORS[index % COLORS.length];
      addLine(chart, each.getKey(), each.getValue(), color);
      addPoints(chart, each.getKey(), each.getValue(), color, MARKERS[index % MARKERS.length]);
      index++;
    }
    return chart;
  }

  private void style(XYStyler styler) {
    styler.setLegendPosition(Styler.LegendPosition.OutsideE);
    styler.setChartBackgroundColor(Color.WHITE);
    styler.setLegendBorderColor(Color.WHITE);
    styler.setChartTitleFont(new Font(Font.SANS_SERIF, Font.BOLD, 15));
    styler.setAxisTitleFont(new Font(Font.SANS_SERIF, Font.PLAIN, 13));
    styler.setAxisTickLabelsFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
    styler.setLegendFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
    styler.setPlotGridLinesColor(new Color(0xE0, 0xE0, 0xE0));
    styler.setMarkerSize(7);
    styler.setLocale(Locale.ROOT);
    styler.setXAxisLogarithmic(logX);
    styler.setYAxisLogarithmic(logY);
    styler.setXAxisLogarithmicDecadeOnly(false);
    styler.setXAxisTickMarkSpacingHint(60);
    styler.setXAxisMaxLabelCount(12);
    styler.setXAxisTickLabelsFormattingFunction(logX ? Numbers::logarithmicAxis : Numbers::axis);
    styler.setYAxisTickLabelsFormattingFunction(Numbers::axis);
    if (!Double.isNaN(yLow)) {
      styler.setYAxisMin(yLow);
      styler.setYAxisMax(yHigh);
    }
  }

  private void addLine(XYChart chart, String name, Group group, Color color) {
    if (group.lineX == null) {
      return;
    }
    double[] y = group.lineY.clone();
    for (int i = 0; i < y.length; i++) {
      y[i] = y[i] < yLow || y[i] > yHigh ? Double.NaN : y[i];
    }
    boolean alone = group.points.isEmpty();
    XYSeries line = chart.addSeries(alone ? name : name + " (closed form)", group.lineX, y);
    line.setMarker(SeriesMarkers.NONE);
    line.setLineColor(color);
    line.setLineStyle(
        group.dashed
            ? new BasicStroke(
                1.5f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 10, new float[] {6, 4}, 0)
            : new BasicStroke(1.5f));
    line.setShowInLegend(alone);
  }

  private void addPoints(XYChart chart, String name, Group group, Color color, Marker marker) {
    int count = group.points.size();
    if (count == 0) {
      return;
    }
    double[] x = new double[count];
    double[] y = new double[count];
    for (int i = 0; i < count; i++) {
      x[i] = group.pointX.get(i);
      y[i] = visible(group.points.get(i).value());
      addInterval(chart, name + " interval " + i, x[i], group.points.get(i), color);
    }
    XYSeries points = chart.addSeries(name, x, y);
    points.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter);
    points.setMarker(marker);
    points.setMarkerColor(color);
  }

  private void addInterval(XYChart chart, String name, double x, Estimate point, Color color) {
    double low = visible(point.low());
    double high = visible(point.high());
    if (low < high) {
      XYSeries interval = chart.addSeries(name, new double[] {x, x}, new double[] {low, high});
      interval.setMarker(SeriesMarkers.NONE);
      interval.setLineColor(color);
      interval.setLineStyle(new BasicStroke(1.2f));
      interval.setShowInLegend(false);
    }
  }

  private double visible(double y) {
    return Double.isNaN(yLow) ? y : Math.clamp(y, yLow, yHigh);
  }
}
