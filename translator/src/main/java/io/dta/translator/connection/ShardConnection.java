package io.dta.translator.connection;

import io.dta.translator.engine.CollectorTarget;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * One shard's way to the collectors. The engine that is made of the {@linkplain #targets targets}
 * connects through it, again where it has to, and owns and closes the queue pairs.
 */
public final class ShardConnection implements AutoCloseable {
  private final Transport transport;
  private final List<CollectorTarget> targets;

  ShardConnection(Transport transport, List<CollectorTarget> targets) {
    this.transport = transport;
    this.targets = List.copyOf(targets);
  }

  /** The collectors, in their order; for one engine. */
  public List<CollectorTarget> targets() {
    return targets;
  }

  /** What RoCEv2 packets are sent from and answers come to; null where this process sends none. */
  public InetSocketAddress localAddress() {
    return transport.localAddress();
  }

  /**
   * The file descriptor that can be read when collectors answer, for a thread to sleep on; negative
   * where there is none, as nobody waits for the answers but time-outs.
   */
  public int descriptor() {
    return transport.descriptor();
  }

  /**
   * Tells the collectors that the queue pairs are gone and releases what they used; after the
   * engine is closed.
   */
  @Override
  public void close() {
    transport.close();
  }
}
