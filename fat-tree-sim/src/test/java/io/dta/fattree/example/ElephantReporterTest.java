package io.dta.fattree.example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dta.fattree.event.SimTime;
import io.dta.fattree.failure.FailurePlan;
import io.dta.fattree.network.LinkProfile;
import io.dta.fattree.network.Network;
import io.dta.fattree.network.NetworkConfig;
import io.dta.fattree.network.TransportSettings;
import io.dta.fattree.output.EngineOutlet;
import io.dta.fattree.topology.FatTree;
import io.dta.fattree.workload.ScheduledFlows;
import io.dta.primitives.store.AppendStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class ElephantReporterTest {
  @Test
  void shouldTellOfLargeFlowsOnce() throws IOException {
    FatTree tree = new FatTree(4);
    AppendStore elephants = new AppendStore(0, "elephants", 1, 13, 4, 64);
    ScheduledFlows flows =
        new ScheduledFlows(
            tree,
            List.of(
                new ScheduledFlows.Flow(0, 0, 15, 200_000),
                new ScheduledFlows.Flow(0, 1, 14, 1_000),
                new ScheduledFlows.Flow(0, 2, 13, 150_000)));
    try (EngineOutlet outlet = new EngineOutlet(List.of(elephants), tree.switches(), 0, 1, null)) {
      NetworkConfig config =
          NetworkConfig.of(LinkProfile.ofGigabits(10), TransportSettings.DCTCP, 1);
      new Network(
              tree,
              config,
              flows,
              FailurePlan.NONE,
              new ElephantReporter(outlet.reporters(), elephants, 100))
          .run(SimTime.NEVER);
      outlet.drain();
      List<String> entries = outlet.answers().entries("elephants", 0, 1).entries();
      assertEquals(2, entries.size(), entries::toString);
    }
  }

  @Test
  void shouldBeAsTheDocumentPrintsIt() throws IOException {
    String document = Files.readString(Path.of("..", "docs", "simulator.md"));
    String source =
        Files.readString(Path.of("src/test/java/io/dta/fattree/example/ElephantReporter.java"));
    String code = source.substring(source.indexOf("public final class"));
    assertTrue(document.contains(code), "docs/simulator.md prints another " + code);
  }
}
