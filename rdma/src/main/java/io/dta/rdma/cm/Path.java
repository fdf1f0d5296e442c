package io.dta.rdma.cm;

import java.nio.ByteBuffer;

/**
 * A path of a request. RoCE has no subnet administration: what counts are the two GIDs, which are
 * IP addresses; the LIDs are the permissive one (specification, annex A16.5.1).
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-------------------------------+-------------------------------+  0
 * |  local LID                    |  remote LID                   |
 * +-------------------------------+-------------------------------+  4
 * |  local GID, 128 bits                                          |
 * +---------------------------------------------------------------+ 20
 * |  remote GID, 128 bits                                         |
 * +---------------------------------------+-----------+-----------+ 36
 * |  flow label                           | reserved  |packet rate|
 * +---------------+---------------+-------+-+-----+---+-----+-----+ 40
 * | traffic class |  hop limit    |  SL   |l| res.|ack time-| res.|
 * +---------------+---------------+-------+-+-----+out------+-----+ 44
 *
 * l subnet local
 * </pre>
 *
 * @param flowLabel 20 bits
 * @param packetRate 6 bits; 0 the port's
 * @param serviceLevel 4 bits
 * @param localAckTimeout within which the sender's requests are acknowledged: 0 to 31, for 4.096 µs
 *     · 2^n
 */
record Path(
    int localLid,
    int remoteLid,
    Gid localGid,
    Gid remoteGid,
    int flowLabel,
    int packetRate,
    int trafficClass,
    int hopLimit,
    int serviceLevel,
    boolean subnetLocal,
    int localAckTimeout) {
  static final int PERMISSIVE_LID = 0xFFFF;

  static final int LOCAL_LID = 0;
  static final int REMOTE_LID = 2;
  static final int LOCAL_GID = 4;
  static final int REMOTE_GID = 20;
  static final int FLOW_LABEL_AND_RATE = 36;
  static final int TRAFFIC_CLASS = 40;
  static final int HOP_LIMIT = 41;

  /** 4 bits service level, 1 bit subnet local. */
  static final int SERVICE_LEVEL = 42;

  /** 5 bits. */
  static final int ACK_TIMEOUT = 43;

  static final int LENGTH = 44;

  private static final int DEFAULT_HOP_LIMIT = 64;

  /** No path: zeros. */
  static final Path NONE = new Path(0, 0, new Gid(0, 0), new Gid(0, 0), 0, 0, 0, 0, 0, false, 0);

  /** A path between two IP addresses. */
  static Path between(Gid local, Gid remote, int localAckTimeout) {
    return new Path(
        PERMISSIVE_LID,
        PERMISSIVE_LID,
        local,
        remote,
        0,
        0,
        0,
        DEFAULT_HOP_LIMIT,
        0,
        false,
        localAckTimeout);
  }

  static Path get(ByteBuffer buffer, int offset) {
    int flow = buffer.getInt(offset + FLOW_LABEL_AND_RATE);
    int serviceLevel = buffer.get(offset + SERVICE_LEVEL) & 0xFF;
    return new Path(
        buffer.getShort(offset + LOCAL_LID) & 0xFFFF,
        buffer.getShort(offset + REMOTE_LID) & 0xFFFF,
        Gid.get(buffer, offset + LOCAL_GID),
        Gid.get(buffer, offset + REMOTE_GID),
        flow >>> 12,
        flow & 0x3F,
        buffer.get(offset + TRAFFIC_CLASS) & 0xFF,
        buffer.get(offset + HOP_LIMIT) & 0xFF,
        serviceLevel >>> 4,
        (serviceLevel & 8) != 0,
        (buffer.get(offset + ACK_TIMEOUT) & 0xFF) >>> 3);
  }

  void put(ByteBuffer buffer, int offset) {
    buffer.putShort(offset + LOCAL_LID, (short) localLid);
    buffer.putShort(offset + REMOTE_LID, (short) remoteLid);
    localGid.put(buffer, offset + LOCAL_GID);
    remoteGid.put(buffer, offset + REMOTE_GID);
    buffer.putInt(offset + FLOW_LABEL_AND_RATE, flowLabel << 12 | (packetRate & 0x3F));
    buffer.put(offset + TRAFFIC_CLASS, (byte) trafficClass);
    buffer.put(offset + HOP_LIMIT, (byte) hopLimit);
    buffer.put(offset + SERVICE_LEVEL, (byte) (serviceLevel << 4 | (subnetLocal ? 8 : 0)));
    buffer.put(offset + ACK_TIMEOUT, (byte) (localAckTimeout << 3));
  }
}
