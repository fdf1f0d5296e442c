package io.dta.translator.engine;

import java.util.Locale;

/** Why a report was dropped, and what the operator can do about it. */
public enum DropReason {
  /** The datagram ends within the report. */
  TRUNCATED(
      false,
      "The datagram ends within the report: a reporter and the translator disagree on the length of"
          + " a key, value or entry, or on the base header, or something cut the datagram.",
      "Compare the store's configuration with the reporter's."),
  /** The opcode is none of the five. */
  UNKNOWN_OPCODE(
      false,
      "The opcode is none of the five: this is not DTA, or `header` is set wrong.",
      "See who sends to this port."),
  /** No store of this primitive has this number. */
  UNKNOWN_STORE(
      false,
      "No store of this primitive has this number.",
      "Add the store to the collector, or correct the reporter."),
  /** The report asks for 0 copies, or for more than the store's redundancy. */
  BAD_REDUNDANCY(
      false,
      "The report asks for 0 copies, or for more than the store's redundancy.",
      "Lower the reporter's redundancy or raise the store's."),
  /** The list is not below the store's number of lists. */
  BAD_LIST(
      false,
      "The list is not below the store's number of lists.",
      "Raise `lists`, or correct the reporter."),
  /** The hop is 0 or above the store's longest path. */
  BAD_HOP(
      false,
      "The hop is 0 or above the store's longest path.",
      "Raise `hops`, or correct the reporter."),
  /** The postcard's value is 0xFFFFFFFF, which stands for no report. */
  RESERVED_VALUE(
      false,
      "The postcard's value is 0xFFFFFFFF, which stands for no report.",
      "Number the switches differently."),
  /** The column is not below the store's number of columns. */
  BAD_COLUMN(
      false,
      "The column is not below the store's number of columns.",
      "Use the same sketch dimensions on both sides."),
  /** The reporter's number is not below the store's number of reporters. */
  BAD_REPORTER(
      false,
      "The reporter's number is not below the store's number of reporters.",
      "Raise `reporters`, or renumber."),
  /** The column belongs to an epoch that is finished, or older than all that may be open. */
  STALE_EPOCH(
      false,
      "The column belongs to an epoch that is finished, or older than all that may be open: its"
          + " reporter lags behind by more than the epoch time-out.",
      "Raise `epochTimeout` or `openEpochs`, or synchronize the reporters' epochs."),
  /** An essential report, or a reporter's column of an epoch, that arrived before. */
  DUPLICATE(
      false,
      "An essential report, or a reporter's column of an epoch, arrived a second time: an ACK was"
          + " lost, or the network doubled a datagram.",
      "None: the first one was written."),
  /**
   * A later postcard of the same flow and hop took this one's place in the cache before the path
   * was written.
   */
  SUPERSEDED(
      false,
      "A later postcard of the same flow and hop took this one's place in the cache before the path"
          + " was written.",
      "None where reporters send a postcard a packet rather than a flow."),
  /** The report called for an RDMA operation beyond {@code operationsPerSecond}. */
  RATE_LIMITED(
      true,
      "The report called for an RDMA operation beyond `operationsPerSecond`.",
      "Raise the limit if the collector's NIC allows it, lower the redundancy, use larger batches,"
          + " or add a collector."),
  /**
   * The queue pair to the collector was down, or went down before the operation was acknowledged.
   */
  QUEUE_PAIR_DOWN(
      true,
      "The queue pair to the collector was down, or went down before the operation was"
          + " acknowledged.",
      "See whether the collector runs and is reachable; the translator's log and `/readyz` say"
          + " why."),
  /** The collector refused the rkey, the range or the access that its own directory tells. */
  REMOTE_ACCESS(
      false,
      "The collector refused the rkey, the range or the access, twice: the second time with what"
          + " its own directory says, read anew. The store rests for a while and is tried again.",
      "None where it passes; where it stays, start the collector again: the translator connects by"
          + " itself."),
  /** The collector's NIC found the operation malformed. */
  REMOTE_INVALID(
      false,
      "The collector's NIC found the operation malformed.",
      "See whether it supports atomics."),
  /** The collector's NIC could not carry out the operation. */
  REMOTE_OPERATIONAL(
      false,
      "The collector's NIC could not carry out the operation.",
      "Look at the collector's log and its NIC."),
  /** The transport cannot do the operation: an atomic over UC. */
  UNSUPPORTED(
      false,
      "The transport cannot do the operation: an atomic over UC.",
      "Use RC for a translator that serves Key-Increment stores."),
  /** The translator was stopped before the report could be written, or the report came after. */
  SHUTDOWN(
      true,
      "The translator was stopped before the report could be written, or the report came after.",
      "Raise `shutdownTimeout` if it is many."),
  /**
   * The ring between the source's thread and the engine's, or the memory that the source reads
   * into, was full; counted by the source.
   */
  RING_FULL(
      true,
      "The ring between the source's thread and the engine's, or the memory that the source reads"
          + " into, was full.",
      "Use a larger ring or more shards, or send fewer reports.");

  private final boolean resendable;
  private final String cause;
  private final String remedy;

  DropReason(boolean resendable, String cause, String remedy) {
    this.resendable = resendable;
    this.cause = cause;
    this.remedy = remedy;
  }

  /**
   * Whether the same report could succeed later: then an essential report counts as not received,
   * and its reporter is asked for it again.
   */
  public boolean isResendable() {
    return resendable;
  }

  /** Why it occurs, a sentence. */
  public String cause() {
    return cause;
  }

  /** What the operator can do, a sentence. */
  public String remedy() {
    return remedy;
  }

  /** The name in JSON, on the screen and as a metric's label, such as {@code rate-limited}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
