package io.dta.rdma.cm;

import static io.dta.rdma.cm.ManagementDatagram.ATTRIBUTE;
import static io.dta.rdma.cm.ManagementDatagram.BASE_VERSION;
import static io.dta.rdma.cm.ManagementDatagram.COMMUNICATION_MANAGEMENT_SEND;
import static io.dta.rdma.cm.ManagementDatagram.GENERAL_SERVICES_Q_KEY;
import static io.dta.rdma.cm.ManagementDatagram.MESSAGE;
import static io.dta.rdma.cm.ManagementDatagram.OPCODE;
import static io.dta.rdma.cm.ManagementDatagram.PACKET_LENGTH;
import static io.dta.rdma.cm.ManagementDatagram.QUEUE_PAIR;
import static io.dta.rdma.cm.ManagementDatagram.Q_KEY;
import static io.dta.rdma.cm.ManagementDatagram.SOURCE_QUEUE_PAIR;
import static io.dta.rdma.cm.ManagementDatagram.TRANSACTION_ID;

import io.dta.rdma.roce.PacketWriter;
import io.dta.rdma.roce.RoceHeaders;
import java.nio.ByteBuffer;

/**
 * A message of communication management (specification, section 12.6).
 *
 * <p>Reserved bits are not looked at and written as zeros. Load alternate path (LAP, APR) and
 * service identifier resolution (SIDR) are not messages of ours: RoCE has no alternate paths, and
 * no unreliable datagrams are served.
 */
sealed interface CmMessage
    permits ConnectionRequest,
        ConnectionReply,
        ReadyToUse,
        Rejection,
        ReceiptAcknowledged,
        DisconnectionRequest,
        DisconnectionReply {
  /** Which message of a connection a REJ or MRA is about: 2 bits. */
  int ABOUT_REQUEST = 0;

  int ABOUT_REPLY = 1;
  int ABOUT_ANOTHER = 2;

  /** The attribute that stands for the message. */
  int attribute();

  /** The sender's identifier of the connection; 0 where it has none. */
  int localId();

  /** The receiver's identifier of the connection; 0 where the sender does not know one. */
  int remoteId();

  /** Writes the fields that are not 0 into a message of zeros. */
  void put(ByteBuffer buffer, int message);

  /** Reads the message of a datagram, or answers null where it is none of those above. */
  static CmMessage get(int attribute, ByteBuffer buffer, int message) {
    return switch (attribute) {
      case ConnectionRequest.ATTRIBUTE -> ConnectionRequest.get(buffer, message);
      case ConnectionReply.ATTRIBUTE -> ConnectionReply.get(buffer, message);
      case ReadyToUse.ATTRIBUTE -> ReadyToUse.get(buffer, message);
      case Rejection.ATTRIBUTE -> Rejection.get(buffer, message);
      case ReceiptAcknowledged.ATTRIBUTE -> ReceiptAcknowledged.get(buffer, message);
      case DisconnectionRequest.ATTRIBUTE -> DisconnectionRequest.get(buffer, message);
      case DisconnectionReply.ATTRIBUTE -> DisconnectionReply.get(buffer, message);
      default -> null;
    };
  }

  /**
   * Writes the whole packet but its iCRC.
   *
   * @return its length
   */
  default int putPacket(ByteBuffer packet, int offset, int psn, long transactionId) {
    PacketWriter.pad(packet, offset, PACKET_LENGTH);
    PacketWriter.bth(
        packet,
        offset,
        OPCODE,
        RoceHeaders.MIGRATION_REQUEST,
        QUEUE_PAIR,
        psn & RoceHeaders.MASK_24);
    packet.putInt(offset + Q_KEY, GENERAL_SERVICES_Q_KEY);
    packet.putInt(offset + SOURCE_QUEUE_PAIR, QUEUE_PAIR);
    packet.putInt(offset + BASE_VERSION, COMMUNICATION_MANAGEMENT_SEND);
    packet.putLong(offset + TRANSACTION_ID, transactionId);
    packet.putShort(offset + ATTRIBUTE, (short) attribute());
    put(packet, offset + MESSAGE);
    return PACKET_LENGTH;
  }
}
