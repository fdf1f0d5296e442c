package io.dta.translator;

import io.dta.node.OperatorException;
import io.dta.rdma.sleep.SleepingIdleStrategy;
import io.dta.translator.TranslatorContext.Idle;
import io.dta.translator.connection.ShardConnection;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.BusySpinIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.YieldingIdleStrategy;

/**
 * What a thread does when there is nothing to do, and what ends that: with {@link Idle#BACKOFF} it
 * sleeps until there is something to read, or another thread has something for it.
 */
final class Sleep implements AutoCloseable {
  private static final int SPINS = 10;
  private static final int YIELDS = 5;

  /** How late a time-out may be seen. */
  private static final long LONGEST_NS = TimeUnit.MILLISECONDS.toNanos(1);

  private final IdleStrategy strategy;

  /** Null where the thread never sleeps. */
  private final SleepingIdleStrategy sleeping;

  /**
   * @throws OperatorException where the process has too many files open
   */
  Sleep(Idle idle) {
    sleeping = idle == Idle.BACKOFF ? sleeping() : null;
    strategy =
        switch (idle) {
          case BUSY_SPIN -> new BusySpinIdleStrategy();
          case YIELD -> new YieldingIdleStrategy();
          case BACKOFF -> sleeping;
        };
  }

  private static SleepingIdleStrategy sleeping() {
    try {
      return new SleepingIdleStrategy(SPINS, YIELDS, LONGEST_NS);
    } catch (IOException e) {
      throw new OperatorException(e.getMessage(), e);
    }
  }

  IdleStrategy strategy() {
    return strategy;
  }

  /** Ends when a file descriptor can be read; called by the thread, or before it runs. */
  void until(int descriptor) {
    if (sleeping != null) {
      sleeping.wakeOn(descriptor);
    }
  }

  /** Ends when a collector answers; called by the thread, or before it runs. */
  void until(ShardConnection connection) {
    int descriptor = connection.descriptor();
    if (descriptor >= 0) {
      until(descriptor);
    }
  }

  /** Ends now; from any thread. */
  void end() {
    if (sleeping != null) {
      sleeping.wake();
    }
  }

  /** After the thread's end. */
  @Override
  public void close() {
    if (sleeping != null) {
      sleeping.close();
    }
  }
}
