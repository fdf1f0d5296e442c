package io.dta.rdma.cm;

import io.dta.rdma.roce.RoceHeaders;
import java.nio.ByteBuffer;

/**
 * REP: the responder's end of the connection (specification, section 12.6.8).
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +---------------------------------------------------------------+  0
 * |  local id                                                     |
 * +---------------------------------------------------------------+  4
 * |  remote id                                                    |
 * +---------------------------------------------------------------+  8
 * |  Q_Key, of reliable datagram alone                            |
 * +-----------------------------------------------+---------------+ 12
 * |  queue pair                                   |  reserved     |
 * +-----------------------------------------------+---------------+ 16
 * |  end-to-end context, of reliable datagram     |  reserved     |
 * +-----------------------------------------------+---------------+ 20
 * |  starting PSN                                 |  reserved     |
 * +---------------+---------------+---------+---+-+-----+-+-------+ 24
 * |resp. resources|initiator depth|ack delay|fo |f| rnr |s|reserv.|
 * +---------------+---------------+---------+---+-+-----+-+-------+ 28
 * |  GUID of the channel adapter, 64 bits                         |
 * +---------------------------------------------------------------+ 36
 * |  private data, 196 bytes                                      |
 *
 * fo failover accepted, f end-to-end flow control, s shared receive queue
 * </pre>
 *
 * @param queuePair the sender's, 24 bits
 * @param startingPsn of the <em>receiver's</em> first request, 24 bits (section 12.7.31)
 * @param responderResources how many READs and atomics the receiver may have outstanding
 * @param initiatorDepth how many the sender will have outstanding
 * @param targetAckDelay how long the sender takes at most to acknowledge: 0 to 31, for 4.096 µs ·
 *     2^n
 * @param failover 0 alternate path accepted, 1 none supported, 2 rejected
 * @param rnrRetryCount how often the receiver should send again after an RNR NAK; 7 without limit
 */
record ConnectionReply(
    int localId,
    int remoteId,
    int queuePair,
    int startingPsn,
    int responderResources,
    int initiatorDepth,
    int targetAckDelay,
    int failover,
    boolean flowControl,
    int rnrRetryCount,
    boolean sharedReceiveQueue,
    long adapterGuid,
    PrivateData privateData)
    implements CmMessage {
  static final int ATTRIBUTE = 0x0013;

  static final int LOCAL_ID = 0;
  static final int REMOTE_ID = 4;
  static final int QUEUE_PAIR = 12;
  static final int STARTING_PSN = 20;
  static final int RESPONDER_RESOURCES = 24;
  static final int INITIATOR_DEPTH = 25;

  /** 5 bits target ACK delay, 2 bits failover, 1 bit end-to-end flow control. */
  static final int ACK_DELAY = 26;

  /** 3 bits RNR retry count, 1 bit shared receive queue. */
  static final int RNR_RETRY_COUNT = 27;

  static final int ADAPTER_GUID = 28;
  static final int PRIVATE_DATA = 36;
  static final int PRIVATE_DATA_LENGTH = ManagementDatagram.MESSAGE_LENGTH - PRIVATE_DATA;

  /** In {@code failover}: there are no alternate paths. */
  static final int FAILOVER_NOT_SUPPORTED = 1;

  static ConnectionReply get(ByteBuffer buffer, int message) {
    int ackDelay = buffer.get(message + ACK_DELAY) & 0xFF;
    int rnr = buffer.get(message + RNR_RETRY_COUNT) & 0xFF;
    return new ConnectionReply(
        buffer.getInt(message + LOCAL_ID),
        buffer.getInt(message + REMOTE_ID),
        buffer.getInt(message + QUEUE_PAIR) >>> 8,
        buffer.getInt(message + STARTING_PSN) >>> 8,
        buffer.get(message + RESPONDER_RESOURCES) & 0xFF,
        buffer.get(message + INITIATOR_DEPTH) & 0xFF,
        ackDelay >>> 3,
        ackDelay >>> 1 & 3,
        (ackDelay & 1) != 0,
        rnr >>> 5,
        (rnr & 0x10) != 0,
        buffer.getLong(message + ADAPTER_GUID),
        PrivateData.get(buffer, message + PRIVATE_DATA, PRIVATE_DATA_LENGTH));
  }

  @Override
  public int attribute() {
    return ATTRIBUTE;
  }

  @Override
  public void put(ByteBuffer buffer, int message) {
    buffer.putInt(message + LOCAL_ID, localId);
    buffer.putInt(message + REMOTE_ID, remoteId);
    buffer.putInt(message + QUEUE_PAIR, (queuePair & RoceHeaders.MASK_24) << 8);
    buffer.putInt(message + STARTING_PSN, (startingPsn & RoceHeaders.MASK_24) << 8);
    buffer.put(message + RESPONDER_RESOURCES, (byte) responderResources);
    buffer.put(message + INITIATOR_DEPTH, (byte) initiatorDepth);
    buffer.put(
        message + ACK_DELAY,
        (byte) (targetAckDelay << 3 | (failover & 3) << 1 | (flowControl ? 1 : 0)));
    buffer.put(
        message + RNR_RETRY_COUNT, (byte) (rnrRetryCount << 5 | (sharedReceiveQueue ? 0x10 : 0)));
    buffer.putLong(message + ADAPTER_GUID, adapterGuid);
    privateData.put(buffer, message + PRIVATE_DATA, PRIVATE_DATA_LENGTH);
  }
}
