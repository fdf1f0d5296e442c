package io.dta.rdma.roce;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/**
 * Takes the packets to queue pair 1, that of general services, off a {@link RoceRequester} or a
 * {@link SoftwareRnic}, and is driven by their thread.
 */
public interface ManagementHandler {
  /** The number of the queue pair (specification, section 3.5.3). */
  int QUEUE_PAIR = 1;

  /**
   * A packet to queue pair 1. Nothing of it has been checked but its length.
   *
   * @param packet as in {@link io.dta.rdma.udp.DatagramHandler#onDatagram}
   * @param length without iCRC, at least {@link RoceHeaders#BTH_LENGTH}
   */
  void onPacket(ByteBuffer packet, int offset, int length, InetSocketAddress source);

  /**
   * Sends again what was not answered in time.
   *
   * @return how much was done
   */
  int advance();

  /** A queue pair of this end is closed; from any thread. */
  void onClosed(int queuePairNumber);

  /** Tells all peers, once, that this end is gone; the port is closed next. */
  void close();
}
