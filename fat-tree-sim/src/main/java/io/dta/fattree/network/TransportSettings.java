package io.dta.fattree.network;

import io.dta.fattree.event.SimTime;

/**
 * How hosts send.
 *
 * @param kind by which rule
 * @param initialWindow packets, 1 to {@code maxWindow}
 * @param maxWindow packets, a power of two from 64 to 4096
 * @param timeout picoseconds without any progress after which all that is outstanding counts as
 *     lost; it doubles with each one in a row, up to 64 times
 */
public record TransportSettings(Kind kind, int initialWindow, int maxWindow, long timeout) {
  /** The rule. */
  public enum Kind {
    /**
     * DCTCP (RFC 8257): the window follows the share of marked packets. It is the default because
     * it is what the published workloads ran on, reacts to the marks that telemetry reports, and
     * keeps queues at a depth that can be reasoned about.
     */
    DCTCP,
    /** The initial window, whatever happens: for cases that can be computed by hand. */
    FIXED_WINDOW,
    /**
     * At the pace of the host's link, without acknowledgements and without retransmission: an open
     * loop, which loads the network as given.
     */
    LINE_RATE
  }

  public static final TransportSettings DCTCP =
      new TransportSettings(Kind.DCTCP, 10, 256, SimTime.PICOS_PER_MILLI);
  public static final TransportSettings LINE_RATE =
      new TransportSettings(Kind.LINE_RATE, 10, 256, SimTime.PICOS_PER_MILLI);

  public TransportSettings {
    if (maxWindow < 64 || maxWindow > 4096 || Integer.bitCount(maxWindow) != 1) {
      throw new IllegalArgumentException(
          "maxWindow " + maxWindow + ": expected a power of two from 64 to 4096");
    }
    if (initialWindow < 1 || initialWindow > maxWindow) {
      throw new IllegalArgumentException(
          "initialWindow " + initialWindow + ": expected 1 to " + maxWindow);
    }
    if (timeout < 1 || timeout > SimTime.PICOS_PER_SECOND) {
      throw new IllegalArgumentException(
          "timeout " + timeout + " ps: expected 1 to " + SimTime.PICOS_PER_SECOND);
    }
  }

  public static TransportSettings fixedWindow(int packets) {
    int max = Math.max(64, Integer.highestOneBit(2 * packets - 1));
    return new TransportSettings(Kind.FIXED_WINDOW, packets, max, SimTime.PICOS_PER_MILLI);
  }

  public TransportSettings withTimeout(long picos) {
    return new TransportSettings(kind, initialWindow, maxWindow, picos);
  }
}
