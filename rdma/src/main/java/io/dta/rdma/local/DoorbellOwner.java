package io.dta.rdma.local;

import io.dta.rdma.ImmediateListener;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;

/**
 * Hears of WRITEs with immediate to shared memory: the owner's side of {@link Doorbell}. Its thread
 * sleeps in the kernel until a writer wakes it.
 *
 * <p>What stands in the file is the writers' word, and any of them may be wrong or die at any
 * point: every slot is taken by its tag, what does not fit is counted as lost, and nothing that
 * they write makes the owner wait for them, use memory or leave the file's mapping.
 */
public final class DoorbellOwner implements AutoCloseable {
  private static final System.Logger LOGGER = System.getLogger(DoorbellOwner.class.getName());

  /** How long a writer may take between the beginning and the end of an immediate. */
  private static final long PATIENCE_NS = TimeUnit.MILLISECONDS.toNanos(100);

  private static final long PAUSE_NS = TimeUnit.MICROSECONDS.toNanos(50);

  private final Path file;
  private final DoorbellMemory memory;
  private final ImmediateListener listener;
  private final LongConsumer lost;
  private final Thread thread;
  private long next;
  private volatile boolean closed;

  private DoorbellOwner(
      Path file, DoorbellMemory memory, ImmediateListener listener, LongConsumer lost) {
    this.file = file;
    this.memory = memory;
    this.listener = listener;
    this.lost = lost;
    this.next = memory.tail();
    this.thread = Thread.ofPlatform().name("collector-doorbell").daemon().unstarted(this::run);
  }

  /**
   * Makes the file, or takes the one that was left, and listens to what comes from now on.
   *
   * @param listener told on a thread of this object's own, with 0 for the queue pair
   * @param lost told on the same thread how many immediates were overwritten before they were
   *     heard, or never finished
   * @throws IOException where the file cannot be made
   */
  public static DoorbellOwner start(Path file, ImmediateListener listener, LongConsumer lost)
      throws IOException {
    DoorbellOwner owner = new DoorbellOwner(file, DoorbellMemory.create(file), listener, lost);
    owner.thread.start();
    return owner;
  }

  private void run() {
    try {
      while (!closed) {
        int bell = memory.bell();
        if (drain()) {
          continue;
        }
        memory.asleep(true);
        if (!drain() && !closed) {
          memory.sleep(bell);
        }
        memory.asleep(false);
        if (memory.bell() != bell && !drain()) {
          findPlace();
        }
      }
    } catch (RuntimeException | InternalError e) { // The latter where the file was cut short.
      LOGGER.log(
          Level.ERROR,
          "immediates by shared memory are not told any more: '" + file + "' cannot be read",
          e);
    }
  }

  /** Takes what is there, a lap at most; whether anything was. */
  private boolean drain() {
    long first = next;
    for (int i = 0; i < DoorbellMemory.SLOTS; i++) {
      long word = memory.immediateWord(next);
      int tag = (int) (word >>> Integer.SIZE);
      int ahead = tag - (int) (next + 1);
      if (ahead == 0) {
        take((int) word, tag);
      } else if (ahead > 0) {
        // Overtaken: the slot behind this one is the oldest that may still be there.
        lose(Math.max(1, ahead - DoorbellMemory.SLOTS + 1L));
      } else if (!isLaterFinished()) {
        break;
      } else if (!isFinishedInTime()) {
        lose(1);
      }
    }
    return next != first;
  }

  /**
   * The bell was rung for nothing: where the next slot is not as the lap before left it, the file
   * is not what it was, and the writers' tail says where to go on.
   */
  private void findPlace() {
    int tag = tag(next);
    int ahead = tag - (int) (next + 1);
    if (tag != 0 && ahead < 0 && ahead != -DoorbellMemory.SLOTS) {
      next = memory.tail() - 1;
      lost.accept(1);
    }
  }

  private void take(int immediate, int tag) {
    long word = memory.lengthWord(next);
    if ((int) (word >>> Integer.SIZE) == tag) {
      next++;
      listener.onImmediate(0, immediate, (int) word);
    } else {
      lose(1);
    }
  }

  /** Whether an immediate that was begun after the next one is there already. */
  private boolean isLaterFinished() {
    for (int later = 1; later < DoorbellMemory.SLOTS; later++) {
      if (tag(next + later) == (int) (next + 1) + later) {
        return true;
      }
    }
    return false;
  }

  private int tag(long number) {
    return (int) (memory.immediateWord(number) >>> Integer.SIZE);
  }

  /** The next one was begun and is not there yet: its writer is at it, or has died. */
  private boolean isFinishedInTime() {
    long since = System.nanoTime();
    while (tag(next) - (int) (next + 1) < 0) {
      if (closed || System.nanoTime() - since > PATIENCE_NS) {
        return false;
      }
      LockSupport.parkNanos(PAUSE_NS);
    }
    return true;
  }

  private void lose(long count) {
    next += count;
    lost.accept(count);
  }

  /** Ends the thread; the file stays, for writers that have it mapped. */
  @Override
  public void close() {
    closed = true;
    boolean interrupted = false;
    while (thread.isAlive()) {
      memory.wake();
      try {
        thread.join(TimeUnit.SECONDS.toMillis(1));
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    memory.close();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
