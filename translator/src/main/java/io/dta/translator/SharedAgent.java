package io.dta.translator;

import io.dta.translator.connection.ShardConnection;
import io.dta.translator.engine.TranslationEngine;
import io.dta.translator.source.UdpSource;
import java.util.concurrent.CompletableFuture;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.NanoClock;

/** {@code threading: shared}: receives and translates on one thread. */
final class SharedAgent implements Agent {
  private final UdpSource source;
  private final TranslationEngine engine;
  private final ShardConnection connection;
  private final NanoClock clock;
  private final Sleep sleep;
  private final long shutdownNs;
  private final CompletableFuture<Void> opened = new CompletableFuture<>();

  SharedAgent(
      UdpSource source,
      TranslationEngine engine,
      ShardConnection connection,
      NanoClock clock,
      Sleep sleep,
      long shutdownNs) {
    this.source = source;
    this.engine = engine;
    this.connection = connection;
    this.clock = clock;
    this.sleep = sleep;
    this.shutdownNs = shutdownNs;
  }

  /** Completes when the source is open, or with why it is not. */
  CompletableFuture<Void> opened() {
    return opened;
  }

  @Override
  public void onStart() {
    SourceAgent.open(source, opened);
    sleep.until(source.descriptor());
    sleep.until(connection);
  }

  @Override
  public int doWork() {
    int done = engine.doWork(clock.nanoTime());
    return done + source.doWork();
  }

  /** Takes what has arrived, writes what is held, answers, and closes. */
  @Override
  public void onClose() {
    try {
      source.stopReceiving();
      engine.drain(shutdownNs);
    } finally {
      ShardAgent.close(engine, connection);
      source.close();
    }
  }

  @Override
  public String roleName() {
    return "translator";
  }
}
