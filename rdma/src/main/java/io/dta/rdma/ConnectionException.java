package io.dta.rdma;

/**
 * A queue pair could not be connected. Its message is a sentence for the operator: what was tried,
 * what answered, and what to do about it.
 */
public final class ConnectionException extends Exception {
  private static final long serialVersionUID = 1;

  public ConnectionException(String message) {
    super(message);
  }

  public ConnectionException(String message, Throwable cause) {
    super(message, cause);
  }
}
