package io.dta.rdma.udp;

/**
 * Explicit Congestion Notification: the low two bits of an IPv4 header's type of service or an IPv6
 * header's traffic class (RFC 3168, section 5).
 */
public final class Ecn {
  /** Not ECN-capable, or not known: a port that cannot see the bits says this. */
  public static final int NOT_CAPABLE = 0;

  /** ECN-capable, code point ECT(1). */
  public static final int CAPABLE_1 = 1;

  /** ECN-capable, code point ECT(0): what RoCEv2 senders set, DCQCN's included. */
  public static final int CAPABLE_0 = 2;

  /** Congestion experienced: a switch on the way marked it. */
  public static final int CONGESTION_EXPERIENCED = 3;

  /** The bits' place in the octet. */
  static final int MASK = 3;

  private Ecn() {}
}
