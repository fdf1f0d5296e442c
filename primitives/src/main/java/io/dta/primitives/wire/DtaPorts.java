package io.dta.primitives.wire;

/** The UDP ports of Direct Telemetry Access, those of the public prototype. */
public final class DtaPorts {
  /** Reports, from a reporter to the translator. */
  public static final int REPORTS = 40040;

  /** ACK and NACK, from the translator to a reporter. */
  public static final int ACKNOWLEDGEMENTS = 40044;

  private DtaPorts() {}
}
