package io.dta.fattree.send;

import io.dta.primitives.store.KeyWriteStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.agrona.DirectBuffer;

/**
 * The reporters of all switches: one each where the sink has as many, one that they share
 * otherwise. For one thread.
 */
public final class Reporters implements KeyWrites {
  private static final long PARK_NANOS = TimeUnit.MICROSECONDS.toNanos(50);

  private final List<Reporter> reporters = new ArrayList<>();
  private final SendTally tally = new SendTally();
  private final ReportClock clock;

  /**
   * One reporter for each of the sink's.
   *
   * @param loss the probability that injected loss takes a report, 0 to less than 1
   */
  public Reporters(ReportSink sink, double loss, long seed) {
    this(sink, loss, seed, ReportClock.SYSTEM);
  }

  /** As above, by a clock of its own. */
  public Reporters(ReportSink sink, double loss, long seed, ReportClock clock) {
    this.clock = clock;
    SplittableRandom seeds = new SplittableRandom(seed);
    for (int i = 0; i < sink.reporters(); i++) {
      LossInjector injector = new LossInjector(loss, seeds);
      reporters.add(new Reporter(i, sink, injector, tally, clock));
    }
  }

  /**
   * The reporter of a switch.
   *
   * @param switchId from 1
   */
  public Reporter of(int switchId) {
    return reporters.size() == 1 ? reporters.getFirst() : reporters.get(switchId - 1);
  }

  @Override
  public boolean keyWrite(
      int switchId,
      KeyWriteStore store,
      DirectBuffer key,
      int keyIndex,
      DirectBuffer value,
      int valueIndex)
      throws IOException {
    return of(switchId).keyWrite(store, key, keyIndex, value, valueIndex);
  }

  /** Sends what is in the datagrams of all reporters, and takes what has arrived for them. */
  public void flush() throws IOException {
    for (Reporter reporter : reporters) {
      reporter.flush();
      reporter.poll();
    }
  }

  /** Waits until every essential report is acknowledged. */
  public void drain() throws IOException {
    flush();
    while (outstanding() > 0) {
      clock.pause(PARK_NANOS);
      flush();
    }
  }

  /** Transmissions so far, before injected loss. */
  public long sent() {
    return tally.sent();
  }

  /** What was sent so far. */
  public SendCounters counters() {
    return tally.counters();
  }

  private int outstanding() {
    int outstanding = 0;
    for (Reporter reporter : reporters) {
      outstanding += reporter.outstanding();
    }
    return outstanding;
  }
}
