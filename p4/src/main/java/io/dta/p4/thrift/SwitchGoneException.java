package io.dta.p4.thrift;

import io.dta.node.OperatorException;

/**
 * A switch does not answer, or not in the way of one: the connection to it is of no use any more.
 */
public final class SwitchGoneException extends OperatorException {
  private static final long serialVersionUID = 1;

  SwitchGoneException(String message) {
    super(message);
  }

  SwitchGoneException(String message, Throwable cause) {
    super(message, cause);
  }
}
