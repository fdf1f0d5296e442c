package io.dta.collector.event;

import io.dta.primitives.Primitive;
import io.dta.primitives.store.Store;
import io.dta.primitives.wire.ImmediateData;
import io.dta.rdma.ImmediateListener;
import java.lang.System.Logger.Level;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.MessageHandler;
import org.agrona.concurrent.OffsetEpochNanoClock;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.ManyToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;

/**
 * Carries immediates from the threads that receive them to subscribers.
 *
 * <pre>
 * RNIC, doorbell ──► ring ──► the stream's thread ──► a queue each ──► subscribers' threads
 * </pre>
 *
 * <p>An RNIC's thread counts, and where anyone has subscribed puts 24 bytes into a bounded ring: it
 * never blocks and allocates nothing. The stream's thread sleeps until then. Both the ring and the
 * subscribers' queues are bounded, as is the number of subscribers; what finds no room is counted
 * as missed, and the subscriber is told how much it was.
 */
public final class EventStream implements AutoCloseable {
  private static final System.Logger LOGGER = System.getLogger(EventStream.class.getName());
  private static final int RING = 1 << 18;
  private static final int EVENT = 1;
  private static final int BATCH = 256;
  private static final int STORES = 256;

  // An event in the ring.
  private static final int TIME = 0;
  private static final int IMMEDIATE = 8;
  private static final int QUEUE_PAIR = 12;
  private static final int LENGTH = 16;
  private static final int EVENT_LENGTH = 20;

  private final Store[] stores = new Store[(Primitive.values().length + 1) * STORES];
  private final int maxSubscribers;
  private final int queueCapacity;
  private final List<EventQueue> queues = new CopyOnWriteArrayList<>();
  private final ManyToOneRingBuffer ring =
      new ManyToOneRingBuffer(
          new UnsafeBuffer(ByteBuffer.allocateDirect(RING + RingBufferDescriptor.TRAILER_LENGTH)));
  private final OffsetEpochNanoClock clock = new OffsetEpochNanoClock();
  private final ImmediateListener listener = this::onImmediate;
  private final MessageHandler handler = this::dispatch;
  private final Thread thread;

  private final AtomicLong received = new AtomicLong();
  private final AtomicLong unknown = new AtomicLong();
  private final AtomicLong overflowed = new AtomicLong();
  private final AtomicLong missed = new AtomicLong();
  private long lastId;
  private long overflowsTold;
  private volatile boolean sleeping;
  private volatile boolean closed;

  /**
   * Makes a stream without subscribers.
   *
   * @param stores those whose reports are told of
   * @param maxSubscribers how many there may be at a time
   * @param queueCapacity how many events wait for each at most, 2 or more
   */
  public EventStream(List<Store> stores, int maxSubscribers, int queueCapacity) {
    for (Store store : stores) {
      this.stores[index(store.primitive(), store.id())] = store;
    }
    this.maxSubscribers = maxSubscribers;
    this.queueCapacity = queueCapacity;
    this.thread = Thread.ofPlatform().name("collector-events").daemon().unstarted(this::run);
  }

  private static int index(Primitive primitive, int store) {
    return primitive.opcode() * STORES + store;
  }

  /**
   * Where immediates go in; from any number of threads. It never blocks, allocates nothing and
   * throws nothing, whatever the immediate is.
   */
  public ImmediateListener listener() {
    return listener;
  }

  /**
   * Immediates were received, and are known to be lost before they could be handed over: every
   * subscriber is told.
   */
  public void lost(long immediates) {
    overflowed.getAndAdd(immediates);
    wake();
  }

  private void onImmediate(int queuePairNumber, int immediate, int length) {
    received.getAndIncrement();
    Store store = store(immediate);
    if (store == null) {
      unknown.getAndIncrement();
      return;
    }
    if (queues.isEmpty()) {
      return;
    }
    int index = ring.tryClaim(EVENT, EVENT_LENGTH);
    if (index > 0) {
      UnsafeBuffer buffer = (UnsafeBuffer) ring.buffer();
      buffer.putLong(index + TIME, clock.nanoTime());
      buffer.putInt(index + IMMEDIATE, immediate);
      buffer.putInt(index + QUEUE_PAIR, queuePairNumber);
      buffer.putInt(index + LENGTH, length);
      ring.commit(index);
    } else {
      overflowed.getAndIncrement();
    }
    wake();
  }

  private void wake() {
    VarHandle
        .fullFence(); // What was handed over is seen by the thread that falls asleep, or we see
    // that.
    if (sleeping) {
      sleeping = false;
      LockSupport.unpark(thread);
    }
  }

  /** Which store an immediate says, null where it says none of this collector's. */
  private Store store(int immediate) {
    Primitive primitive = ImmediateData.primitive(immediate);
    return primitive == null ? null : stores[index(primitive, ImmediateData.store(immediate))];
  }

  private void run() {
    while (!closed) {
      if (drain() > 0) {
        continue;
      }
      sleeping = true;
      VarHandle.fullFence();
      if (ring.size() == 0 && overflowed.get() == overflowsTold && !closed) {
        LockSupport.park(this);
      }
      sleeping = false;
    }
  }

  private int drain() {
    try {
      long overflows = overflowed.get();
      if (overflows != overflowsTold) {
        long lost = overflows - overflowsTold;
        overflowsTold = overflows;
        for (EventQueue queue : queues) {
          missed.getAndAdd(lost);
          queue.miss(lost);
        }
      }
      return ring.read(handler, BATCH);
    } catch (RuntimeException e) {
      LOGGER.log(Level.ERROR, "an event could not be told", e);
      return 1;
    }
  }

  private void dispatch(int type, MutableDirectBuffer buffer, int index, int length) {
    int immediate = buffer.getInt(index + IMMEDIATE);
    Store store = store(immediate);
    EventQueue.Told told =
        new EventQueue.Told(
            new ImmediateEvent(
                ++lastId,
                buffer.getLong(index + TIME),
                store,
                ImmediateData.detail(immediate),
                buffer.getInt(index + QUEUE_PAIR),
                buffer.getInt(index + LENGTH)));
    for (EventQueue queue : queues) {
      if (queue.filter().accepts(store)) {
        missed.getAndAdd(queue.offer(told));
      }
    }
  }

  /**
   * Subscribes a thread that takes its events itself.
   *
   * @throws IllegalStateException where there are as many subscribers as there may be, or the
   *     stream is closed
   */
  public synchronized EventQueue subscribe(EventFilter filter) {
    if (closed) {
      throw new IllegalStateException("the collector is shutting down");
    }
    if (queues.size() >= maxSubscribers) {
      throw new IllegalStateException(
          "there are %d subscribers to events already, as many as there may be: end one, or raise 'limits.subscribers'"
              .formatted(maxSubscribers));
    }
    if (thread.getState() == Thread.State.NEW) {
      thread.start();
    }
    EventQueue queue = new EventQueue(this, filter, queueCapacity);
    queues.add(queue);
    return queue;
  }

  /**
   * Subscribes with a thread of the subscriber's own. What it throws ends its subscription, with a
   * line in the log.
   *
   * @throws IllegalStateException as {@link #subscribe(EventFilter)} does
   */
  public EventSubscription subscribe(EventFilter filter, EventSubscriber subscriber) {
    EventQueue queue = subscribe(filter);
    Thread own =
        Thread.ofPlatform()
            .name("collector-events-subscriber")
            .daemon()
            .start(() -> tell(queue, subscriber));
    return new EventSubscription(queue, own);
  }

  private static void tell(EventQueue queue, EventSubscriber subscriber) {
    try (queue) {
      while (!queue.ended()) {
        switch (queue.poll(Long.MAX_VALUE / 2, TimeUnit.NANOSECONDS)) {
          case EventQueue.Told told -> subscriber.onEvent(told.event());
          case EventQueue.Missed lost -> subscriber.onMissed(lost.events());
          case null -> {}
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOGGER.log(Level.ERROR, "a subscriber to events failed and is not told any more", e);
    }
  }

  void remove(EventQueue queue) {
    queues.remove(queue);
  }

  /** Immediates received. */
  public long received() {
    return received.get();
  }

  /** Immediates that say no store of this collector: not from a translator of its. */
  public long unknown() {
    return unknown.get();
  }

  /** Events that subscribers missed, summed over all. */
  public long missed() {
    return missed.get();
  }

  /** How many subscribers there are. */
  public int subscribers() {
    return queues.size();
  }

  /** Ends all subscriptions. */
  @Override
  public synchronized void close() {
    closed = true;
    LockSupport.unpark(thread);
    queues.forEach(EventQueue::end);
    queues.clear();
  }
}
