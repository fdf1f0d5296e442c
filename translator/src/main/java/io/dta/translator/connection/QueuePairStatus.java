package io.dta.translator.connection;

import io.dta.rdma.CompletionListener;
import io.dta.rdma.QueuePairCounters;
import io.dta.rdma.QueuePairState;
import io.dta.rdma.RdmaQueuePair;
import io.dta.translator.engine.QueuePairFactory;

/** A queue pair as other threads than its owner's may see it. */
public final class QueuePairStatus {
  private final String collector;
  private final int shard;
  private RdmaQueuePair queuePair;
  private volatile QueuePairState state = QueuePairState.RESET;
  private volatile QueuePairCounters counters;

  QueuePairStatus(String collector, int shard) {
    this.collector = collector;
    this.shard = shard;
  }

  /** A factory whose queue pair this is the status of. */
  QueuePairFactory observe(QueuePairFactory factory) {
    return (CompletionListener listener) -> {
      RdmaQueuePair made = factory.connect(listener);
      counters = made.counters();
      queuePair = made;
      refresh();
      return made;
    };
  }

  /** Owner's thread only. */
  void refresh() {
    RdmaQueuePair current = queuePair;
    if (current != null) {
      QueuePairState now = current.state();
      if (now != state) {
        state = now;
      }
    }
  }

  /** The collector that it leads to, by its HTTP address. */
  public String collector() {
    return collector;
  }

  /** The shard that owns it, from 0. */
  public int shard() {
    return shard;
  }

  /** Its state; {@link QueuePairState#RESET} before it was made and after it was closed. */
  public QueuePairState state() {
    return state;
  }

  /** What it did; null before it was made. */
  public QueuePairCounters counters() {
    return counters;
  }
}
