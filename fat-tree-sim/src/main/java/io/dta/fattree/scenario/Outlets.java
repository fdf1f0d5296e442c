package io.dta.fattree.scenario;

import io.dta.fattree.output.DirectOutlet;
import io.dta.fattree.output.EngineOutlet;
import io.dta.fattree.output.Outlet;
import io.dta.fattree.output.UdpOutlet;
import io.dta.fattree.verify.CollectorAnswers;
import io.dta.primitives.directory.Directory;
import io.dta.primitives.store.Store;
import io.dta.translator.connection.RdmaSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/** Opens the way that a scenario's reports take. */
public final class Outlets {
  private Outlets() {}

  /** How to ask running collectors. */
  public interface Asking {
    /** What a collector has. */
    Directory directory(URI collector);

    /** Asks it for what is in it. */
    CollectorAnswers answers(URI collector);
  }

  /** Null where nobody gets them. */
  static Outlet open(
      Scenario scenario, ScenarioStores stores, long seed, Asking asking, Path directory)
      throws IOException {
    OutputSettings output = scenario.output();
    Path capture = output.capture() == null ? null : directory.resolve(output.capture());
    int switches = scenario.tree().switches();
    return switch (output.to()) {
      case NOBODY -> null;
      case ENGINE -> new EngineOutlet(stores.all(), switches, output.loss(), seed, capture);
      case NODES ->
          UdpOutlet.own(
              stores.all(),
              new UdpOutlet.Sending(switches, output.loss(), seed, output.rate(), capture));
      case TRANSLATOR -> {
        URI collector = output.runningCollectors().getFirst();
        checkStores(stores.all(), asking.directory(collector), collector);
        yield UdpOutlet.to(
            address(output.translator()),
            output.reporterPort(),
            () -> asking.answers(collector),
            new UdpOutlet.Sending(switches, output.loss(), seed, output.rate(), capture));
      }
      case DIRECT -> direct(scenario, stores, seed, asking, capture);
    };
  }

  private static Outlet direct(
      Scenario scenario, ScenarioStores stores, long seed, Asking asking, Path capture)
      throws IOException {
    OutputSettings output = scenario.output();
    DirectOutlet.Writing writing =
        new DirectOutlet.Writing(scenario.tree(), stores.values(), output.copies().value, seed);
    if (output.over() == OutputSettings.Over.MEMORY) {
      return DirectOutlet.memory(writing, output.count());
    }
    RdmaSettings.Service service =
        output.over() == OutputSettings.Over.RC ? RdmaSettings.Service.RC : RdmaSettings.Service.UC;
    if (output.runningCollectors().isEmpty()) {
      return DirectOutlet.own(writing, output.count(), service, capture);
    }
    for (URI collector : output.runningCollectors()) {
      checkStores(stores.all(), asking.directory(collector), collector);
    }
    return DirectOutlet.running(
        writing, output.runningCollectors(), asking::answers, service, capture);
  }

  private static void checkStores(List<Store> stores, Directory directory, URI collector)
      throws IOException {
    List<Store> there = directory.entries().stream().map(Directory.Entry::store).toList();
    for (Store store : stores) {
      if (!there.contains(store)) {
        throw new IOException(
            "collector %s has no store '%s' as the scenario needs it: give it those that 'dta sim SCENARIO --print-stores' prints"
                .formatted(collector, store.name()));
      }
    }
  }

  private static InetSocketAddress address(String hostPort) throws IOException {
    int colon = hostPort.lastIndexOf(':');
    return new InetSocketAddress(
        InetAddress.getByName(hostPort.substring(0, colon)),
        Integer.parseInt(hostPort.substring(colon + 1)));
  }
}
