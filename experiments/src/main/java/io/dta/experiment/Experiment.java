package io.dta.experiment;

import io.dta.experiment.page.Page;

/**
 * A question, and how it is answered. Stateless.
 *
 * <p>To write one: implement this, add it to {@link Experiments}, and give its comparisons closed
 * forms. All chance derives from {@link Lab#seed}.
 */
public interface Experiment {
  /** The name on the command line and of its directory. */
  String name();

  /** A heading. */
  String title();

  /** What one wants to know, a sentence or two. */
  String question();

  /** What it takes, roughly. */
  Cost cost(Scale scale);

  /**
   * Runs it.
   *
   * @param page gets what comes out; where {@link Lab#isStopped} the trials that were finished
   */
  void run(Lab lab, Page page);
}
