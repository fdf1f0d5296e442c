package io.dta.fattree.reporter;

import io.dta.fattree.network.Hop;
import io.dta.fattree.network.NetworkObserver;
import io.dta.fattree.network.PacketView;
import io.dta.fattree.send.Reporters;
import io.dta.fattree.workload.SplitMix64;
import io.dta.primitives.store.PostcardingStore;
import java.io.IOException;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * INT-XD as Postcarding: every switch reports for itself, hop by hop.
 *
 * <p>Which packets is decided by a hash of what no switch changes, so that all switches choose the
 * same ones without a word (Duffield and Grossglauser, "Trajectory Sampling", SIGCOMM 2000): the
 * first of every flow, and a share of the others. Acknowledgements are not reported.
 */
public final class IntXdReporter implements NetworkObserver {
  private final Reporters reporters;
  private final PostcardingStore store;
  private final IntMetadata metadata;
  private final long threshold;
  private final UnsafeBuffer key = new UnsafeBuffer(new byte[13]);

  /**
   * A reporter for all switches.
   *
   * @param metadata what a postcard says; with a value set it must be within
   * @param share of the packets after a flow's first, 0 to 1
   */
  public IntXdReporter(
      Reporters reporters, PostcardingStore store, IntMetadata metadata, double share) {
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException("share " + share + ": expected a number from 0 to 1");
    }
    this.reporters = reporters;
    this.store = store;
    this.metadata = metadata;
    threshold = (long) (share * (1L << 32));
  }

  @Override
  public void onHop(Hop hop) throws IOException {
    PacketView packet = hop.packet();
    if (packet.isAcknowledgement() || !isChosen(packet)) {
      return;
    }
    packet.putKey(key, 0);
    reporters.of(hop.switchId()).postcard(store, key, 0, packet.hop(), metadata.of(hop));
  }

  private boolean isChosen(PacketView packet) {
    if (packet.sequence() == 0) {
      return true;
    }
    long hash = SplitMix64.mix(packet.addresses() ^ SplitMix64.mix(packet.ports()));
    return SplitMix64.mix(hash + packet.sequence()) >>> 32 < threshold;
  }
}
