package io.dta.translator.connection;

import io.dta.rdma.CompletionListener;
import io.dta.rdma.QueuePairCounters;
import io.dta.rdma.QueuePairState;
import io.dta.rdma.RdmaQueuePair;
import io.dta.translator.engine.QueuePairFactory;

/** A queue pair as other threads than its owner's may see it. */
public final class QueuePairStatus {
  private static final System.Logger LOG = System.getLogger(QueuePairStatus.class.getName());

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

  /** Takes note of the state, and logs why the queue pair went down; owner's thread only. */
  void refresh() {
    RdmaQueuePair current = queuePair;
    if (current != null) {
      QueuePairState now = current.state();
      if (now != state) {
        state = now;
        if (now == QueuePairState.ERROR) {
          warn(current.counters());
        }
      }
    }
  }

  private void warn(QueuePairCounters counts) {
    LOG.log(
        System.Logger.Level.WARNING,
        "the queue pair of shard {0} to collector {1} went down, and its reports are dropped: the"
            + " collector refused {2} operations, and {3} times no answer came in time; restart the"
            + " translator when the collector runs",
        Integer.toString(shard),
        collector,
        Long.toString(counts.fatalNaks()),
        Long.toString(counts.timeouts()));
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
