package io.dta.node;

/** A peer does not answer, or not in time: it may do so later. */
public final class UnreachableException extends OperatorException {
  private static final long serialVersionUID = 1;

  public UnreachableException(String message, Throwable cause) {
    super(message, cause);
  }
}
