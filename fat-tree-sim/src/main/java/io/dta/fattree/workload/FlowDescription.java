package io.dta.fattree.workload;

import static java.nio.ByteOrder.BIG_ENDIAN;

import org.agrona.MutableDirectBuffer;

/** A flow that is to begin: filled in by its generator and used again for the next. */
public final class FlowDescription {
  public static final int TCP = 6;
  public static final int KEY_LENGTH = 13;

  private long number;
  private long startTime;
  private int source;
  private int destination;
  private long bytes;
  private long addresses;
  private long ports;

  /**
   * Fills it in.
   *
   * @param addresses source and destination IPv4 address, 32 bits each
   * @param ports source port, destination port and protocol in the low 40 bits
   */
  public void set(
      long number, int source, int destination, long bytes, long addresses, long ports) {
    this.number = number;
    this.source = source;
    this.destination = destination;
    this.bytes = bytes;
    this.addresses = addresses;
    this.ports = ports;
  }

  public void startTime(long picos) {
    startTime = picos;
  }

  /** Which flow of its workload it is, from 0. */
  public long number() {
    return number;
  }

  /** When it begins, in picoseconds. */
  public long startTime() {
    return startTime;
  }

  /** The number of the sending host. */
  public int source() {
    return source;
  }

  /** The number of the receiving host. */
  public int destination() {
    return destination;
  }

  /** Its size in bytes of payload, at least 1. */
  public long bytes() {
    return bytes;
  }

  /** Source and destination IPv4 address, 32 bits each: the first 8 bytes of its key. */
  public long addresses() {
    return addresses;
  }

  /** Source port, destination port and protocol, 40 bits: the last 5 bytes of its key. */
  public long ports() {
    return ports;
  }

  /** Writes its 5-tuple, {@link #KEY_LENGTH} bytes. */
  public void putKey(MutableDirectBuffer buffer, int index) {
    putKey(buffer, index, addresses, ports);
  }

  /** Writes a 5-tuple, {@link #KEY_LENGTH} bytes. */
  public static void putKey(MutableDirectBuffer buffer, int index, long addresses, long ports) {
    buffer.putLong(index, addresses, BIG_ENDIAN);
    buffer.putInt(index + 8, (int) (ports >>> 8), BIG_ENDIAN);
    buffer.putByte(index + 12, (byte) ports);
  }
}
