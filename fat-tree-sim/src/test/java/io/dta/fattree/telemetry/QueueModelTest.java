package io.dta.fattree.telemetry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dta.fattree.routing.EcmpRouter;
import io.dta.fattree.routing.IntPath;
import io.dta.fattree.topology.FatTree;
import io.dta.fattree.traffic.FlowTable;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class QueueModelTest {
  private final FatTree tree = new FatTree(4);
  private final FlowTable flows = FlowTable.generate(tree, 20_000, 4, 1);
  private final EcmpRouter router = new EcmpRouter(tree, 2);
  private final QueueModel model = new QueueModel(tree, flows, router, 3);

  @Test
  void shouldReportWhatHappensOnThePathsOfTheEpoch() {
    Set<EventType> types = new HashSet<>();
    for (int epoch = 0; epoch < flows.epochs(); epoch++) {
      Set<Long> places = new HashSet<>();
      int last = 0;
      for (QueueModel.Incident incident : model.incidents(epoch)) {
        types.add(incident.type());
        assertEquals(epoch, flows.epoch(incident.flow()));
        assertTrue(incident.flow() >= last, "in the order of the flows");
        last = incident.flow();
        IntPath path = router.path(flows, incident.flow());
        assertTrue(path.toString().matches(".*\\b" + incident.switchId() + "\\b.*"));
        assertTrue(
            places.add((long) incident.flow() << 32 | incident.switchId()),
            "one incident a flow and switch");
        if (incident.type() == EventType.CONGESTION) {
          assertTrue(incident.detail() >= 64 && incident.detail() < 192);
        } else {
          assertTrue(incident.detail() >= 1 && incident.detail() <= flows.packets(incident.flow()));
        }
      }
      int count = places.size();
      assertTrue(count > 50 && count < 2500, count + " incidents in epoch " + epoch);
    }
    assertEquals(Set.of(EventType.CONGESTION, EventType.QUEUE_FULL_DROP), types);
  }

  @Test
  void shouldRepeatItself() {
    List<QueueModel.Incident> once = model.incidents(1);
    assertEquals(once, new QueueModel(tree, flows, router, 3).incidents(1));
  }
}
