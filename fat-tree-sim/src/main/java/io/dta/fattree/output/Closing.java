package io.dta.fattree.output;

import java.io.IOException;
import java.io.UncheckedIOException;

/** Closes what may not be there. */
final class Closing {
  private Closing() {}

  /** Closes a file whose last bytes matter. */
  static void quietly(AutoCloseable resource) {
    if (resource == null) {
      return;
    }
    try {
      resource.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
