package io.dta.fattree.send;

import java.util.concurrent.atomic.AtomicLong;
import org.agrona.concurrent.NanoClock;

/**
 * The time of the simulated network, which waits nowhere: a pause makes it later. With it a run
 * within one process is the same every time, retransmissions and time-outs included. Written by one
 * thread.
 */
public final class SimulatedClock implements ReportClock, NanoClock {
  /** Not 0, which some take for "never". */
  private final AtomicLong now = new AtomicLong(1);

  /** It is at least so late. */
  public void advanceTo(long nanos) {
    if (nanos > now.getPlain()) {
      now.lazySet(nanos);
    }
  }

  @Override
  public long nanoTime() {
    return now.get();
  }

  @Override
  public void pause(long nanos) {
    now.lazySet(now.getPlain() + nanos);
  }
}
