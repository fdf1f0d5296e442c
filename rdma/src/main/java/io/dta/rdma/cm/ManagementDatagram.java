package io.dta.rdma.cm;

import io.dta.rdma.roce.RoceHeaders;

/**
 * Where the fields of a management datagram (MAD) of communication management are, in a RoCEv2
 * packet to queue pair 1. All integers are big-endian.
 *
 * <p>Offsets count from the Base Transport Header, which is followed by the Datagram Extended
 * Transport Header (specification, section 9.3.2), the common MAD header (section 13.4.2) and a
 * message of 232 bytes; the whole datagram has 256 bytes whatever the message.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +---------------------------------------------------------------+  0
 * |  Base Transport Header: opcode 0x64 (UD SEND only), queue     |
 * |  pair 1                                                       |
 * +---------------------------------------------------------------+ 12
 * |  Q_Key 0x80010000                                             |
 * +---------------+-----------------------------------------------+ 16
 * |  reserved     |  source queue pair, 1                         |
 * +===============+===============+===============+===============+ 20
 * | base version 1| class 0x07    | version 2     | method 0x03   |
 * +---------------+---------------+---------------+---------------+ 24
 * |  status 0                     |  class specific 0             |
 * +-------------------------------+-------------------------------+ 28
 * |  transaction identifier, 64 bits                              |
 * |                                                               |
 * +-------------------------------+-------------------------------+ 36
 * |  attribute: the message       |  reserved                     |
 * +-------------------------------+-------------------------------+ 40
 * |  attribute modifier 0                                         |
 * +===============================================================+ 44
 * |  message, 232 bytes                                           |
 * </pre>
 */
final class ManagementDatagram {
  /** Unreliable datagram, SEND only. */
  static final int OPCODE = 0x64;

  /** The queue pair of general services, on both sides. */
  static final int QUEUE_PAIR = 1;

  /** The Q_Key of every queue pair 1 (section 10.2.5). */
  static final int GENERAL_SERVICES_Q_KEY = 0x8001_0000;

  static final int Q_KEY = RoceHeaders.BTH_LENGTH;
  static final int SOURCE_QUEUE_PAIR = Q_KEY + 4;

  static final int BASE_VERSION = SOURCE_QUEUE_PAIR + 4;
  static final int CLASS = BASE_VERSION + 1;
  static final int CLASS_VERSION = BASE_VERSION + 2;
  static final int METHOD = BASE_VERSION + 3;
  static final int STATUS = BASE_VERSION + 4;
  static final int CLASS_SPECIFIC = BASE_VERSION + 6;
  static final int TRANSACTION_ID = BASE_VERSION + 8;
  static final int ATTRIBUTE = BASE_VERSION + 16;
  static final int ATTRIBUTE_MODIFIER = BASE_VERSION + 20;
  static final int MESSAGE = BASE_VERSION + 24;

  static final int MESSAGE_LENGTH = 232;

  /** From the BTH up to the iCRC. */
  static final int PACKET_LENGTH = MESSAGE + MESSAGE_LENGTH;

  /** Base version 1, class 0x07, class version 2 and method 0x03, Send: one word (section 16.7). */
  static final int COMMUNICATION_MANAGEMENT_SEND = 0x0107_0203;

  private ManagementDatagram() {}
}
