package io.dta.translator.engine;

import io.dta.primitives.Primitive;
import io.dta.primitives.store.AppendStore;
import io.dta.primitives.store.KeyIncrementStore;
import io.dta.primitives.store.KeyWriteStore;
import io.dta.primitives.store.PostcardingStore;
import io.dta.primitives.store.SketchStore;
import io.dta.primitives.store.Store;
import io.dta.primitives.wire.BaseHeader;
import java.util.ArrayList;
import java.util.List;
import org.agrona.MutableDirectBuffer;

/** An engine's translators, one a store: finds that of a report, and does what is due in all. */
final class StoreTranslators {
  // By store number, so that a report costs one look-up and its translator's calls are of one type.
  private final KeyWriteTranslator[] keyWrites = new KeyWriteTranslator[BaseHeader.STORES];
  private final AppendTranslator[] appends = new AppendTranslator[BaseHeader.STORES];
  private final KeyIncrementTranslator[] keyIncrements =
      new KeyIncrementTranslator[BaseHeader.STORES];
  private final PostcardTranslator[] postcards = new PostcardTranslator[BaseHeader.STORES];
  private final SketchTranslator[] sketches = new SketchTranslator[BaseHeader.STORES];

  /** The translators that hold reports between datagrams. */
  private final List<HoldingTranslator> holding = new ArrayList<>();

  /**
   * Makes a translator for every store.
   *
   * @throws IllegalArgumentException where one does not fit the settings
   */
  StoreTranslators(
      EngineContext context,
      CollectorLink[] links,
      SequenceTracker tracker,
      EngineCounters counters) {
    for (Store store : context.stores().stores()) {
      add(context, links, tracker, counters, store);
    }
  }

  private void add(
      EngineContext context,
      CollectorLink[] links,
      SequenceTracker tracker,
      EngineCounters counters,
      Store store) {
    EngineSettings settings = context.settings();
    int id = store.id();
    switch (store) {
      case KeyWriteStore each -> keyWrites[id] = new KeyWriteTranslator(each, links, counters);
      case KeyIncrementStore each ->
          keyIncrements[id] = new KeyIncrementTranslator(each, links, counters);
      case AppendStore each -> {
        appends[id] =
            new AppendTranslator(each, appendHeads(context, each), links, settings, counters);
        holding.add(appends[id]);
      }
      case PostcardingStore each -> {
        postcards[id] = new PostcardTranslator(each, links, settings, counters);
        holding.add(postcards[id]);
      }
      case SketchStore each -> {
        sketches[id] = new SketchTranslator(each, links, settings, tracker, counters);
        holding.add(sketches[id]);
      }
    }
  }

  /** A list lies on one collector, which knows where it goes on. */
  private static int[] appendHeads(EngineContext context, AppendStore store) {
    int[] heads = AppendTranslator.firstHeads(store);
    int collectors = context.collectors().size();
    for (int i = 0; i < collectors; i++) {
      int[] known = context.collectors().get(i).appendHeads().get(store.name());
      if (known == null) {
        continue;
      }
      if (known.length != heads.length) {
        throw new IllegalArgumentException(
            "append store '%s' has %d lists, but collector '%s' tells the next sequences of %d"
                .formatted(
                    store.name(), heads.length, context.collectors().get(i).name(), known.length));
      }
      for (int list = i; list < heads.length; list += collectors) {
        heads[list] = known[list];
      }
    }
    return heads;
  }

  /**
   * Translates the reports of one store that follow each other.
   *
   * @param body of the first, after its base header
   * @param distance from one to the next
   */
  void translateRun(
      Primitive primitive,
      MutableDirectBuffer buffer,
      int body,
      int distance,
      int count,
      int flags,
      int sourceAddress,
      long arrivedNs) {
    int store = BaseHeader.store(flags);
    switch (primitive) {
      case KEY_WRITE -> keyWrites[store].translate(buffer, body, distance, count, flags);
      case APPEND -> appends[store].translate(buffer, body, distance, count, flags, arrivedNs);
      case KEY_INCREMENT -> keyIncrements[store].translate(buffer, body, distance, count, flags);
      case POSTCARDING ->
          postcards[store].translate(buffer, body, distance, count, flags, arrivedNs);
      case SKETCH_MERGE ->
          sketches[store].translate(buffer, body, distance, count, flags, sourceAddress, arrivedNs);
    }
  }

  /**
   * Translates a report.
   *
   * @return null, or why it is dropped
   */
  DropReason translate(
      Primitive primitive,
      MutableDirectBuffer buffer,
      int body,
      int flags,
      int sourceAddress,
      long arrivedNs) {
    int store = BaseHeader.store(flags);
    return switch (primitive) {
      case KEY_WRITE -> keyWrites[store].translate(buffer, body, flags);
      case APPEND -> appends[store].translate(buffer, body, flags, arrivedNs);
      case KEY_INCREMENT -> keyIncrements[store].translate(buffer, body, flags);
      case POSTCARDING -> postcards[store].translate(buffer, body, flags, arrivedNs);
      case SKETCH_MERGE -> sketches[store].translate(buffer, body, flags, sourceAddress, arrivedNs);
    };
  }

  /** Writes what has waited for long enough; how much was done. */
  int doWork(long timeNs) {
    int done = 0;
    for (int i = 0; i < holding.size(); i++) {
      done += holding.get(i).doWork(timeNs);
    }
    return done;
  }

  /** Writes what waits, as far as the rate limit allows; how much was done. */
  int flush() {
    int done = 0;
    for (HoldingTranslator translator : holding) {
      done += translator.flush();
    }
    return done;
  }

  /** Gives up what waits. */
  void discard(DropReason reason) {
    for (HoldingTranslator translator : holding) {
      translator.discard(reason);
    }
  }

  /** Reports that wait. */
  long held() {
    long held = 0;
    for (HoldingTranslator translator : holding) {
      held += translator.held();
    }
    return held;
  }

  /** Reports of a primitive that wait. */
  long held(Primitive primitive) {
    long held = 0;
    for (int i = 0; i < holding.size(); i++) {
      HoldingTranslator translator = holding.get(i);
      held += translator.primitive() == primitive ? translator.held() : 0;
    }
    return held;
  }

  /** A check of what is held against the structures that hold it, entry by entry; slow. */
  boolean isHeldRight() {
    boolean right = true;
    for (HoldingTranslator translator : holding) {
      right &= translator.held() == translator.countHeld();
    }
    return right;
  }
}
