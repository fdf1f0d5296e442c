package io.dta.rdma.cm;

import io.dta.rdma.CompletionListener;
import io.dta.rdma.ConnectionException;
import io.dta.rdma.PendingQueuePair;
import io.dta.rdma.RdmaQueuePair;
import io.dta.rdma.control.QueuePairReply;
import io.dta.rdma.control.QueuePairRequest;
import io.dta.rdma.control.TransportService;
import io.dta.rdma.roce.RetransmissionPolicy;
import io.dta.rdma.roce.RoceQueuePair;
import io.dta.rdma.roce.RoceRequester;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * One attempt to connect. Where the listener rejects a number and says which one it would take, it
 * is asked again with that.
 */
final class PendingCmQueuePair implements PendingQueuePair {
  /** With a smaller path MTU, with fewer atomics, and with other identifiers. */
  private static final int MAX_REQUESTS = 4;

  private final RoceRequester requester;
  private final ConnectionManager manager;
  private final CmConnector.Target target;
  private final RetransmissionPolicy policy;
  private final Consumer<PrivateData> onAccepted;
  private final CompletionListener listener;

  private int pathMtu;
  private int initiatorDepth;
  private int requests;
  private QueuePairRequest end;
  private OutgoingConnection connection;
  private boolean over;

  PendingCmQueuePair(
      RoceRequester requester,
      ConnectionManager manager,
      CmConnector.Target target,
      RetransmissionPolicy policy,
      Consumer<PrivateData> onAccepted,
      CompletionListener listener) {
    this.requester = requester;
    this.manager = manager;
    this.target = target;
    this.policy = policy;
    this.onAccepted = onAccepted;
    this.listener = listener;
    pathMtu = target.pathMtu();
    initiatorDepth =
        target.service() == TransportService.UC
            ? 0
            : Math.min(policy.maxOutstandingAtomics(), Negotiation.MAX_INITIATOR_DEPTH);
    request();
  }

  private void request() {
    requests++;
    end = requester.request(target.service(), pathMtu);
    connection =
        manager.connect(
            target.address(), target.serviceId(), end, initiatorDepth, target.privateData());
  }

  @Override
  public RdmaQueuePair poll() throws ConnectionException {
    if (over) {
      return null;
    }
    requester.poll();
    if (connection.reply() != null) {
      over = true;
      return established(connection.reply());
    }
    if (connection.state() == Connection.State.ENDED) {
      onFailure();
    }
    return null;
  }

  private RdmaQueuePair established(ConnectionReply reply) throws ConnectionException {
    if (connection.state() != Connection.State.ESTABLISHED) {
      throw failure("it accepted the connection and ended it at once");
    }
    RoceQueuePair queuePair =
        requester.connect(
            new QueuePairRequest(
                end.service(),
                end.address(),
                end.udpPort(),
                end.queuePairNumber(),
                reply.startingPsn(),
                end.pathMtu()),
            new QueuePairReply(
                target.address().getAddress().getHostAddress(),
                target.address().getPort(),
                reply.queuePair(),
                pathMtu,
                Math.min(reply.responderResources(), initiatorDepth)),
            listener,
            policy.asNegotiated(CmSettings.nanos(reply.targetAckDelay()), reply.rnrRetryCount()));
    connection.whenEnded(queuePair::onDisconnected);
    onAccepted.accept(reply.privateData());
    return queuePair;
  }

  private void onFailure() throws ConnectionException {
    Rejection rejection = connection.rejection();
    if (rejection == null) {
      over = true;
      CmSettings settings = manager.settings();
      long waited = (settings.maxRetries() + 1) * CmSettings.nanos(settings.responseTimeout());
      throw failure(
          "no answer to %d requests in %d ms: is the address that of an RDMA port, and does UDP port %d reach it?"
              .formatted(
                  settings.maxRetries() + 1,
                  TimeUnit.NANOSECONDS.toMillis(waited),
                  target.address().getPort()));
    }
    if (requests < MAX_REQUESTS && adapt(rejection)) {
      request();
      return;
    }
    over = true;
    String data = rejection.privateData().toString();
    throw failure(
        RejectReason.describe(rejection.reason())
            + (data.isEmpty() ? "" : "; its private data, in hexadecimal: " + data));
  }

  /** Whether asking again, with what the listener wants, makes sense. */
  private boolean adapt(Rejection rejection) {
    int reason = rejection.reason();
    if (reason == RejectReason.INVALID_PATH_MTU.code()) {
      int wanted = Negotiation.pathMtuOf(rejection.information());
      boolean smaller = wanted != 0 && wanted < pathMtu;
      pathMtu = smaller ? wanted : pathMtu;
      return smaller;
    }
    if (reason == RejectReason.INSUFFICIENT_RESPONDER_RESOURCES.code()
        && rejection.information().length() > 0) {
      int wanted = rejection.information().bytes()[0] & 0xFF;
      boolean smaller = wanted < initiatorDepth;
      initiatorDepth = smaller ? wanted : initiatorDepth;
      return smaller;
    }
    return reason == RejectReason.STALE_CONNECTION.code()
        || reason == RejectReason.DUPLICATE_COMMUNICATION_ID.code();
  }

  private ConnectionException failure(String why) {
    return new ConnectionException(
        "%s did not accept the connection by RDMA CM to %s: %s"
            .formatted(
                target.address().getAddress().getHostAddress(),
                ServiceId.describe(target.serviceId()),
                why));
  }

  @Override
  public void close() {
    if (!over) {
      over = true;
      manager.abandon(connection);
    }
  }
}
