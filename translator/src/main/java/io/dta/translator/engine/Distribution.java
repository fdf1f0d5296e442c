package io.dta.translator.engine;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How often values fell between given bounds. One thread records, without a locked instruction;
 * others read, and what they see may be a moment old.
 */
public final class Distribution {
  private final long[] bounds;

  /** One count a bound, of the values up to it, one of those above all bounds, and the sum. */
  private final AtomicLongArray counts;

  /**
   * @param bounds rising
   */
  public Distribution(long... bounds) {
    this.bounds = bounds.clone();
    this.counts = new AtomicLongArray(bounds.length + 2);
  }

  /** A value occurred so many times. */
  public void record(long value, long times) {
    int bucket = 0;
    while (bucket < bounds.length && value > bounds[bucket]) {
      bucket++;
    }
    add(bucket, times);
    add(bounds.length + 1, value * times);
  }

  private void add(int index, long count) {
    counts.setRelease(index, counts.getPlain(index) + count);
  }

  /** The inclusive upper bounds. */
  public long[] bounds() {
    return bounds.clone();
  }

  /** Adds the counts to an array with one element for each bound, and one for what is above. */
  public void addTo(long[] sums) {
    for (int i = 0; i <= bounds.length; i++) {
      sums[i] += counts.getAcquire(i);
    }
  }

  /** The sum of all values. */
  public long sum() {
    return counts.getAcquire(bounds.length + 1);
  }
}
