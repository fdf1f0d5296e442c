package io.dta.translator.connection;

import io.dta.rdma.ConnectionException;
import io.dta.rdma.PendingQueuePair;
import io.dta.rdma.RdmaQueuePair;
import java.util.function.Supplier;

/**
 * A connection that is tried in another way where the first fails, such as by RDMA CM, which a
 * firewall keeps out, and then by the control endpoint.
 */
final class FirstOf implements PendingQueuePair {
  private static final System.Logger LOG = System.getLogger(FirstOf.class.getName());

  private final String otherWay;
  private Supplier<PendingQueuePair> other;
  private PendingQueuePair connecting;
  private ConnectionException failure;

  /**
   * @param otherWay for messages, such as {@code over HTTP}
   */
  FirstOf(PendingQueuePair first, String otherWay, Supplier<PendingQueuePair> other) {
    this.connecting = first;
    this.otherWay = otherWay;
    this.other = other;
  }

  @Override
  public RdmaQueuePair poll() throws ConnectionException {
    try {
      return connecting.poll();
    } catch (ConnectionException e) {
      if (other == null) {
        throw new ConnectionException(
            "%s; before that: %s".formatted(e.getMessage(), failure.getMessage()), e);
      }
      failure = e;
      LOG.log(
          System.Logger.Level.WARNING,
          "{0}; it is connected {1} instead",
          e.getMessage(),
          otherWay);
      connecting.close();
      connecting = other.get();
      other = null;
      return null;
    }
  }

  @Override
  public void close() {
    connecting.close();
  }
}
