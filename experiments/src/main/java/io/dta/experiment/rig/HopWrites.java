package io.dta.experiment.rig;

import io.dta.primitives.key.KeyFormat;
import io.dta.primitives.store.ChecksumCoverage;
import io.dta.primitives.store.KeyWriteStore;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What it takes to report every hop of a path by Key-Write, under the flow's key and the number of
 * the hop.
 *
 * @param flows how many paths of five hops were reported
 * @param operations the RDMA operations that the engine posted
 */
public record HopWrites(long flows, long operations) {
  private static final KeyFormat KEY = KeyFormat.raw(PathFlows.KEY.length() + 1);

  /** Reports the five-hop paths among some flows. */
  public static HopWrites count(long numbers, int copies, PathFlows flows) {
    KeyWriteStore store =
        new KeyWriteStore(
            0,
            "hops",
            KEY,
            Integer.BYTES,
            Long.highestOneBit(numbers) * 8,
            copies,
            ChecksumCoverage.KEY_VALUE,
            null);
    UnsafeBuffer key = new UnsafeBuffer(new byte[KEY.length()]);
    UnsafeBuffer value = new UnsafeBuffer(new byte[Integer.BYTES]);
    long reported = 0;
    try (EngineRig rig = new EngineRig(store)) {
      for (long number = 0; number < numbers; number++) {
        flows.seek(number);
        if (flows.path() == PathFlows.HOPS) {
          key.putBytes(0, flows.key(), 0, PathFlows.KEY.length());
          for (int hop = 1; hop <= PathFlows.HOPS; hop++) {
            key.putByte(PathFlows.KEY.length(), (byte) hop);
            value.putInt(0, flows.switchAt(hop));
            rig.keyWrite(store, copies, key, value);
          }
          reported++;
        }
      }
      rig.drain();
      return new HopWrites(reported, rig.counters().operations());
    }
  }
}
