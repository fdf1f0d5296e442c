package io.dta.translator.engine;

import io.dta.primitives.Primitive;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Where every report went, and what the engine did.
 *
 * <p>The engine's thread adds to plain fields, and at the end of each duty cycle publishes all of
 * them at once under a sequence lock. Any thread takes a {@link #snapshot()}; in each of them
 * {@code received = written + dropped + uncertain + in flight} holds, exactly, however busy the
 * engine is.
 */
@SuppressWarnings("EnumOrdinal") // tables in memory, never stored: their order is the enums'
public final class EngineCounters {
  /** The row, instead of an opcode, of what is of no known primitive. */
  static final int UNDECODABLE = 0;

  /** Rows of the tables by primitive. */
  static final int ROWS = Primitive.values().length + 1;

  static final int REASONS = DropReason.values().length;

  static final int RECEIVED = 0;
  static final int WRITTEN = RECEIVED + ROWS;
  static final int UNCERTAIN = WRITTEN + ROWS;
  static final int IN_FLIGHT = UNCERTAIN + ROWS;
  static final int OPERATIONS = IN_FLIGHT + ROWS;
  static final int DROPPED = OPERATIONS + ROWS;
  static final int EVENTS = DROPPED + ROWS * REASONS;
  static final int LENGTH = EVENTS + EngineEvent.values().length;

  private static final VarHandle VERSION;

  static {
    try {
      VERSION = MethodHandles.lookup().findVarHandle(EngineCounters.class, "version", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** In ns: 1, 2 and 5 of every power of ten from a microsecond to 10 s. */
  private static final long[] LATENCIES = {
    1_000,
    2_000,
    5_000,
    10_000,
    20_000,
    50_000,
    100_000,
    200_000,
    500_000,
    1_000_000,
    2_000_000,
    5_000_000,
    10_000_000,
    20_000_000,
    50_000_000,
    100_000_000,
    200_000_000,
    500_000_000,
    1_000_000_000,
    2_000_000_000,
    5_000_000_000L,
    10_000_000_000L
  };

  private static final long[] BATCHES = {1, 2, 4, 8, 16, 32, 64, 128, 256};

  private final long[] live = new long[LENGTH];
  private final long[] published = new long[LENGTH];

  /** Odd while {@link #published} is being written. */
  @SuppressWarnings("unused") // read and written through VERSION
  private volatile long version;

  // By opcode. They stand beside the rest: not a part of what must be consistent, nor as short.
  private final Distribution[] latencies = new Distribution[ROWS];
  private final Distribution[] batches = new Distribution[ROWS];

  EngineCounters() {
    for (int row = 0; row < ROWS; row++) {
      latencies[row] = new Distribution(LATENCIES);
      batches[row] = new Distribution(BATCHES);
    }
  }

  /**
   * From the datagram to the acknowledged write, in ns, a report each; of reports that were held,
   * the oldest's. From any thread.
   */
  public Distribution latency(Primitive primitive) {
    return latencies[primitive.opcode()];
  }

  /** How many reports a WRITE carried, of the primitives that gather them; from any thread. */
  public Distribution batches(Primitive primitive) {
    return batches[primitive.opcode()];
  }

  Distribution latency(int opcode) {
    return latencies[opcode];
  }

  /** A WRITE carries so many reports. */
  void batch(int opcode, int reports) {
    batches[opcode].record(reports, 1);
  }

  static int droppedIndex(int opcode, DropReason reason) {
    return DROPPED + opcode * REASONS + reason.ordinal();
  }

  static int eventIndex(EngineEvent event) {
    return EVENTS + event.ordinal();
  }

  void received(int opcode, int reports) {
    live[RECEIVED + opcode] += reports;
  }

  /** Sets how many reports of a primitive are written, as counted by the collectors' links. */
  void written(int opcode, long reports) {
    live[WRITTEN + opcode] = reports;
  }

  void uncertain(int opcode, int reports) {
    live[UNCERTAIN + opcode] += reports;
  }

  void operations(int opcode, int operations) {
    live[OPERATIONS + opcode] += operations;
  }

  void dropped(int opcode, DropReason reason, int reports) {
    live[droppedIndex(opcode, reason)] += reports;
  }

  void event(EngineEvent event) {
    live[eventIndex(event)]++;
  }

  void event(EngineEvent event, long times) {
    live[eventIndex(event)] += times;
  }

  /**
   * Sets how many reports of a primitive are held or unacknowledged, as counted where they are
   * held.
   */
  void inFlight(int opcode, long reports) {
    live[IN_FLIGHT + opcode] = reports;
  }

  /** Makes everything counted so far visible to {@link #snapshot()}; engine's thread only. */
  void publish() {
    long before = (long) VERSION.getOpaque(this);
    VERSION.setOpaque(this, before + 1);
    VarHandle.releaseFence(); // no store below may pass the one above
    System.arraycopy(live, 0, published, 0, LENGTH);
    VERSION.setRelease(this, before + 2);
  }

  /** The counters as they were at the end of the engine's last duty cycle; from any thread. */
  public EngineSnapshot snapshot() {
    long[] copy = new long[LENGTH];
    while (true) {
      long before = (long) VERSION.getAcquire(this);
      if ((before & 1) == 0) {
        System.arraycopy(published, 0, copy, 0, LENGTH);
        VarHandle.acquireFence(); // no load above may pass the one below
        if ((long) VERSION.getOpaque(this) == before) {
          return new EngineSnapshot(copy);
        }
      }
      Thread.onSpinWait();
    }
  }
}
