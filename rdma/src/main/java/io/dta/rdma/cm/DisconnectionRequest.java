package io.dta.rdma.cm;

import io.dta.rdma.roce.RoceHeaders;
import java.nio.ByteBuffer;

/**
 * DREQ: the sender ends the connection (specification, section 12.6.10).
 *
 * <pre>
 * +----------------+  0
 * | local id       |   of the sender
 * +----------------+  4
 * | remote id      |   of the receiver
 * +------------+---+  8
 * | queue pair | 0 |   of the receiver, 24 bits
 * +------------+---+ 12
 * | private data, 220 bytes
 * </pre>
 */
record DisconnectionRequest(int localId, int remoteId, int remoteQueuePair) implements CmMessage {
  static final int ATTRIBUTE = 0x0015;

  static final int LOCAL_ID = 0;
  static final int REMOTE_ID = 4;
  static final int REMOTE_QUEUE_PAIR = 8;

  static DisconnectionRequest get(ByteBuffer buffer, int message) {
    return new DisconnectionRequest(
        buffer.getInt(message + LOCAL_ID),
        buffer.getInt(message + REMOTE_ID),
        buffer.getInt(message + REMOTE_QUEUE_PAIR) >>> 8);
  }

  @Override
  public int attribute() {
    return ATTRIBUTE;
  }

  @Override
  public void put(ByteBuffer buffer, int message) {
    buffer.putInt(message + LOCAL_ID, localId);
    buffer.putInt(message + REMOTE_ID, remoteId);
    buffer.putInt(message + REMOTE_QUEUE_PAIR, (remoteQueuePair & RoceHeaders.MASK_24) << 8);
  }
}
