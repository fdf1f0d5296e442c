package io.dta.fattree.reporter;

import io.dta.fattree.network.Hop;
import io.dta.fattree.network.NetworkObserver;
import io.dta.fattree.send.Reporter;
import io.dta.fattree.send.Reporters;
import io.dta.fattree.topology.FatTree;
import io.dta.fattree.workload.FlowDescription;
import io.dta.primitives.store.SketchBuilder;
import io.dta.primitives.store.SketchStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Sketches of the edge switches as Sketch-Merge, essential: Count-Min or Count Sketch of the bytes
 * on the wire of the flows that enter there, or HyperLogLog of the flows, as the store says. A flow
 * is counted where it enters and nowhere else, so that the merged sketch counts it once; those that
 * acknowledge are flows of their own.
 *
 * <p>At the first tick after an epoch every switch delivers its sketch, column by column, some
 * columns each in turn, as all would at once.
 */
public final class SketchReporter implements NetworkObserver {
  private static final int COLUMNS_PER_TURN = 64;

  private final FatTree tree;
  private final Reporters reporters;
  private final SketchStore store;
  private final long epochLength;
  private final List<SketchBuilder> sketches = new ArrayList<>();
  private final UnsafeBuffer key = new UnsafeBuffer(new byte[FlowDescription.KEY_LENGTH]);
  private int epoch;

  /**
   * A reporter for all edge switches.
   *
   * @param store with as many reporters as there are edge switches
   * @param epochLength in picoseconds
   */
  public SketchReporter(FatTree tree, Reporters reporters, SketchStore store, long epochLength) {
    if (store.reporters() != tree.edges() || epochLength < 1) {
      throw new IllegalArgumentException(
          "store '%s' has %d reporters, the tree %d edge switches; an epoch has %d ps"
              .formatted(store.name(), store.reporters(), tree.edges(), epochLength));
    }
    this.tree = tree;
    this.reporters = reporters;
    this.store = store;
    this.epochLength = epochLength;
    for (int edge = 0; edge < tree.edges(); edge++) {
      sketches.add(new SketchBuilder(store));
    }
  }

  /** The epoch that is being counted, from 0. */
  public int epoch() {
    return epoch;
  }

  @Override
  public void onEntry(Hop hop) {
    hop.packet().putKey(key, 0);
    sketches.get(tree.edgeNumber(hop.switchId())).add(key, 0, hop.packet().length());
  }

  @Override
  public void onTick(long now) throws IOException {
    if (now / epochLength > epoch) {
      deliver();
      epoch = (int) (now / epochLength);
    }
  }

  @Override
  public void onEnd(long now) throws IOException {
    deliver();
    epoch++;
  }

  private void deliver() throws IOException {
    for (int first = 0; first < store.columns(); first += COLUMNS_PER_TURN) {
      int end = Math.min(store.columns(), first + COLUMNS_PER_TURN);
      for (int edge = 0; edge < sketches.size(); edge++) {
        int switchId = tree.edge(edge / tree.half(), edge % tree.half());
        Reporter reporter = reporters.of(switchId);
        int[] counters = sketches.get(edge).counters();
        for (int column = first; column < end; column++) {
          reporter.sketchColumn(store, edge, epoch, column, counters, column * store.rows());
        }
        reporter.flush();
      }
      reporters.flush();
    }
    reporters.drain();
    sketches.forEach(SketchBuilder::reset);
  }
}
