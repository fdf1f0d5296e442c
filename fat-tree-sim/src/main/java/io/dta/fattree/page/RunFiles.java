package io.dta.fattree.page;

import io.dta.fattree.event.SimTime;
import io.dta.fattree.scenario.ScenarioResult;
import io.dta.fattree.statistics.QueueSeries;
import io.dta.fattree.statistics.RunSummary;
import io.dta.fattree.topology.FatTree;
import io.dta.fattree.topology.SwitchRole;
import io.dta.fattree.topology.Wiring;
import io.dta.fattree.witness.FlowTruths;
import io.dta.fattree.witness.Witness;
import io.dta.fattree.workload.FlowDescription;
import io.dta.node.Json;
import io.dta.primitives.key.KeyFormat;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Writes what a run left into a directory:
 *
 * <pre>
 * report.html     for people
 * summary.json    the figures of it
 * flows.csv       the truth about the flows whose truth is kept
 * incidents.csv   what happened to them at which switch
 * links.csv       both directions of every cable
 * queues.csv      depths over time, by layer
 * </pre>
 */
public final class RunFiles {
  public static final String PAGE = "report.html";

  private final ScenarioResult result;
  private final Path directory;

  private RunFiles(ScenarioResult result, Path directory) {
    this.result = result;
    this.directory = directory;
  }

  /** Writes all of them. */
  public static void write(ScenarioResult result, Path directory) throws IOException {
    new RunFiles(result, directory).write();
  }

  private void write() throws IOException {
    Files.createDirectories(directory);
    Files.writeString(directory.resolve(PAGE), ReportPage.of(result));
    Files.writeString(directory.resolve("summary.json"), Json.pretty(Summary.of(result)) + "\n");
    links();
    queues();
    if (result.witness() != null) {
      flows();
      incidents();
    }
  }

  private BufferedWriter csv(String name, String header) throws IOException {
    BufferedWriter out = Files.newBufferedWriter(directory.resolve(name));
    out.write(header + "\n");
    return out;
  }

  private void links() throws IOException {
    Wiring wiring = new Wiring(result.scenario().tree());
    try (BufferedWriter out =
        csv("links.csv", "port,from,to,packets,bytes,utilization,dropped,marked,peak_bytes")) {
      for (RunSummary.LinkLoad link : result.summary().links()) {
        out.write(
            String.format(
                Locale.ROOT,
                "%d,%s,%s,%d,%d,%.6f,%d,%d,%d%n",
                link.port(),
                wiring.name(link.port()),
                wiring.name(wiring.peer(link.port())),
                link.packets(),
                link.bytes(),
                link.utilization(),
                link.dropped(),
                link.marked(),
                link.peakBytes()));
      }
    }
  }

  private void queues() throws IOException {
    Wiring wiring = new Wiring(result.scenario().tree());
    try (BufferedWriter out =
        csv("queues.csv", "nanoseconds,layer,mean_bytes,deepest_bytes,deepest_port")) {
      for (SwitchRole layer : SwitchRole.values()) {
        for (QueueSeries.Sample sample : result.summary().queues().get(layer)) {
          out.write(
              String.format(
                  Locale.ROOT,
                  "%d,%s,%.1f,%d,%s%n",
                  SimTime.toNanos(sample.time()),
                  layer.label(),
                  sample.meanBytes(),
                  sample.deepestBytes(),
                  wiring.name(sample.deepestPort())));
        }
      }
    }
  }

  private void flows() throws IOException {
    FlowTruths flows = result.witness().flows();
    FatTree tree = result.scenario().tree();
    try (BufferedWriter out =
        csv(
            "flows.csv",
            "flow,key,source,destination,bytes,start_ns,duration_ns,wire_bytes,packets,retransmissions,paths,path")) {
      for (int flow = 0; flow < flows.size(); flow++) {
        StringBuilder path = new StringBuilder();
        for (int switchId : flows.path(flow)) {
          path.append(path.isEmpty() ? "" : " ").append(tree.name(switchId));
        }
        out.write(
            String.format(
                Locale.ROOT,
                "%d,%s,%d,%d,%d,%d,%s,%d,%d,%d,%d,%s%n",
                flow,
                key(flows, flow),
                flows.source(flow),
                flows.destination(flow),
                flows.bytes(flow),
                SimTime.toNanos(flows.start(flow)),
                flows.time(flow) < 0 ? "" : SimTime.toNanos(flows.time(flow)),
                flows.wireBytes(flow),
                flows.packets(flow),
                flows.retransmissions(flow),
                flows.earlierPaths(flow).size() + (path.isEmpty() ? 0 : 1),
                path));
      }
    }
  }

  private static String key(FlowTruths flows, int flow) {
    UnsafeBuffer key = new UnsafeBuffer(new byte[FlowDescription.KEY_LENGTH]);
    FlowDescription.putKey(key, 0, flows.addresses(flow), flows.ports(flow));
    return KeyFormat.IPV4_5_TUPLE.printKey(key.byteArray());
  }

  private void incidents() throws IOException {
    Witness witness = result.witness();
    try (BufferedWriter out = csv("incidents.csv", "flow,key,switch,what,packets")) {
      for (Witness.Incident incident : witness.incidents()) {
        out.write(
            String.format(
                Locale.ROOT,
                "%d,%s,%s,%s,%d%n",
                incident.flow(),
                key(witness.flows(), incident.flow()),
                witness.tree().name(incident.switchId()),
                incident.isCongestion() ? "congestion" : "drop " + incident.reason().label(),
                incident.packets()));
      }
    }
  }
}
