package io.dta.fattree;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dta.fattree.topology.FatTree;
import io.dta.primitives.analysis.QuerySuccess;
import io.dta.primitives.store.Store;
import io.dta.primitives.store.StoreTable;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class DemoStoresTest {
  @Property(tries = 100)
  void shouldFitAnyRun(
      @ForAll @IntRange(min = 2, max = 24) int half,
      @ForAll @IntRange(min = 1, max = 1 << 24) int flows,
      @ForAll @IntRange(min = 1, max = 64) int epochs) {
    int k = 2 * half;
    DemoStores stores = DemoStores.forTopology(k, flows, epochs);
    assertEquals(5, new StoreTable(stores.all()).stores().size());
    assertEquals(stores, DemoStores.of(stores.all(), k));
    double share =
        QuerySuccess.expectedShare(flows, stores.paths().slots(), stores.paths().redundancy());
    assertTrue(share > 0.998, share + " of the paths are found");
    assertTrue(stores.events().frames() >= epochs * DemoStores.EVENTS_PER_LIST_AND_EPOCH);
    assertTrue(stores.flowSizes().epochs() >= epochs);
  }

  @Test
  void shouldSayWhichStoreIsMissingOrDoesNotFit() {
    DemoStores stores = DemoStores.forTopology(4, 100, 1);
    List<Store> some = new ArrayList<>(stores.all());
    some.remove(stores.events());
    String message =
        assertThrows(IllegalArgumentException.class, () -> DemoStores.of(some, 4)).getMessage();
    assertTrue(message.contains("no AppendStore named 'events'"), message);
    message =
        assertThrows(IllegalArgumentException.class, () -> DemoStores.of(stores.all(), 6))
            .getMessage();
    assertEquals("store 'events': lists is 5, but the simulator needs 7", message);
  }

  @Test
  void shouldListEventsByPod() {
    FatTree tree = new FatTree(4);
    assertEquals(4, DemoStores.eventList(tree, tree.core(2)));
    assertEquals(1, DemoStores.eventList(tree, tree.aggregation(1, 0)));
    assertEquals(3, DemoStores.eventList(tree, tree.edge(3, 1)));
  }
}
