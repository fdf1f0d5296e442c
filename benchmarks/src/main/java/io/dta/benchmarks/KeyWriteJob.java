package io.dta.benchmarks;

/** Translates Key-Write reports, one ring of them each time that it is run. */
public interface KeyWriteJob extends Runnable, AutoCloseable {
  /** How many reports were recorded as received. */
  long recorded();

  @Override
  void close();

  /** With the engine of the loader that has loaded this class. */
  final class OfLoader implements KeyWriteJob {
    /** What a translator takes at once when it is busy; after each such read it publishes. */
    private static final int DATAGRAMS_PER_CYCLE = 64;

    private final EngineHarness harness = MetricsBenchmark.keyWrites();

    /** For {@link RecordingSwitch}, by reflection. */
    public OfLoader() {}

    @Override
    public void run() {
      harness.translateAll(DATAGRAMS_PER_CYCLE);
    }

    @Override
    public long recorded() {
      return harness.counters().snapshot().received();
    }

    @Override
    public void close() {
      harness.close();
    }
  }
}
