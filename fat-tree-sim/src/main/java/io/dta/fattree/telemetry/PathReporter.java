package io.dta.fattree.telemetry;

import io.dta.fattree.routing.IntPath;
import io.dta.fattree.send.Reporter;
import io.dta.primitives.store.KeyWriteStore;
import java.io.IOException;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * INT-MD as Key-Write: the sink's edge switch reports the path that a flow's packets carried in
 * their headers.
 */
public final class PathReporter {
  private final KeyWriteStore store;
  private final UnsafeBuffer value = new UnsafeBuffer(new byte[IntPath.VALUE_LENGTH]);

  public PathReporter(KeyWriteStore store) {
    this.store = store;
  }

  /**
   * Reports a path.
   *
   * @param sink the reporter of the path's last switch
   * @return false where the report was lost to injection
   */
  public boolean report(Reporter sink, DirectBuffer flows, int key, IntPath path)
      throws IOException {
    path.putValue(value, 0);
    return sink.keyWrite(store, flows, key, value, 0);
  }
}
