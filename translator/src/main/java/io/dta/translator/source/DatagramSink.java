package io.dta.translator.source;

import org.agrona.MutableDirectBuffer;

/** Takes datagrams, in the order they arrived. */
@FunctionalInterface
public interface DatagramSink {
  /**
   * When the datagrams were read that come next.
   *
   * @param timeNs of the translator's clock
   */
  default void arrived(long timeNs) {}

  /**
   * Takes a datagram, or a part of one that holds whole reports.
   *
   * @param buffer holds it; its bytes belong to the sink, which may change them
   * @param offset its first byte
   * @param length in bytes, at least 1
   * @param sourceAddress the reporter's IPv4 address, the first byte in the top bits; 0 where it is
   *     not known
   */
  void onDatagram(MutableDirectBuffer buffer, int offset, int length, int sourceAddress);
}
