package io.dta.translator.connection;

import io.dta.node.OperatorException;
import io.dta.rdma.CompletionListener;
import io.dta.rdma.PendingQueuePair;
import io.dta.rdma.control.ConnectionOffer;
import io.dta.rdma.control.TransportService;
import io.dta.rdma.disni.DisniConnector;
import io.dta.rdma.disni.DisniLibrary;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import org.agrona.concurrent.NanoClock;

/** Queue pairs of an RDMA NIC of this host, through DiSNI; by RDMA CM, RC alone. */
final class DisniTransport implements Transport {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private final NanoClock clock;

  DisniTransport(NanoClock clock) {
    this.clock = clock;
  }

  /**
   * Loads DiSNI's native library.
   *
   * @throws OperatorException where it is not there, or the settings ask for what it has not
   */
  static DisniTransport open(RdmaSettings settings, NanoClock clock) {
    if (settings.service() == RdmaSettings.Service.UC) {
      throw refuse(
          "'service: uc': DiSNI makes queue pairs in RDMA CM's port space TCP, whose service is RC;"
              + " leave it out, or set 'rdma.transport' to 'verbs' or 'rocev2'");
    }
    if (settings.connect() == RdmaSettings.Connect.CONTROL) {
      throw refuse(
          "'connect: control': DiSNI has no queue pairs that are connected by hand; leave it out,"
              + " or set 'rdma.transport' to 'verbs' or 'rocev2'");
    }
    if (settings.address() != null) {
      throw refuse(
          "'address: %s': with DiSNI the route to the collector decides; leave it out, and look with 'ip route get' where it leads"
              .formatted(settings.address()));
    }
    try {
      DisniLibrary.load();
    } catch (IOException e) {
      throw new OperatorException("rdma.transport 'disni': " + e.getMessage(), e);
    }
    return new DisniTransport(clock);
  }

  private static OperatorException refuse(String what) {
    return new OperatorException("rdma.transport 'disni' with " + what);
  }

  @Override
  public PendingQueuePair connect(Collector collector, CompletionListener listener) {
    ConnectionOffer offer = collector.offer();
    if (!offer.byCm(TransportService.RC)) {
      return PendingQueuePair.refused(
          "collector %s does not serve RDMA CM, by which alone DiSNI connects: set its 'rdma.mode' to 'verbs' or 'disni', or to 'software' with 'rdma.port: 4791'"
              .formatted(collector.client()));
    }
    try {
      InetAddress address = InetAddress.ofLiteral(offer.address());
      return new DisniConnector(address, offer.cmPort(), TIMEOUT, clock).connect(listener);
    } catch (IOException | IllegalArgumentException e) {
      return PendingQueuePair.refused(
          "collector %s: %s".formatted(collector.client(), e.getMessage()));
    }
  }

  @Override
  public boolean isUnaware() {
    return false;
  }

  /** Each queue pair has what it used. */
  @Override
  public void close() {}
}
