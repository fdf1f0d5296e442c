package io.dta.collector.query;

import java.io.Serial;

/**
 * A question that has no answer because the question is wrong. The message is a sentence for the
 * person who asked.
 */
public final class QueryException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  private final boolean notFound;

  private QueryException(String message, boolean notFound) {
    super(message);
    this.notFound = notFound;
  }

  /** A key, a parameter or a combination of them is wrong. */
  public static QueryException malformed(String message) {
    return new QueryException(message, false);
  }

  /** What the question names is not there. */
  public static QueryException notFound(String message) {
    return new QueryException(message, true);
  }

  /** Whether what the question names is not there; otherwise the question is malformed. */
  public boolean isNotFound() {
    return notFound;
  }
}
