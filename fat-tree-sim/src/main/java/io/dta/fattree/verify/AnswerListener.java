package io.dta.fattree.verify;

import java.io.IOException;

/** Is told every answer and the truth beside it. */
@FunctionalInterface
public interface AnswerListener {
  /** Does not listen. */
  AnswerListener NONE = (store, what, key, truth, answer, verdict) -> {};

  /**
   * An answer.
   *
   * @param what was asked, as {@link Comparison#what}
   * @param key as people write it
   * @param truth what happened; empty where nothing did
   * @param answer what the collector said; empty where it said nothing
   */
  void onAnswer(String store, String what, String key, Object truth, Object answer, Verdict verdict)
      throws IOException;
}
