package io.dta.fattree.event;

/**
 * Simulated time: picoseconds in a long, from 0 to about 106 days. A picosecond divides the time of
 * a byte at every usual link rate (8 ps at 1 Tb/s), so that no rounding accumulates.
 */
public final class SimTime {
  public static final long PICOS_PER_NANO = 1_000;
  public static final long PICOS_PER_MICRO = 1_000_000;
  public static final long PICOS_PER_MILLI = 1_000_000_000;
  public static final long PICOS_PER_SECOND = 1_000_000_000_000L;

  /** Never: later than every event. */
  public static final long NEVER = Long.MAX_VALUE;

  private SimTime() {}

  public static long nanos(long nanos) {
    return Math.multiplyExact(nanos, PICOS_PER_NANO);
  }

  public static long micros(long micros) {
    return Math.multiplyExact(micros, PICOS_PER_MICRO);
  }

  public static long millis(long millis) {
    return Math.multiplyExact(millis, PICOS_PER_MILLI);
  }

  /** Picoseconds in nanoseconds, rounded down. */
  public static long toNanos(long picos) {
    return picos / PICOS_PER_NANO;
  }

  public static double toSeconds(long picos) {
    return (double) picos / PICOS_PER_SECOND;
  }
}
