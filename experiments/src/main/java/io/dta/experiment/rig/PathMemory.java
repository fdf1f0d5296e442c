package io.dta.experiment.rig;

import io.dta.experiment.Lab;
import io.dta.fattree.workload.SplitMix64;
import io.dta.primitives.hash.HashScheme;
import io.dta.primitives.store.ChecksumCoverage;
import io.dta.primitives.store.KeyWriteAnswer;
import io.dta.primitives.store.KeyWriteReader;
import io.dta.primitives.store.KeyWriteStore;
import io.dta.primitives.store.Outcome;
import io.dta.primitives.store.QueryPolicy;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A Key-Write store of one collector that the switches fill with the paths of flows, in the order
 * of their numbers; and queries for some of them. For one thread.
 */
public final class PathMemory implements AutoCloseable {
  private static final int BATCH = 64;
  private static final int WORK_EVERY = 1024;
  private static final int ADVANCE_EVERY = 1 << 16;

  private final Lab lab;
  private final KeyWriteStore store;
  private final PathFlows flows;
  private final Setup setup;
  private final PathWriter writer;
  private final SplitMix64 random;
  private final int valueLength;
  private final UnsafeBuffer value;
  private final UnsafeBuffer keys = new UnsafeBuffer(new byte[BATCH * PathFlows.KEY.length()]);
  private final UnsafeBuffer truth;
  private final KeyWriteAnswer[] answers = new KeyWriteAnswer[BATCH];
  private long next;
  private long written;

  /** A store for paths, of the default checksum. */
  public static KeyWriteStore store(long slots, int copies) {
    return store(slots, copies, HashScheme.INDEPENDENT);
  }

  public static KeyWriteStore store(long slots, int copies, HashScheme hashes) {
    return store(slots, copies, hashes, PathFlows.HOPS);
  }

  /**
   * A store for paths.
   *
   * @param words switches on the longest path
   */
  public static KeyWriteStore store(long slots, int copies, HashScheme hashes, int words) {
    return new KeyWriteStore(
        0,
        "paths",
        PathFlows.KEY,
        words * Integer.BYTES,
        slots,
        copies,
        ChecksumCoverage.KEY_VALUE,
        hashes);
  }

  /**
   * Empty memory.
   *
   * @param seed of all chance but the flows'
   */
  public PathMemory(Lab lab, KeyWriteStore store, PathFlows flows, Setup setup, long seed) {
    this.lab = lab;
    this.store = store;
    this.flows = flows;
    this.setup = setup;
    valueLength = store.valueLength();
    value = new UnsafeBuffer(new byte[valueLength]);
    truth = new UnsafeBuffer(new byte[BATCH * valueLength]);
    random = new SplitMix64(seed);
    writer =
        setup.way() == Way.TRANSLATOR
            ? new TranslatedPaths(store, setup.losses(), random.nextLong())
            : new DirectPaths(store, flows, setup.way(), random.nextLong());
    for (int i = 0; i < BATCH; i++) {
      answers[i] = new KeyWriteAnswer(store);
    }
  }

  /** Reports flows until those before a number have all been reported. */
  public void writeUpTo(long end) {
    while (next < end) {
      flows.seek(next++);
      if (flows.collector(setup.collectors()) == 0) {
        report();
        written++;
      }
      if (next % WORK_EVERY == 0) {
        writer.work();
        if (next % ADVANCE_EVERY == 0) {
          lab.advance(ADVANCE_EVERY);
        }
      }
    }
    writer.finish();
  }

  private void report() {
    double loss = setup.losses().reports();
    flows.putPath(value, 0, valueLength / Integer.BYTES);
    for (int report = 0; report < setup.reportsPerFlow(); report++) {
      if (loss == 0 || random.nextDouble() >= loss) {
        writer.write(flows, value);
      }
    }
  }

  /** How many flows of this collector were reported, those included whose reports were lost. */
  public long written() {
    return written;
  }

  /** RDMA operations that the engine posted. */
  public long operations() {
    return writer.operations();
  }

  /** Connections that the collector's NIC has to keep. */
  public int connections() {
    return writer.connections();
  }

  /** Looks flows up as users do: by the votes of all copies, with the whole checksum. */
  public Tally lookup(long first, long last, long samples) {
    return lookup(first, last, samples, QueryPolicy.PLURALITY, Integer.SIZE);
  }

  /**
   * Looks some flows up that are spread evenly over a range of numbers.
   *
   * @param first the first number of the range
   * @param last the number behind it
   * @param samples how many numbers, at most all of them; those of other collectors are passed over
   * @param checksumBits how many bits of the checksum to look at
   */
  public Tally lookup(long first, long last, long samples, QueryPolicy policy, int checksumBits) {
    KeyWriteReader reader = new KeyWriteReader(store, writer.memory(), checksumBits);
    long count = Math.min(samples, last - first);
    Tally tally = Tally.NOTHING;
    int batch = 0;
    for (long sample = 0; sample < count; sample++) {
      flows.seek(first + sample * (last - first) / count);
      if (flows.collector(setup.collectors()) != 0) {
        continue;
      }
      keys.putBytes(batch * PathFlows.KEY.length(), flows.key(), 0, PathFlows.KEY.length());
      flows.putPath(truth, batch * valueLength, valueLength / Integer.BYTES);
      batch++;
      if (batch == BATCH) {
        tally = tally.plus(look(reader, batch, policy));
        batch = 0;
      }
    }
    return tally.plus(look(reader, batch, policy));
  }

  private Tally look(KeyWriteReader reader, int count, QueryPolicy policy) {
    reader.lookup(keys, 0, count, policy, answers);
    int right = 0;
    int wrong = 0;
    for (int i = 0; i < count; i++) {
      if (answers[i].outcome() == Outcome.VALUE) {
        if (isTrue(answers[i], i * valueLength)) {
          right++;
        } else {
          wrong++;
        }
      }
    }
    lab.advance(count);
    return new Tally(right, wrong, count - right - wrong);
  }

  private boolean isTrue(KeyWriteAnswer answer, int index) {
    for (int at = 0; at < valueLength; at += Integer.BYTES) {
      if (answer.value().getInt(at) != truth.getInt(index + at)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void close() {
    writer.close();
  }
}
