package io.dta.collector.query;

import io.dta.primitives.store.EpochInfo;
import io.dta.primitives.store.SketchKind;
import io.dta.primitives.store.SketchReader;
import io.dta.primitives.store.SketchStore;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** Asks the merged sketches of a Sketch-Merge store. */
public final class SketchQueries {
  /**
   * How often the newest epoch is looked for again where the one found was replaced during the
   * look.
   */
  private static final int ATTEMPTS = 4;

  private final SketchStore store;
  private final int batchLimit;
  private final ReaderPool<SketchReader> readers;

  SketchQueries(SketchStore store, MemorySegment region, int batchLimit) {
    this.store = store;
    this.batchLimit = batchLimit;
    this.readers = new ReaderPool<>(() -> new SketchReader(store, region));
  }

  /**
   * The epochs that the ring holds.
   *
   * @param unfinished whether those that are still being written are wanted
   */
  public SketchEpochs epochs(boolean unfinished) {
    List<SketchEpoch> epochs = new ArrayList<>();
    readers.use(
        reader -> {
          EpochInfo info = new EpochInfo();
          for (int index = 0; index < store.epochs(); index++) {
            if (reader.read(index, info) && (unfinished || info.state().isFinished())) {
              epochs.add(SketchEpoch.of(store, info));
            }
          }
          return null;
        });
    epochs.sort(Comparator.comparingLong(SketchEpoch::epoch).reversed());
    return new SketchEpochs(store.name(), store.kind(), epochs);
  }

  /**
   * Estimates keys, all in the same epoch.
   *
   * @return one answer a key, in the keys' order
   * @throws QueryException where a key is malformed, there are too many, there is no such epoch, or
   *     the store counts no keys
   */
  public List<KeyEstimate> estimate(List<String> texts, EpochChoice choice) {
    requireCounts();
    Keys keys = Keys.parse(store.key(), texts, batchLimit);
    return ask(choice, epoch -> estimates(epoch, keys));
  }

  /**
   * The largest of the candidates.
   *
   * @param texts the candidates' keys
   * @param threshold the share of the total (Count-Min) or of the norm (Count Sketch) that a heavy
   *     hitter reaches, above 0, at most 1
   * @throws QueryException as {@link #estimate}, and where the threshold is out of range
   */
  public HeavyHitters heavyHitters(List<String> texts, double threshold, EpochChoice choice) {
    return heavyHitters(Keys.parse(store.key(), texts, batchLimit), threshold, choice);
  }

  /**
   * The largest of the keys that are the entries of an Append list, the oldest that are still
   * there.
   *
   * @throws QueryException as {@link #estimate}, and where there is no such list or its entries
   *     have not the length of a key
   */
  public HeavyHitters heavyHitters(
      AppendQueries candidates, int list, double threshold, EpochChoice choice) {
    if (candidates.store().entryLength() != store.key().length()) {
      throw QueryException.malformed(
          "store '%s' has entries of %d bytes, but a key (%s) of store '%s' has %d"
              .formatted(
                  candidates.store().name(),
                  candidates.store().entryLength(),
                  store.key(),
                  store.name(),
                  store.key().length()));
    }
    return heavyHitters(
        Keys.of(store.key(), candidates.entries(list, batchLimit)), threshold, choice);
  }

  private HeavyHitters heavyHitters(Keys keys, double threshold, EpochChoice choice) {
    requireCounts();
    if (!(threshold > 0 && threshold <= 1)) {
      throw QueryException.malformed(
          "threshold %s: expected a share, above 0 and at most 1".formatted(threshold));
    }
    return ask(choice, epoch -> heavyHitters(epoch, keys, threshold));
  }

  /**
   * How many different keys were seen.
   *
   * @throws QueryException where there is no such epoch, or the store is no HyperLogLog
   */
  public Cardinality cardinality(EpochChoice choice) {
    if (store.kind() != SketchKind.HYPERLOGLOG) {
      throw QueryException.malformed(
          "store '%s' counts how often keys occur: ask /v1/sketch-merge/%1$s/estimate; cardinality is for HyperLogLog"
              .formatted(store.name()));
    }
    return ask(
        choice,
        epoch -> {
          double cardinality = epoch.reader().cardinality(epoch.info());
          return Double.isNaN(cardinality)
              ? null
              : new Cardinality(
                  epoch.info().epoch(),
                  epoch.info().state(),
                  cardinality,
                  1.04 / Math.sqrt(store.columns()));
        });
  }

  private void requireCounts() {
    if (store.kind() == SketchKind.HYPERLOGLOG) {
      throw QueryException.malformed(
          "store '%s' counts different keys, and nothing of any one: ask /v1/sketch-merge/%1$s/cardinality"
              .formatted(store.name()));
    }
  }

  /** An epoch that was found, and the reader that found it. */
  private record Found(SketchReader reader, EpochInfo info) {}

  /** Asks an epoch; the question answers null where the epoch was replaced while it looked. */
  private <T> T ask(EpochChoice choice, Function<Found, T> question) {
    return readers.use(
        reader -> {
          Found found = new Found(reader, new EpochInfo());
          for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            find(choice, found);
            T answer = question.apply(found);
            if (answer != null) {
              return answer;
            }
          }
          throw QueryException.notFound(
              "the epochs of store '%s' are replaced faster than they can be read; give it more epochs"
                  .formatted(store.name()));
        });
  }

  private void find(EpochChoice choice, Found found) {
    if (choice.isLatest()) {
      if (!found.reader().newest(choice.unfinished(), found.info())) {
        throw QueryException.notFound(
            "store '%s' has no %sepoch yet"
                .formatted(store.name(), choice.unfinished() ? "" : "finished "));
      }
    } else if (!found.reader().find(choice.number(), choice.unfinished(), found.info())) {
      throw QueryException.notFound(
          "store '%s' has no epoch %d%s; GET /v1/sketch-merge/%1$s lists those that it has"
              .formatted(
                  store.name(),
                  choice.number(),
                  found.reader().find(choice.number(), true, found.info())
                      ? " that is finished, ask with unfinished=true for the open one"
                      : ""));
    }
  }

  private List<KeyEstimate> estimates(Found epoch, Keys keys) {
    SketchScale scale = SketchScale.of(store, epoch.reader(), epoch.info());
    if (scale == null) {
      return null;
    }
    List<KeyEstimate> all = new ArrayList<>(keys.count());
    for (int i = 0; i < keys.count(); i++) {
      long estimate = epoch.reader().estimate(epoch.info(), keys.buffer(), keys.index(i));
      if (estimate == SketchReader.REPLACED) {
        return null;
      }
      all.add(
          new KeyEstimate(
              keys.text(i),
              epoch.info().epoch(),
              epoch.info().state(),
              estimate,
              scale.total(),
              scale.norm(),
              scale.bound(),
              scale.confidence()));
    }
    return all;
  }

  private HeavyHitters heavyHitters(Found epoch, Keys keys, double threshold) {
    SketchScale scale = SketchScale.of(store, epoch.reader(), epoch.info());
    if (scale == null) {
      return null;
    }
    double minimum = threshold * scale.whole();
    Set<String> candidates = new HashSet<>();
    List<HeavyHitters.HeavyHitter> heavy = new ArrayList<>();
    for (int i = 0; i < keys.count(); i++) {
      String key = keys.text(i);
      if (!candidates.add(key)) {
        continue;
      }
      long estimate = epoch.reader().estimate(epoch.info(), keys.buffer(), keys.index(i));
      if (estimate == SketchReader.REPLACED) {
        return null;
      }
      if (estimate > 0 && estimate >= minimum) {
        heavy.add(new HeavyHitters.HeavyHitter(key, estimate, estimate / scale.whole()));
      }
    }
    heavy.sort(
        Comparator.comparingLong(HeavyHitters.HeavyHitter::estimate)
            .reversed()
            .thenComparing(HeavyHitters.HeavyHitter::key));
    return new HeavyHitters(
        epoch.info().epoch(),
        epoch.info().state(),
        scale.total(),
        scale.norm(),
        minimum,
        scale.bound(),
        scale.confidence(),
        candidates.size(),
        heavy);
  }
}
