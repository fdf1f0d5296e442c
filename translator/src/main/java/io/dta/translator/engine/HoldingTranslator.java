package io.dta.translator.engine;

import io.dta.primitives.Primitive;

/**
 * A translator that holds reports before it writes them. What it does between datagrams; reports
 * reach it without this interface.
 */
sealed interface HoldingTranslator permits AppendTranslator, PostcardTranslator, SketchTranslator {
  Primitive primitive();

  /**
   * Writes what has waited for long enough, as far as the rate limit allows.
   *
   * @return how much was done
   */
  int doWork(long nowNs);

  /**
   * Writes everything that waits, as far as the rate limit allows.
   *
   * @return how much was done
   */
  int flush();

  /** Drops everything that waits. */
  void discard(DropReason reason);

  /** Reports that wait. */
  long held();

  /** Reports that wait, counted one by one where they are, as a check of {@link #held()}. */
  long countHeld();
}
