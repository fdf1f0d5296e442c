package io.dta.fattree.statistics;

import io.dta.fattree.event.SimTime;
import io.dta.fattree.network.FlowView;
import io.dta.fattree.network.NetworkConfig;
import io.dta.fattree.network.NetworkObserver;
import io.dta.fattree.topology.FatTree;
import org.HdrHistogram.Histogram;

/**
 * How long flows take, by size, as histograms of three significant digits: in nanoseconds, and as
 * slowdown, the time divided by the {@link IdealTime}.
 */
public final class CompletionTimes implements NetworkObserver {
  /** Flows up to so many bytes are small, those from {@link #LARGE} on are large. */
  public static final long SMALL = 100_000;

  public static final long LARGE = 10_000_000;

  /** Slowdowns are recorded as thousandths. */
  public static final long SLOWDOWN_UNIT = 1000;

  /** Which flows. */
  public enum SizeClass {
    SMALL,
    MEDIUM,
    LARGE;

    /** The class of a size in bytes. */
    public static SizeClass of(long bytes) {
      if (bytes <= CompletionTimes.SMALL) {
        return SMALL;
      }
      return bytes < CompletionTimes.LARGE ? MEDIUM : LARGE;
    }
  }

  private static final long MAX_NANOS = 3_600_000_000_000L;
  private static final long MAX_SLOWDOWN = 1_000_000 * SLOWDOWN_UNIT;
  private static final int DIGITS = 3;

  private final IdealTime ideal;
  private final Histogram smallNanos = new Histogram(MAX_NANOS, DIGITS);
  private final Histogram mediumNanos = new Histogram(MAX_NANOS, DIGITS);
  private final Histogram largeNanos = new Histogram(MAX_NANOS, DIGITS);
  private final Histogram smallSlowdown = new Histogram(MAX_SLOWDOWN, DIGITS);
  private final Histogram mediumSlowdown = new Histogram(MAX_SLOWDOWN, DIGITS);
  private final Histogram largeSlowdown = new Histogram(MAX_SLOWDOWN, DIGITS);
  private long incomplete;
  private long bytes;

  public CompletionTimes(FatTree tree, NetworkConfig config) {
    ideal = new IdealTime(tree, config);
  }

  @Override
  public void onFlowEnd(FlowView flow, long now, boolean complete) {
    if (!complete) {
      incomplete++;
      return;
    }
    bytes += flow.bytes();
    long time = now - flow.startTime();
    long best = ideal.picos(flow.source(), flow.destination(), flow.bytes());
    SizeClass size = SizeClass.of(flow.bytes());
    nanos(size).recordValue(Math.min(MAX_NANOS, SimTime.toNanos(time)));
    double slowdown = (double) time / best * SLOWDOWN_UNIT;
    slowdown(size).recordValue((long) Math.min(MAX_SLOWDOWN, slowdown));
  }

  /** The times of a class in nanoseconds. */
  public Histogram nanos(SizeClass size) {
    return switch (size) {
      case SMALL -> smallNanos;
      case MEDIUM -> mediumNanos;
      case LARGE -> largeNanos;
    };
  }

  /** The slowdowns of a class in thousandths, 1000 for a flow that could not be faster. */
  public Histogram slowdown(SizeClass size) {
    return switch (size) {
      case SMALL -> smallSlowdown;
      case MEDIUM -> mediumSlowdown;
      case LARGE -> largeSlowdown;
    };
  }

  /** The times of all flows in nanoseconds, as a copy. */
  public Histogram allNanos() {
    Histogram all = smallNanos.copy();
    all.add(mediumNanos);
    all.add(largeNanos);
    return all;
  }

  /** Flows that lost packets that nobody sent again. */
  public long incomplete() {
    return incomplete;
  }

  /** The payload of all flows that completed. */
  public long bytes() {
    return bytes;
  }
}
