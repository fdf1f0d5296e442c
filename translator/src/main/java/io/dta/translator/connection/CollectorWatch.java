package io.dta.translator.connection;

import io.dta.primitives.directory.Directory;
import io.dta.rdma.ConnectionException;
import java.time.Duration;

/**
 * Asks a collector now and then whether it is the one that was connected to, for queue pairs that
 * would not notice: by its directory, which is another one after it was started again. One that
 * does not answer is asked less and less often. For one thread, which never waits.
 */
final class CollectorWatch {
  /** How often the time between two questions doubles at most. */
  private static final int DOUBLINGS = 4;

  private final CollectorClient client;
  private final long intervalNs;
  private BackgroundTask<Directory> asking;
  private int failures;
  private long dueNs;

  CollectorWatch(CollectorClient client, Duration interval) {
    this.client = client;
    this.intervalNs = interval.toNanos();
    this.dueNs = System.nanoTime() + intervalNs;
  }

  /** Whether it is known by now that the collector has another directory. */
  boolean isAnother(Directory connected) {
    long nowNs = System.nanoTime();
    if (asking == null) {
      if (nowNs - dueNs < 0) {
        return false;
      }
      asking = BackgroundTask.start(client::directory, unwanted -> {});
    }
    try {
      Directory now = asking.poll();
      if (now == null) {
        return false;
      }
      failures = 0;
      answered(nowNs);
      return !now.equals(connected);
    } catch (ConnectionException e) {
      failures = Math.min(failures + 1, DOUBLINGS);
      answered(nowNs);
      return false;
    }
  }

  private void answered(long nowNs) {
    asking = null;
    dueNs = nowNs + (intervalNs << failures);
  }
}
