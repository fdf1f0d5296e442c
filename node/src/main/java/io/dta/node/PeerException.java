package io.dta.node;

/** A peer answered over HTTP, but with an error. */
public final class PeerException extends OperatorException {
  private static final long serialVersionUID = 1;

  private final int status;

  PeerException(int status, String message) {
    super(message);
    this.status = status;
  }

  /** The HTTP status, such as 404. */
  public int status() {
    return status;
  }
}
