package io.dta.p4;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * How long a translator in a switch holds what it gathers. Null stands for until it is complete.
 *
 * @param appendFlush how long an Append batch waits to be filled before it is written as it is
 * @param postcardTimeout how long a flow's row waits for the rest of its hops before it is written
 *     with holes
 * @param epochTimeout how long an epoch of a sketch waits for missing columns, from its first
 */
public record HoldTimes(Duration appendFlush, Duration postcardTimeout, Duration epochTimeout) {
  /** Everything is held until it is complete, or its place is needed. */
  public static final HoldTimes UNLIMITED = new HoldTimes(null, null, null);

  /** The program compares times of 48 bits by the sign of their difference. */
  private static final long FOREVER_MICROS = (1L << 47) - 1;

  /** How often a switch looks at what waits while the shortest of these times passes. */
  private static final long LOOKS = 4;

  private static final long MOST_TICKS = 2000;

  /** A time as the program has it: microseconds, at least 1. */
  static long micros(Duration time) {
    return time == null
        ? FOREVER_MICROS
        : Math.clamp(TimeUnit.NANOSECONDS.toMicros(time.toNanos()), 1, FOREVER_MICROS);
  }

  /** How often a second a switch has to look at what waits; 0 for never. */
  long ticksPerSecond() {
    return Stream.of(appendFlush, postcardTimeout, epochTimeout)
        .filter(time -> time != null)
        .min(Duration::compareTo)
        .map(
            time ->
                Math.clamp(
                    LOOKS * TimeUnit.SECONDS.toNanos(1) / Math.max(1, time.toNanos()),
                    1,
                    MOST_TICKS))
        .orElse(0L);
  }
}
