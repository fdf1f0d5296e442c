package io.dta.experiment.plan;

import io.dta.experiment.rig.PathFlows;
import io.dta.experiment.rig.PathMemory;
import io.dta.primitives.hash.HashScheme;
import io.dta.primitives.store.PathVerification;
import io.dta.primitives.store.PostcardingStore;
import io.dta.primitives.store.Store;
import io.dta.primitives.store.ValueRange;
import java.util.List;

/** How paths can be stored. */
public enum Scheme {
  /** INT-MD: the sink reports the whole path, one report a flow. */
  KEY_WRITE("Key-Write, whole path", 64) {
    @Override
    Store store(long slots, int copies, int pathLength) {
      return PathMemory.store(slots, copies, HashScheme.INDEPENDENT, pathLength);
    }
  },
  /** INT-XD: every hop reports; chunks are told by the set of known switches. */
  POSTCARDING("Postcarding, value set", PostcardingStore.MAX_HOPS) {
    @Override
    Store store(long slots, int copies, int pathLength) {
      return new PostcardingStore(
          0,
          "postcards",
          PathFlows.KEY,
          pathLength,
          slots,
          copies,
          PathVerification.VALUE_SET,
          List.of(new ValueRange(1, SWITCHES)));
    }
  },
  /** INT-XD: every hop reports; chunks are told by a checksum. */
  POSTCARDING_CHECKSUM("Postcarding, checksum", PostcardingStore.MAX_HOPS) {
    @Override
    Store store(long slots, int copies, int pathLength) {
      return new PostcardingStore(
          0,
          "postcards",
          PathFlows.KEY,
          pathLength,
          slots,
          copies,
          PathVerification.CHECKSUM,
          List.of());
    }
  };

  /** Known values: more switches than any fat tree here has. */
  private static final long SWITCHES = 4096;

  private final String label;
  private final int longestPath;

  Scheme(String label, int longestPath) {
    this.label = label;
    this.longestPath = longestPath;
  }

  public String label() {
    return label;
  }

  /** Whether it can hold paths of this many switches. */
  boolean holds(int pathLength) {
    return pathLength <= longestPath;
  }

  /** Reports that the switches send for a path. */
  int reportsPerFlow(int pathLength) {
    return this == KEY_WRITE ? 1 : pathLength;
  }

  /** The bytes of a slot or chunk. */
  public long slotBytes(int pathLength) {
    return store(1, 1, pathLength).regionLength();
  }

  abstract Store store(long slots, int copies, int pathLength);
}
