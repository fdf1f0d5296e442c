package io.dta.p4.control;

import io.dta.node.OperatorException;
import io.dta.p4.Setting;
import io.dta.p4.SwitchProgram;
import io.dta.p4.SwitchSettings.CollectorPort;
import io.dta.p4.control.CollectorApi.Observation;
import io.dta.primitives.directory.Directory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;

/** What a switch needs to write to collectors, made once, for someone else to put into it. */
public final class SwitchEntries {
  private static final long TIMEOUT_SECONDS = 30;

  private SwitchEntries() {}

  /**
   * Asks the collectors for their directories, has each make a queue pair, and says what is to be
   * in the switch. The queue pairs stay, and wait for the switch.
   *
   * @param program that the switch runs
   * @param withQueuePairs false to make none: what is about them is left out, and the switch writes
   *     nothing yet
   * @param random of queue pair numbers and first PSNs
   * @throws OperatorException where a collector does not do its part
   */
  public static List<Setting> of(
      SwitchProgram program, SwitchPlan plan, boolean withQueuePairs, RandomGenerator random) {
    List<CollectorPort> ports = new ArrayList<>();
    try (QueuePairMaker maker = QueuePairMakers.of(plan, random)) {
      for (SwitchPlan.CollectorAt at : plan.collectors()) {
        CollectorApi api = new CollectorApi(at.url());
        Observation observation = api.observe();
        Directory directory = observation.directory();
        if (!ports.isEmpty()) {
          String difference =
              Stores.difference(Stores.of(ports.getFirst().directory()), Stores.of(directory));
          if (difference != null) {
            throw new OperatorException("collector %s: %s".formatted(at.url(), difference));
          }
        }
        if (withQueuePairs && program.queuePairs() != null) {
          QueuePairEnds ends = await(maker.make(api, observation.offer(), null));
          ports.add(
              new CollectorPort(
                  at.port(),
                  at.nextHop(ends.peer().address()),
                  directory,
                  ends.own(),
                  ends.peer(),
                  api.appendHeads(directory)));
        } else {
          ports.add(CollectorPort.unconnected(at.port(), directory));
        }
      }
    }
    try {
      return program.settings(plan.settings(ports));
    } catch (IllegalArgumentException e) {
      throw new OperatorException(e.getMessage(), e);
    }
  }

  private static QueuePairEnds await(Future<QueuePairEnds> made) {
    try {
      return made.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof OperatorException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    } catch (TimeoutException e) {
      throw new OperatorException(
          "no queue pair within %d s; is the collector's RNIC reachable?"
              .formatted(TIMEOUT_SECONDS),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new OperatorException("interrupted while a queue pair was being made", e);
    }
  }
}
