package io.dta.translator.connection;

import io.dta.translator.engine.CollectorTarget;
import java.util.List;

/**
 * One shard's queue pairs, one to each collector. The engine that is made of the {@linkplain
 * #targets targets} owns and closes them; its thread also calls {@link #refresh()}.
 */
public interface ShardConnection extends AutoCloseable {
  /** The collectors, in their order; for one engine. */
  List<CollectorTarget> targets();

  /** Publishes the queue pairs' states. */
  void refresh();

  /** The queue pairs as they were at the last {@link #refresh()}; from any thread. */
  List<QueuePairStatus> queuePairs();

  /** Tells the collectors that the queue pairs are gone and releases what they used. */
  @Override
  void close();
}
