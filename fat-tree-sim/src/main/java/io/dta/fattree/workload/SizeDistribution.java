package io.dta.fattree.workload;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The sizes of flows in bytes, as points of their cumulative distribution with straight lines
 * between them; a first point above 0 holds what is left of it.
 *
 * <p>As CSV, a line a point; empty lines and those that begin with # are skipped:
 *
 * <pre>
 * bytes,probability     the header, required
 * 100,0.5               half of the flows have at most 100 bytes
 * 10000,1               the last probability is 1
 * </pre>
 */
public final class SizeDistribution {
  /** Flows have 1 to so many bytes: a TiB. */
  public static final long MAX_BYTES = 1L << 40;

  private static final String HEADER = "bytes,probability";

  private final String name;
  private final long[] bytes;
  private final double[] cumulative;

  private SizeDistribution(String name, List<long[]> sizes, List<Double> probabilities) {
    this.name = name;
    bytes = sizes.stream().mapToLong(size -> size[0]).toArray();
    cumulative = probabilities.stream().mapToDouble(Double::doubleValue).toArray();
  }

  /** All flows have one size. */
  public static SizeDistribution constant(long bytes) {
    if (bytes < 1 || bytes > MAX_BYTES) {
      throw new IllegalArgumentException("bytes " + bytes + ": expected 1 to " + MAX_BYTES);
    }
    return new SizeDistribution(bytes + " bytes", List.of(new long[] {bytes}), List.of(1.0));
  }

  /** Sizes that were published. */
  public static SizeDistribution of(PublishedSizes published) {
    String file = published.resource();
    try (InputStream in = SizeDistribution.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException("the resource " + file + " is missing");
      }
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return parse(published.label(), file, text.lines().toList());
    } catch (IOException e) {
      throw new IllegalStateException("the resource " + file + " is not readable", e);
    }
  }

  /**
   * Sizes of one's own.
   *
   * @throws IOException where the file cannot be read
   * @throws IllegalArgumentException naming file and line of what is wrong
   */
  public static SizeDistribution read(Path csv) throws IOException {
    Path file = csv.getFileName();
    return parse(
        file == null ? csv.toString() : file.toString(),
        csv.toString(),
        Files.readAllLines(csv, StandardCharsets.UTF_8));
  }

  /**
   * Sizes of one's own, line by line.
   *
   * @param file what errors call them
   * @throws IllegalArgumentException naming file and line of what is wrong
   */
  public static SizeDistribution parse(String file, List<String> lines) {
    return parse(file, file, lines);
  }

  private static SizeDistribution parse(String name, String file, List<String> lines) {
    CsvLines csv = new CsvLines(file, lines, HEADER);
    List<long[]> sizes = new ArrayList<>();
    List<Double> probabilities = new ArrayList<>();
    long lastSize = 0;
    double last = 0;
    while (csv.next()) {
      long size = csv.number(0, 0, MAX_BYTES);
      double probability = csv.fraction(1);
      if (!sizes.isEmpty() && size <= lastSize) {
        throw csv.error("bytes %d do not grow: the line before has %d".formatted(size, lastSize));
      }
      if (probability < last) {
        throw csv.error(
            "probability %s falls: the line before has %s".formatted(probability, last));
      }
      sizes.add(new long[] {size});
      probabilities.add(probability);
      lastSize = size;
      last = probability;
    }
    if (last != 1 || lastSize < 1) {
      throw csv.error("the last point must have probability 1 and at least 1 byte");
    }
    return new SizeDistribution(name, sizes, probabilities);
  }

  public String name() {
    return name;
  }

  /** The size in bytes, at least 1, that a draw from [0, 1) means. */
  public long size(double draw) {
    int low = 0;
    int high = cumulative.length - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (cumulative[middle] > draw) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    if (low == 0) {
      return Math.max(1, bytes[0]);
    }
    double share = (draw - cumulative[low - 1]) / (cumulative[low] - cumulative[low - 1]);
    return Math.max(1, bytes[low - 1] + (long) (share * (bytes[low] - bytes[low - 1])));
  }

  /** The mean size in bytes (of the lines between the points; sizes are rounded down). */
  public double mean() {
    double mean = cumulative[0] * bytes[0];
    for (int i = 1; i < bytes.length; i++) {
      mean += (cumulative[i] - cumulative[i - 1]) * (bytes[i] + bytes[i - 1]) / 2;
    }
    return Math.max(1, mean);
  }
}
