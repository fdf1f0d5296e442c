package io.dta.translator.engine;

import java.util.Locale;

/** What the engine counts beside the whereabouts of reports. */
public enum EngineEvent {
  /** Datagrams taken. */
  DATAGRAMS("A datagram was taken.", "None: this is the load."),
  /** Bytes of UDP payload taken. */
  BYTES("A byte of UDP payload was taken.", "None: this is the load."),
  /** Append frames written full. */
  FRAMES_FULL("An Append frame was written full.", "None: this is how it should be."),
  /**
   * Append frames written before they were full: by time, for an immediate report, or at a flush.
   */
  FRAMES_FLUSHED(
      "An Append frame was written before it was full: by time, or for an immediate report.",
      "None at a low load; otherwise raise `appendFlush` or lower the store's `batch`."),
  /** Paths written with all hops. */
  PATHS_COMPLETE("A path was written with all hops.", "None: this is how it should be."),
  /** Paths written with holes, or shorter than the longest, by time or at a flush. */
  PATHS_FLUSHED(
      "A path was written with holes, or shorter than the longest, when its time was over.",
      "None for short paths; otherwise raise `postcardTimeout`, or see where postcards are lost."),
  /** Paths written early, because their row in the cache was needed for another flow. */
  PATHS_EVICTED(
      "A path was written early, because its row in the cache was needed for another flow.",
      "Raise `postcardRows` where they are many."),
  /** Sketch epochs written with all columns of all reporters. */
  EPOCHS_COMPLETE(
      "A sketch epoch was written with all columns of all reporters.",
      "None: this is how it should be."),
  /** Sketch epochs written with columns missing. */
  EPOCHS_INCOMPLETE(
      "A sketch epoch was written with columns missing when its time was over.",
      "See which reporters are silent, or raise `epochTimeout`."),
  /** ACKs sent. */
  ACKS("An essential report was acknowledged.", "None: this is how it should be."),
  /** NACKs sent. */
  NACKS(
      "A reporter was asked for an essential report again.",
      "See where reports are lost on the way to the translator."),
  /** Essential reports that were asked for {@code nackAttempts} times and never came. */
  ABANDONED(
      "An essential report was asked for `nackAttempts` times and never came.",
      "See whether its reporter runs and keeps its reports for long enough."),
  /**
   * Essential reports of reporters beyond {@code maxReporters}, or of unknown address: translated,
   * but not acknowledged.
   */
  UNTRACKED(
      "An essential report of a reporter beyond `maxReporters`, or of unknown address, was"
          + " translated and not acknowledged.",
      "Raise `maxReporters`."),
  /** Immediate flags that nothing could carry: FETCH_ADD has no form with immediate. */
  IMMEDIATE_IGNORED(
      "An immediate flag could not be carried: FETCH_ADD has no form with immediate.",
      "Do not set it on Key-Increment reports."),
  /** Times that a queue pair had no room and the engine waited for it. */
  BACK_PRESSURED(
      "A queue pair had no room and the engine waited for it.",
      "None where they are few; otherwise the collector is slower than the reporters: use larger"
          + " batches or add a collector.");

  private final String cause;
  private final String remedy;

  EngineEvent(String cause, String remedy) {
    this.cause = cause;
    this.remedy = remedy;
  }

  /** What happened, a sentence. */
  public String cause() {
    return cause;
  }

  /** What the operator can do, a sentence. */
  public String remedy() {
    return remedy;
  }

  /** The name in JSON, on the screen and as a metric's label, such as {@code paths-evicted}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
