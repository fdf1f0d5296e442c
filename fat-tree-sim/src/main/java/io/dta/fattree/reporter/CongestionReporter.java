package io.dta.fattree.reporter;

import static java.nio.ByteOrder.BIG_ENDIAN;

import io.dta.fattree.network.Hop;
import io.dta.fattree.network.NetworkObserver;
import io.dta.fattree.send.Reporters;
import io.dta.fattree.topology.FatTree;
import io.dta.primitives.store.AppendStore;
import java.io.IOException;
import java.util.function.IntUnaryOperator;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * INT's congestion events as Append, essential: one when a queue grows beyond a depth, the next
 * when it does so after it was below half of that.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-----------------------+-----------+---------------------------+
 * |       switch u12      |  port u6  |  depth u14, 256 bytes     |   big-endian
 * +-----------------------+-----------+---------------------------+
 * </pre>
 */
public final class CongestionReporter implements NetworkObserver {
  /** The length of an entry in bytes. */
  public static final int LENGTH = 4;

  private static final int PORT_BITS = 6;
  private static final int DEPTH_BITS = 14;
  private static final int MAX_DEPTH = (1 << DEPTH_BITS) - 1;
  private static final int DEPTH_UNIT = 256;

  private final Reporters reporters;
  private final AppendStore store;
  private final IntUnaryOperator listOfSwitch;
  private final int depth;
  private final int k;
  private final boolean[] congested;
  private final UnsafeBuffer entry = new UnsafeBuffer(new byte[LENGTH]);

  /** What an entry says; the depth in bytes, rounded down to 256. */
  public record Event(int switchId, int port, int depth) {
    public static Event get(DirectBuffer buffer, int index) {
      int word = buffer.getInt(index, BIG_ENDIAN);
      return new Event(
          word >>> (PORT_BITS + DEPTH_BITS),
          word >>> DEPTH_BITS & ((1 << PORT_BITS) - 1),
          (word & MAX_DEPTH) * DEPTH_UNIT);
    }
  }

  /**
   * A reporter for all switches.
   *
   * @param depth in bytes, from which on a queue is congested
   */
  public CongestionReporter(
      FatTree tree,
      Reporters reporters,
      AppendStore store,
      IntUnaryOperator listOfSwitch,
      int depth) {
    this.reporters = reporters;
    this.store = store;
    this.listOfSwitch = listOfSwitch;
    this.depth = depth;
    k = tree.k();
    congested = new boolean[(tree.switches() + 1) * k];
  }

  @Override
  public void onHop(Hop hop) throws IOException {
    int port = hop.switchId() * k + hop.egressPort();
    if (congested[port]) {
      congested[port] = hop.queueBytes() >= depth / 2;
    } else if (hop.queueBytes() >= depth) {
      congested[port] = true;
      int units = Math.min(MAX_DEPTH, hop.queueBytes() / DEPTH_UNIT);
      int word =
          hop.switchId() << (PORT_BITS + DEPTH_BITS) | hop.egressPort() << DEPTH_BITS | units;
      entry.putInt(0, word, BIG_ENDIAN);
      int list = listOfSwitch.applyAsInt(hop.switchId());
      reporters.of(hop.switchId()).append(store, list, entry, 0);
    }
  }
}
