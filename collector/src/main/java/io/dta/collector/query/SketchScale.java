package io.dta.collector.query;

import io.dta.primitives.analysis.CountMinBounds;
import io.dta.primitives.analysis.CountSketchBounds;
import io.dta.primitives.store.EpochInfo;
import io.dta.primitives.store.EpochState;
import io.dta.primitives.store.SketchKind;
import io.dta.primitives.store.SketchReader;
import io.dta.primitives.store.SketchStore;

/**
 * What an estimate is to be measured against.
 *
 * @param total how much was counted in all; null for Count Sketch
 * @param norm the root of the sum of the squared counts; null for Count-Min
 * @param bound how far an estimate may be off, with the probability {@code confidence}; null where
 *     the epoch is not complete
 * @param confidence 0 to 1; null with {@code bound}
 */
record SketchScale(Long total, Double norm, Double bound, Double confidence) {
  /** The scale of an epoch, or null where it was replaced while it was read. */
  static SketchScale of(SketchStore store, SketchReader reader, EpochInfo epoch) {
    boolean bounded = epoch.state() == EpochState.COMPLETE;
    if (store.kind() == SketchKind.COUNT_MIN) {
      long total = reader.total(epoch);
      return total == SketchReader.REPLACED
          ? null
          : new SketchScale(
              total,
              null,
              bounded ? CountMinBounds.error(store.columns(), total) : null,
              bounded ? CountMinBounds.confidence(store.rows()) : null);
    }
    double norm = reader.norm(epoch);
    return Double.isNaN(norm)
        ? null
        : new SketchScale(
            null,
            norm,
            bounded ? CountSketchBounds.error(store.columns(), norm) : null,
            bounded ? CountSketchBounds.confidence(store.rows()) : null);
  }

  /** The total or the norm, whichever there is. */
  double whole() {
    return total == null ? norm : total;
  }
}
