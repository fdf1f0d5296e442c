package io.dta.fattree.verify;

import static java.nio.ByteOrder.BIG_ENDIAN;

import io.dta.fattree.DemoStores;
import io.dta.fattree.Truth;
import io.dta.fattree.topology.FatTree;
import io.dta.primitives.Primitive;
import io.dta.primitives.key.KeyFormat;
import io.dta.primitives.store.KeyIncrementHasher;
import io.dta.primitives.store.KeyIncrementStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.agrona.collections.Long2LongHashMap;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Compares the byte counters of all hosts. A count may be over the truth where hosts share all of
 * their counters, and then by just as much as those say; it may never be under.
 */
final class HostBytesCheck {
  private final Truth truth;
  private final KeyIncrementStore store;
  private final CollectorAnswers answers;
  private final List<String> findings;
  private final KeyIncrementHasher hasher;
  private final UnsafeBuffer key = new UnsafeBuffer(new byte[Integer.BYTES]);

  HostBytesCheck(Truth truth, DemoStores stores, CollectorAnswers answers, List<String> findings) {
    this.truth = truth;
    this.store = stores.hostBytes();
    this.answers = answers;
    this.findings = findings;
    hasher = new KeyIncrementHasher(store);
  }

  VerificationReport.Counts run(Verification.Listener listener) throws IOException {
    Long2LongHashMap counters = counters();
    int hosts = truth.tree().hosts();
    long exact = 0;
    long over = 0;
    long under = 0;
    long explained = 0;
    for (int first = 0; first < hosts; first += Verification.BATCH) {
      int end = Math.min(hosts, first + Verification.BATCH);
      List<String> keys = keys(first, end);
      List<Long> counts = Verification.complete(answers.counts(store.name(), keys), keys);
      for (int host = first; host < end; host++) {
        long count = counts.get(host - first);
        if (count == truth.hostBytesSent(host)) {
          exact++;
        } else if (count < truth.hostBytesSent(host)) {
          under++;
        } else {
          over++;
          explained += count == least(host, counters) ? 1 : 0;
        }
      }
      listener.onProgress(Primitive.KEY_INCREMENT, end);
    }
    if (under > 0) {
      findings.add("key-increment: %d of %d counts are too low".formatted(under, hosts));
    }
    if (over > explained) {
      findings.add(
          "key-increment: %d of %d counts are too high, but only %d of them because hosts share counters"
              .formatted(over, hosts, explained));
    }
    return new VerificationReport.Counts(hosts, exact, over, under, explained);
  }

  /** What every counter must hold, by its offset. */
  private Long2LongHashMap counters() {
    Long2LongHashMap counters = new Long2LongHashMap(0);
    for (int host = 0; host < truth.tree().hosts(); host++) {
      if (truth.hostBytesSent(host) == 0) {
        continue; // The map takes no 0, which is what it says of counters that it does not have.
      }
      hash(host);
      for (int copy = 0; copy < store.redundancy(); copy++) {
        long offset = hasher.counterOffset(copy);
        counters.put(offset, counters.get(offset) + truth.hostBytesSent(host));
      }
    }
    return counters;
  }

  private long least(int host, Long2LongHashMap counters) {
    hash(host);
    long least = Long.MAX_VALUE;
    for (int copy = 0; copy < store.redundancy(); copy++) {
      least = Math.min(least, counters.get(hasher.counterOffset(copy)));
    }
    return least;
  }

  private void hash(int host) {
    key.putInt(0, truth.tree().hostAddress(host), BIG_ENDIAN);
    hasher.hash(key, 0, store.redundancy());
  }

  private List<String> keys(int first, int end) {
    FatTree tree = truth.tree();
    List<String> keys = new ArrayList<>(end - first);
    for (int host = first; host < end; host++) {
      key.putInt(0, tree.hostAddress(host), BIG_ENDIAN);
      keys.add(KeyFormat.U32.printKey(key.byteArray()));
    }
    return keys;
  }
}
