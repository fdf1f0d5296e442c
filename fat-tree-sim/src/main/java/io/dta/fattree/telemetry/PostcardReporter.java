package io.dta.fattree.telemetry;

import io.dta.fattree.send.Reporter;
import io.dta.primitives.store.PostcardingStore;
import java.io.IOException;
import org.agrona.DirectBuffer;

/** INT-XD as postcards: every switch reports for itself that a flow passed it, and at which hop. */
public final class PostcardReporter {
  private final PostcardingStore store;

  public PostcardReporter(PostcardingStore store) {
    this.store = store;
  }

  /**
   * Reports a hop.
   *
   * @param hop from 1
   * @return false where the report was lost to injection
   */
  public boolean report(Reporter reporter, DirectBuffer flows, int key, int hop, int switchId)
      throws IOException {
    return reporter.postcard(store, flows, key, hop, switchId);
  }
}
