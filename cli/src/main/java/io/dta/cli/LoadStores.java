package io.dta.cli;

import io.dta.cli.query.CollectorHttp;
import io.dta.collector.CollectorContext;
import io.dta.fattree.DemoStores;
import io.dta.fattree.FatTreeConfig;
import io.dta.node.OperatorException;
import io.dta.primitives.directory.Directory;
import java.net.URI;

/** The stores of a simulation: as a collector has them, and as a collector should have them. */
final class LoadStores {
  private LoadStores() {}

  /** The stores of a running collector, which must fit a fat tree of k. */
  static DemoStores of(URI collector, int k) {
    Directory directory = CollectorHttp.client(collector).get("/v1/directory", Directory.class);
    try {
      return DemoStores.of(directory.entries().stream().map(Directory.Entry::store).toList(), k);
    } catch (IllegalArgumentException e) {
      throw new OperatorException(
          "the stores of %s do not fit: %s; see 'dta load --print-stores'"
              .formatted(collector, e.getMessage()),
          e);
    }
  }

  /** The configuration of a collector with stores that fit a run. */
  static NodeConfiguration configuration(FatTreeConfig run) {
    DemoStores stores = DemoStores.forTopology(run.k(), run.flows(), run.epochs());
    return new NodeConfiguration(
        new CollectorContext(null, null, null, null, stores.all(), null), null);
  }
}
