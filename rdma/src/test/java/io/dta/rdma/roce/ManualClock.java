package io.dta.rdma.roce;

import org.agrona.concurrent.NanoClock;

/** A clock that moves when the test says so. */
public final class ManualClock implements NanoClock {
  private long nowNs = 1_000_000;

  @Override
  public long nanoTime() {
    return nowNs;
  }

  public void advance(long ns) {
    nowNs += ns;
  }
}
