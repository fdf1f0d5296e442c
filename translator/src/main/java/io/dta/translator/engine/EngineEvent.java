package io.dta.translator.engine;

import java.util.Locale;

/** What the engine counts beside the whereabouts of reports. */
public enum EngineEvent {
  /** Datagrams taken. */
  DATAGRAMS,
  /** Bytes of UDP payload taken. */
  BYTES,
  /** Append frames written full. */
  FRAMES_FULL,
  /**
   * Append frames written before they were full: by time, for an immediate report, or at a flush.
   */
  FRAMES_FLUSHED,
  /** Paths written with all hops. */
  PATHS_COMPLETE,
  /** Paths written with holes, or shorter than the longest, by time or at a flush. */
  PATHS_FLUSHED,
  /**
   * Paths written early, because their row in the cache was needed for another flow. Many: raise
   * {@code postcardRows}.
   */
  PATHS_EVICTED,
  /** Sketch epochs written with all columns of all reporters. */
  EPOCHS_COMPLETE,
  /** Sketch epochs written with columns missing. */
  EPOCHS_INCOMPLETE,
  /** ACKs sent. */
  ACKS,
  /** NACKs sent. */
  NACKS,
  /** Essential reports that were asked for {@code nackAttempts} times and never came. */
  ABANDONED,
  /**
   * Essential reports of reporters beyond {@code maxReporters}, or of unknown address: translated,
   * but not acknowledged.
   */
  UNTRACKED,
  /** Immediate flags that nothing could carry: FETCH_ADD has no form with immediate. */
  IMMEDIATE_IGNORED,
  /**
   * Times that a queue pair had no room and the engine waited for it. Many: the collector is slower
   * than the reporters.
   */
  BACK_PRESSURED;

  /** The name in JSON, on the screen and as a metric's label, such as {@code paths-evicted}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
