package io.dta.rdma.cm;

import java.net.InetSocketAddress;

/**
 * A connection as communication management sees it (specification, section 12.9): being made,
 * established, being ended. What both sides have in common: messages that are sent again until they
 * are answered, and the end.
 */
abstract class Connection {
  /** Where a connection is between its first and its last message. */
  enum State {
    /** REQ or REP sent. */
    CONNECTING,
    ESTABLISHED,
    /** DREQ sent. */
    DISCONNECTING,
    ENDED
  }

  private final ManagementPort port;
  private final CmSettings settings;
  private final InetSocketAddress peer;
  private final int localId;
  private final int localQueuePair;
  private State state = State.CONNECTING;

  /** Null while no answer is waited for. */
  private CmMessage unanswered;

  private long transactionId;
  private long intervalNs;
  private int retries;
  private long deadlineNs;

  Connection(
      ManagementPort port,
      CmSettings settings,
      InetSocketAddress peer,
      int localId,
      int localQueuePair) {
    this.port = port;
    this.settings = settings;
    this.peer = peer;
    this.localId = localId;
    this.localQueuePair = localQueuePair;
  }

  /** The peer's identifier of the connection; 0 while it is not known. */
  abstract int remoteId();

  abstract int remoteQueuePair();

  /** RTU, REQ, REP, REJ or MRA. */
  abstract void onConnectionMessage(CmMessage message, long nowNs);

  /** The peer did not answer while the connection was being made. */
  abstract void onSilence();

  /** The connection has ended, however. */
  abstract void onEnd();

  final int localId() {
    return localId;
  }

  final int localQueuePair() {
    return localQueuePair;
  }

  final InetSocketAddress peer() {
    return peer;
  }

  final CmSettings settings() {
    return settings;
  }

  final State state() {
    return state;
  }

  final boolean isWaiting() {
    return unanswered != null;
  }

  /** A message from the peer's address to this connection's identifier. */
  final void onMessage(CmMessage message, long transaction, long nowNs) {
    boolean ofThis =
        message.localId() == remoteId()
            || remoteId() == 0
            || (message instanceof Rejection && message.localId() == 0);
    if (!ofThis) {
      stray();
      return;
    }
    switch (message) {
      case DisconnectionRequest request -> {
        if (request.remoteQueuePair() != localQueuePair) {
          stray();
          return;
        }
        if (state == State.CONNECTING && remoteId() != 0) {
          establish(); // Else the peer would not end it: its RTU was lost.
        }
        port.send(new DisconnectionReply(localId, request.localId()), transaction, peer);
        end();
      }
      case DisconnectionReply reply -> {
        if (state == State.DISCONNECTING) {
          end();
        } else {
          stray();
        }
      }
      default -> onConnectionMessage(message, nowNs);
    }
  }

  /** Sends a message and waits for its answer. */
  final void request(
      CmMessage message, long transaction, long newIntervalNs, int newRetries, long nowNs) {
    unanswered = message;
    transactionId = transaction;
    intervalNs = newIntervalNs;
    retries = newRetries;
    deadlineNs = nowNs + newIntervalNs;
    port.send(message, transaction, peer);
  }

  /** Sends a message that is not answered, in the transaction under way. */
  final void send(CmMessage message) {
    port.send(message, transactionId, peer);
  }

  /** Sends the unanswered message again, though its time is not up. */
  final void sendAgain() {
    port.counters().increment(CmEvent.SENT_AGAIN);
    send(unanswered);
  }

  final void onReceiptAcknowledged(ReceiptAcknowledged message, int about, long nowNs) {
    if (state == State.CONNECTING && message.about() == about) {
      int exponent = Math.min(message.serviceTimeout(), settings.maxServiceTimeout());
      deadlineNs = Math.max(deadlineNs, nowNs + CmSettings.nanos(exponent));
    } else {
      stray();
    }
  }

  final void establish() {
    state = State.ESTABLISHED;
    unanswered = null;
    port.counters().increment(CmEvent.ESTABLISHED);
  }

  final void stray() {
    port.counters().increment(CmEvent.STRAY);
  }

  /** This side does not go on with a connection that is being made. */
  final void reject(RejectReason reason) {
    send(
        new Rejection(
            localId(),
            remoteId(),
            CmMessage.ABOUT_ANOTHER,
            reason.code(),
            PrivateData.NONE,
            PrivateData.NONE));
  }

  /**
   * Ends what was established by a DREQ, and what the other side asked for and has not confirmed by
   * a REJ.
   */
  final void disconnect(long transaction, long nowNs) {
    if (state == State.CONNECTING && this instanceof IncomingConnection) {
      reject(RejectReason.CONSUMER_REJECTED);
      end();
    } else if (state == State.ESTABLISHED) {
      state = State.DISCONNECTING;
      request(
          new DisconnectionRequest(localId, remoteId(), remoteQueuePair()),
          transaction,
          CmSettings.nanos(settings.responseTimeout()),
          settings.maxRetries(),
          nowNs);
    }
  }

  final void end() {
    if (state == State.ESTABLISHED || state == State.DISCONNECTING) {
      port.counters().increment(CmEvent.ENDED);
    }
    state = State.ENDED;
    unanswered = null;
    onEnd();
  }

  /**
   * Sends again what was not answered in time, or gives up.
   *
   * @return how much was done
   */
  final int advance(long nowNs) {
    if (unanswered == null || nowNs - deadlineNs < 0) {
      return 0;
    }
    if (retries > 0) {
      retries--;
      deadlineNs = nowNs + intervalNs;
      sendAgain();
    } else {
      port.counters().increment(CmEvent.TIMEOUTS);
      if (state == State.CONNECTING) {
        onSilence();
      }
      end();
    }
    return 1;
  }
}
