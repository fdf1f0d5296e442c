package io.dta.translator.engine;

import io.dta.primitives.Primitive;
import io.dta.primitives.datagram.DecodeStatus;
import io.dta.primitives.datagram.ReportDecoder;
import io.dta.rdma.ConnectionException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.NanoClock;

/**
 * Turns reports into RDMA operations, and accounts for every one of them.
 *
 * <p>One thread owns an engine and calls all of its methods; {@link #counters()} is for any thread.
 * At the end of every call, {@code received = written + dropped + uncertain + in flight}. What is
 * in flight is not derived from the others: it is counted where reports are held, in Append
 * batches, cache rows, sketch epochs and unacknowledged operations.
 *
 * <p>An essential report that is refused for a reason that may pass counts as not received, and its
 * reporter is asked for it again; one that arrives a second time is not applied again.
 */
public final class TranslationEngine implements AutoCloseable {
  private static final Primitive[] PRIMITIVES = Primitive.values();

  private final NanoClock clock;
  private final EngineCounters counters = new EngineCounters();
  private final ReportDecoder decoder;
  private final SequenceTracker tracker;
  private final CollectorLink[] links;
  private final StoreTranslators translators;

  private long nowNs;
  private long arrivedNs;
  private boolean unpublished;
  private boolean closed;

  /**
   * Makes an engine and begins to connect it to its collectors; what needs no time is connected
   * then.
   *
   * @throws IllegalArgumentException where a store does not fit the settings; the queue pairs are
   *     closed again
   */
  public TranslationEngine(EngineContext context) {
    this.clock = context.clock();
    this.nowNs = clock.nanoTime();
    this.arrivedNs = nowNs;
    this.decoder = new ReportDecoder(context.header(), context.stores());
    this.tracker = new SequenceTracker(context.settings(), context.acknowledgements(), counters);
    this.links = new CollectorLink[context.collectors().size()];
    try {
      for (int i = 0; i < links.length; i++) {
        links[i] =
            new CollectorLink(
                context.collectors().get(i),
                context.stores(),
                context.settings(),
                counters,
                clock,
                links.length == 1);
      }
      translators = new StoreTranslators(context, links, tracker, counters);
    } catch (RuntimeException e) {
      closeLinks();
      throw e;
    }
  }

  /**
   * Waits until all collectors are connected, for the start: later on, what is not connected is
   * connected by {@link #doWork}.
   *
   * @throws ConnectionException where one cannot be, or not in time, at the first attempt
   */
  public void awaitConnected(long timeoutNs) throws ConnectionException {
    IdleStrategy idle = new BackoffIdleStrategy();
    long deadlineNs = clock.nanoTime() + timeoutNs;
    for (CollectorLink link : links) {
      LinkStatus status = link.status();
      while (status.state() != LinkState.UP) {
        long timeNs = clock.nanoTime();
        if (timeNs - deadlineNs >= 0) {
          throw new ConnectionException(
              "collector %s is not connected within %d ms: see whether it answers"
                  .formatted(status.collector(), TimeUnit.NANOSECONDS.toMillis(timeoutNs)));
        }
        idle.idle(link.doWork(timeNs));
        if (status.problem() != null) {
          throw new ConnectionException(status.problem());
        }
      }
    }
  }

  /**
   * When the datagrams arrived that come next, until the next {@link #doWork}, for those that have
   * waited in a ring.
   *
   * @param timeNs of the context's clock; never less than before
   */
  public void arrived(long timeNs) {
    if (timeNs != arrivedNs) {
      arrivedNs = timeNs;
      for (CollectorLink link : links) {
        link.arrived(timeNs);
      }
    }
  }

  /**
   * Translates the reports of a datagram. The buffer's bytes may be changed: a slot's checksum is
   * written in front of its value in place.
   *
   * @param sourceAddress the reporter's IPv4 address, its first byte in the top bits; 0 where it is
   *     not known
   * @throws IndexOutOfBoundsException where the datagram does not lie within the buffer
   */
  public void onDatagram(MutableDirectBuffer buffer, int offset, int length, int sourceAddress) {
    unpublished = true;
    decoder.wrap(buffer, offset, length);
    counters.event(EngineEvent.DATAGRAMS);
    counters.event(EngineEvent.BYTES, length);
    while (decoder.next()) {
      if (decoder.status() != DecodeStatus.OK) {
        counters.received(EngineCounters.UNDECODABLE, 1);
        counters.dropped(EngineCounters.UNDECODABLE, reason(decoder.status()), 1);
      } else if (decoder.hasSeqnum()) {
        essential(buffer, sourceAddress);
      } else {
        translateRun(buffer, sourceAddress);
      }
    }
    if (closed) {
      publish();
    }
  }

  private static DropReason reason(DecodeStatus status) {
    return switch (status) {
      case OK, TRUNCATED -> DropReason.TRUNCATED;
      case UNKNOWN_OPCODE -> DropReason.UNKNOWN_OPCODE;
      case UNKNOWN_STORE -> DropReason.UNKNOWN_STORE;
    };
  }

  private void essential(MutableDirectBuffer buffer, int sourceAddress) {
    Primitive primitive = decoder.primitive();
    int seqnum = decoder.seqnum();
    ReporterWindow window = tracker.window(sourceAddress, seqnum, nowNs);
    DropReason reason;
    if (window == null) {
      counters.event(EngineEvent.UNTRACKED);
      reason = translate(primitive, buffer, sourceAddress);
    } else if (window.hasArrived(seqnum)) {
      tracker.duplicate(window);
      reason = DropReason.DUPLICATE;
    } else {
      reason = translate(primitive, buffer, sourceAddress);
      tracker.take(window, seqnum, reason == null || !reason.isResendable(), nowNs);
    }
    counters.received(primitive.opcode(), 1);
    if (reason != null) {
      counters.dropped(primitive.opcode(), reason, 1);
    }
  }

  /** Translates the reports of one store that follow each other from the current one on. */
  private void translateRun(MutableDirectBuffer buffer, int sourceAddress) {
    Primitive primitive = decoder.primitive();
    int flags = decoder.flags();
    int body = decoder.body();
    int distance = decoder.reportLength();
    int count = decoder.takeRun();
    counters.received(primitive.opcode(), count);
    if (closed) {
      counters.dropped(primitive.opcode(), DropReason.SHUTDOWN, count);
      return;
    }
    translators.translateRun(
        primitive, buffer, body, distance, count, flags, sourceAddress, arrivedNs);
  }

  private DropReason translate(Primitive primitive, MutableDirectBuffer buffer, int sourceAddress) {
    if (closed) {
      return DropReason.SHUTDOWN;
    }
    return translators.translate(
        primitive, buffer, decoder.body(), decoder.flags(), sourceAddress, arrivedNs);
  }

  /**
   * Does what is due: writes what has waited for long enough, sends what is queued and polls the
   * queue pairs, sends acknowledgements, publishes the counters. Call it once a duty cycle; the
   * time that it is given is the time of all that happens until the next call.
   *
   * @param timeNs of the context's clock
   * @return how much was done, 0 where there was nothing to do
   */
  public int doWork(long timeNs) {
    if (closed) {
      return 0;
    }
    nowNs = timeNs;
    arrivedNs = timeNs;
    int done = translators.doWork(timeNs);
    for (CollectorLink link : links) {
      done += link.doWork(timeNs);
    }
    done += tracker.doWork(timeNs);
    if (unpublished || done > 0) {
      publish();
    }
    return done;
  }

  /**
   * Writes what waits in batches, cache rows and sketch epochs, as far as the rate limit allows,
   * and does not wait for answers. Paths then have holes and epochs are incomplete, so this is for
   * the end, not for every day.
   */
  public void flush() {
    if (closed) {
      return;
    }
    translators.flush();
    for (CollectorLink link : links) {
      link.doWork(nowNs);
    }
    publish();
  }

  /**
   * Flushes and waits until everything is acknowledged, for an orderly shutdown. Waits by the
   * context's clock; where a queue pair has no room, its own time-outs bound the wait in addition.
   *
   * @return false where something was still held or unacknowledged when the time was over
   */
  public boolean drain(long timeoutNs) {
    if (closed) {
      return true;
    }
    IdleStrategy idle = new BackoffIdleStrategy();
    long deadlineNs = clock.nanoTime() + timeoutNs;
    boolean drained = false;
    boolean late = false;
    while (!drained && !late) {
      long timeNs = clock.nanoTime();
      late = timeNs - deadlineNs >= 0;
      int done = doWork(timeNs) + translators.flush();
      for (CollectorLink link : links) {
        done += link.doWork(timeNs);
      }
      drained = isDrained();
      idle.idle(done);
    }
    publish();
    return drained;
  }

  private boolean isDrained() {
    for (CollectorLink link : links) {
      if (!link.isDrained()) {
        return false;
      }
    }
    return translators.held() == 0;
  }

  private void publish() {
    unpublished = false;
    for (Primitive primitive : PRIMITIVES) {
      long inFlight = translators.held(primitive);
      long written = 0;
      for (CollectorLink link : links) {
        inFlight += link.unacknowledged(primitive.opcode());
        written += link.written(primitive.opcode());
      }
      counters.written(primitive.opcode(), written);
      counters.inFlight(primitive.opcode(), inFlight);
    }
    counters.publish();
  }

  /** How the connections to the collectors stand, in the collectors' order; from any thread. */
  public List<LinkStatus> links() {
    List<LinkStatus> statuses = new ArrayList<>();
    for (CollectorLink link : links) {
      statuses.add(link.status());
    }
    return statuses;
  }

  /** Where every report went; from any thread. */
  public EngineCounters counters() {
    return counters;
  }

  /** The counters as they are now; engine's thread only. */
  EngineSnapshot published() {
    publish();
    return counters.snapshot();
  }

  /** A check of what is held against the structures that hold it, entry by entry; slow. */
  boolean isHeldRight() {
    return translators.isHeldRight();
  }

  /**
   * Closes the queue pairs. What is held or not acknowledged by then is dropped as {@link
   * DropReason#SHUTDOWN}, or uncertain where it is an atomic; so is whatever still arrives. {@link
   * #drain} first to lose nothing.
   */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    translators.discard(DropReason.SHUTDOWN);
    closeLinks();
    publish();
  }

  private void closeLinks() {
    for (CollectorLink link : links) {
      if (link != null) {
        link.close();
      }
    }
  }
}
