package io.dta.fattree;

import io.dta.fattree.routing.EcmpRouter;
import io.dta.fattree.routing.IntPath;
import io.dta.fattree.send.ReportSink;
import io.dta.fattree.send.Reporter;
import io.dta.fattree.send.Reporters;
import io.dta.fattree.send.SendCounters;
import io.dta.fattree.telemetry.EventReporter;
import io.dta.fattree.telemetry.FlowSketch;
import io.dta.fattree.telemetry.HostCounterReporter;
import io.dta.fattree.telemetry.PathReporter;
import io.dta.fattree.telemetry.PostcardReporter;
import io.dta.fattree.telemetry.QueueModel;
import io.dta.fattree.topology.FatTree;
import io.dta.fattree.traffic.FlowTable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A run of the simulated data centre: its flows pass the fat tree epoch by epoch, its switches
 * report what they see, and the truth is kept. A run is used once, by one thread; the same
 * configuration sends the same reports in the same order, save retransmissions.
 *
 * <pre>
 * each epoch:  flows, {@value #FLOWS_PER_TICK} a tick:  path → Key-Write · a postcard a hop · events → Append
 *              at its end:  bytes of each host → Key-Increment · sketch of each edge switch → Sketch-Merge, until acknowledged
 * </pre>
 */
public final class FatTreeRun {
  /**
   * The flows that begin together. Datagrams leave at the end of a tick, so the postcards of a flow
   * reach the translator with those of at most so many others between them, which keeps them
   * together in its cache.
   */
  public static final int FLOWS_PER_TICK = 64;

  /**
   * Columns that an edge switch sends before the next one's turn, so that acknowledgements have
   * time to come.
   */
  private static final int COLUMNS_PER_TURN = 64;

  private final FatTreeConfig config;
  private final DemoStores stores;
  private final FatTree tree;
  private final FlowTable flows;
  private final EcmpRouter router;
  private final QueueModel queues;
  private final long lossSeed;
  private final Truth truth;
  private final PathReporter pathReporter;
  private final PostcardReporter postcardReporter;
  private final EventReporter eventReporter;
  private final HostCounterReporter hostCounterReporter;
  private final List<FlowSketch> sketches = new ArrayList<>();

  /** What a run leaves. */
  public record Result(Truth truth, SendCounters counters) {}

  /** Prepares a run: draws its flows. */
  public FatTreeRun(FatTreeConfig config, DemoStores stores) {
    this.config = config;
    this.stores = stores;
    SplittableRandom seeds = new SplittableRandom(config.seed());
    tree = new FatTree(config.k());
    flows = FlowTable.generate(tree, config.flows(), config.epochs(), seeds.nextLong());
    router = new EcmpRouter(tree, seeds.nextLong());
    queues = new QueueModel(tree, flows, router, seeds.nextLong());
    lossSeed = seeds.nextLong();
    truth = new Truth(config, tree, flows, router, stores.events().lists());
    pathReporter = new PathReporter(stores.paths());
    postcardReporter = new PostcardReporter(stores.postcards());
    eventReporter = new EventReporter(stores.events());
    hostCounterReporter = new HostCounterReporter(stores.hostBytes());
    for (int edge = 0; edge < tree.edges(); edge++) {
      sketches.add(new FlowSketch(stores.flowSizes(), edge));
    }
  }

  public FatTree tree() {
    return tree;
  }

  /** The flows, in the order in which they pass. */
  public FlowTable flows() {
    return flows;
  }

  /**
   * Sends all reports and waits until the essential ones are acknowledged.
   *
   * @throws IOException where the network fails, or nobody acknowledges essential reports
   */
  public Result run(ReportSink sink, ProgressListener listener) throws IOException {
    Reporters reporters = new Reporters(sink, config.loss(), lossSeed);
    for (int epoch = 0; epoch < config.epochs(); epoch++) {
      reportFlows(epoch, reporters, listener);
      reportHosts(epoch, reporters);
      reportSketches(epoch, reporters);
      listener.onReports(reporters.counters());
    }
    return new Result(truth, reporters.counters());
  }

  private void reportFlows(int epoch, Reporters reporters, ProgressListener listener)
      throws IOException {
    int[] eventsOfList = new int[truth.lists()];
    Iterator<QueueModel.Incident> incidents = queues.incidents(epoch).iterator();
    QueueModel.Incident incident = incidents.hasNext() ? incidents.next() : null;
    int end = flows.firstFlow(epoch + 1);
    for (int flow = flows.firstFlow(epoch); flow < end; flow++) {
      reportFlow(flow, reporters);
      while (incident != null && incident.flow() == flow) {
        listener.onIncident(incident.type(), incident.detail());
        reportEvent(incident, eventsOfList, reporters);
        incident = incidents.hasNext() ? incidents.next() : null;
      }
      if ((flow + 1) % FLOWS_PER_TICK == 0) {
        reporters.flush();
        listener.onProgress(flow + 1, flows.size(), reporters.sent());
        listener.onReports(reporters.counters());
      }
    }
    reporters.flush();
    listener.onProgress(end, flows.size(), reporters.sent());
  }

  private void reportFlow(int flow, Reporters reporters) throws IOException {
    IntPath path = router.path(flows, flow);
    int key = flows.keyIndex(flow);
    for (int hop = 1; hop <= path.length(); hop++) {
      int switchId = path.switchAt(hop);
      Reporter reporter = reporters.of(switchId);
      boolean sent = postcardReporter.report(reporter, flows.keys(), key, hop, switchId);
      truth.addPostcard(flow, hop, sent);
    }
    boolean sent = pathReporter.report(reporters.of(path.sink()), flows.keys(), key, path);
    truth.addPath(flow, sent);
    sketches.get(tree.edgeNumber(path.switchAt(1))).add(flows.keys(), key, flows.bytes(flow));
    truth.addEpochBytes(flows.epoch(flow), flows.bytes(flow));
  }

  private void reportEvent(QueueModel.Incident incident, int[] eventsOfList, Reporters reporters)
      throws IOException {
    int list = DemoStores.eventList(tree, incident.switchId());
    if (eventsOfList[list] == DemoStores.EVENTS_PER_LIST_AND_EPOCH) {
      truth.addSuppressedEvent();
      return;
    }
    eventsOfList[list]++;
    Reporter reporter = reporters.of(incident.switchId());
    int key = flows.keyIndex(incident.flow());
    truth.addEvent(list, eventReporter.report(reporter, list, flows.keys(), key, incident));
  }

  private void reportHosts(int epoch, Reporters reporters) throws IOException {
    long[] bytes = new long[tree.hosts()];
    for (int flow = flows.firstFlow(epoch); flow < flows.firstFlow(epoch + 1); flow++) {
      bytes[flows.source(flow)] += flows.bytes(flow);
    }
    for (int host = 0; host < tree.hosts(); host++) {
      if (bytes[host] > 0) {
        Reporter reporter = reporters.of(tree.edgeOfHost(host));
        boolean sent = hostCounterReporter.report(reporter, tree.hostAddress(host), bytes[host]);
        truth.addHostBytes(host, bytes[host], sent);
      }
    }
    reporters.flush();
  }

  /**
   * Every edge switch delivers its sketch; a turn each, again and again, as they would all at once.
   */
  private void reportSketches(int epoch, Reporters reporters) throws IOException {
    int columns = stores.flowSizes().columns();
    for (int first = 0; first < columns; first += COLUMNS_PER_TURN) {
      int end = Math.min(columns, first + COLUMNS_PER_TURN);
      for (int edge = 0; edge < sketches.size(); edge++) {
        Reporter reporter = reporters.of(tree.edge(edge / tree.half(), edge % tree.half()));
        sketches.get(edge).report(reporter, epoch, first, end);
        reporter.flush(); // what waits in a datagram for a thousand other turns would look lost
      }
      reporters.flush();
    }
    reporters.drain();
    sketches.forEach(FlowSketch::clear);
  }
}
