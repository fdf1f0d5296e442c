package io.dta.collector.query;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Lends readers, each to one thread at a time. A reader holds the position tables of its hashes, up
 * to a megabyte of them: too much to make one for every request. As many are kept as threads can
 * run; more than that are made and forgotten.
 */
final class ReaderPool<R> {
  private final Supplier<R> maker;
  private final BlockingQueue<R> idle =
      new ArrayBlockingQueue<>(Runtime.getRuntime().availableProcessors());

  ReaderPool(Supplier<R> maker) {
    this.maker = maker;
  }

  /** Calls with a reader that nobody else uses meanwhile. */
  <T> T use(Function<R, T> work) {
    R lent = idle.poll();
    R reader = lent == null ? maker.get() : lent;
    try {
      return work.apply(reader);
    } finally {
      idle.offer(reader);
    }
  }
}
