package io.dta.rdma.cm;

/**
 * Why a connection was rejected (specification, section 12.6.7.2), in words for the operator of the
 * side that asked for it.
 */
public enum RejectReason {
  NO_QUEUE_PAIR(1, "no queue pair is available there: raise its limit, or end others"),
  NO_EE_CONTEXT(2, "no end-to-end context is available there"),
  NO_RESOURCES(3, "it has no resources for one more connection"),
  TIMEOUT(4, "it waited in vain for the next message: packets to UDP port 4791 get lost"),
  UNSUPPORTED_REQUEST(5, "it does not support the request"),
  INVALID_COMMUNICATION_ID(6, "it does not know the connection: it was started anew, or gave up"),
  INVALID_COMMUNICATION_INSTANCE(7, "identifiers and queue pairs do not belong together"),
  INVALID_SERVICE_ID(8, "nothing listens there at that port"),
  INVALID_TRANSPORT_SERVICE(
      9, "it does not take this transport service: set the other of RC and UC"),
  STALE_CONNECTION(10, "it takes the queue pair for one of an earlier connection: try again"),
  NO_RD_CHANNEL(11, "there is no reliable datagram channel"),
  PRIMARY_GID(12, "the address asked for is not one of its RDMA port: compare 'rdma link' there"),
  PRIMARY_LID(13, "the local identifier asked for is not its own"),
  PRIMARY_SERVICE_LEVEL(14, "the service level is invalid there"),
  PRIMARY_TRAFFIC_CLASS(15, "the traffic class is invalid there"),
  PRIMARY_HOP_LIMIT(16, "the hop limit is invalid there"),
  PRIMARY_PACKET_RATE(17, "the packet rate is invalid there"),
  ALTERNATE_GID(18, "the alternate path's address is not its own"),
  ALTERNATE_LID(19, "the alternate path's local identifier is not its own"),
  ALTERNATE_SERVICE_LEVEL(20, "the alternate path's service level is invalid there"),
  ALTERNATE_TRAFFIC_CLASS(21, "the alternate path's traffic class is invalid there"),
  ALTERNATE_HOP_LIMIT(22, "the alternate path's hop limit is invalid there"),
  ALTERNATE_PACKET_RATE(23, "the alternate path's packet rate is invalid there"),
  PORT_AND_CM_REDIRECTION(24, "it wants to be asked at another port and address"),
  PORT_REDIRECTION(25, "it wants the connection at another port of the adapter"),
  INVALID_PATH_MTU(26, "the path MTU is too large for it: lower it"),
  INSUFFICIENT_RESPONDER_RESOURCES(
      27, "it does not answer as many outstanding atomics as asked for"),
  CONSUMER_REJECTED(28, "the program that listens there refused"),
  RNR_RETRY_COUNT(29, "it does not accept the RNR retry count"),
  DUPLICATE_COMMUNICATION_ID(30, "it takes the connection for one that it has already: try again"),
  INVALID_CLASS_VERSION(31, "it speaks another version of communication management"),
  INVALID_FLOW_LABEL(32, "the flow label is invalid there"),
  INVALID_ALTERNATE_FLOW_LABEL(33, "the alternate path's flow label is invalid there");

  private static final RejectReason[] BY_CODE = new RejectReason[34];

  static {
    for (RejectReason reason : values()) {
      BY_CODE[reason.code] = reason;
    }
  }

  private final int code;
  private final String words;

  RejectReason(int code, String words) {
    this.code = code;
    this.words = words;
  }

  /** As in the message, 1 to 33. */
  public int code() {
    return code;
  }

  /** What a code means. */
  static String describe(int code) {
    RejectReason reason = code > 0 && code < BY_CODE.length ? BY_CODE[code] : null;
    return reason == null
        ? "reason %d, which the specification does not have".formatted(code)
        : "%s (reason %d)".formatted(reason.words, code);
  }
}
