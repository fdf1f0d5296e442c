package io.dta.fattree;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.dta.fattree.routing.IntPath;
import io.dta.fattree.topology.FatTree;
import io.dta.primitives.key.KeyFormat;
import org.junit.jupiter.api.Test;

class PathPrinterTest {
  private final FatTree tree = new FatTree(4);
  private final PathPrinter printer = new PathPrinter(tree);

  @Test
  void shouldDrawAPathHopByHop() {
    String key = "10.0.0.2:40001>10.3.1.3:443/tcp";
    IntPath path =
        new IntPath(
            tree.edge(0, 0),
            tree.aggregation(0, 1),
            tree.core(3),
            tree.aggregation(3, 1),
            tree.edge(3, 1));
    assertEquals(
        key + "  edge-0.0 ─ agg-0.1 ─ core-3 ─ agg-3.1 ─ edge-3.1",
        printer.print(KeyFormat.IPV4_5_TUPLE.parseKey(key), path));
  }

  @Test
  void shouldDrawWhatIsNotKnown() {
    assertEquals("core-0 ─ ? ─ core-1", printer.print(1, 0, 2));
    assertEquals("?", printer.print(21));
  }
}
