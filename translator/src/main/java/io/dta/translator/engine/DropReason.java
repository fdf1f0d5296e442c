package io.dta.translator.engine;

import java.util.Locale;

/** Why a report was dropped, and what the operator can do about it. */
public enum DropReason {
  /**
   * The datagram ends within the report. Cause: a reporter and the translator disagree on a key's,
   * value's or entry's length, or on the base header; or a path MTU cut the datagram. Remedy:
   * compare the store's configuration with the reporter's.
   */
  TRUNCATED(false),
  /**
   * The opcode is none of the five. Cause: not DTA, or {@code header} is set wrong. Remedy: see who
   * sends to this port.
   */
  UNKNOWN_OPCODE(false),
  /**
   * No store of this primitive has this number. Remedy: add the store to the collector, or correct
   * the reporter.
   */
  UNKNOWN_STORE(false),
  /**
   * The report asks for 0 copies, or for more than the store's redundancy. Remedy: lower the
   * reporter's redundancy or raise the store's.
   */
  BAD_REDUNDANCY(false),
  /**
   * The list is not below the store's number of lists. Remedy: raise {@code lists}, or correct the
   * reporter.
   */
  BAD_LIST(false),
  /**
   * The hop is 0 or above the store's longest path. Remedy: raise {@code hops}, or correct the
   * reporter.
   */
  BAD_HOP(false),
  /**
   * The postcard's value is 0xFFFFFFFF, which stands for no report. Remedy: number switches
   * differently.
   */
  RESERVED_VALUE(false),
  /**
   * The column is not below the store's number of columns. Remedy: use the same sketch dimensions
   * on both sides.
   */
  BAD_COLUMN(false),
  /**
   * The reporter's number is not below the store's number of reporters. Remedy: raise {@code
   * reporters}, or renumber.
   */
  BAD_REPORTER(false),
  /**
   * The column belongs to an epoch that is finished, or older than all that may be open. Cause: a
   * reporter that lags behind by more than the epoch time-out. Remedy: raise {@code epochTimeout}
   * or {@code openEpochs}, or synchronize the reporters' epochs.
   */
  STALE_EPOCH(false),
  /**
   * An essential report, or a reporter's column of an epoch, that arrived before. Cause: an ACK was
   * lost, or the network doubled a datagram. Harmless.
   */
  DUPLICATE(false),
  /**
   * A later postcard of the same flow and hop took this one's place in the cache before the path
   * was written. Harmless where reporters send a postcard a packet rather than a flow.
   */
  SUPERSEDED(false),
  /**
   * The report called for an RDMA operation beyond {@code operationsPerSecond}. Remedy: raise the
   * limit if the collector's NIC allows it, lower redundancy, use larger batches, or add a
   * collector.
   */
  RATE_LIMITED(true),
  /**
   * The queue pair to the collector was down, or went down before the operation was acknowledged.
   * Remedy: see whether the collector runs and is reachable; the translator's log says why the
   * queue pair went down.
   */
  QUEUE_PAIR_DOWN(true),
  /**
   * The collector refused the rkey, the range or the access. Cause: the collector was restarted and
   * has other keys, or has another layout. Remedy: restart the translator, so that it reads the
   * directory again.
   */
  REMOTE_ACCESS(false),
  /** The collector's NIC found the operation malformed. Remedy: see whether it supports atomics. */
  REMOTE_INVALID(false),
  /**
   * The collector's NIC could not carry out the operation. Remedy: look at the collector's log and
   * its NIC.
   */
  REMOTE_OPERATIONAL(false),
  /**
   * The transport cannot do the operation: an atomic over UC. Remedy: use RC for a translator that
   * serves Key-Increment stores.
   */
  UNSUPPORTED(false),
  /** The translator was stopped before the report could be written, or the report came after. */
  SHUTDOWN(true),
  /**
   * The ring between the source's thread and the engine's, or the memory that the source reads
   * into, was full; counted by the source. Remedy: a larger ring, more shards, or fewer reports.
   */
  RING_FULL(true);

  private final boolean resendable;

  DropReason(boolean resendable) {
    this.resendable = resendable;
  }

  /**
   * Whether the same report could succeed later: then an essential report counts as not received,
   * and its reporter is asked for it again.
   */
  public boolean isResendable() {
    return resendable;
  }

  /** The name in JSON, on the screen and as a metric's label, such as {@code rate-limited}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
