package io.dta.translator.connection;

import io.dta.rdma.CompletionListener;
import io.dta.rdma.PendingQueuePair;
import java.net.InetSocketAddress;

/**
 * One shard's means to make queue pairs of one kind: where the transports plug in. It and its queue
 * pairs belong to one thread, which never waits: what blocks goes into a {@link BackgroundTask}.
 */
interface Transport extends AutoCloseable {
  /**
   * Begins to connect to a collector, for the first time or anew. The queue pair that there was
   * before stays as it is until it is closed; the collector's end of it is given back where it can
   * be.
   *
   * @param collector as it described itself a moment ago
   * @param listener what the queue pair delivers its completions to
   */
  PendingQueuePair connect(Collector collector, CompletionListener listener);

  /** Whether collectors need an RNIC, and are asked how it may be connected to. */
  default boolean needsRnic() {
    return true;
  }

  /**
   * Whether a queue pair goes on as if nothing had happened where its collector was started again,
   * as nothing is acknowledged: then the collectors are asked now and then.
   */
  boolean isUnaware();

  /** The file descriptor that can be read when collectors answer; negative where there is none. */
  default int descriptor() {
    return -1;
  }

  /** What it sends and receives with; null where it has no socket of its own. */
  default InetSocketAddress localAddress() {
    return null;
  }

  /**
   * Tells the collectors that the queue pairs are gone and releases what they used; after they are
   * closed. May wait for the collectors' answers.
   */
  @Override
  void close();
}
