package io.dta.translator.engine;

import java.time.Duration;

/**
 * The limits and time-outs of an engine. Null or 0 stands for the default.
 *
 * @param appendFlush how long an Append batch waits to be filled before it is written as it is; 10
 *     ms
 * @param batchMemory the most bytes that the batches of one Append store may take, at least one
 *     frame a list; 256 MiB
 * @param postcardRows rows of the cache in front of each Postcarding store, a power of two from 4
 *     to 2^22; 65536
 * @param postcardTimeout how long a flow's row waits for the rest of its hops before it is written
 *     with holes; 50 ms
 * @param openEpochs how many epochs of a Sketch-Merge store may be merged at the same time, 1 to
 *     16; 2
 * @param epochTimeout how long an epoch waits for missing columns, from its first; half-way they
 *     are asked for; 2 s
 * @param sketchMemory the most bytes that the open epochs of one Sketch-Merge store may take; 256
 *     MiB
 * @param operationsPerSecond the most RDMA operations a second on one queue pair; 0, the default,
 *     is no limit
 * @param maxReporters how many reporters' sequence numbers are tracked; reports of further ones are
 *     translated, but neither acknowledged nor asked for again; one that was not heard of for a
 *     minute is forgotten; 65536
 * @param reporterWindow how many essential reports a reporter may have unacknowledged, 1 to 128;
 *     128
 * @param nackInterval how long the engine waits for a report that it asked for before it asks
 *     again; 10 ms
 * @param nackAttempts how often it asks before it gives the report up, 1 to 1000; 20
 */
public record EngineSettings(
    Duration appendFlush,
    long batchMemory,
    int postcardRows,
    Duration postcardTimeout,
    int openEpochs,
    Duration epochTimeout,
    long sketchMemory,
    long operationsPerSecond,
    int maxReporters,
    int reporterWindow,
    Duration nackInterval,
    int nackAttempts) {
  private static final Duration LONGEST = Duration.ofDays(1);

  /** Every setting at its default. */
  public static final EngineSettings DEFAULTS =
      new EngineSettings(null, 0, 0, null, 0, null, 0, 0, 0, 0, null, 0);

  public EngineSettings {
    appendFlush = duration("appendFlush", appendFlush, Duration.ofMillis(10));
    batchMemory = number("batchMemory", batchMemory, 256L << 20, 1, 1L << 30);
    postcardRows = (int) number("postcardRows", postcardRows, 1 << 16, 4, 1 << 22);
    if (Integer.bitCount(postcardRows) != 1) {
      int below = Integer.highestOneBit(postcardRows);
      throw new IllegalArgumentException(
          "postcardRows %d: expected a power of two, such as %d or %d"
              .formatted(postcardRows, below, 2 * below));
    }
    postcardTimeout = duration("postcardTimeout", postcardTimeout, Duration.ofMillis(50));
    openEpochs = (int) number("openEpochs", openEpochs, 2, 1, 16);
    epochTimeout = duration("epochTimeout", epochTimeout, Duration.ofSeconds(2));
    sketchMemory = number("sketchMemory", sketchMemory, 256L << 20, 1, 1L << 33);
    operationsPerSecond =
        number("operationsPerSecond", operationsPerSecond, 0, 0, 1_000_000_000_000L);
    maxReporters = (int) number("maxReporters", maxReporters, 1 << 16, 1, 1 << 24);
    reporterWindow = (int) number("reporterWindow", reporterWindow, 128, 1, 128);
    nackInterval = duration("nackInterval", nackInterval, Duration.ofMillis(10));
    nackAttempts = (int) number("nackAttempts", nackAttempts, 20, 1, 1000);
  }

  private static long number(String key, long value, long ifZero, long first, long last) {
    long number = value == 0 ? ifZero : value;
    if (number < first || number > last) {
      throw new IllegalArgumentException(
          "%s %d: expected %d to %d".formatted(key, value, first, last));
    }
    return number;
  }

  private static Duration duration(String key, Duration value, Duration ifNull) {
    Duration duration = value == null ? ifNull : value;
    if (duration.isNegative() || duration.isZero() || duration.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "%s %s: expected more than nothing and at most a day".formatted(key, value));
    }
    return duration;
  }
}
