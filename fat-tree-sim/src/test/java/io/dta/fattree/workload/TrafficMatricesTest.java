package io.dta.fattree.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dta.fattree.topology.FatTree;
import io.dta.primitives.analysis.Tolerance;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class TrafficMatricesTest {
  private static final int DRAWS = 100_000;

  private final FatTree tree = new FatTree(6);
  private final int hosts = tree.hosts();

  /** How often each host sends (0) and receives (1); checks that hosts exist and differ. */
  private int[][] count(TrafficMatrix matrix) {
    int[][] counts = new int[2][hosts];
    SplitMix64 random = new SplitMix64(0);
    for (int i = 0; i < DRAWS; i++) {
      random.seed(5, i / matrix.burst());
      long pair = matrix.draw(random, i % matrix.burst());
      int source = (int) (pair >>> 32);
      int destination = (int) pair;
      assertNotEquals(source, destination);
      counts[0][source]++;
      counts[1][destination]++;
    }
    return counts;
  }

  @Test
  void shouldLoadTheBusiestHostAsItSays() {
    for (TrafficMatrix matrix :
        List.of(
            TrafficMatrices.uniform(tree),
            TrafficMatrices.stride(tree, 9),
            TrafficMatrices.permutation(tree, 3),
            TrafficMatrices.hotRack(tree, 4, 0.5),
            TrafficMatrices.hotRack(tree, 0, 1))) {
      int[][] counts = count(matrix);
      int most = 0;
      for (int[] side : counts) {
        for (int count : side) {
          most = Math.max(most, count);
        }
      }
      double share = matrix.busiestShare();
      assertTrue(most >= Tolerance.least(DRAWS, share, 1e-6), matrix + " " + most);
      assertTrue(most <= Tolerance.most(DRAWS, share, 1e-6), matrix + " " + most);
    }
  }

  @Test
  void shouldSendAsItsNameSays() {
    SplitMix64 random = new SplitMix64(1);
    BitSet destinations = new BitSet();
    TrafficMatrix permutation = TrafficMatrices.permutation(tree, 8);
    int[] seen = new int[hosts];
    for (int i = 0; i < DRAWS; i++) {
      long stride = TrafficMatrices.stride(tree, 10).draw(random, 0);
      assertEquals((int) stride, ((int) (stride >>> 32) + 10) % hosts);
      long pair = permutation.draw(random, 0);
      int source = (int) (pair >>> 32);
      assertTrue(seen[source] == 0 || seen[source] == 1 + (int) pair);
      seen[source] = 1 + (int) pair;
      destinations.set((int) pair);
    }
    assertEquals(hosts, destinations.cardinality());
    int[][] hot = count(TrafficMatrices.hotRack(tree, 4, 0.5));
    long inRack = (long) hot[1][12] + hot[1][13] + hot[1][14];
    double share = 0.5 + 0.5 * 3 / hosts;
    assertTrue(inRack >= Tolerance.least(DRAWS, share, 1e-6));
    assertTrue(inRack <= Tolerance.most(DRAWS, share, 1e-6));
  }

  @Property(tries = 200)
  void shouldLetDifferentHostsSendToOne(@ForAll long seed) {
    int fanIn = 2 + (int) Math.floorMod(seed, hosts - 2L);
    TrafficMatrix matrix = TrafficMatrices.incast(tree, fanIn);
    SplitMix64 random = new SplitMix64(0);
    Set<Integer> senders = new HashSet<>();
    Set<Integer> receivers = new HashSet<>();
    for (int member = 0; member < matrix.burst(); member++) {
      random.seed(seed);
      long pair = matrix.draw(random, member);
      senders.add((int) (pair >>> 32));
      receivers.add((int) pair);
    }
    assertEquals(fanIn, senders.size(), "seed " + seed);
    assertEquals(1, receivers.size(), "seed " + seed);
    senders.retainAll(receivers);
    assertTrue(senders.isEmpty(), "seed " + seed);
  }

  @Test
  void shouldRefuseWhatTheTreeDoesNotHave() {
    assertThrows(IllegalArgumentException.class, () -> TrafficMatrices.stride(tree, 54));
    assertThrows(IllegalArgumentException.class, () -> TrafficMatrices.incast(tree, 54));
    assertThrows(IllegalArgumentException.class, () -> TrafficMatrices.hotRack(tree, 18, 0.1));
    assertThrows(IllegalArgumentException.class, () -> TrafficMatrices.hotRack(tree, 1, 1.1));
  }
}
