package io.dta.experiment.catalog;

import io.dta.experiment.Experiment;
import java.util.List;

/** All experiments there are. */
public final class Experiments {
  private static final List<Experiment> ALL =
      List.of(
          new Headline(),
          new LoadAndAge(),
          new ChecksumWidth(),
          new LossOnTheWay(),
          new Postcards(),
          new AppendBatches(),
          new Counts(),
          new HashIndependence(),
          new MemoryForSuccess(),
          new Plans());

  private Experiments() {}

  /** In the order in which they are run. */
  public static List<Experiment> all() {
    return ALL;
  }

  /**
   * The experiment of a name.
   *
   * @throws IllegalArgumentException naming those there are
   */
  public static Experiment named(String name) {
    for (Experiment experiment : ALL) {
      if (experiment.name().equals(name)) {
        return experiment;
      }
    }
    throw new IllegalArgumentException(
        "experiment '%s': expected one of %s"
            .formatted(name, String.join(", ", ALL.stream().map(Experiment::name).toList())));
  }
}
