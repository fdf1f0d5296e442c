package io.dta.fattree.scenario;

import io.dta.fattree.network.NetworkObserver;
import io.dta.fattree.output.Outlet;
import io.dta.fattree.reporter.CongestionReporter;
import io.dta.fattree.reporter.HostBytesReporter;
import io.dta.fattree.reporter.IntMdReporter;
import io.dta.fattree.reporter.IntMetadata;
import io.dta.fattree.reporter.IntXdReporter;
import io.dta.fattree.reporter.LossyFlowReporter;
import io.dta.fattree.reporter.NetSeerReporter;
import io.dta.fattree.reporter.SketchReporter;
import io.dta.fattree.reporter.TurboFlowReporter;
import io.dta.fattree.send.Reporters;
import io.dta.fattree.topology.FatTree;
import io.dta.fattree.verify.Comparison;
import io.dta.fattree.verify.TelemetryCheck;
import io.dta.fattree.witness.Measure;
import io.dta.primitives.store.SketchStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;

/** The reporters of a scenario, and what is asked of each afterwards. */
final class Telemetry {
  private final FatTree tree;
  private final TelemetrySettings settings;
  private final ScenarioStores stores;

  Telemetry(Scenario scenario, ScenarioStores stores) {
    tree = scenario.tree();
    settings = scenario.telemetry();
    this.stores = stores;
  }

  List<NetworkObserver> reporters(Outlet outlet) {
    List<NetworkObserver> all = new ArrayList<>();
    Reporters reporters = outlet.reporters();
    IntUnaryOperator list = switchId -> ScenarioStores.list(tree, switchId);
    if (settings.intMd() != null) {
      TelemetrySettings.IntMd intMd = settings.intMd();
      List<IntMdReporter.Value> values = new ArrayList<>();
      for (int i = 0; i < intMd.collect().size(); i++) {
        values.add(new IntMdReporter.Value(stores.values().get(i), intMd.collect().get(i).value));
      }
      all.add(
          new IntMdReporter(
              tree, outlet.values(), values, Checks.picos(intMd.interval()), intMd.flowsKnown()));
    }
    if (settings.postcards() != null) {
      all.add(
          new IntXdReporter(
              reporters, stores.postcards(), IntMetadata.SWITCH_ID, settings.postcards().share()));
    }
    if (settings.congestion() != null) {
      all.add(
          new CongestionReporter(
              tree,
              reporters,
              stores.congestion(),
              list,
              (int) settings.congestion().depth().bytes()));
    }
    if (settings.netSeer() != null) {
      TelemetrySettings.NetSeer netSeer = settings.netSeer();
      all.add(
          new NetSeerReporter(
              tree,
              reporters,
              stores.events(),
              list,
              (int) netSeer.depth().bytes(),
              netSeer.every(),
              netSeer.flowsKnown()));
    }
    if (settings.lossyFlows() != null) {
      TelemetrySettings.LossyFlows lossy = settings.lossyFlows();
      all.add(
          new LossyFlowReporter(
              tree,
              reporters,
              stores.lossyFlows(),
              list,
              lossy.minPackets(),
              lossy.share(),
              lossy.flowsKnown()));
    }
    if (settings.hostBytes() != null) {
      all.add(
          new HostBytesReporter(
              tree,
              reporters,
              stores.hostBytes(),
              settings.hostBytes().every().bytes(),
              settings.hostBytes().hostsKnown()));
    }
    if (settings.turboFlow() != null) {
      all.add(
          new TurboFlowReporter(
              tree, reporters, stores.flowBytes(), settings.turboFlow().flowsKnown()));
    }
    for (SketchStore sketch : stores.sketches()) {
      all.add(
          new SketchReporter(tree, reporters, sketch, Checks.picos(settings.sketches().epoch())));
    }
    return all;
  }

  List<Comparison> compare(TelemetryCheck check) throws IOException {
    List<Comparison> all = new ArrayList<>();
    for (int i = 0; i < stores.values().size(); i++) {
      Measure measure = settings.intMd().collect().get(i).measure;
      if (measure == null) {
        all.addAll(check.paths(stores.values().get(i)));
      } else {
        long interval = Checks.picos(settings.intMd().interval());
        all.add(check.measured(stores.values().get(i), measure, interval));
      }
    }
    if (stores.postcards() != null) {
      all.addAll(check.postcards(stores.postcards()));
    }
    if (stores.congestion() != null) {
      all.add(check.congestion(stores.congestion()));
    }
    if (stores.events() != null) {
      all.addAll(check.netSeer(stores.events(), settings.netSeer().every()));
    }
    if (stores.lossyFlows() != null) {
      all.add(check.lossyFlows(stores.lossyFlows()));
    }
    if (stores.hostBytes() != null) {
      all.add(check.hostBytes(stores.hostBytes()));
    }
    if (stores.flowBytes() != null) {
      all.add(check.flowBytes(stores.flowBytes()));
    }
    for (SketchStore sketch : stores.sketches()) {
      all.add(check.sketch(sketch));
    }
    return all;
  }
}
