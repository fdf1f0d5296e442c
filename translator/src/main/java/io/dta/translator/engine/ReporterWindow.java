package io.dta.translator.engine;

/**
 * What has arrived of one reporter's essential reports: a window over their sequence numbers, which
 * count modulo 256.
 *
 * <p>{@code base} is the next number of which all earlier ones have arrived or were given up; bit i
 * says that base + i has arrived; {@code span} numbers from base on are known to have been sent,
 * and those of them without a bit are gaps. As half of the numbers lie ahead of base and half
 * behind, a reporter may have up to 128 reports unacknowledged.
 */
final class ReporterWindow {
  /** Sequence numbers count modulo this. */
  static final int NUMBERS = 256;

  private static final int MASK = NUMBERS - 1;
  private static final int HALF = NUMBERS / 2;

  private final int address;
  private final int limit;
  private int base;
  private int span;
  private long low;
  private long high;

  // What is left to say to the reporter.
  private boolean queued;
  private boolean acknowledgementDue;
  private boolean asking;
  private long nackDueNs;
  private int attempts;

  // Its place among the others, in the order in which they were last heard of.
  private ReporterWindow before;
  private ReporterWindow after;
  private long heardNs;

  /**
   * Starts with the first report of a reporter that arrives. Reporters start to count at 0: with a
   * low number that is the likelier story, and the reports before it are gaps; with a higher one
   * the translator is what was restarted.
   *
   * @param limit how many reports the reporter may have unacknowledged, 1 to 128
   */
  ReporterWindow(int address, int limit, int seqnum) {
    this.address = address;
    this.limit = limit;
    this.base = seqnum < limit / 2 ? 0 : seqnum;
  }

  int address() {
    return address;
  }

  /** Whether a report has arrived before: its number has, or lies behind the window. */
  boolean hasArrived(int seqnum) {
    int ahead = (seqnum - base) & MASK;
    return ahead >= HALF || bit(ahead);
  }

  /**
   * Takes the number of a report that has not arrived before.
   *
   * @param arrived false for one that was refused, so that its reporter has to send it again
   * @return how many reports were given up, because the reporter has sent more than it may have
   *     unacknowledged
   */
  int take(int seqnum, boolean arrived) {
    int ahead = (seqnum - base) & MASK;
    int givenUp = 0;
    while (ahead >= limit) {
      givenUp += bit(0) ? 0 : 1;
      shift(1);
      ahead--;
    }
    span = Math.max(span, ahead + 1);
    if (arrived) {
      setBit(ahead);
    }
    advance();
    return givenUp;
  }

  /**
   * Gives up the reports that are missing at the base.
   *
   * @return how many
   */
  int giveUp() {
    int givenUp = 0;
    while (span > 0 && !bit(0)) {
      shift(1);
      givenUp++;
    }
    advance();
    return givenUp;
  }

  /** Moves base over all that has arrived. */
  private void advance() {
    int before = base;
    while (bit(0)) {
      shift(Long.numberOfTrailingZeros(~low));
    }
    if (base != before) {
      attempts = 0;
      acknowledgementDue = true;
    }
  }

  private boolean bit(int ahead) {
    return (((ahead < Long.SIZE ? low : high) >>> ahead) & 1) != 0;
  }

  private void setBit(int ahead) {
    if (ahead < Long.SIZE) {
      low |= 1L << ahead;
    } else {
      high |= 1L << ahead;
    }
  }

  private void shift(int count) {
    if (count == Long.SIZE) {
      low = high;
      high = 0;
    } else {
      low = (low >>> count) | (high << (Long.SIZE - count));
      high >>>= count;
    }
    base = (base + count) & MASK;
    span = Math.max(0, span - count);
  }

  /** The number that an ACK carries: all up to and with it have arrived. */
  int acknowledged() {
    return (base - 1) & MASK;
  }

  /** The number after the newest that is known to have been sent. */
  int next() {
    return (base + span) & MASK;
  }

  boolean hasGaps() {
    return span > 0;
  }

  /** How many numbers from base on may be gaps. */
  int span() {
    return span;
  }

  /** Whether a number of the span is a gap. */
  boolean isGap(int ahead) {
    return !bit(ahead);
  }

  /** The number that lies so far ahead of base. */
  int number(int ahead) {
    return (base + ahead) & MASK;
  }

  boolean isQueued() {
    return queued;
  }

  void setQueued(boolean queued) {
    this.queued = queued;
  }

  boolean isAcknowledgementDue() {
    return acknowledgementDue;
  }

  void setAcknowledgementDue(boolean due) {
    acknowledgementDue = due;
  }

  /** Whether the reporter is to be asked for {@link #next()} too. */
  boolean isAsking() {
    return asking;
  }

  void setAsking(boolean asking) {
    this.asking = asking;
  }

  long nackDueNs() {
    return nackDueNs;
  }

  void setNackDueNs(long dueNs) {
    nackDueNs = dueNs;
  }

  ReporterWindow before() {
    return before;
  }

  void setBefore(ReporterWindow window) {
    before = window;
  }

  ReporterWindow after() {
    return after;
  }

  void setAfter(ReporterWindow window) {
    after = window;
  }

  /** When its reporter was last heard of. */
  long heardNs() {
    return heardNs;
  }

  void setHeardNs(long timeNs) {
    heardNs = timeNs;
  }

  /** Counts one more request for the gaps; starts again when base moves. */
  int countAttempt() {
    return ++attempts;
  }
}
