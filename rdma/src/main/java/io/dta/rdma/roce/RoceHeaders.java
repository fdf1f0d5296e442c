package io.dta.rdma.roce;

/**
 * The headers of a RoCEv2 packet, from the UDP payload on. All integers are big-endian but the
 * iCRC. Offsets of the Base Transport Header count from the start of the UDP payload, those of an
 * extended header from its own start.
 *
 * <p>Base Transport Header, 12 bytes (specification, section 9.2):
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +---------------+-+-+---+-------+-------------------------------+
 * |    opcode     |S|M|pad| TVer  |             P_Key             |
 * +-+-+-----------+-+-+---+-------+-------------------------------+
 * |F|B| reserved  |       destination queue pair                  |
 * +-+-+-----------+-----------------------------------------------+
 * |A|  reserved   |     packet sequence number                    |
 * +-+-------------+-----------------------------------------------+
 * S solicited event, M migration request, pad bytes after the payload,
 * F FECN, B BECN (their byte is masked with ones in the iCRC), A acknowledge request
 * </pre>
 *
 * <p>RDMA Extended Transport Header, 16 bytes (section 9.3.3), of the first packet of a WRITE and
 * of a READ request:
 *
 * <pre>
 *  0               4               8               12
 * +-------------------------------+---------------+---------------+
 * |        virtual address        |     rkey      |    length     |
 * +-------------------------------+---------------+---------------+
 * </pre>
 *
 * <p>Atomic Extended Transport Header, 28 bytes (section 9.3.4):
 *
 * <pre>
 *  0               8       12              20
 * +---------------+-------+---------------+---------------+
 * |virtual address| rkey  | swap or add   |    compare    |
 * +---------------+-------+---------------+---------------+
 * </pre>
 *
 * <p>ACK Extended Transport Header, 4 bytes (section 9.3.5); an ATOMIC ACK has the counter's old
 * value, 8 bytes, after it (AtomicAckETH, section 9.3.6):
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+---+---------+-----------------------------------------------+
 * |0| k |  value  |     message sequence number                   |
 * +-+---+---------+-----------------------------------------------+
 * k 0 ACK (value: credits, 31 none counted), 1 RNR NAK (value: timer), 3 NAK (value: error)
 * </pre>
 *
 * <p>Immediate data, 4 bytes (section 9.3.2), directly before the payload of a WRITE's last packet.
 * The payload is padded with zeros to a multiple of 4 and followed by the {@linkplain Icrc iCRC}, 4
 * bytes.
 */
public final class RoceHeaders {
  /** The UDP port of RoCEv2 (annex A17.3.1). */
  public static final int UDP_PORT = 4791;

  public static final int BTH_OPCODE = 0;
  public static final int BTH_FLAGS = 1;
  public static final int BTH_PARTITION_KEY = 2;

  /** The byte with FECN and BECN, which the iCRC masks. */
  public static final int BTH_CONGESTION = 4;

  /** A 32-bit word: the congestion byte and the 24-bit number of the destination queue pair. */
  public static final int BTH_QUEUE_PAIR = 4;

  /** A 32-bit word: acknowledge request, 7 reserved bits, the 24-bit PSN. */
  public static final int BTH_PSN = 8;

  public static final int BTH_LENGTH = 12;

  public static final int RETH_ADDRESS = 0;
  public static final int RETH_RKEY = 8;
  public static final int RETH_DMA_LENGTH = 12;
  public static final int RETH_LENGTH = 16;

  public static final int ATOMIC_ADDRESS = 0;
  public static final int ATOMIC_RKEY = 8;
  public static final int ATOMIC_SWAP_OR_ADD = 12;
  public static final int ATOMIC_COMPARE = 20;
  public static final int ATOMIC_LENGTH = 28;

  public static final int AETH_LENGTH = 4;
  public static final int ATOMIC_ACK_LENGTH = 8;
  public static final int IMMEDIATE_LENGTH = 4;
  public static final int ICRC_LENGTH = 4;

  /** What a packet has at most around its payload: BTH, RETH, immediate, padding and iCRC. */
  public static final int MAX_OVERHEAD =
      BTH_LENGTH + RETH_LENGTH + IMMEDIATE_LENGTH + 3 + ICRC_LENGTH;

  /** The largest path MTU, in bytes of payload. */
  public static final int MAX_PATH_MTU = 4096;

  /** The longest UDP payload of a well-formed packet. */
  public static final int MAX_PACKET = MAX_PATH_MTU + 44;

  /**
   * Flag in {@link #BTH_FLAGS}: migration request; hardware sets it in the migrated state, which is
   * the usual one.
   */
  public static final int MIGRATION_REQUEST = 0x40;

  /** Flag in the PSN's word: the responder is asked for an acknowledgement. */
  public static final int ACKNOWLEDGE_REQUEST = 0x8000_0000;

  /** The default partition, full membership. */
  public static final int DEFAULT_PARTITION_KEY = 0xFFFF;

  /**
   * The bits of a P_Key that must agree; the other one says full or limited membership (section
   * 10.9.1.1).
   */
  public static final int PARTITION_MASK = 0x7FFF;

  /** Queue pair numbers, PSNs and MSNs have 24 bits. */
  public static final int MASK_24 = 0xFF_FFFF;

  // Opcodes (section 9.2.1, table 38): 0x00 and up for RC, 0x20 and up for UC.
  public static final int RC_SEND_FIRST = 0x00;
  public static final int RC_SEND_ONLY_WITH_IMMEDIATE = 0x05;
  public static final int RC_WRITE_FIRST = 0x06;
  public static final int RC_WRITE_MIDDLE = 0x07;
  public static final int RC_WRITE_LAST = 0x08;
  public static final int RC_WRITE_LAST_WITH_IMMEDIATE = 0x09;
  public static final int RC_WRITE_ONLY = 0x0A;
  public static final int RC_WRITE_ONLY_WITH_IMMEDIATE = 0x0B;
  public static final int RC_READ_REQUEST = 0x0C;
  public static final int RC_READ_RESPONSE_FIRST = 0x0D;
  public static final int RC_READ_RESPONSE_MIDDLE = 0x0E;
  public static final int RC_READ_RESPONSE_LAST = 0x0F;
  public static final int RC_READ_RESPONSE_ONLY = 0x10;
  public static final int RC_ACKNOWLEDGE = 0x11;
  public static final int RC_ATOMIC_ACKNOWLEDGE = 0x12;
  public static final int RC_COMPARE_SWAP = 0x13;
  public static final int RC_FETCH_ADD = 0x14;

  /** Added to the opcode of an RC WRITE it makes that of the UC one. */
  public static final int UC = 0x20;

  public static final int UC_WRITE_FIRST = UC + RC_WRITE_FIRST;
  public static final int UC_WRITE_MIDDLE = UC + RC_WRITE_MIDDLE;
  public static final int UC_WRITE_LAST = UC + RC_WRITE_LAST;
  public static final int UC_WRITE_LAST_WITH_IMMEDIATE = UC + RC_WRITE_LAST_WITH_IMMEDIATE;
  public static final int UC_WRITE_ONLY = UC + RC_WRITE_ONLY;
  public static final int UC_WRITE_ONLY_WITH_IMMEDIATE = UC + RC_WRITE_ONLY_WITH_IMMEDIATE;

  /** Congestion notification packet (annex A17.9.3): a BTH with BECN and 16 bytes of zeros. */
  public static final int CONGESTION_NOTIFICATION = 0x81;

  /** The zeros of a congestion notification packet. */
  public static final int CONGESTION_NOTIFICATION_RESERVED = 16;

  /** Flag in {@link #BTH_CONGESTION}: backward explicit congestion notification. */
  public static final int BECN = 0x40;

  // AETH syndromes (section 9.7.5.1.2, table 46 and section 9.7.5.2).
  /** ACK without an end-to-end credit count. */
  public static final int ACK = 0x1F;

  public static final int RNR_NAK = 0x20;
  public static final int NAK_SEQUENCE_ERROR = 0x60;
  public static final int NAK_INVALID_REQUEST = 0x61;
  public static final int NAK_REMOTE_ACCESS_ERROR = 0x62;
  public static final int NAK_REMOTE_OPERATIONAL_ERROR = 0x63;

  private RoceHeaders() {}

  /** The low 24 bits of {@code psn + packets}. */
  public static int addPsn(int psn, int packets) {
    return (psn + packets) & MASK_24;
  }

  /**
   * How far {@code psn} is ahead of {@code reference} modulo 2^24: −2^23 to 2^23 − 1; negative
   * where it is behind (section 9.7.1).
   */
  public static int psnDistance(int psn, int reference) {
    return (psn - reference) << 8 >> 8;
  }

  /** Bytes of zeros that follow a payload of this length. */
  public static int padding(int payloadLength) {
    return -payloadLength & 3;
  }

  /** Whether a path MTU is one of 256, 512, 1024, 2048 and 4096. */
  public static boolean isPathMtu(int bytes) {
    return bytes >= 256 && bytes <= MAX_PATH_MTU && Integer.bitCount(bytes) == 1;
  }
}
