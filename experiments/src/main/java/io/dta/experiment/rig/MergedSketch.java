package io.dta.experiment.rig;

import io.dta.primitives.store.EpochInfo;
import io.dta.primitives.store.EpochState;
import io.dta.primitives.store.SketchBuilder;
import io.dta.primitives.store.SketchKind;
import io.dta.primitives.store.SketchReader;
import io.dta.primitives.store.SketchStore;
import java.util.ArrayList;
import java.util.List;

/**
 * A sketch of each of some switches, merged by the engine into one, and its reader. One epoch; for
 * one thread.
 */
public final class MergedSketch implements FlowCounter {
  private static final int EPOCH = 1;

  private final SketchStore store;
  private final EngineRig rig;
  private final List<SketchBuilder> switches = new ArrayList<>();
  private final EpochInfo epoch = new EpochInfo();
  private SketchReader reader;

  /**
   * Empty sketches.
   *
   * @param reporters how many switches
   */
  public MergedSketch(SketchKind kind, int rows, int columns, int reporters) {
    store = new SketchStore(0, "sketch", PathFlows.KEY, kind, rows, columns, 2, reporters, 0);
    rig = new EngineRig(store);
    for (int i = 0; i < reporters; i++) {
      switches.add(new SketchBuilder(store));
    }
  }

  @Override
  public void add(int reporter, PathFlows flows, long count) {
    switches.get(reporter).add(flows.key(), 0, count);
  }

  /** All switches deliver their sketches, column by column, and the engine merges them. */
  @Override
  public void finish() {
    for (int column = 0; column < store.columns(); column++) {
      for (int reporter = 0; reporter < switches.size(); reporter++) {
        rig.sketchColumn(
            store,
            reporter,
            EPOCH,
            column,
            switches.get(reporter).counters(),
            column * store.rows());
      }
    }
    rig.drain();
    reader = new SketchReader(store, rig.memory(store));
    if (!reader.find(EPOCH, false, epoch) || epoch.state() != EpochState.COMPLETE) {
      throw new IllegalStateException("the merged sketch is not complete: " + rig.counters());
    }
  }

  /** As the merged sketch has it. */
  @Override
  public long estimate(PathFlows flows) {
    return reader.estimate(epoch, flows.key(), 0);
  }

  /** How many flows a HyperLogLog counted. */
  public double cardinality() {
    return reader.cardinality(epoch);
  }

  /** The bytes of the merged sketch. */
  @Override
  public long bytes() {
    return store.trailerOffset();
  }

  @Override
  public void close() {
    rig.close();
  }
}
