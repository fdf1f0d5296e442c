package io.dta.experiment.rig;

import io.dta.experiment.Lab;
import io.dta.primitives.store.Outcome;
import io.dta.primitives.store.PathAnswer;
import io.dta.primitives.store.PostcardingReader;
import io.dta.primitives.store.PostcardingStore;
import io.dta.translator.engine.EngineSettings;
import io.dta.translator.engine.EngineSnapshot;
import java.time.Duration;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A Postcarding store that the engine fills with the paths of flows, one postcard a hop, in the
 * order of the flows' numbers; and queries for some of them. Only flows whose path has all five
 * switches are reported: a shorter path would wait in the translator's cache for its time to be
 * over. For one thread.
 */
public final class PostcardMemory implements AutoCloseable {
  private static final int BATCH = 64;
  private static final int WORK_EVERY = 1024;
  private static final int ADVANCE_EVERY = 1 << 14;

  private final Lab lab;
  private final PostcardingStore store;
  private final PathFlows flows;
  private final EngineRig rig;
  private final UnsafeBuffer keys = new UnsafeBuffer(new byte[BATCH * PathFlows.KEY.length()]);
  private final int[] truth;
  private final PathAnswer[] answers = new PathAnswer[BATCH];
  private long timeNs;
  private long next;
  private long written;

  /** Empty memory, and a translator of default size. */
  public PostcardMemory(Lab lab, PostcardingStore store, PathFlows flows) {
    this(lab, store, flows, EngineSettings.DEFAULTS.postcardRows(), 1);
  }

  /**
   * Empty memory, and a translator.
   *
   * @param rows of its cache
   * @param timeout how many flows later a row is written although hops are missing, at least 1
   */
  public PostcardMemory(Lab lab, PostcardingStore store, PathFlows flows, int rows, int timeout) {
    this.lab = lab;
    this.store = store;
    this.flows = flows;
    EngineSettings settings =
        new EngineSettings(null, 0, rows, Duration.ofNanos(timeout), 0, null, 0, 0, 0, 0, null, 0);
    rig = new EngineRig(List.of(store), settings, EngineRig.Network.PERFECT, () -> timeNs);
    truth = new int[BATCH * store.hops()];
    for (int i = 0; i < BATCH; i++) {
      answers[i] = new PathAnswer(store);
    }
  }

  /** Whether a flow is one of those that are reported. */
  private boolean seek(long number) {
    flows.seek(number);
    return flows.path() == PathFlows.HOPS;
  }

  /** Reports all hops of one flow after the other, until those before a number are all reported. */
  public void writeUpTo(long end) {
    while (next < end) {
      if (seek(next++)) {
        for (int hop = 1; hop <= store.hops(); hop++) {
          rig.postcard(store, flows.key(), hop, flows.switchAt(hop));
        }
        written++;
      }
      workAndAdvance();
    }
    finish();
  }

  /**
   * Reports flows whose hops come late: each flow's hop is reported {@code delay} flows after the
   * one before it, so that 4 · {@code delay} flows have a part of their path reported at any time.
   * A flow takes a nanosecond.
   */
  public void writeSpread(long end, int delay) {
    long behind = (long) delay * (store.hops() - 1);
    while (next < end + behind) {
      for (int hop = store.hops(); hop >= 1; hop--) {
        long number = next - (long) delay * (hop - 1);
        if (number >= 0 && number < end && seek(number)) {
          rig.postcard(store, flows.key(), hop, flows.switchAt(hop));
          written += hop == 1 ? 1 : 0;
        }
      }
      rig.send();
      next++;
      timeNs++;
      rig.work();
      workAndAdvance();
    }
    finish();
  }

  private void workAndAdvance() {
    if (next % WORK_EVERY == 0) {
      rig.work();
      if (next % ADVANCE_EVERY == 0) {
        lab.advance(ADVANCE_EVERY);
      }
    }
  }

  private void finish() {
    rig.drain();
    EngineSnapshot counters = rig.counters();
    if (!counters.isBalanced() || counters.written() != counters.received()) {
      throw new IllegalStateException("the engine lost postcards: " + counters);
    }
  }

  /** How many flows were reported. */
  public long written() {
    return written;
  }

  /** What the engine did. */
  public EngineSnapshot counters() {
    return rig.counters();
  }

  /** Looks up all flows of a range of numbers, by the paper's rule. */
  public Tally lookup(long first, long last) {
    return lookup(first, last, Long.MAX_VALUE, store);
  }

  /**
   * Looks some flows up that are spread evenly over a range of numbers, by the paper's rule: all
   * chunks that are valid must agree.
   *
   * @param samples how many numbers, at most all of them; flows that were not reported are passed
   *     over
   * @param view a store of the same layout, such as one with other known values
   */
  public Tally lookup(long first, long last, long samples, PostcardingStore view) {
    PostcardingReader reader = new PostcardingReader(view, rig.memory(store));
    long count = Math.min(samples, last - first);
    Tally tally = Tally.NOTHING;
    int batch = 0;
    for (long sample = 0; sample < count; sample++) {
      if (seek(first + sample * (last - first) / count)) {
        keys.putBytes(batch * PathFlows.KEY.length(), flows.key(), 0, PathFlows.KEY.length());
        for (int hop = 1; hop <= store.hops(); hop++) {
          truth[batch * store.hops() + hop - 1] = flows.switchAt(hop);
        }
        batch++;
        if (batch == BATCH) {
          tally = tally.plus(look(reader, batch));
          batch = 0;
        }
      }
    }
    return tally.plus(look(reader, batch));
  }

  private Tally look(PostcardingReader reader, int count) {
    reader.lookup(keys, 0, count, PostcardingReader.PAPER_POLICY, answers);
    int right = 0;
    int wrong = 0;
    for (int i = 0; i < count; i++) {
      if (answers[i].outcome() == Outcome.VALUE) {
        if (isTrue(answers[i], i * store.hops())) {
          right++;
        } else {
          wrong++;
        }
      }
    }
    lab.advance(count);
    return new Tally(right, wrong, count - right - wrong);
  }

  private boolean isTrue(PathAnswer answer, int index) {
    for (int hop = 1; hop <= store.hops(); hop++) {
      if (answer.value(hop) != truth[index + hop - 1]) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void close() {
    rig.close();
  }
}
