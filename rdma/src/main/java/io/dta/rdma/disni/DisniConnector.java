package io.dta.rdma.disni;

import io.dta.rdma.CompletionListener;
import io.dta.rdma.PendingQueuePair;
import io.dta.rdma.QueuePairConnector;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.agrona.concurrent.NanoClock;

/**
 * Makes reliable connections to what listens with RDMA CM, through DiSNI.
 *
 * <p>Which of this host's addresses and devices a connection leaves from follows from the route to
 * the peer: DiSNI does not let one choose.
 */
public final class DisniConnector implements QueuePairConnector {
  private final InetSocketAddress peer;
  private final Duration timeout;
  private final NanoClock clock;

  /**
   * Loads the native library.
   *
   * @param peer an IPv4 address of the peer's RDMA device
   * @param port where the peer's RDMA CM listens, in its port space TCP
   * @param timeout after which an attempt is given up
   * @throws IOException with a sentence for the operator: no library, or not an IPv4 address
   */
  public DisniConnector(InetAddress peer, int port, Duration timeout, NanoClock clock)
      throws IOException {
    this.peer = DisniLibrary.requireIpv4(peer, port);
    this.timeout = timeout;
    this.clock = clock;
    DisniLibrary.load();
  }

  @Override
  public PendingQueuePair connect(CompletionListener listener) {
    return new DisniPendingQueuePair(peer, timeout, clock, listener);
  }
}
