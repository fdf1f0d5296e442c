package io.dta.fattree.workload;

import io.dta.fattree.topology.FatTree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Flows of a list, by the time at which they begin; those of one time in the order of the list. As
 * CSV:
 *
 * <pre>
 * nanoseconds,source,destination,bytes      the header, required; hosts are numbers from 0
 * 1000,0,15,100000
 * </pre>
 */
public final class ScheduledFlows implements FlowArrivals {
  private static final String HEADER = "nanoseconds,source,destination,bytes";
  private static final long MAX_NANOS = 1_000_000_000_000L;
  private static final int FIRST_SOURCE_PORT = 32_768;
  private static final int PORTS = 1 << 15;
  private static final int FIRST_DESTINATION_PORT = 1024;

  private final FatTree tree;
  private final List<Flow> flows;
  private int next;

  /** A flow: when it begins, in picoseconds, and what it is. */
  public record Flow(long startTime, int source, int destination, long bytes) {}

  public ScheduledFlows(FatTree tree, List<Flow> flows) {
    this.tree = tree;
    for (Flow flow : flows) {
      if (flow.source == flow.destination || flow.bytes < 1 || flow.startTime < 0) {
        throw new IllegalArgumentException(
            flow + ": expected two hosts, at least 1 byte and no negative time");
      }
    }
    this.flows = flows.stream().sorted(Comparator.comparingLong(Flow::startTime)).toList();
  }

  /**
   * Reads a list.
   *
   * @throws IllegalArgumentException naming file and line of what is wrong
   */
  public static ScheduledFlows read(FatTree tree, Path csv) throws IOException {
    return parse(tree, csv.toString(), Files.readAllLines(csv, StandardCharsets.UTF_8));
  }

  /**
   * A list, line by line.
   *
   * @param file what errors call it
   * @throws IllegalArgumentException naming file and line of what is wrong
   */
  public static ScheduledFlows parse(FatTree tree, String file, List<String> lines) {
    CsvLines in = new CsvLines(file, lines, HEADER);
    List<Flow> flows = new ArrayList<>();
    while (in.next()) {
      Flow flow =
          new Flow(
              in.number(0, 0, MAX_NANOS) * 1000,
              (int) in.number(1, 0, tree.hosts() - 1),
              (int) in.number(2, 0, tree.hosts() - 1),
              in.number(3, 1, SizeDistribution.MAX_BYTES));
      if (flow.source == flow.destination) {
        throw in.error("source and destination are both host " + flow.source);
      }
      flows.add(flow);
    }
    return new ScheduledFlows(tree, flows);
  }

  public int size() {
    return flows.size();
  }

  @Override
  public boolean next(FlowDescription description) {
    if (next == flows.size()) {
      return false;
    }
    Flow flow = flows.get(next);
    long ports =
        (long) (FIRST_SOURCE_PORT + next % PORTS) << 24
            | (long) (FIRST_DESTINATION_PORT + next / PORTS) << 8
            | FlowDescription.TCP;
    description.set(
        next,
        flow.source,
        flow.destination,
        flow.bytes,
        FlowPopulation.addresses(tree, flow.source, flow.destination),
        ports);
    description.startTime(flow.startTime);
    next++;
    return true;
  }
}
