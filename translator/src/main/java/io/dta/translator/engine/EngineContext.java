package io.dta.translator.engine;

import io.dta.primitives.store.Store;
import io.dta.primitives.store.StoreTable;
import io.dta.primitives.wire.HeaderFormat;
import java.util.List;
import java.util.Objects;
import org.agrona.concurrent.NanoClock;

/**
 * What an engine is made of.
 *
 * @param stores the stores that reports may name; all collectors hold all of them, with the same
 *     layouts
 * @param header the base header that reporters send
 * @param collectors at least one
 * @param settings limits and time-outs
 * @param acknowledgements where ACKs and NACKs go
 * @param clock the clock whose times {@link TranslationEngine#doWork} is given
 */
public record EngineContext(
    StoreTable stores,
    HeaderFormat header,
    List<CollectorTarget> collectors,
    EngineSettings settings,
    AcknowledgementSender acknowledgements,
    NanoClock clock) {

  /**
   * @throws IllegalArgumentException where there is no collector, or a collector lacks memory for a
   *     store
   */
  public EngineContext {
    Objects.requireNonNull(stores, "stores");
    Objects.requireNonNull(header, "header");
    Objects.requireNonNull(settings, "settings");
    Objects.requireNonNull(acknowledgements, "acknowledgements");
    Objects.requireNonNull(clock, "clock");
    collectors = List.copyOf(collectors);
    if (collectors.isEmpty()) {
      throw new IllegalArgumentException(
          "no collector: the translator needs at least one to write to");
    }
    for (CollectorTarget collector : collectors) {
      for (Store store : stores.stores()) {
        collector.region(store);
      }
    }
  }
}
