package io.dta.p4.control;

import io.dta.rdma.control.ConnectionOffer;
import io.dta.rdma.control.TransportService;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;

/** Chooses how queue pairs are made. */
final class QueuePairMakers implements QueuePairMaker {
  private final SwitchPlan.Connect connect;
  private final TransportService service;
  private final ControlQueuePairs control;
  private final CmQueuePairs cm;

  private QueuePairMakers(SwitchPlan plan, RandomGenerator random) {
    this.connect = plan.connect();
    this.service = plan.service();
    this.control = new ControlQueuePairs(plan.address(), service, random);
    this.cm = new CmQueuePairs(plan.address());
  }

  static QueuePairMaker of(SwitchPlan plan, RandomGenerator random) {
    return new QueuePairMakers(plan, random);
  }

  @Override
  public CompletableFuture<QueuePairEnds> make(
      CollectorApi collector, ConnectionOffer offer, QueuePairEnds before) {
    boolean useCm =
        switch (connect) {
          case CM -> true;
          case CONTROL -> false;
          case AUTO -> !offer.byControl(service) && offer.byCm(service);
        };
    return (useCm ? cm : control).make(collector, offer, before);
  }

  @Override
  public boolean isUp(QueuePairEnds ends) {
    return cm.isUp(ends);
  }

  @Override
  public void release(CollectorApi collector, QueuePairEnds ends) {
    if (cm.made(ends)) {
      cm.release(collector, ends);
    } else {
      control.release(collector, ends);
    }
  }

  @Override
  public void close() {
    cm.close();
  }
}
