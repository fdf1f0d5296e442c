package io.dta.fattree.example;

import io.dta.fattree.network.Hop;
import io.dta.fattree.network.NetworkObserver;
import io.dta.fattree.network.PacketView;
import io.dta.fattree.send.Reporters;
import io.dta.fattree.workload.FlowDescription;
import io.dta.primitives.store.AppendStore;
import java.io.IOException;
import org.agrona.concurrent.UnsafeBuffer;

/** The example of docs/simulator.md: tells of every flow that becomes large, once, by Append. */
public final class ElephantReporter implements NetworkObserver {
  private final Reporters reporters;
  private final AppendStore store;
  private final int packet;
  private final UnsafeBuffer key = new UnsafeBuffer(new byte[FlowDescription.KEY_LENGTH]);

  /** A flow is large when its packet of this number enters the network. */
  public ElephantReporter(Reporters reporters, AppendStore store, int packet) {
    this.reporters = reporters;
    this.store = store;
    this.packet = packet;
  }

  @Override
  public void onEntry(Hop hop) throws IOException {
    PacketView seen = hop.packet();
    boolean again = seen.isAcknowledgement() || seen.isRetransmission();
    if (seen.sequence() == packet && !again) {
      seen.putKey(key, 0);
      reporters.of(hop.switchId()).append(store, 0, key, 0);
    }
  }
}
