package io.dta.rdma.udp;

import static io.dta.rdma.udp.OutgoingBatch.CONTROL;
import static io.dta.rdma.udp.OutgoingBatch.CONTROL_LENGTH;
import static io.dta.rdma.udp.OutgoingBatch.CONTROL_LEVEL;
import static io.dta.rdma.udp.OutgoingBatch.CONTROL_STRIDE;
import static io.dta.rdma.udp.OutgoingBatch.CONTROL_TYPE;
import static io.dta.rdma.udp.OutgoingBatch.CONTROL_VALUE;
import static io.dta.rdma.udp.OutgoingBatch.HEADER;
import static io.dta.rdma.udp.OutgoingBatch.MESSAGE_LENGTH;
import static io.dta.rdma.udp.OutgoingBatch.NAME;
import static io.dta.rdma.udp.OutgoingBatch.NAME_LENGTH;
import static io.dta.rdma.udp.OutgoingBatch.VECTOR;
import static io.dta.rdma.udp.OutgoingBatch.VECTOR_COUNT;
import static io.dta.rdma.udp.OutgoingBatch.VECTOR_STRIDE;

import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Datagrams that {@code recvmmsg} has brought and nobody has taken yet. A message is one datagram
 * or, where the kernel has joined those of one sender and length ({@code UDP_GRO}), several, of
 * which the last may be shorter.
 */
final class IncomingBatch {
  private static final int MESSAGES = 16;

  /**
   * The longest message, and an odd number of cache lines more, so that their first lines lie in
   * different cache sets.
   */
  private static final int STRIDE = (64 << 10) + 64;

  private static final int ALIGNMENT = 8;

  private final LinuxSocket socket;
  private final SocketAddresses addresses;
  private final ByteBuffer headers = SocketAddresses.nativeBuffer(MESSAGES * HEADER);
  private final ByteBuffer names = SocketAddresses.nativeBuffer(MESSAGES * SocketAddresses.STRIDE);
  private final ByteBuffer vectors = SocketAddresses.nativeBuffer(MESSAGES * VECTOR_STRIDE);
  private final ByteBuffer controls = SocketAddresses.nativeBuffer(MESSAGES * CONTROL_STRIDE);
  private final ByteBuffer bytes =
      ByteBuffer.allocateDirect(MESSAGES * STRIDE).order(ByteOrder.BIG_ENDIAN);
  private final long headersAddress = MemorySegment.ofBuffer(headers).address();

  private int arrived;
  private int next;

  // The message that is being handed out.
  private int offset;
  private int end;
  private int segment;
  private int ecn;
  private InetSocketAddress source;

  IncomingBatch(LinuxSocket socket, SocketAddresses addresses) {
    this.socket = socket;
    this.addresses = addresses;
    long namesAddress = MemorySegment.ofBuffer(names).address();
    long vectorsAddress = MemorySegment.ofBuffer(vectors).address();
    long controlsAddress = MemorySegment.ofBuffer(controls).address();
    long bytesAddress = MemorySegment.ofBuffer(bytes).address();
    for (int i = 0; i < MESSAGES; i++) {
      int header = i * HEADER;
      headers.putLong(header + NAME, namesAddress + (long) i * SocketAddresses.STRIDE);
      headers.putLong(header + VECTOR, vectorsAddress + (long) i * VECTOR_STRIDE);
      headers.putLong(header + VECTOR_COUNT, 1);
      headers.putLong(header + CONTROL, controlsAddress + (long) i * CONTROL_STRIDE);
      vectors.putLong(i * VECTOR_STRIDE, bytesAddress + (long) i * STRIDE);
      vectors.putLong(i * VECTOR_STRIDE + Long.BYTES, STRIDE);
    }
    prepare(MESSAGES);
  }

  /** The system overwrites these with what it has filled in. */
  private void prepare(int messages) {
    for (int i = 0; i < messages; i++) {
      headers.putInt(i * HEADER + NAME_LENGTH, SocketAddresses.STRIDE);
      headers.putLong(i * HEADER + CONTROL_LENGTH, CONTROL_STRIDE);
    }
  }

  /**
   * Hands datagrams out.
   *
   * @param limit how many at most
   * @return how many there were
   */
  int deliver(DatagramHandler handler, int limit) {
    int delivered = 0;
    while (delivered < limit) {
      if (offset >= end) {
        if (next == arrived) {
          break;
        }
        open(next++);
      }
      // Taken before it is handed out: whatever becomes of it, it does not come again.
      int from = offset;
      int length = Math.min(segment, end - from);
      offset = end - from <= segment ? end : from + segment;
      delivered++;
      handler.onDatagram(bytes, from, length, source, ecn);
    }
    return delivered;
  }

  private void open(int message) {
    int length = headers.getInt(message * HEADER + MESSAGE_LENGTH);
    offset = message * STRIDE;
    end = offset + length;
    segment = Math.max(length, 1);
    ecn = Ecn.NOT_CAPABLE;
    source = addresses.read(names, message * SocketAddresses.STRIDE);
    int control = message * CONTROL_STRIDE;
    int controlEnd = control + (int) headers.getLong(message * HEADER + CONTROL_LENGTH);
    while (control + CONTROL_VALUE <= controlEnd) {
      int controlLength = (int) controls.getLong(control);
      readControl(control);
      control += (Math.max(controlLength, CONTROL_VALUE) + ALIGNMENT - 1) & -ALIGNMENT;
    }
  }

  private void readControl(int control) {
    int level = controls.getInt(control + CONTROL_LEVEL);
    int type = controls.getInt(control + CONTROL_TYPE);
    if (level == LinuxSocket.SOL_UDP && type == LinuxSocket.UDP_GRO) {
      segment = Math.max(controls.getInt(control + CONTROL_VALUE), 1);
    } else if (level == LinuxSocket.SOL_IP && type == LinuxSocket.IP_TOS) {
      ecn = controls.get(control + CONTROL_VALUE) & Ecn.MASK;
    } else if (level == LinuxSocket.SOL_IPV6 && type == LinuxSocket.IPV6_TCLASS) {
      ecn = controls.getInt(control + CONTROL_VALUE) & Ecn.MASK;
    }
  }

  /** Whether all that was received is handed out. */
  boolean isEmpty() {
    return offset >= end && next == arrived;
  }

  /** Whether the last {@link #receive} brought as many messages as one call can. */
  boolean wasFull() {
    return arrived == MESSAGES;
  }

  /**
   * Receives what is there; everything received before must have been handed out.
   *
   * @return 0 or −errno
   */
  int receive() {
    prepare(arrived);
    arrived = 0;
    next = 0;
    int result = socket.receive(headersAddress, MESSAGES);
    arrived = Math.max(result, 0);
    return Math.min(result, 0);
  }
}
