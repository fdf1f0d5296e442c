package io.dta.node;

/**
 * Something is wrong that the person at the terminal can put right. The message is one sentence
 * that says what is wrong, where, and what to do; it is shown without a stack trace, and the
 * process exits with 1.
 */
public class OperatorException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public OperatorException(String message) {
    super(message);
  }

  public OperatorException(String message, Throwable cause) {
    super(message, cause);
  }
}
