package io.dta.rdma.udp;

import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/**
 * Datagrams that wait to be sent, in the form that {@code sendmmsg} takes: an array of messages,
 * each with its address, one piece of memory and, where the kernel is to cut several datagrams of
 * one length off it, that length ({@code UDP_SEGMENT}).
 *
 * <p>A message takes further datagrams while they go to the same destination and have the length of
 * its first; a shorter one may be its last.
 *
 * <p>{@code struct mmsghdr}, 64 bytes; {@code struct iovec}, 16; {@code struct cmsghdr}, 16 and the
 * value:
 *
 * <pre>
 *  0       8       16      24      32        40          48      52      56       60
 * +-------+-------+-------+-------+---------+-----------+-------+-------+--------+
 * | name  |length | iovec | count | control | length    | flags |       | length |  mmsghdr
 * +-------+-------+-------+-------+---------+-----------+-------+-------+--------+
 * | base  |length |  iovec      | length  | level | type | value |  cmsghdr
 * +-------+-------+             +---------+-------+------+-------+
 * </pre>
 */
final class OutgoingBatch {
  static final int HEADER = 64;
  static final int NAME = 0;
  static final int NAME_LENGTH = 8;
  static final int VECTOR = 16;
  static final int VECTOR_COUNT = 24;
  static final int CONTROL = 32;
  static final int CONTROL_LENGTH = 40;
  static final int MESSAGE_LENGTH = 56;
  static final int VECTOR_STRIDE = 16;
  static final int CONTROL_LEVEL = 8;
  static final int CONTROL_TYPE = 12;
  static final int CONTROL_VALUE = 16;
  static final int CONTROL_STRIDE = 64;

  /** How many datagrams the kernel cuts off one message (UDP_MAX_SEGMENTS). */
  static final int MAX_SEGMENTS = 64;

  /** The longest IP packet less IPv6 and UDP headers. */
  private static final int MAX_MESSAGE_BYTES = 65535 - 40 - 8;

  private static final int MESSAGES = 64;
  private static final int BYTES = 256 << 10;

  /** The length of a control message with a 16-bit value, and of its place. */
  private static final int SEGMENT_CONTROL_LENGTH = CONTROL_VALUE + Short.BYTES;

  private static final int SEGMENT_CONTROL_SPACE = CONTROL_VALUE + Long.BYTES;

  private final LinuxSocket socket;
  private final SocketAddresses addresses;
  private final ByteBuffer headers = SocketAddresses.nativeBuffer(MESSAGES * HEADER);
  private final ByteBuffer names = SocketAddresses.nativeBuffer(MESSAGES * SocketAddresses.STRIDE);
  private final ByteBuffer vectors = SocketAddresses.nativeBuffer(MESSAGES * VECTOR_STRIDE);
  private final ByteBuffer controls = SocketAddresses.nativeBuffer(MESSAGES * CONTROL_STRIDE);
  private final ByteBuffer bytes = SocketAddresses.nativeBuffer(BYTES);
  private final long headersAddress = MemorySegment.ofBuffer(headers).address();
  private final long bytesAddress = MemorySegment.ofBuffer(bytes).address();
  private final int[] datagrams = new int[MESSAGES];

  private boolean segmentation;

  /** The first message not sent, and how many there are in all. */
  private int first;

  private int count;

  /** How many bytes of {@link #bytes} are taken. */
  private int used;

  // The last message, while it may take more.
  private boolean open;
  private InetSocketAddress destination;
  private int segment;
  private int messageBytes;

  OutgoingBatch(LinuxSocket socket, SocketAddresses addresses, boolean segmentation) {
    this.socket = socket;
    this.addresses = addresses;
    this.segmentation = segmentation;
    long namesAddress = MemorySegment.ofBuffer(names).address();
    long vectorsAddress = MemorySegment.ofBuffer(vectors).address();
    long controlsAddress = MemorySegment.ofBuffer(controls).address();
    for (int i = 0; i < MESSAGES; i++) {
      int header = i * HEADER;
      headers.putLong(header + NAME, namesAddress + (long) i * SocketAddresses.STRIDE);
      headers.putInt(header + NAME_LENGTH, addresses.length());
      headers.putLong(header + VECTOR, vectorsAddress + (long) i * VECTOR_STRIDE);
      headers.putLong(header + VECTOR_COUNT, 1);
      headers.putLong(header + CONTROL, controlsAddress + (long) i * CONTROL_STRIDE);
      int control = i * CONTROL_STRIDE;
      controls.putLong(control, SEGMENT_CONTROL_LENGTH);
      controls.putInt(control + CONTROL_LEVEL, LinuxSocket.SOL_UDP);
      controls.putInt(control + CONTROL_TYPE, LinuxSocket.UDP_SEGMENT);
    }
  }

  /** The place in its message that a datagram will get if it is the next one. */
  int nextPlace(int length, InetSocketAddress to) {
    return joins(length, to) ? datagrams[count - 1] : 0;
  }

  private boolean joins(int length, InetSocketAddress to) {
    return open
        && length <= segment
        && length > 0
        && messageBytes + length <= MAX_MESSAGE_BYTES
        && used + length <= BYTES
        && to.equals(destination);
  }

  /**
   * Whether a datagram that begins a message has room.
   *
   * @param length at most 65,507
   */
  boolean hasRoom(int length) {
    return count < MESSAGES && used + length <= BYTES;
  }

  /**
   * Takes a datagram into the last message where it fits there.
   *
   * @return false where it does not
   */
  boolean join(ByteBuffer from, int offset, int length, InetSocketAddress to) {
    if (!joins(length, to)) {
      return false;
    }
    copy(from, offset, length);
    int message = count - 1;
    messageBytes += length;
    datagrams[message]++;
    vectors.putLong(message * VECTOR_STRIDE + Long.BYTES, messageBytes);
    headers.putLong(message * HEADER + CONTROL_LENGTH, SEGMENT_CONTROL_SPACE);
    open = length == segment && datagrams[message] < MAX_SEGMENTS;
    return true;
  }

  /** Takes a datagram into a message of its own, for which there is room. */
  void begin(ByteBuffer from, int offset, int length, InetSocketAddress to) {
    int message = count;
    addresses.write(to, names, message * SocketAddresses.STRIDE);
    vectors.putLong(message * VECTOR_STRIDE, bytesAddress + used);
    vectors.putLong(message * VECTOR_STRIDE + Long.BYTES, length);
    headers.putLong(message * HEADER + CONTROL_LENGTH, 0);
    controls.putShort(message * CONTROL_STRIDE + CONTROL_VALUE, (short) length);
    copy(from, offset, length);
    datagrams[message] = 1;
    count++;
    open = segmentation && length > 0;
    destination = to;
    segment = length;
    messageBytes = length;
  }

  private void copy(ByteBuffer from, int offset, int length) {
    bytes.put(used, from, offset, length);
    used += length;
  }

  /**
   * Sends until the system has no room.
   *
   * @return how many datagrams it refused, which are gone
   */
  int send() {
    int refused = 0;
    while (first < count) {
      int result = socket.send(headersAddress + (long) first * HEADER, count - first);
      if (result > 0) {
        first += result;
      } else if (result == -LinuxSocket.EAGAIN || result == -LinuxSocket.ENOBUFS) {
        return refused;
      } else if (result != -LinuxSocket.EINTR) {
        refused += datagrams[first];
        if (datagrams[first] > 1 && result == -LinuxSocket.EIO) {
          // The device cannot compute checksums, so the kernel does not cut for it either.
          segmentation = false;
        }
        first++;
      }
    }
    first = 0;
    count = 0;
    used = 0;
    open = false;
    return refused;
  }

  boolean isEmpty() {
    return count == 0;
  }
}
