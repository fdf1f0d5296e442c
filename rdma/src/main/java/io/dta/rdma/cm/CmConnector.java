package io.dta.rdma.cm;

import io.dta.rdma.CompletionListener;
import io.dta.rdma.PendingQueuePair;
import io.dta.rdma.QueuePairConnector;
import io.dta.rdma.control.TransportService;
import io.dta.rdma.roce.RetransmissionPolicy;
import io.dta.rdma.roce.RoceRequester;
import java.net.InetSocketAddress;
import java.util.function.Consumer;

/** Connects a requester to one listener, by RDMA CM. For the requester's thread. */
public final class CmConnector implements QueuePairConnector {
  private final RoceRequester requester;
  private final ConnectionManager manager;
  private final Target target;
  private final RetransmissionPolicy policy;
  private final Consumer<PrivateData> onAccepted;

  /**
   * What to connect to.
   *
   * @param address its IP address, and the UDP port that it receives at, 4791 of all but software
   * @param cmPort what it listens at, 1 to 65535, in port space TCP for RC, IB for UC
   * @param pathMtu the largest payload of a packet: 256, 512, 1024, 2048 or 4096; a smaller one is
   *     taken where the listener asks for it
   * @param privateData for the listener, at most {@link PrivateData#MAX_REQUEST} bytes
   */
  public record Target(
      InetSocketAddress address,
      int cmPort,
      TransportService service,
      int pathMtu,
      PrivateData privateData) {
    public Target {
      privateData.checkLength(PrivateData.MAX_REQUEST);
    }

    long serviceId() {
      return ServiceId.of(service, cmPort);
    }
  }

  /**
   * @param manager of the requester's port, to which {@link RoceRequester#manageWith} hands its
   *     packets
   * @param policy of the queue pairs; time-out and RNR retry count as far as the listener has none
   *     of its own
   * @param onAccepted given the listener's private data at each connection, with zeros at its end
   */
  public CmConnector(
      RoceRequester requester,
      ConnectionManager manager,
      Target target,
      RetransmissionPolicy policy,
      Consumer<PrivateData> onAccepted) {
    this.requester = requester;
    this.manager = manager;
    this.target = target;
    this.policy = policy;
    this.onAccepted = onAccepted;
  }

  @Override
  public PendingQueuePair connect(CompletionListener listener) {
    return new PendingCmQueuePair(requester, manager, target, policy, onAccepted, listener);
  }
}
