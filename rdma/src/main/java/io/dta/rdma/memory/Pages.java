package io.dta.rdma.memory;

/** What pages anonymous memory is asked for. */
public enum Pages {
  /** Those of the processor's base size. */
  BASE,
  /** Transparent huge pages of 2 MiB where the system gives them, base pages elsewhere. */
  TRANSPARENT_HUGE,
  /** Huge pages that the operator reserved ({@link ReservedHugePages}), or an error. */
  RESERVED_HUGE;

  /** Transparent huge pages or none. */
  public static Pages transparentHuge(boolean huge) {
    return huge ? TRANSPARENT_HUGE : BASE;
  }
}
