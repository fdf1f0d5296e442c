package io.dta.translator;

import io.dta.rdma.QueuePairCounters;
import io.dta.translator.engine.EngineCounters;
import io.dta.translator.engine.EngineSnapshot;
import io.dta.translator.engine.LinkState;
import io.dta.translator.source.Shard;
import io.dta.translator.source.SourceCounters;
import java.util.List;
import java.util.Map;

/**
 * All that a translator's metrics show, at one moment.
 *
 * @param reports where every report went; adds up
 * @param engines for the distributions, which are not a part of what adds up
 * @param kernelDrops by socket
 * @param shards none with {@code threading: shared}
 * @param answersLost ACKs and NACKs that could not be sent
 * @param errors that agents met
 */
record TranslatorReading(
    EngineSnapshot reports,
    List<EngineCounters> engines,
    List<LinkReading> links,
    SourceCounters source,
    Map<String, Long> kernelDrops,
    List<Shard> shards,
    long answersLost,
    long errors) {

  /** A connection of a shard to a collector. */
  record LinkReading(
      String collector,
      String shard,
      LinkState state,
      int outstanding,
      long reconnects,
      long replayed,
      long refused,
      QueuePairCounters counters) {

    static LinkReading of(Translator.Link link) {
      return new LinkReading(
          link.status().collector(),
          Integer.toString(link.shard()),
          link.status().state(),
          link.status().outstanding(),
          link.status().reconnects(),
          link.status().replayed(),
          link.status().refused(),
          link.status().counters());
    }
  }
}
