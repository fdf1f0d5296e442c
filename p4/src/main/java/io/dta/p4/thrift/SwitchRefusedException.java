package io.dta.p4.thrift;

import io.dta.node.OperatorException;

/** A switch refuses a call: most often because it runs another program than is thought. */
public final class SwitchRefusedException extends OperatorException {
  private static final long serialVersionUID = 1;

  private final String reason;

  SwitchRefusedException(String message, String reason) {
    super(message);
    this.reason = reason;
  }

  /** BMv2's name of the error, such as {@code DUPLICATE_ENTRY}. */
  public String reason() {
    return reason;
  }
}
