package io.dta.fattree.scenario;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.dta.fattree.topology.FatTree;
import io.dta.fattree.workload.FlowPopulation;
import io.dta.fattree.workload.PublishedSizes;
import io.dta.fattree.workload.SizeDistribution;
import io.dta.fattree.workload.TrafficMatrices;
import io.dta.fattree.workload.TrafficMatrix;
import io.dta.node.ByteSize;
import java.util.Arrays;
import java.util.List;

/**
 * The section {@code traffic}: a workload by distributions, or a list of one's own.
 *
 * @param matrix who sends to whom; uniform where left out
 * @param stride for {@code matrix: stride}; half of the hosts where left out
 * @param fanIn for {@code matrix: incast}: how many send to one at once
 * @param rack for {@code matrix: hot-rack}: its number; 0 where left out
 * @param share for {@code matrix: hot-rack}: the share of the flows that go there; 0.5 where left
 *     out
 * @param sizes {@code web-search}, {@code data-mining}, {@code hadoop}, {@code cache}, a size such
 *     as {@code 30 kB}, or a CSV file of one's own with the columns bytes and probability; web
 *     search where left out
 * @param load what the payload takes of the busiest link of a host, in the mean, more than 0 to
 *     100; 0.5 where left out
 * @param flows how many; 10,000 where left out
 * @param csv a file with the flows themselves: nanoseconds, source, destination, bytes; instead of
 *     all of the above
 */
record TrafficSettings(
    Matrix matrix,
    Integer stride,
    Integer fanIn,
    Integer rack,
    Double share,
    String sizes,
    Double load,
    Long flows,
    String csv) {
  static final TrafficSettings DEFAULT =
      new TrafficSettings(null, null, null, null, null, null, null, null, null);

  private static final long DEFAULT_FLOWS = 10_000;
  private static final double DEFAULT_LOAD = 0.5;
  private static final double DEFAULT_SHARE = 0.5;
  private static final String CSV_ENDING = ".csv";

  /** Who sends to whom. */
  enum Matrix {
    @JsonProperty("uniform")
    UNIFORM,
    @JsonProperty("stride")
    STRIDE,
    @JsonProperty("permutation")
    PERMUTATION,
    @JsonProperty("incast")
    INCAST,
    @JsonProperty("hot-rack")
    HOT_RACK
  }

  TrafficSettings {
    if (csv != null) {
      for (Object other : Arrays.asList(matrix, stride, fanIn, rack, share, sizes, load, flows)) {
        if (other != null) {
          throw new IllegalArgumentException(
              "csv '%s' lists all flows: remove the other settings of the traffic".formatted(csv));
        }
      }
    } else {
      matrix = matrix == null ? Matrix.UNIFORM : matrix;
      sizes = sizes == null ? label(PublishedSizes.WEB_SEARCH) : sizes;
      load = load == null ? DEFAULT_LOAD : load;
      flows = flows == null ? DEFAULT_FLOWS : flows;
      checkSizes(sizes);
      if (!(load > 0 && load <= 100)) {
        throw new IllegalArgumentException("load " + load + ": expected more than 0, up to 100");
      }
      Checks.range("flows", flows, 1, FlowPopulation.MAX_FLOWS);
      String why = "'matrix: " + Checks.label(matrix) + "' does not use it";
      if (matrix != Matrix.STRIDE) {
        Checks.unused("stride", stride, why);
      }
      if (matrix != Matrix.INCAST) {
        Checks.unused("fanIn", fanIn, why);
      }
      if (matrix != Matrix.HOT_RACK) {
        Checks.unused("rack", rack, why);
        Checks.unused("share", share, why);
      }
    }
  }

  private static String label(PublishedSizes published) {
    return published.label().replace(' ', '-');
  }

  private static PublishedSizes published(String sizes) {
    for (PublishedSizes published : PublishedSizes.values()) {
      if (label(published).equals(sizes)) {
        return published;
      }
    }
    return null;
  }

  private static void checkSizes(String sizes) {
    if (published(sizes) != null || sizes.endsWith(CSV_ENDING)) {
      return;
    }
    try {
      SizeDistribution.constant(ByteSize.parse(sizes).bytes());
    } catch (IllegalArgumentException e) {
      List<String> names = Arrays.stream(PublishedSizes.values()).map(each -> label(each)).toList();
      throw new IllegalArgumentException(
          "sizes '%s': expected one of %s, a size such as 30 kB, or a file that ends in .csv"
              .formatted(sizes, String.join(", ", names)),
          e);
    }
  }

  /** The sizes; a file of one's own is read. */
  SizeDistribution sizeDistribution(ScenarioSource source) {
    PublishedSizes published = published(sizes);
    if (published != null) {
      return SizeDistribution.of(published);
    }
    if (sizes.endsWith(CSV_ENDING)) {
      return SizeDistribution.parse(sizes, source.lines("traffic.sizes", sizes));
    }
    return SizeDistribution.constant(ByteSize.parse(sizes).bytes());
  }

  /** The matrix on a tree. */
  TrafficMatrix trafficMatrix(FatTree tree, long seed) {
    try {
      return switch (matrix) {
        case UNIFORM -> TrafficMatrices.uniform(tree);
        case STRIDE -> TrafficMatrices.stride(tree, stride == null ? tree.hosts() / 2 : stride);
        case PERMUTATION -> TrafficMatrices.permutation(tree, seed);
        case INCAST -> {
          if (fanIn == null) {
            throw new IllegalArgumentException(
                "fanIn is missing: 'matrix: incast' needs the number of senders, 2 to "
                    + (tree.hosts() - 1));
          }
          yield TrafficMatrices.incast(tree, fanIn);
        }
        case HOT_RACK -> {
          int edge = rack == null ? 0 : rack;
          Checks.range("rack", edge, 0, tree.edges() - 1);
          yield TrafficMatrices.hotRack(tree, edge, share == null ? DEFAULT_SHARE : share);
        }
      };
    } catch (IllegalArgumentException e) {
      throw Checks.under("traffic", e);
    }
  }
}
