package io.dta.rdma.cm;

import java.net.InetSocketAddress;

/** A connection that this side asks for: REQ, REP, RTU (specification, section 12.9.7.1). */
final class OutgoingConnection extends Connection {
  /** Told that an established connection has ended; on the connection's thread. */
  @FunctionalInterface
  interface EndListener {
    void onEnd();
  }

  private final ConnectionRequest request;
  private ConnectionReply reply;
  private Rejection rejection;
  private EndListener endListener;

  OutgoingConnection(
      ManagementPort port, CmSettings settings, InetSocketAddress peer, ConnectionRequest request) {
    super(port, settings, peer, request.localId(), request.queuePair());
    this.request = request;
  }

  void start(long transaction, long nowNs) {
    request(
        request,
        transaction,
        CmSettings.nanos(settings().responseTimeout()),
        settings().maxRetries(),
        nowNs);
  }

  /** The peer's end; null while there is none. */
  ConnectionReply reply() {
    return reply;
  }

  /** How the peer rejected it; null where it did not. */
  Rejection rejection() {
    return rejection;
  }

  void whenEnded(EndListener listener) {
    endListener = listener;
  }

  @Override
  int remoteId() {
    return reply == null ? 0 : reply.localId();
  }

  @Override
  int remoteQueuePair() {
    return reply == null ? 0 : reply.queuePair();
  }

  @Override
  void onConnectionMessage(CmMessage message, long nowNs) {
    switch (message) {
      case ConnectionReply newReply -> onReply(newReply);
      case Rejection newRejection -> {
        rejection = newRejection;
        end();
      }
      case ReceiptAcknowledged acknowledged ->
          onReceiptAcknowledged(acknowledged, CmMessage.ABOUT_REQUEST, nowNs);
      default -> stray();
    }
  }

  private void onReply(ConnectionReply newReply) {
    if (state() == State.CONNECTING) {
      reply = newReply;
      establish();
    } else if (state() != State.ESTABLISHED) {
      stray();
      return;
    }
    send(new ReadyToUse(localId(), remoteId())); // A second REP: the first RTU was lost.
  }

  /** Gives up while it is being made. */
  void abandon() {
    if (state() == State.CONNECTING) {
      onSilence();
      end();
    }
  }

  @Override
  void onSilence() {
    reject(RejectReason.TIMEOUT);
  }

  @Override
  void onEnd() {
    if (endListener != null) {
      endListener.onEnd();
    }
  }
}
