package io.dta.fattree.telemetry;

import io.dta.fattree.send.Reporter;
import io.dta.primitives.store.SketchBuilder;
import io.dta.primitives.store.SketchStore;
import java.io.IOException;
import org.agrona.DirectBuffer;

/**
 * An edge switch's Count-Min sketch of the bytes of the flows that its hosts send, delivered column
 * by column as Sketch-Merge. A flow is counted at its source only, so that the merged sketch counts
 * it once.
 *
 * <p>Counters are u32, as on a switch. The largest run (2^24 flows of at most 15 MB and 5 kB in the
 * mean) leaves the largest counter of the smallest sketch far below 2^32.
 */
public final class FlowSketch {
  private final SketchStore store;
  private final int number;
  private final SketchBuilder sketch;

  /**
   * An empty sketch.
   *
   * @param number the edge switch's number as a reporter of sketches
   */
  public FlowSketch(SketchStore store, int number) {
    this.store = store;
    this.number = number;
    sketch = new SketchBuilder(store);
  }

  /** Counts a flow's bytes. */
  public void add(DirectBuffer flows, int key, long bytes) {
    sketch.add(flows, key, bytes);
  }

  /** Reports some columns of an epoch, from {@code first} to before {@code end}. */
  public void report(Reporter reporter, int epoch, int first, int end) throws IOException {
    for (int column = first; column < end; column++) {
      reporter.sketchColumn(store, number, epoch, column, sketch.counters(), column * store.rows());
    }
  }

  /** Begins the next epoch. */
  public void clear() {
    sketch.reset();
  }
}
