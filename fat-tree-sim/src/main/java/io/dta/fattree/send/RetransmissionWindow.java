package io.dta.fattree.send;

import io.dta.primitives.Primitive;
import io.dta.primitives.wire.AppendReport;
import io.dta.primitives.wire.HeaderFormat;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The essential reports of a reporter that are not acknowledged yet, kept byte for byte.
 *
 * <p>Sequence numbers have 8 bits. With at most half of their range outstanding a number always
 * means one report, for the translator as well as here.
 */
final class RetransmissionWindow {
  static final int SIZE = 128;

  /** The answer where a sequence number belongs to no outstanding report. */
  static final int UNKNOWN = -1;

  private static final int SEQNUM_MASK = 0xFF;

  /** The longest of the essential reports: an Append of the longest entry. */
  private static final int SLOT_LENGTH = HeaderFormat.FULL.length() + AppendReport.length(256);

  /** Not allocated before it is needed: most switches have nothing essential to say. */
  private final UnsafeBuffer reports = new UnsafeBuffer(new byte[0]);

  private final int[] lengths = new int[SIZE];
  private final Primitive[] primitives = new Primitive[SIZE];
  private final long[] sentAt = new long[SIZE];
  private long oldest;
  private int outstanding;

  boolean isFull() {
    return outstanding == SIZE;
  }

  int outstanding() {
    return outstanding;
  }

  /** The sequence number of the next report. */
  int nextSeqnum() {
    return (int) (oldest + outstanding) & SEQNUM_MASK;
  }

  /** Keeps the next report until it is acknowledged. */
  void keep(Primitive primitive, DirectBuffer report, int length, long now) {
    if (reports.capacity() == 0) {
      reports.wrap(new byte[SIZE * SLOT_LENGTH]);
    }
    int slot = slot(outstanding);
    reports.putBytes(slot * SLOT_LENGTH, report, 0, length);
    lengths[slot] = length;
    primitives[slot] = primitive;
    sentAt[slot] = now;
    outstanding++;
  }

  /**
   * Forgets reports up to and with a sequence number.
   *
   * @return false where it acknowledges nothing new
   */
  boolean acknowledge(int seqnum) {
    int position = position(seqnum);
    if (position == UNKNOWN) {
      return false;
    }
    oldest += position + 1;
    outstanding -= position + 1;
    return true;
  }

  /** Where an outstanding report stands, 0 the oldest, or {@link #UNKNOWN}. */
  int position(int seqnum) {
    int distance = (seqnum - (int) oldest) & SEQNUM_MASK;
    return distance < outstanding ? distance : UNKNOWN;
  }

  long sentAt(int position) {
    return sentAt[slot(position)];
  }

  void sentAgain(int position, long now) {
    sentAt[slot(position)] = now;
  }

  Primitive primitive(int position) {
    return primitives[slot(position)];
  }

  DirectBuffer reports() {
    return reports;
  }

  /** Where a kept report begins in {@link #reports()}. */
  int index(int position) {
    return slot(position) * SLOT_LENGTH;
  }

  int length(int position) {
    return lengths[slot(position)];
  }

  private int slot(int position) {
    return (int) (oldest + position) & (SIZE - 1);
  }
}
