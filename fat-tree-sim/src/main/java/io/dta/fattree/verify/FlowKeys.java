package io.dta.fattree.verify;

import io.dta.fattree.witness.FlowTruths;
import io.dta.fattree.workload.FlowDescription;
import io.dta.primitives.key.KeyFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.agrona.concurrent.UnsafeBuffer;

/** The keys of flows as people write them, some at a time. */
final class FlowKeys {
  private FlowKeys() {}

  /** The flows that something holds for, as many together as a question may have. */
  static List<int[]> batches(FlowTruths flows, IntPredicate which) {
    int[] chosen = IntStream.range(0, flows.size()).filter(which).toArray();
    List<int[]> batches = new ArrayList<>();
    for (int from = 0; from < chosen.length; from += Verification.BATCH) {
      int end = Math.min(chosen.length, from + Verification.BATCH);
      batches.add(IntStream.range(from, end).map(i -> chosen[i]).toArray());
    }
    return batches;
  }

  static List<String> print(FlowTruths flows, int[] batch) {
    List<String> keys = new ArrayList<>(batch.length);
    for (int flow : batch) {
      keys.add(print(flows, flow));
    }
    return keys;
  }

  static String print(FlowTruths flows, int flow) {
    UnsafeBuffer key = new UnsafeBuffer(new byte[FlowDescription.KEY_LENGTH]);
    FlowDescription.putKey(key, 0, flows.addresses(flow), flows.ports(flow));
    return KeyFormat.IPV4_5_TUPLE.printKey(key.byteArray());
  }
}
