package io.dta.fattree.telemetry;

import static java.nio.ByteOrder.BIG_ENDIAN;

import io.dta.fattree.send.Reporter;
import io.dta.primitives.store.KeyIncrementStore;
import java.io.IOException;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Marple's counters by source address as Key-Increment: an edge switch adds what its hosts sent in
 * an epoch.
 */
public final class HostCounterReporter {
  private final KeyIncrementStore store;
  private final UnsafeBuffer key = new UnsafeBuffer(new byte[Integer.BYTES]);

  public HostCounterReporter(KeyIncrementStore store) {
    this.store = store;
  }

  /**
   * Reports a host's bytes.
   *
   * @param address the host's IPv4 address
   * @return false where the report was lost to injection
   */
  public boolean report(Reporter reporter, int address, long bytes) throws IOException {
    key.putInt(0, address, BIG_ENDIAN);
    return reporter.keyIncrement(store, key, 0, bytes);
  }
}
