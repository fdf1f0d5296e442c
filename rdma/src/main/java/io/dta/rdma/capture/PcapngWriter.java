package io.dta.rdma.capture;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;

/**
 * Writes one section of a pcapng file (draft-ietf-opsawg-pcapng) with one interface whose packets
 * begin with an IP header. Blocks are big-endian and collected in a buffer; what is in the file
 * ends with a whole block, even where the disk was full.
 *
 * <p>Enhanced Packet Block (section 4.3):
 *
 * <pre>
 *  0               1               2               3
 * +---------------------------------------------------------------+
 * |                     block type = 0x00000006                   |
 * +---------------------------------------------------------------+
 * |                      block total length                       |
 * +---------------------------------------------------------------+
 * |                       interface number                        |
 * +---------------------------------------------------------------+
 * |                     time stamp, upper half                    |
 * +---------------------------------------------------------------+
 * |                     time stamp, lower half                    |
 * +---------------------------------------------------------------+
 * |                    captured packet length                     |
 * +---------------------------------------------------------------+
 * |                    original packet length                     |
 * +---------------------------------------------------------------+
 * |                packet data, padded to 32 bits                 |
 * +---------------------------------------------------------------+
 * |       epb_flags = 2           |         length = 4            |
 * +---------------------------------------------------------------+
 * |                            ...              | 01 in, 10 out   |
 * +---------------------------------------------------------------+
 * |       opt_endofopt = 0        |         length = 0            |
 * +---------------------------------------------------------------+
 * |                      block total length                       |
 * +---------------------------------------------------------------+
 * </pre>
 *
 * <p>For one thread.
 */
final class PcapngWriter implements AutoCloseable {
  /** Packets begin with an IP header, whose version says which (LINKTYPE_RAW). */
  private static final int LINK_TYPE_RAW = 101;

  private static final int SECTION_HEADER = 0x0A0D_0D0A;
  private static final int INTERFACE_DESCRIPTION = 1;
  private static final int INTERFACE_STATISTICS = 5;
  private static final int ENHANCED_PACKET = 6;

  private static final int BYTE_ORDER_MAGIC = 0x1A2B_3C4D;
  private static final int MAJOR_VERSION = 1;
  private static final int MINOR_VERSION = 0;
  private static final long LENGTH_NOT_KNOWN = -1;

  private static final int OPTION_SECTION_APPLICATION = 4;
  private static final int OPTION_INTERFACE_NAME = 2;
  private static final int OPTION_TIME_RESOLUTION = 9;
  private static final int OPTION_PACKET_FLAGS = 2;
  private static final int OPTION_PACKETS_RECEIVED = 4;
  private static final int OPTION_PACKETS_DROPPED = 5;

  /** Time stamps count units of 10^-9 s. */
  private static final byte NANOSECONDS = 9;

  private static final int INBOUND = 1;
  private static final int OUTBOUND = 2;

  /** What an Enhanced Packet Block has around the padded packet. */
  private static final int PACKET_OVERHEAD = 28 + 8 + 4 + 4;

  private static final int BUFFER = 1 << 20;

  private final FileChannel channel;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
  private long inFile;
  private int packetsInBuffer;
  private int lostPackets;

  /** Begins a section. */
  PcapngWriter(FileChannel channel, String interfaceName) {
    this.channel = channel;
    int section = begin(SECTION_HEADER);
    buffer.putInt(BYTE_ORDER_MAGIC).putShort((short) MAJOR_VERSION).putShort((short) MINOR_VERSION);
    buffer.putLong(LENGTH_NOT_KNOWN);
    option(OPTION_SECTION_APPLICATION, "dta");
    endWithOptions(section);
    int description = begin(INTERFACE_DESCRIPTION);
    buffer.putShort((short) LINK_TYPE_RAW).putShort((short) 0).putInt(0);
    option(OPTION_INTERFACE_NAME, interfaceName);
    option(OPTION_TIME_RESOLUTION, 1).put(NANOSECONDS).put(new byte[3]);
    endWithOptions(description);
  }

  /** What a packet takes in the file. */
  static int blockLength(int packetLength) {
    return PACKET_OVERHEAD + padded(packetLength);
  }

  /**
   * Writes a packet.
   *
   * @param timeNs since the epoch
   * @param packet from its position to its limit, 65,575 bytes at most; both are left alone
   */
  void packet(long timeNs, boolean outbound, ByteBuffer packet) throws IOException {
    int length = packet.remaining();
    if (buffer.remaining() < blockLength(length)) {
      flush();
    }
    int block = begin(ENHANCED_PACKET);
    buffer.putInt(0).putInt((int) (timeNs >>> 32)).putInt((int) timeNs);
    buffer.putInt(length).putInt(length);
    buffer.put(buffer.position(), packet, packet.position(), length);
    buffer.position(buffer.position() + length);
    pad(length);
    option(OPTION_PACKET_FLAGS, Integer.BYTES).putInt(outbound ? OUTBOUND : INBOUND);
    endWithOptions(block);
    packetsInBuffer++;
  }

  /** Writes how many packets there were and how many of them are not in the file. */
  void statistics(long timeNs, long packets, long missed) throws IOException {
    if (buffer.remaining() < 64) {
      flush();
    }
    int block = begin(INTERFACE_STATISTICS);
    buffer.putInt(0).putInt((int) (timeNs >>> 32)).putInt((int) timeNs);
    option(OPTION_PACKETS_RECEIVED, Long.BYTES).putLong(packets);
    option(OPTION_PACKETS_DROPPED, Long.BYTES).putLong(missed);
    endWithOptions(block);
  }

  /** How long the file is, with what is still to be flushed. */
  long length() {
    return inFile + buffer.position();
  }

  /**
   * Writes what is in the buffer.
   *
   * @throws IOException where it cannot be written; the file then ends where it did before
   */
  void flush() throws IOException {
    int length = buffer.position();
    buffer.flip();
    try {
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      inFile += length;
    } catch (IOException e) {
      lostPackets += packetsInBuffer;
      channel.truncate(inFile);
      throw e;
    } finally {
      packetsInBuffer = 0;
      buffer.clear();
    }
  }

  /** Packets that were in the buffer when it could not be written. */
  int lostPackets() {
    return lostPackets;
  }

  private int begin(int type) {
    int start = buffer.position();
    buffer.putInt(type).putInt(0);
    return start;
  }

  private void endWithOptions(int start) {
    buffer.putInt(0);
    int length = buffer.position() + Integer.BYTES - start;
    buffer.putInt(length).putInt(start + Integer.BYTES, length);
  }

  private ByteBuffer option(int code, int length) {
    return buffer.putShort((short) code).putShort((short) length);
  }

  private void option(int code, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    option(code, bytes.length).put(bytes);
    pad(bytes.length);
  }

  private void pad(int length) {
    for (int i = length; i < padded(length); i++) {
      buffer.put((byte) 0);
    }
  }

  private static int padded(int length) {
    return (length + 3) & ~3;
  }

  /** Closes the file, without what was not flushed. */
  @Override
  public void close() throws IOException {
    channel.close();
  }
}
