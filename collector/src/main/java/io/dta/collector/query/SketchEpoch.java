package io.dta.collector.query;

import io.dta.primitives.store.EpochInfo;
import io.dta.primitives.store.EpochState;
import io.dta.primitives.store.SketchStore;

/**
 * An epoch of a sketch.
 *
 * @param epoch its number, an unsigned 32-bit number
 * @param state how far it is
 * @param columns how many columns the sketch has
 * @param completeColumns how many of them every reporter delivered
 * @param expectedReporters how many reporters deliver each column
 * @param mergedReporters how many of them delivered every column
 */
public record SketchEpoch(
    long epoch,
    EpochState state,
    int columns,
    int completeColumns,
    int expectedReporters,
    int mergedReporters) {
  static SketchEpoch of(SketchStore store, EpochInfo info) {
    return new SketchEpoch(
        info.epoch(),
        info.state(),
        store.columns(),
        info.completeColumns(),
        info.expected(),
        info.merged());
  }
}
