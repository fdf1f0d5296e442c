package io.dta.rdma.verbs;

import java.io.IOException;

/**
 * A call of libibverbs or librdmacm that failed, or a library or a device that is not there. The
 * message is a sentence for the operator: what failed, with which values, and what to do.
 */
public final class VerbsException extends IOException {
  private static final long serialVersionUID = 1;

  private final int errno;
  private final boolean missing;

  VerbsException(String message) {
    super(message);
    this.errno = 0;
    this.missing = false;
  }

  /** A library that is not there. */
  VerbsException(String message, IllegalArgumentException cause) {
    super(message, cause);
    this.errno = 0;
    this.missing = true;
  }

  VerbsException(String call, int errno) {
    super(call + ": " + Native.describe(errno));
    this.errno = errno;
    this.missing = false;
  }

  VerbsException(String message, VerbsException cause) {
    super(message, cause);
    this.errno = cause.errno;
    this.missing = cause.missing || cause.errno == Native.ENODEV || cause.errno == Native.ENOENT;
  }

  /** Whether a library or a part of the kernel is not there, rather than refusing. */
  boolean isMissing() {
    return missing;
  }

  /** The system's error number; 0 where no call failed. */
  int errno() {
    return errno;
  }
}
