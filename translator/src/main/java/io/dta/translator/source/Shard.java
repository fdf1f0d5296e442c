package io.dta.translator.source;

import com.lmax.disruptor.BusySpinWaitStrategy;
import com.lmax.disruptor.EventPoller;
import com.lmax.disruptor.RingBuffer;
import io.dta.translator.engine.Distribution;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The ring between a source and one engine. The source's thread publishes references to datagrams;
 * the engine's thread, which alone calls {@link #poll}, reads them.
 */
public final class Shard {
  /** Powers of two, up to the largest ring. */
  private static final long[] BACKLOGS =
      LongStream.rangeClosed(0, 20).map(exponent -> 1L << exponent).toArray();

  private final UnsafeBuffer memory;
  private final RingBuffer<Event> ring;
  private final EventPoller<Event> poller;
  private final Handler handler = new Handler();

  /** The slot of the receive memory that this shard reads. */
  private final AtomicLong reading = new AtomicLong();

  private final Distribution backlog = new Distribution(BACKLOGS);

  /** Wakes the engine's thread where it sleeps. */
  private Runnable waker = () -> {};

  /** The slot of the first event that was published to an empty ring; the source's alone. */
  private long neededSinceEmpty;

  Shard(UnsafeBuffer memory, int ringSize) {
    this.memory = memory;
    // Nobody waits on the ring: the shard's agent polls it and idles as its idle strategy says.
    this.ring = RingBuffer.createSingleProducer(Event::new, ringSize, new BusySpinWaitStrategy());
    this.poller = ring.newPoller();
    ring.addGatingSequences(poller.getSequence());
  }

  /**
   * Publishes a run of reports.
   *
   * @return false where the ring is full
   */
  boolean offer(int offset, int length, int sourceAddress, long slot, long arrivedNs) {
    if (!ring.hasAvailableCapacity(1)) {
      return false;
    }
    if (isEmpty()) {
      neededSinceEmpty = slot;
    }
    long sequence = ring.next();
    Event event = ring.get(sequence);
    event.offset = offset;
    event.length = length;
    event.sourceAddress = sourceAddress;
    event.slot = slot;
    event.arrivedNs = arrivedNs;
    ring.publish(sequence);
    return true;
  }

  /** Sets what {@link #wake} calls; before the first report. */
  public void wokenBy(Runnable newWaker) {
    waker = newWaker;
  }

  /** Something was published: once for all that one read of the socket brought. */
  public void wake() {
    backlog.record(occupancy(), 1);
    waker.run();
  }

  /** Whether everything published has been read; exact on the source's thread. */
  public boolean isEmpty() {
    return poller.getSequence().get() >= ring.getCursor();
  }

  /** The number of the first slot that this shard may still read; source's thread only. */
  long neededFrom(long claimed) {
    return isEmpty() ? claimed : Math.max(neededSinceEmpty, reading.get());
  }

  /** How many events wait; a moment old on other threads than the two. */
  public long occupancy() {
    return Math.max(0, ring.getCursor() - poller.getSequence().get());
  }

  /**
   * How many events waited after each read of the socket. A scrape that looks at {@link #occupancy}
   * once in a while would hardly ever meet a burst.
   */
  public Distribution backlog() {
    return backlog;
  }

  /** How many events the ring holds. */
  public int capacity() {
    return ring.getBufferSize();
  }

  /**
   * Hands over what waits. An event that the engine fails at is not handed over again: it would
   * fail again, and nothing behind it would ever be read.
   *
   * @param limit the most events
   * @return how many there were
   * @throws RuntimeException what the engine has thrown
   */
  public int poll(DatagramSink engine, int limit) {
    handler.engine = engine;
    handler.limit = limit;
    handler.done = 0;
    handler.failure = null;
    try {
      poller.poll(handler);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e); // The handler throws no checked exception.
    }
    if (handler.failure != null) {
      throw handler.failure;
    }
    return handler.done;
  }

  private static final class Event {
    private int offset;
    private int length;
    private int sourceAddress;
    private long slot;
    private long arrivedNs;
  }

  private final class Handler implements EventPoller.Handler<Event> {
    private DatagramSink engine;
    private int limit;
    private int done;
    private long currentSlot;
    private RuntimeException failure;

    @Override
    public boolean onEvent(Event event, long sequence, boolean endOfBatch) {
      if (event.slot != currentSlot) {
        currentSlot = event.slot;
        reading.lazySet(currentSlot); // Slots come in order: those before it have been read.
      }
      done++;
      try {
        engine.arrived(event.arrivedNs);
        engine.onDatagram(memory, event.offset, event.length, event.sourceAddress);
      } catch (RuntimeException e) {
        failure = e;
        return false;
      }
      return done < limit;
    }
  }
}
