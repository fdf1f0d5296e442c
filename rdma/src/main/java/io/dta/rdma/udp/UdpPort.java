package io.dta.rdma.udp;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/**
 * A bound UDP port: the seam between RoCEv2 and the network. Used by one thread at a time, never
 * blocks. Packets leave with the don't-fragment flag and an IP identification that is known before,
 * since RoCEv2's iCRC covers it.
 */
public interface UdpPort extends AutoCloseable {
  /** The address and port it is bound to; never a wildcard, since the iCRC covers it. */
  InetSocketAddress localAddress();

  /**
   * Sends a datagram, or takes its bytes for sending at the next {@link #flush}.
   *
   * @param buffer direct; position and limit are 0 and the capacity before and after
   * @return false where there is no room at the moment and nothing was taken; a datagram that the
   *     network refuses for any other reason counts as sent and lost
   */
  boolean send(ByteBuffer buffer, int offset, int length, InetSocketAddress destination);

  /**
   * The IPv4 identification that a datagram will leave with, if it is the next one handed to {@link
   * #send}: 0 from an unconnected Linux socket with the don't-fragment flag, and the place in the
   * batch where the kernel cuts datagrams off a batch (generic segmentation offload). 0 for IPv6.
   *
   * @param length of the UDP payload in bytes
   * @return 0 to 65535
   */
  int nextIdentification(int length, InetSocketAddress destination);

  /** Sends what {@link #send} has taken and not sent yet. */
  void flush();

  /**
   * Hands the datagrams that have arrived to the handler.
   *
   * @param limit how many at most
   * @return how many
   */
  int receive(DatagramHandler handler, int limit);

  /**
   * Datagrams that could not be sent or received because of an error of the operating system;
   * readable from any thread.
   */
  long errors();

  /**
   * The file descriptor that can be read when a datagram is there, for a thread to sleep on ;
   * negative where it is not known.
   */
  default int descriptor() {
    return -1;
  }

  @Override
  void close();
}
