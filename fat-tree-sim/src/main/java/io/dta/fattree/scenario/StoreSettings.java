package io.dta.fattree.scenario;

/**
 * The section {@code stores}: how much memory the collector has for what the switches report.
 *
 * @param slotsPerFlow slots of a Key-Write and chunks of a Postcarding store for each flow, rounded
 *     up to a power of two in all; 16 where left out
 * @param redundancy copies of a value, a path or a counter, 1 to 8; 2 where left out
 * @param countersPerKey of a Key-Increment store; 16 where left out
 * @param framesPerList of an Append store, a power of two; 4096 where left out
 */
record StoreSettings(
    Double slotsPerFlow, Integer redundancy, Double countersPerKey, Integer framesPerList) {
  static final StoreSettings DEFAULT = new StoreSettings(null, null, null, null);

  StoreSettings {
    slotsPerFlow = slotsPerFlow == null ? 16.0 : slotsPerFlow;
    countersPerKey = countersPerKey == null ? 16.0 : countersPerKey;
    if (!(slotsPerFlow > 0 && slotsPerFlow <= 4096)) {
      throw new IllegalArgumentException(
          "slotsPerFlow " + slotsPerFlow + ": expected more than 0, up to 4096");
    }
    if (!(countersPerKey > 0 && countersPerKey <= 4096)) {
      throw new IllegalArgumentException(
          "countersPerKey " + countersPerKey + ": expected more than 0, up to 4096");
    }
    redundancy = redundancy == null ? 2 : redundancy;
    Checks.range("redundancy", redundancy, 1, 8);
    framesPerList = framesPerList == null ? 4096 : framesPerList;
    Checks.powerOfTwo("framesPerList", framesPerList, 1 << 24);
    Checks.range("framesPerList", framesPerList, 2, 1 << 24);
  }
}
