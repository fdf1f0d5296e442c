package io.dta.fattree.network;

/**
 * The lengths of packets: a payload of up to {@link #MAX_PAYLOAD}, 40 bytes of IPv4 and TCP
 * headers, 18 of Ethernet header and check sequence, and the 20 of preamble and gap that a link
 * spends on every frame (IEEE 802.3). A frame has at least 64 bytes.
 */
public final class Framing {
  /** The most bytes of payload in a packet. */
  public static final int MAX_PAYLOAD = 1460;

  /** What a packet takes on the wire beyond its payload. */
  public static final int OVERHEAD = 40 + 18 + 20;

  public static final int MIN_WIRE_LENGTH = 64 + 20;
  public static final int MAX_WIRE_LENGTH = MAX_PAYLOAD + OVERHEAD;

  private Framing() {}

  /** The packets of a flow. */
  public static int packets(long bytes) {
    return Math.toIntExact((bytes + MAX_PAYLOAD - 1) / MAX_PAYLOAD);
  }

  /** The payload of a flow's packet: full, but for the last. */
  public static int payload(long bytes, int packets, int sequence) {
    return sequence < packets - 1
        ? MAX_PAYLOAD
        : (int) (bytes - (long) (packets - 1) * MAX_PAYLOAD);
  }

  /** The length of a packet on the wire. */
  public static int wireLength(int payload) {
    return Math.max(MIN_WIRE_LENGTH, payload + OVERHEAD);
  }
}
