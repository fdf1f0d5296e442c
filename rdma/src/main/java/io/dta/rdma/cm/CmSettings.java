package io.dta.rdma.cm;

import io.dta.rdma.roce.IcrcCheck;
import io.dta.rdma.roce.RoceHeaders;

/**
 * How connections are made.
 *
 * @param responseTimeout within which each side is to answer a message, before it is sent again: 0
 *     to 31, for 4.096 µs · 2^n
 * @param maxRetries how often a message is sent again, 0 to 15
 * @param maxServiceTimeout the longest time that a peer may ask for by an MRA, likewise
 * @param maxConnections how many connections there may be, those that end included
 * @param maxHalfOpen how many of those that others ask for may wait for the other side's
 *     confirmation; each holds a queue pair
 * @param peerPort the UDP port that answers go to: {@link RoceHeaders#UDP_PORT}, which is the only
 *     one that RNICs and the kernel receive at, or {@link #PORT_OF_PACKET}
 * @param check what happens to messages with another iCRC than expected
 */
public record CmSettings(
    int responseTimeout,
    int maxRetries,
    int maxServiceTimeout,
    int maxConnections,
    int maxHalfOpen,
    int peerPort,
    IcrcCheck check) {
  /** Answers go to where a message came from: for two software peers, neither at port 4791. */
  public static final int PORT_OF_PACKET = 0;

  /** The transport's time-outs: 4.096 µs · 2^n (specification, section 9.7.6.1.3). */
  private static final long UNIT_NS = 4096;

  static final int MAX_EXPONENT = 31;

  public CmSettings {
    require("responseTimeout", responseTimeout, 0, MAX_EXPONENT);
    require("maxRetries", maxRetries, 0, 15);
    require("maxServiceTimeout", maxServiceTimeout, 0, MAX_EXPONENT);
    require("maxConnections", maxConnections, 1, 1 << 16);
    require("maxHalfOpen", maxHalfOpen, 1, maxConnections);
    require("peerPort", peerPort, 0, 65535);
  }

  private static void require(String name, int value, int from, int to) {
    if (value < from || value > to) {
      throw new IllegalArgumentException(
          "%s is %d, expected %d to %d".formatted(name, value, from, to));
    }
  }

  /**
   * 0.54 s, 7 retries: 4.3 s in all. Up to 69 s where the peer asks for it, which is what the
   * kernel's listeners do while their program makes up its mind.
   */
  public static CmSettings defaults() {
    return new CmSettings(17, 7, 24, 1024, 64, RoceHeaders.UDP_PORT, IcrcCheck.ANY_IDENTIFICATION);
  }

  /** The same with another {@code peerPort}. */
  public CmSettings withPeerPort(int newPeerPort) {
    return new CmSettings(
        responseTimeout,
        maxRetries,
        maxServiceTimeout,
        maxConnections,
        maxHalfOpen,
        newPeerPort,
        check);
  }

  /** What an exponent of a message stands for, in nanoseconds. */
  static long nanos(int exponent) {
    return UNIT_NS << exponent;
  }
}
