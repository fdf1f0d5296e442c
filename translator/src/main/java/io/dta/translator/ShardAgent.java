package io.dta.translator;

import io.dta.translator.connection.ShardConnection;
import io.dta.translator.engine.TranslationEngine;
import io.dta.translator.source.DatagramSink;
import io.dta.translator.source.Shard;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.NanoClock;

/** {@code threading: disruptor}: translates what one ring brings. */
final class ShardAgent implements Agent {
  /** So that queue pairs are polled and time-outs seen in between. */
  private static final int EVENTS_PER_CYCLE = 64;

  private final int number;
  private final Shard shard;
  private final TranslationEngine engine;
  private final DatagramSink sink;
  private final ShardConnection connection;
  private final NanoClock clock;
  private final Sleep sleep;
  private final long shutdownNs;

  ShardAgent(
      int number,
      Shard shard,
      TranslationEngine engine,
      DatagramSink sink,
      ShardConnection connection,
      NanoClock clock,
      Sleep sleep,
      long shutdownNs) {
    this.number = number;
    this.shard = shard;
    this.engine = engine;
    this.sink = sink;
    this.connection = connection;
    this.clock = clock;
    this.sleep = sleep;
    this.shutdownNs = shutdownNs;
  }

  @Override
  public void onStart() {
    sleep.until(connection);
  }

  @Override
  public int doWork() {
    int done = engine.doWork(clock.nanoTime());
    return done + shard.poll(sink, EVENTS_PER_CYCLE);
  }

  /**
   * Takes what is in the ring, writes what is held, and closes. The source publishes nothing any
   * more.
   */
  @Override
  public void onClose() {
    try {
      while (!shard.isEmpty()) {
        doWork();
      }
      engine.drain(shutdownNs);
    } finally {
      close(engine, connection);
    }
  }

  /** Closes an engine and then what its queue pairs stand on. */
  static void close(TranslationEngine engine, ShardConnection connection) {
    try {
      engine.close();
    } finally {
      connection.close();
    }
  }

  @Override
  public String roleName() {
    return "translator-shard-" + number;
  }
}
