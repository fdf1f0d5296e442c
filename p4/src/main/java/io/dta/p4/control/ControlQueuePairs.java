package io.dta.p4.control;

import io.dta.node.OperatorException;
import io.dta.rdma.control.ConnectionOffer;
import io.dta.rdma.control.QueuePairRequest;
import io.dta.rdma.control.TransportService;
import io.dta.rdma.roce.RoceHeaders;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;

/** Queue pairs that collectors' HTTP API makes. */
final class ControlQueuePairs implements QueuePairMaker {
  /** Longer than any request of a switch. */
  static final int PATH_MTU = 1024;

  /** 0 and 1 are for management. */
  private static final int FIRST_NUMBER = 2;

  private final String address;
  private final TransportService service;
  private final RandomGenerator random;

  /**
   * @param address the switch's
   * @param service of queue pairs
   * @param random of queue pair numbers and first PSNs
   */
  ControlQueuePairs(String address, TransportService service, RandomGenerator random) {
    this.address = address;
    this.service = service;
    this.random = random;
  }

  @Override
  public CompletableFuture<QueuePairEnds> make(
      CollectorApi collector, ConnectionOffer offer, QueuePairEnds before) {
    if (!offer.byControl(service)) {
      return CompletableFuture.failedFuture(
          new OperatorException(
              "collector %s makes no %s queue pairs over HTTP (it offers %s)%s"
                  .formatted(
                      collector,
                      service,
                      offer,
                      service == TransportService.RC ? ": set 'connect: cm'" : "")));
    }
    // Another number than before: answers that are still under way are not taken for this one's.
    QueuePairRequest own =
        new QueuePairRequest(
            service,
            address,
            RoceHeaders.UDP_PORT,
            random.nextInt(FIRST_NUMBER, RoceHeaders.MASK_24 + 1),
            random.nextInt() & RoceHeaders.MASK_24,
            PATH_MTU);
    CompletableFuture<QueuePairEnds> made = new CompletableFuture<>();
    Thread.ofVirtual()
        .name("p4-connect")
        .start(
            () -> {
              try {
                if (before != null) {
                  collector.destroy(before.own());
                }
                made.complete(new QueuePairEnds(own, collector.create(own)));
              } catch (RuntimeException e) {
                made.completeExceptionally(e);
              }
            });
    return made;
  }

  @Override
  public void release(CollectorApi collector, QueuePairEnds ends) {
    collector.destroy(ends.own());
  }

  @Override
  public void close() {}
}
