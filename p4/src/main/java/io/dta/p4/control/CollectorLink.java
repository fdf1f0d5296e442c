package io.dta.p4.control;

import io.dta.node.OperatorException;
import io.dta.p4.SwitchSettings.CollectorPort;
import io.dta.p4.control.CollectorApi.Observation;
import io.dta.primitives.directory.Directory;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.random.RandomGenerator;

/**
 * One collector of a switch: what is known of it, its queue pair, and when the next one is tried.
 * For one thread, but for what it begins and waits for.
 */
final class CollectorLink {
  /** One answer that does not come may be a pause of the collector's process. */
  private static final int FAILURES_UNTIL_LOST = 2;

  private final int target;
  private final SwitchPlan.CollectorAt at;
  private final CollectorApi api;
  private final Backoff backoff;

  private CompletableFuture<Observation> observing;
  private Observation observation;
  private String problem;
  private int failures;

  private CompletableFuture<Made> making;
  private QueuePairEnds ends;
  private QueuePairEnds before;
  private Directory directory;
  private Map<String, int[]> appendHeads = Map.of();

  private record Made(QueuePairEnds ends, Map<String, int[]> appendHeads) {}

  /** Waits that double, each shortened at random by up to a half. */
  private static final class Backoff {
    private final long firstNs;
    private final long longestNs;
    private final RandomGenerator random;
    private long waitNs;
    private long notBeforeNs;

    Backoff(Duration first, Duration longest, RandomGenerator random, long nowNs) {
      this.firstNs = first.toNanos();
      this.longestNs = longest.toNanos();
      this.random = random;
      this.waitNs = firstNs;
      this.notBeforeNs = nowNs;
    }

    boolean isOver(long nowNs) {
      return nowNs - notBeforeNs >= 0;
    }

    void succeeded() {
      waitNs = firstNs;
    }

    void failed(long nowNs) {
      notBeforeNs = nowNs + waitNs - random.nextLong(waitNs / 2 + 1);
      waitNs = Math.min(2 * waitNs, longestNs);
    }
  }

  CollectorLink(
      int target,
      SwitchPlan.CollectorAt at,
      Duration reconnectFirst,
      Duration reconnectLongest,
      RandomGenerator random,
      long nowNs) {
    this.target = target;
    this.at = at;
    this.api = new CollectorApi(at.url());
    this.backoff = new Backoff(reconnectFirst, reconnectLongest, random, nowNs);
  }

  /** Its index in the switch. */
  int target() {
    return target;
  }

  CollectorApi api() {
    return api;
  }

  /** Begins to ask the collector what it has. */
  void beginToObserve() {
    observing = new CompletableFuture<>();
    CompletableFuture<Observation> answer = observing;
    Thread.ofVirtual()
        .name("p4-observe")
        .start(
            () -> {
              try {
                answer.complete(api.observe());
              } catch (RuntimeException e) {
                answer.completeExceptionally(e);
              }
            });
  }

  /** Waits for the answer; HTTP's time-outs bound how long. */
  void observe() {
    try {
      observation = observing.join();
      problem = null;
      failures = 0;
    } catch (CompletionException e) {
      observation = null;
      problem = explain(e);
      failures++;
    }
  }

  /** What the collector has; null where it did not answer. */
  Observation observation() {
    return observation;
  }

  /** Why it did not answer. */
  String problem() {
    return problem;
  }

  /** Whether it has been silent for longer than a pause. */
  boolean isSilent() {
    return failures >= FAILURES_UNTIL_LOST;
  }

  /** The stores that it was seen with last; null where it never answered. */
  Directory directory() {
    return directory;
  }

  void accept(Directory newDirectory) {
    directory = newDirectory;
  }

  /** The queue pair; null where there is none. */
  QueuePairEnds ends() {
    return ends;
  }

  /** Goes on with a queue pair that is there already. */
  void adopt(QueuePairEnds newEnds) {
    ends = newEnds;
    backoff.succeeded();
  }

  /** The queue pair is of no use any more. */
  void lose() {
    before = ends;
    ends = null;
  }

  boolean isMaking() {
    return making != null;
  }

  boolean mayMake(long nowNs) {
    return ends == null && making == null && observation != null && backoff.isOver(nowNs);
  }

  /** Begins to make a queue pair. */
  void beginToMake(QueuePairMaker maker) {
    Directory stores = observation.directory();
    making =
        maker
            .make(api, observation.offer(), before)
            .thenApplyAsync(made -> new Made(made, api.appendHeads(stores)));
  }

  /** Completed when the queue pair that is being made is there, or cannot be had. */
  CompletableFuture<?> made() {
    return making;
  }

  /**
   * Takes the queue pair that was made.
   *
   * @return whether there is a new one
   * @throws OperatorException where it could not be made; the next attempt waits
   */
  boolean takeMade(long nowNs) {
    if (making == null || !making.isDone()) {
      return false;
    }
    CompletableFuture<Made> done = making;
    making = null;
    try {
      Made made = done.join();
      before = null;
      ends = made.ends();
      appendHeads = made.appendHeads();
      backoff.succeeded();
      return true;
    } catch (CompletionException e) {
      backoff.failed(nowNs);
      throw new OperatorException(explain(e), e);
    }
  }

  /** What the switch is to have of it. */
  CollectorPort port(Directory ofAll) {
    return ends == null
        ? CollectorPort.unconnected(at.port(), ofAll)
        : new CollectorPort(
            at.port(),
            at.nextHop(ends.peer().address()),
            directory,
            ends.own(),
            ends.peer(),
            appendHeads);
  }

  private static String explain(CompletionException e) {
    return e.getCause() instanceof OperatorException cause
        ? cause.getMessage()
        : String.valueOf(e.getCause());
  }

  @Override
  public String toString() {
    return at.url();
  }
}
