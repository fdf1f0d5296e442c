package io.dta.translator.connection;

import io.dta.rdma.local.LocalMemory;
import io.dta.rdma.local.LocalQueuePair;
import io.dta.translator.connection.Collectors.Collector;
import io.dta.translator.engine.CollectorTarget;
import io.dta.translator.engine.QueuePairFactory;
import java.util.ArrayList;
import java.util.List;

/** Queue pairs over mapped region files. */
final class LocalConnection implements ShardConnection {
  private final List<CollectorTarget> targets = new ArrayList<>();
  private final List<QueuePairStatus> statuses = new ArrayList<>();

  LocalConnection(int shard, List<Collector> collectors) {
    for (Collector collector : collectors) {
      LocalMemory memory = collector.memory();
      QueuePairFactory factory = listener -> new LocalQueuePair(memory, listener);
      QueuePairStatus status = new QueuePairStatus(collector.client().toString(), shard);
      targets.add(
          CollectorTarget.of(
              collector.directory(), status.observe(factory), Collectors.appendHeads(collector)));
      statuses.add(status);
    }
  }

  @Override
  public List<CollectorTarget> targets() {
    return targets;
  }

  @Override
  public void refresh() {
    for (int i = 0; i < statuses.size(); i++) {
      statuses.get(i).refresh();
    }
  }

  @Override
  public List<QueuePairStatus> queuePairs() {
    return statuses;
  }

  /** The memory is the collectors' and stays mapped until {@link Collectors#close()}. */
  @Override
  public void close() {}
}
