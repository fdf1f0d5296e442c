package io.dta.rdma.cm;

import java.net.InetSocketAddress;

/**
 * A connection that the other side asks for: REQ, REP, RTU (specification, section 12.9.7.2). Its
 * queue pair receives from the start: the requester's first packets may overtake its RTU.
 */
final class IncomingConnection extends Connection {
  /** The requester's time-outs are honored within these limits: 67 ms and 4.3 s. */
  private static final int MIN_RESPONSE_TIMEOUT = 14;

  private static final int MAX_RESPONSE_TIMEOUT = 20;

  private final ConnectionRequest request;
  private final ConnectionReply reply;
  private final ConnectionListener listener;

  IncomingConnection(
      ManagementPort port,
      CmSettings settings,
      InetSocketAddress peer,
      ConnectionRequest request,
      ConnectionReply reply,
      ConnectionListener listener) {
    super(port, settings, peer, reply.localId(), reply.queuePair());
    this.request = request;
    this.reply = reply;
    this.listener = listener;
  }

  void start(long transaction, long nowNs) {
    int exponent =
        Math.clamp(request.localResponseTimeout(), MIN_RESPONSE_TIMEOUT, MAX_RESPONSE_TIMEOUT);
    request(reply, transaction, CmSettings.nanos(exponent), request.maxRetries(), nowNs);
  }

  /** Whether a request is the one that this connection was made of, sent again. */
  boolean isOf(ConnectionRequest other, InetSocketAddress source) {
    return request.localId() == other.localId()
        && request.adapterGuid() == other.adapterGuid()
        && peer().getAddress().equals(source.getAddress());
  }

  @Override
  int remoteId() {
    return request.localId();
  }

  @Override
  int remoteQueuePair() {
    return request.queuePair();
  }

  @Override
  void onConnectionMessage(CmMessage message, long nowNs) {
    switch (message) {
      case ConnectionRequest again -> {
        if (state() == State.CONNECTING) {
          sendAgain();
        }
      }
      case ReadyToUse ready -> {
        if (state() == State.CONNECTING) {
          establish();
        }
      }
      case Rejection rejection -> end();
      case ReceiptAcknowledged acknowledged ->
          onReceiptAcknowledged(acknowledged, CmMessage.ABOUT_REPLY, nowNs);
      default -> stray();
    }
  }

  @Override
  void onSilence() {
    reject(RejectReason.TIMEOUT);
  }

  @Override
  void onEnd() {
    listener.onEnded(localQueuePair());
  }
}
