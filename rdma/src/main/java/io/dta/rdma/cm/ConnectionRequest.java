package io.dta.rdma.cm;

import io.dta.rdma.roce.RoceHeaders;
import java.nio.ByteBuffer;

/**
 * REQ: the requester's end of a connection that it asks for (specification, section 12.6.5).
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +---------------------------------------------------------------+  0
 * |  local id                                                     |
 * +---------------------------------------------------------------+  4
 * |  reserved                                                     |
 * +---------------------------------------------------------------+  8
 * |  service identifier, 64 bits                                  |
 * +---------------------------------------------------------------+ 16
 * |  GUID of the channel adapter, 64 bits                         |
 * +---------------------------------------------------------------+ 24
 * |  reserved                                                     |
 * +---------------------------------------------------------------+ 28
 * |  Q_Key, of reliable datagram alone                            |
 * +-----------------------------------------------+---------------+ 32
 * |  queue pair                                   |resp. resources|
 * +-----------------------------------------------+---------------+ 36
 * |  end-to-end context, of reliable datagram     |initiator depth|
 * +-----------------------------------------------+---------+---+-+ 40
 * |  remote end-to-end context, likewise          |remote t.|srv|f|
 * +-----------------------------------------------+---------+---+-+ 44
 * |  starting PSN                                 |local t. |retry|
 * +-------------------------------+-------+-+-----+-------+-+-----+ 48
 * |  P_Key                        |  MTU  |d| rnr |CM ret.|s|ext. |
 * +-------------------------------+-------+-+-----+-------+-+-----+ 52
 * |  primary path, 44 bytes, see Path                             |
 * +---------------------------------------------------------------+ 96
 * |  alternate path, 44 bytes; zeros where there is none          |
 * +---------------------------------------------------------------+ 140
 * |  private data, 92 bytes                                       |
 *
 * remote t., local t. CM response time-outs, srv transport service, f end-to-end flow control,
 * retry of the receiver's requests, d reliable datagram channel exists, rnr retry likewise,
 * CM ret. how often CM messages are sent again, s shared receive queue, ext. extended transport
 * </pre>
 *
 * @param localId the sender's identifier of the connection
 * @param serviceId what is asked for, see {@link ServiceId}
 * @param adapterGuid with the queue pair it tells requesters apart
 * @param queuePair the sender's, 24 bits
 * @param responderResources how many READs and atomics the receiver may have outstanding
 * @param initiatorDepth how many the sender wants to have outstanding
 * @param remoteResponseTimeout within which the receiver is to answer CM messages: 0 to 31, for
 *     4.096 µs · 2^n
 * @param service {@link #SERVICE_RC}, {@link #SERVICE_UC}, 2 RD, 3 another
 * @param startingPsn of the <em>receiver's</em> first request, 24 bits (section 12.7.31)
 * @param localResponseTimeout within which the sender answers CM messages, likewise
 * @param retryCount how often the receiver should send again what is not acknowledged, 0 to 7
 * @param pathMtu its code: 1 for 256 bytes, 2 for 512, 3 for 1024, 4 for 2048, 5 for 4096
 * @param rnrRetryCount how often the receiver should send again after an RNR NAK; 7 without limit
 * @param maxRetries how often either side may send a REQ, REP or DREQ again, 0 to 15
 * @param extendedTransport 3 bits: 1 XRC, where the service is 3
 * @param privateData with the {@link IpAddressing} of RDMA CM first
 */
record ConnectionRequest(
    int localId,
    long serviceId,
    long adapterGuid,
    int queuePair,
    int responderResources,
    int initiatorDepth,
    int remoteResponseTimeout,
    int service,
    boolean flowControl,
    int startingPsn,
    int localResponseTimeout,
    int retryCount,
    int partitionKey,
    int pathMtu,
    int rnrRetryCount,
    int maxRetries,
    boolean sharedReceiveQueue,
    int extendedTransport,
    Path primary,
    Path alternate,
    PrivateData privateData)
    implements CmMessage {
  static final int ATTRIBUTE = 0x0010;

  static final int LOCAL_ID = 0;
  static final int SERVICE_ID = 8;
  static final int ADAPTER_GUID = 16;
  static final int QUEUE_PAIR = 32;
  static final int RESPONDER_RESOURCES = 35;
  static final int INITIATOR_DEPTH = 39;

  /** 5 bits remote CM response time-out, 2 bits transport service, 1 bit flow control. */
  static final int REMOTE_RESPONSE_TIMEOUT = 43;

  static final int STARTING_PSN = 44;

  /** 5 bits local CM response time-out, 3 bits retry count. */
  static final int LOCAL_RESPONSE_TIMEOUT = 47;

  static final int PARTITION_KEY = 48;

  /** 4 bits path MTU, 1 bit reliable datagram channel exists, 3 bits RNR retry count. */
  static final int PATH_MTU = 50;

  /** 4 bits CM retries, 1 bit shared receive queue, 3 bits extended transport. */
  static final int MAX_RETRIES = 51;

  static final int PRIMARY_PATH = 52;
  static final int ALTERNATE_PATH = PRIMARY_PATH + Path.LENGTH;
  static final int PRIVATE_DATA = ALTERNATE_PATH + Path.LENGTH;
  static final int PRIVATE_DATA_LENGTH = ManagementDatagram.MESSAGE_LENGTH - PRIVATE_DATA;

  static final int SERVICE_RC = 0;
  static final int SERVICE_UC = 1;

  static ConnectionRequest get(ByteBuffer buffer, int message) {
    int queuePair = buffer.getInt(message + QUEUE_PAIR);
    int remoteTimeout = buffer.get(message + REMOTE_RESPONSE_TIMEOUT) & 0xFF;
    int localTimeout = buffer.get(message + LOCAL_RESPONSE_TIMEOUT) & 0xFF;
    int pathMtu = buffer.get(message + PATH_MTU) & 0xFF;
    int maxRetries = buffer.get(message + MAX_RETRIES) & 0xFF;
    return new ConnectionRequest(
        buffer.getInt(message + LOCAL_ID),
        buffer.getLong(message + SERVICE_ID),
        buffer.getLong(message + ADAPTER_GUID),
        queuePair >>> 8,
        queuePair & 0xFF,
        buffer.get(message + INITIATOR_DEPTH) & 0xFF,
        remoteTimeout >>> 3,
        remoteTimeout >>> 1 & 3,
        (remoteTimeout & 1) != 0,
        buffer.getInt(message + STARTING_PSN) >>> 8,
        localTimeout >>> 3,
        localTimeout & 7,
        buffer.getShort(message + PARTITION_KEY) & 0xFFFF,
        pathMtu >>> 4,
        pathMtu & 7,
        maxRetries >>> 4,
        (maxRetries & 8) != 0,
        maxRetries & 7,
        Path.get(buffer, message + PRIMARY_PATH),
        Path.get(buffer, message + ALTERNATE_PATH),
        PrivateData.get(buffer, message + PRIVATE_DATA, PRIVATE_DATA_LENGTH));
  }

  /** 0: the receiver has no identifier of the connection yet. */
  @Override
  public int remoteId() {
    return 0;
  }

  @Override
  public int attribute() {
    return ATTRIBUTE;
  }

  @Override
  public void put(ByteBuffer buffer, int message) {
    buffer.putInt(message + LOCAL_ID, localId);
    buffer.putLong(message + SERVICE_ID, serviceId);
    buffer.putLong(message + ADAPTER_GUID, adapterGuid);
    buffer.putInt(
        message + QUEUE_PAIR, (queuePair & RoceHeaders.MASK_24) << 8 | (responderResources & 0xFF));
    buffer.put(message + INITIATOR_DEPTH, (byte) initiatorDepth);
    buffer.put(
        message + REMOTE_RESPONSE_TIMEOUT,
        (byte) (remoteResponseTimeout << 3 | (service & 3) << 1 | (flowControl ? 1 : 0)));
    buffer.putInt( // The time-out's byte is the word's last.
        message + STARTING_PSN,
        (startingPsn & RoceHeaders.MASK_24) << 8
            | (localResponseTimeout & 0x1F) << 3
            | (retryCount & 7));
    buffer.putShort(message + PARTITION_KEY, (short) partitionKey);
    buffer.put(message + PATH_MTU, (byte) (pathMtu << 4 | (rnrRetryCount & 7)));
    buffer.put(
        message + MAX_RETRIES,
        (byte) (maxRetries << 4 | (sharedReceiveQueue ? 8 : 0) | (extendedTransport & 7)));
    primary.put(buffer, message + PRIMARY_PATH);
    alternate.put(buffer, message + ALTERNATE_PATH);
    privateData.put(buffer, message + PRIVATE_DATA, PRIVATE_DATA_LENGTH);
  }

  /** The code of a path MTU in bytes. */
  static int pathMtuCode(int bytes) {
    return Integer.numberOfTrailingZeros(bytes) - 7;
  }

  /** The path MTU that a code stands for, in bytes; 0 where it stands for none. */
  static int pathMtuBytes(int code) {
    return code >= 1 && code <= 5 ? 128 << code : 0;
  }
}
