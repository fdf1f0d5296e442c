package io.dta.experiment;

import io.dta.fattree.workload.SplitMix64;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.LongAdder;

/**
 * Where experiments run: their scale and seed, and the threads for their trials.
 *
 * <p>A trial's result depends on its seed alone, never on which thread it runs or when: an
 * experiment's results are the same with one thread and with many. {@link #stop} may be called on
 * any thread.
 */
public final class Lab {
  /** Thrown through a trial when the run is stopped. */
  private static final class Stopped extends RuntimeException {
    private static final long serialVersionUID = 1;

    Stopped() {
      super("the run was stopped", null, false, false);
    }
  }

  private final Scale scale;
  private final long seed;
  private final int repetitions;
  private final int threads;
  private final LongAdder steps = new LongAdder();
  private volatile boolean stopped;

  /**
   * @param repetitions of everything that is repeated; 0 for each experiment's own choice
   * @param threads how many trials run at a time at most
   */
  public Lab(Scale scale, long seed, int repetitions, int threads) {
    this.scale = scale;
    this.seed = seed;
    this.repetitions = repetitions;
    this.threads = threads;
  }

  public Scale scale() {
    return scale;
  }

  /** A seed for a trial: others for other experiments and other numbers. */
  public long seed(Experiment experiment, int trial) {
    return SplitMix64.mix(SplitMix64.mix(seed ^ hash(experiment.name())) + trial);
  }

  private static long hash(String name) {
    long hash = 0;
    for (int i = 0; i < name.length(); i++) {
      hash = SplitMix64.mix(hash + name.charAt(i));
    }
    return hash;
  }

  /** How often to repeat: as the user said, or else as the experiment would like to. */
  public int repetitions(int byDefault) {
    return repetitions == 0 ? byDefault : repetitions;
  }

  /**
   * Runs trials, some at a time, and returns the results in the trials' order; where the run is
   * stopped, those of the trials that were finished.
   */
  public <T> List<T> run(List<Callable<T>> trials) {
    List<T> results = new ArrayList<>();
    try (ExecutorService executor =
        Executors.newFixedThreadPool(Math.max(1, Math.min(threads, trials.size())))) {
      List<Future<T>> futures = new ArrayList<>();
      for (Callable<T> trial : trials) {
        futures.add(executor.submit(() -> stopped ? null : trial.call()));
      }
      for (Future<T> future : futures) {
        T result = await(future, executor);
        if (result != null) {
          results.add(result);
        }
      }
    }
    return results;
  }

  private static <T> T await(Future<T> future, ExecutorService executor) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Stopped) {
        return null;
      }
      executor.shutdownNow();
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      executor.shutdownNow();
      Thread.currentThread().interrupt();
      throw new Stopped();
    }
  }

  /**
   * Says that some reports or look-ups are done; to be called every few thousand of them. Does not
   * return where the run is stopped.
   */
  public void advance(long done) {
    steps.add(done);
    if (stopped) {
      throw new Stopped();
    }
  }

  /** Does something that may come to its end because the run is stopped. */
  void untilStopped(Runnable work) {
    try {
      work.run();
    } catch (Stopped e) {
      // What it has done by now is what there is.
    }
  }

  /** How many reports and look-ups are done. */
  public long steps() {
    return steps.sum();
  }

  /** Ends the run: trials that are not finished are given up. */
  public void stop() {
    stopped = true;
  }

  public boolean isStopped() {
    return stopped;
  }
}
