package io.dta.rdma.cm;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * What the two users of a connection tell each other while it is made; RDMA CM does not look into
 * it. On the wire it has the whole length that a message leaves for it, filled up with zeros: the
 * receiver cannot tell how much was given. Immutable.
 */
public final class PrivateData {
  /** Nothing given: zeros on the wire. */
  public static final PrivateData NONE = new PrivateData(new byte[0]);

  /** What a request has room for, beside the addresses that RDMA CM itself puts there. */
  public static final int MAX_REQUEST = ConnectionRequest.PRIVATE_DATA_LENGTH - IpAddressing.LENGTH;

  /** What a reply has room for. */
  public static final int MAX_REPLY = ConnectionReply.PRIVATE_DATA_LENGTH;

  /** What a rejection has room for. */
  public static final int MAX_REJECTION = Rejection.PRIVATE_DATA_LENGTH;

  private final byte[] bytes;

  private PrivateData(byte[] bytes) {
    this.bytes = bytes;
  }

  /** A copy of these bytes. */
  public static PrivateData of(byte... bytes) {
    return new PrivateData(bytes.clone());
  }

  static PrivateData get(ByteBuffer buffer, int offset, int length) {
    byte[] bytes = new byte[length];
    buffer.get(offset, bytes);
    return new PrivateData(bytes);
  }

  /** Writes it and zeros up to a length; what is longer is cut. */
  void put(ByteBuffer buffer, int offset, int length) {
    buffer.put(offset, Arrays.copyOf(bytes, length));
  }

  /** What follows the first bytes. */
  PrivateData from(int index) {
    return new PrivateData(Arrays.copyOfRange(bytes, index, Math.max(index, bytes.length)));
  }

  /**
   * The same.
   *
   * @throws IllegalArgumentException where it is longer than a message has room for
   */
  PrivateData checkLength(int max) {
    if (bytes.length > max) {
      throw new IllegalArgumentException(
          "private data of %d bytes, expected at most %d".formatted(bytes.length, max));
    }
    return this;
  }

  /** In bytes; of received private data, all that the message has room for. */
  public int length() {
    return bytes.length;
  }

  /** A copy of the bytes. */
  public byte[] bytes() {
    return bytes.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PrivateData that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** In hexadecimal, without the zeros at the end. */
  @Override
  public String toString() {
    int end = bytes.length;
    while (end > 0 && bytes[end - 1] == 0) {
      end--;
    }
    return HexFormat.of().formatHex(bytes, 0, end);
  }
}
