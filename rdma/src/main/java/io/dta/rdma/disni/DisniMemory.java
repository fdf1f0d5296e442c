package io.dta.rdma.disni;

import com.ibm.disni.verbs.IbvMr;
import com.ibm.disni.verbs.IbvPd;
import com.ibm.disni.verbs.SVCRegMr;
import java.io.IOException;

/** What DiSNI's objects have in common: how they are registered, released, and fail. */
final class DisniMemory {
  private static final System.Logger LOGGER = System.getLogger(DisniMemory.class.getName());

  /** Releases something of DiSNI's. */
  @FunctionalInterface
  interface Release<T> {
    @SuppressWarnings("PMD.SignatureDeclareThrowsException") // DiSNI's deallocPd declares it.
    void release(T object) throws Exception;
  }

  private DisniMemory() {}

  static IbvMr register(IbvPd protectionDomain, long address, int length, int access)
      throws IOException {
    SVCRegMr call = protectionDomain.regMr(address, length, access);
    try {
      return call.execute().getMr();
    } catch (IOException e) {
      throw new IOException(
          "%,d bytes cannot be registered (%s): raise the limit of locked memory (ulimit -l, or LimitMEMLOCK= of the service)"
              .formatted(length, reason(e)),
          e);
    } finally {
      call.free();
    }
  }

  /** Releases something that may not have been made; what fails at that is left to the process. */
  static <T> void release(T object, Release<T> how) {
    if (object == null) {
      return;
    }
    try {
      how.release(object);
    } catch (Exception e) {
      LOGGER.log(System.Logger.Level.DEBUG, "an RDMA resource was not released", e);
    }
  }

  /** What the system said: DiSNI ends its messages with it and a new line. */
  static String reason(IOException e) {
    String message = e.getMessage().strip();
    return message.substring(message.lastIndexOf(':') + 1).strip();
  }
}
