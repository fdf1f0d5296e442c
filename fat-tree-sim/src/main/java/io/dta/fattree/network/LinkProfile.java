package io.dta.fattree.network;

import io.dta.fattree.event.SimTime;

/**
 * A kind of link, with the queues of the switch ports that send on it. What a packet costs is its
 * length on the wire, {@link Framing} included, both in time and in buffer.
 *
 * @param bitsPerSecond from 1 Mb/s; the picoseconds of a byte, 8·10^12 / bitsPerSecond, must be a
 *     whole number, as for 1, 2.5, 10, 25, 40, 50, 100, 200 and 400 Gb/s
 * @param delay propagation, and whatever else delays every packet alike, in picoseconds, from 0
 * @param bufferBytes what a switch port holds, what it is sending included; more is dropped. A host
 *     sends at its link's pace and has no such limit.
 * @param markBytes a packet that finds so many bytes or more before it is marked (ECN, as DCTCP's
 *     K); {@link #NO_MARKS} for never
 */
public record LinkProfile(long bitsPerSecond, long delay, int bufferBytes, int markBytes) {
  public static final int NO_MARKS = Integer.MAX_VALUE;

  private static final long SLOWEST = 1_000_000;
  private static final long MAX_DELAY = SimTime.PICOS_PER_SECOND;
  private static final long BYTE = Byte.SIZE * SimTime.PICOS_PER_SECOND;

  public LinkProfile {
    if (bitsPerSecond < SLOWEST || BYTE % bitsPerSecond != 0) {
      throw new IllegalArgumentException(
          "bitsPerSecond %d: expected at least %d and a divisor of 8·10^12, such as 10, 25, 40, 100 or 400 Gb/s"
              .formatted(bitsPerSecond, SLOWEST));
    }
    if (delay < 0 || delay > MAX_DELAY) {
      throw new IllegalArgumentException(
          "delay %d ps: expected 0 to %d".formatted(delay, MAX_DELAY));
    }
    if (bufferBytes < Framing.MAX_WIRE_LENGTH) {
      throw new IllegalArgumentException(
          "buffer %d: expected at least a packet, %d bytes"
              .formatted(bufferBytes, Framing.MAX_WIRE_LENGTH));
    }
    if (markBytes < 0) {
      throw new IllegalArgumentException("markBytes " + markBytes + ": expected 0 or more");
    }
  }

  /**
   * A common data center link: 1 µs, a buffer of 256 KiB a port, marks as DCTCP's paper suggests
   * for its rate: 65 packets from 10 Gb/s on in proportion to the rate.
   */
  public static LinkProfile ofGigabits(int gigabits) {
    int marks = (int) Math.min(NO_MARKS, 65L * Framing.MAX_WIRE_LENGTH * gigabits / 10);
    int buffer = Math.max(1 << 18, 4 * marks);
    return new LinkProfile(gigabits * 1_000_000_000L, SimTime.PICOS_PER_MICRO, buffer, marks);
  }

  /** The time that a byte takes on the wire. */
  public long picosPerByte() {
    return BYTE / bitsPerSecond;
  }

  public LinkProfile withDelay(long picos) {
    return new LinkProfile(bitsPerSecond, picos, bufferBytes, markBytes);
  }

  public LinkProfile withBuffer(int buffer, int marks) {
    return new LinkProfile(bitsPerSecond, delay, buffer, marks);
  }
}
