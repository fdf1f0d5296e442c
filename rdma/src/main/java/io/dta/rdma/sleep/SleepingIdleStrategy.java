package io.dta.rdma.sleep;

import java.io.IOException;
import java.lang.invoke.VarHandle;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.IdleStrategy;

/**
 * Spins, yields, and then sleeps until a descriptor can be read, another thread has something, or a
 * time is over in which time-outs are looked at: nothing that arrives waits for a clock.
 *
 * <pre>
 *  work ──► spin ──► yield ──► armed: look once more ──► sleep ──► look, and sleep again …
 *   ▲                                                      │
 *   └──────────────────── something was done ◄─────────────┘
 * </pre>
 *
 * <p>For one thread, but for {@link #wake}.
 */
public final class SleepingIdleStrategy implements IdleStrategy, AutoCloseable {
  private static final String ALIAS = "sleeping";

  /** How long the sleep is where something cannot wake the thread, and has to be looked at. */
  private static final long SHORT_SLEEP_NS = TimeUnit.MICROSECONDS.toNanos(100);

  private final FileDescriptors descriptors;
  private final int spins;
  private final int yields;
  private long longestSleepNs;
  private int step;

  /** Whether whoever has something must wake the thread. */
  private volatile boolean armed;

  /**
   * @param spins looks in a row before it yields
   * @param yields looks in a row, letting others run, before it sleeps
   * @param longestSleepNs after which it looks for time-outs
   * @throws IOException where the process has too many files open
   */
  public SleepingIdleStrategy(int spins, int yields, long longestSleepNs) throws IOException {
    this.descriptors = new FileDescriptors();
    this.spins = spins;
    this.yields = yields;
    this.longestSleepNs = longestSleepNs;
  }

  /**
   * Adds what wakes the thread; by that thread, or before it runs.
   *
   * @param descriptor negative where there is none: then it is looked at every 100 µs
   */
  public void wakeOn(int descriptor) {
    if (descriptor < 0) {
      longestSleepNs = Math.min(longestSleepNs, SHORT_SLEEP_NS);
    } else {
      descriptors.add(descriptor);
    }
  }

  /** Something was handed to the thread: wakes it where it sleeps. From any thread. */
  public void wake() {
    // What was handed over is seen by the thread that falls asleep, or we see that it does.
    VarHandle.fullFence();
    if (armed) {
      armed = false;
      descriptors.wake();
    }
  }

  @Override
  public void idle(int workCount) {
    if (workCount > 0) {
      reset();
    } else {
      idle();
    }
  }

  @Override
  @SuppressWarnings("ThreadPriorityCheck") // Yielding is a step of what this does.
  public void idle() {
    if (step < spins) {
      step++;
      Thread.onSpinWait();
    } else if (step < spins + yields) {
      step++;
      Thread.yield();
    } else if (armed) {
      descriptors.await(longestSleepNs);
    } else {
      armed = true;
      VarHandle.fullFence();
    }
  }

  @Override
  public void reset() {
    step = 0;
    if (armed) {
      armed = false;
    }
  }

  @Override
  public String alias() {
    return ALIAS;
  }

  /** After the thread's end. */
  @Override
  public void close() {
    descriptors.close();
  }
}
