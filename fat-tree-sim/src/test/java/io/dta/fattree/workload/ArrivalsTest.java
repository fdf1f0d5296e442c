package io.dta.fattree.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dta.fattree.event.SimTime;
import io.dta.fattree.topology.FatTree;
import io.dta.primitives.key.FiveTuple;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.agrona.collections.LongHashSet;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArrivalsTest {
  private static final long BITS = 10_000_000_000L;
  private static final int SIZE = 10_000;

  /** How many standard errors chance alone may be off: once in a million. */
  private static final double ERRORS = 4.9;

  @TempDir Path directory;
  private final FatTree tree = new FatTree(4);
  private final FlowDescription flow = new FlowDescription();

  private FlowPopulation population(TrafficMatrix matrix) {
    return new FlowPopulation(tree, matrix, SizeDistribution.constant(SIZE), 3);
  }

  /**
   * n exponential intervals of mean 1/λ: their mean has a standard error of 1/(λ√n); the counts of
   * equal slices of time have a variance equal to their mean, which s slices tell to √(2/s).
   */
  @Test
  void shouldArriveAsAPoissonProcessAtTheLoad() {
    int n = 100_000;
    double load = 0.4;
    PoissonArrivals arrivals =
        new PoissonArrivals(population(TrafficMatrices.uniform(tree)), n, load, BITS, 9);
    double slice = 10 * arrivals.meanInterval();
    long[] counts = new long[n / 5];
    int slices = 0;
    long last = 0;
    for (int i = 0; i < n; i++) {
      assertTrue(arrivals.next(flow));
      assertTrue(flow.startTime() >= last);
      last = flow.startTime();
      slices = (int) (last / slice);
      counts[slices]++;
    }
    assertFalse(arrivals.next(flow));
    double mean = (double) last / n;
    assertEquals(1, mean / arrivals.meanInterval(), ERRORS / Math.sqrt(n));
    double offered = (double) n * SIZE * 8 / SimTime.toSeconds(last) / tree.hosts() / BITS;
    assertEquals(load, offered, load * ERRORS / Math.sqrt(n));
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < slices; i++) {
      sum += counts[i];
      squares += (double) counts[i] * counts[i];
    }
    double average = sum / slices;
    double dispersion = (squares / slices - average * average) / average;
    assertEquals(1, dispersion, ERRORS * Math.sqrt(2.0 / slices));
  }

  @Test
  void shouldBeginTheFlowsOfABurstTogether() {
    PoissonArrivals arrivals =
        new PoissonArrivals(population(TrafficMatrices.incast(tree, 5)), 5000, 0.4, BITS, 9);
    long last = -1;
    int destination = -1;
    for (int i = 0; i < 5000; i++) {
      arrivals.next(flow);
      assertEquals(i % 5 != 0, flow.startTime() == last);
      assertTrue(i % 5 == 0 || destination == flow.destination());
      last = flow.startTime();
      destination = flow.destination();
    }
    assertEquals(1, last / (1000 * arrivals.meanInterval()), ERRORS / Math.sqrt(1000));
  }

  @Test
  void shouldSayTheSameOfAFlowWheneverAsked() {
    FlowPopulation one = population(TrafficMatrices.uniform(tree));
    FlowPopulation other = population(TrafficMatrices.uniform(tree));
    FlowDescription again = new FlowDescription();
    for (long number : new long[] {0, 99, 5, FlowPopulation.MAX_FLOWS - 1}) {
      one.describe(number, flow);
      other.describe(7, again);
      other.describe(number, again);
      assertEquals(flow.addresses(), again.addresses());
      assertEquals(flow.ports(), again.ports());
      assertEquals(tree.hostAddress(flow.source()), (int) (flow.addresses() >>> 32));
      assertEquals(tree.hostAddress(flow.destination()), (int) flow.addresses());
    }
    assertThrows(IllegalArgumentException.class, () -> one.describe(-1, flow));
    assertThrows(
        IllegalArgumentException.class, () -> one.describe(FlowPopulation.MAX_FLOWS, flow));
  }

  @Test
  void shouldGiveEveryFlowPortsOfItsOwn() {
    FlowPopulation population = population(TrafficMatrices.uniform(tree));
    int n = 1_000_000;
    LongHashSet seen = new LongHashSet(2 * n, 0.55f, false);
    for (int i = 0; i < n; i++) {
      population.describe(i, flow);
      assertTrue(seen.add(flow.ports()));
    }
    UnsafeBuffer key = new UnsafeBuffer(new byte[13]);
    flow.putKey(key, 0);
    FiveTuple tuple = FiveTuple.fromBytes(key.byteArray());
    assertEquals((int) (flow.ports() >>> 24), tuple.sourcePort());
    assertEquals((int) (flow.ports() >>> 8) & 0xFFFF, tuple.destinationPort());
    assertEquals(FlowDescription.TCP, tuple.protocol());
    assertTrue(tuple.sourcePort() >= 32_768 && tuple.destinationPort() >= 1024);
  }

  @Test
  void shouldReadAListOfFlows() throws IOException {
    Path csv = directory.resolve("flows.csv");
    Files.writeString(csv, "nanoseconds,source,destination,bytes\n9,1,2,50\n7,3,4,60\n7,5,6,70\n");
    ScheduledFlows flows = ScheduledFlows.read(tree, csv);
    assertEquals(3, flows.size());
    for (int[] expected : new int[][] {{7, 3, 4, 60}, {7, 5, 6, 70}, {9, 1, 2, 50}}) {
      assertTrue(flows.next(flow));
      assertEquals(expected[0] * SimTime.PICOS_PER_NANO, flow.startTime());
      assertEquals(expected[1], flow.source());
      assertEquals(expected[2], flow.destination());
      assertEquals(expected[3], flow.bytes());
    }
    assertFalse(flows.next(flow));
    Files.writeString(csv, "nanoseconds,source,destination,bytes\n9,1,16,50\n");
    Throwable error =
        assertThrows(IllegalArgumentException.class, () -> ScheduledFlows.read(tree, csv));
    assertEquals(csv + ":2: destination '16': expected 0 to 15", error.getMessage());
    Files.writeString(csv, "nanoseconds,source,destination,bytes\n9,1,1,50\n");
    error = assertThrows(IllegalArgumentException.class, () -> ScheduledFlows.read(tree, csv));
    assertEquals(csv + ":2: source and destination are both host 1", error.getMessage());
    List<ScheduledFlows.Flow> early = List.of(new ScheduledFlows.Flow(-1, 0, 1, 1));
    assertThrows(IllegalArgumentException.class, () -> new ScheduledFlows(tree, early));
  }
}
