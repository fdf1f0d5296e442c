package io.dta.rdma.cm;

import io.dta.rdma.control.QueuePairReply;
import io.dta.rdma.control.QueuePairRequest;

/** Decides on connections that others ask for; on the thread of the {@link ConnectionManager}. */
public interface ConnectionListener {
  /** What becomes of a request. */
  sealed interface Answer permits Accepted, Refused {}

  /**
   * The connection is accepted.
   *
   * @param reply the queue pair that was made for it, ready to receive
   * @param privateData for the requester, at most {@link PrivateData#MAX_REPLY} bytes
   */
  record Accepted(QueuePairReply reply, PrivateData privateData) implements Answer {
    public Accepted {
      privateData.checkLength(PrivateData.MAX_REPLY);
    }
  }

  /**
   * The connection is not accepted.
   *
   * @param privateData for the requester, at most {@link PrivateData#MAX_REJECTION} bytes
   */
  record Refused(RejectReason reason, PrivateData privateData) implements Answer {
    public Refused {
      privateData.checkLength(PrivateData.MAX_REJECTION);
    }
  }

  /**
   * A connection is asked for.
   *
   * @param request the requester's end
   * @param privateData what it tells; {@link PrivateData#MAX_REQUEST} bytes, zeros where it told
   *     less
   */
  Answer onRequest(QueuePairRequest request, PrivateData privateData);

  /** A connection that was accepted has ended: its queue pair is of no use any more. */
  void onEnded(int queuePairNumber);
}
