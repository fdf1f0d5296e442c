package io.dta.collector.query;

import io.dta.primitives.store.SketchKind;
import java.util.List;

/**
 * The epochs of a Sketch-Merge store.
 *
 * @param store its name
 * @param kind what it counts
 * @param epochs newest first
 */
public record SketchEpochs(String store, SketchKind kind, List<SketchEpoch> epochs) {}
