package io.dta.translator;

import io.dta.translator.source.AcknowledgementQueue;
import io.dta.translator.source.DatagramSink;
import io.dta.translator.source.Shard;
import io.dta.translator.source.UdpSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.NanoClock;

/** {@code threading: disruptor}: receives, hands over to the shards, and sends their answers. */
final class SourceAgent implements Agent {
  private final UdpSource source;
  private final DatagramSink sink;
  private final NanoClock clock;
  private final List<Shard> shards;
  private final List<AcknowledgementQueue> acknowledgements;
  private final Sleep sleep;
  private final CompletableFuture<Void> opened = new CompletableFuture<>();
  private final CompletableFuture<Void> quiet = new CompletableFuture<>();
  private volatile boolean stopping;
  private boolean draining;
  private long drainedBefore;

  /**
   * @param sink the source's
   * @param sleep of the thread that runs this
   */
  SourceAgent(
      UdpSource source,
      DatagramSink sink,
      List<Shard> shards,
      List<AcknowledgementQueue> acknowledgements,
      NanoClock clock,
      Sleep sleep) {
    this.sleep = sleep;
    this.source = source;
    this.sink = sink;
    this.clock = clock;
    this.shards = shards;
    this.acknowledgements = acknowledgements;
  }

  /** Opens a source on its thread, and says how that went. */
  static void open(UdpSource source, CompletableFuture<Void> opened) {
    try {
      source.open();
      opened.complete(null);
    } catch (RuntimeException | Error e) { // Whatever it is: the starter waits for it.
      opened.completeExceptionally(e);
    }
  }

  /** Completes when the source is open, or with why it is not. */
  CompletableFuture<Void> opened() {
    return opened;
  }

  /**
   * Asks for what has arrived to be handed over, and nothing after it; from any thread.
   *
   * @return completes when that is done
   */
  CompletableFuture<Void> stopReceiving() {
    stopping = true;
    return quiet;
  }

  @Override
  public void onStart() {
    open(source, opened);
    sleep.until(source.descriptor());
  }

  @Override
  public int doWork() {
    int done = 0;
    for (int i = 0; i < acknowledgements.size(); i++) {
      done += acknowledgements.get(i).drain();
    }
    sink.arrived(clock.nanoTime());
    if (!stopping || quiet.isDone()) {
      return done + receive();
    }
    if (!draining) {
      draining = true;
      drainedBefore = source.counters().bytes();
    }
    // While it drains, it waits for the shards instead of dropping what they have no room for.
    if (isHandedOver() && (receive() == 0 || isDrained())) {
      source.ignoreWhatArrives();
      quiet.complete(null);
    }
    return 1;
  }

  private int receive() {
    int received = source.doWork();
    if (received > 0) {
      for (int i = 0; i < shards.size(); i++) {
        shards.get(i).wake();
      }
    }
    return received;
  }

  /** Where reports keep arriving, what was there at first has been read after as many bytes. */
  private boolean isDrained() {
    return source.counters().bytes() - drainedBefore >= source.receiveBufferLength();
  }

  private boolean isHandedOver() {
    for (int i = 0; i < shards.size(); i++) {
      if (!shards.get(i).isEmpty()) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void onClose() {
    try {
      doWork();
    } finally {
      source.close();
    }
  }

  @Override
  public String roleName() {
    return "translator-source";
  }
}
