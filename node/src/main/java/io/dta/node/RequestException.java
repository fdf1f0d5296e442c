package io.dta.node;

/**
 * Thrown by a {@link RequestHandler} to answer a request with an error; the message is a sentence
 * for the client.
 */
public final class RequestException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int status;

  /**
   * @param status the HTTP status, 400 to 599
   */
  public RequestException(int status, String message) {
    super(message);
    this.status = status;
  }

  /** 400: the request itself is wrong. */
  public static RequestException badRequest(String message) {
    return new RequestException(400, message);
  }

  /** 404: what the path names does not exist. */
  public static RequestException notFound(String message) {
    return new RequestException(404, message);
  }

  /** 409: the request does not fit the state of this node. */
  public static RequestException conflict(String message) {
    return new RequestException(409, message);
  }

  /** The HTTP status. */
  public int status() {
    return status;
  }
}
