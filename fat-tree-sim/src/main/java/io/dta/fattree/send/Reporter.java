package io.dta.fattree.send;

import io.dta.primitives.Primitive;
import io.dta.primitives.datagram.DatagramBuilder;
import io.dta.primitives.store.AppendStore;
import io.dta.primitives.store.KeyIncrementStore;
import io.dta.primitives.store.KeyWriteStore;
import io.dta.primitives.store.PostcardingStore;
import io.dta.primitives.store.SketchStore;
import io.dta.primitives.wire.Acknowledgement;
import io.dta.primitives.wire.BaseHeader;
import io.dta.primitives.wire.HeaderFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * One sender of reports: puts several into a datagram, numbers the essential ones (Append and
 * Sketch-Merge), keeps those until they are acknowledged and sends them again when a NACK names
 * them or nothing was heard of them for a time.
 *
 * <p>At most {@link RetransmissionWindow#SIZE} essential reports are outstanding; the next one
 * waits for an acknowledgement. Injected loss takes reports when they would go into a datagram. For
 * one thread.
 */
public final class Reporter {
  /** The most bytes of a datagram's payload. */
  public static final int MAX_DATAGRAM_LENGTH = 1400;

  private static final long FIRST_TIMEOUT_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final long LAST_TIMEOUT_NANOS = TimeUnit.MILLISECONDS.toNanos(400);

  /** One retransmission answers all NACKs for a report that come within this time. */
  private static final long NACK_HOLD_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

  /** Without any progress for so long, nobody is there. */
  private static final long GIVE_UP_NANOS = TimeUnit.SECONDS.toNanos(10);

  private static final long PARK_NANOS = TimeUnit.MICROSECONDS.toNanos(50);

  private final int number;
  private final ReportSink sink;
  private final LossInjector loss;
  private final SendTally tally;
  private final ReportClock clock;
  private final RetransmissionWindow window = new RetransmissionWindow();
  private final ByteBuffer datagramBytes = ByteBuffer.allocateDirect(MAX_DATAGRAM_LENGTH);
  private final UnsafeBuffer datagram = new UnsafeBuffer(datagramBytes);
  private final UnsafeBuffer report = new UnsafeBuffer(new byte[MAX_DATAGRAM_LENGTH]);
  private final DatagramBuilder builder = new DatagramBuilder(HeaderFormat.FULL);
  private final ByteBuffer arrivedBytes = ByteBuffer.allocateDirect(64);
  private final UnsafeBuffer arrived = new UnsafeBuffer(arrivedBytes);
  private int length;
  private int reports;
  private long timeout = FIRST_TIMEOUT_NANOS;
  private long lastProgress;

  Reporter(int number, ReportSink sink, LossInjector loss, SendTally tally, ReportClock clock) {
    this.number = number;
    this.sink = sink;
    this.loss = loss;
    this.tally = tally;
    this.clock = clock;
  }

  /**
   * Reports a value under a key, with the store's redundancy.
   *
   * @return false where injected loss took the report
   */
  public boolean keyWrite(
      KeyWriteStore store, DirectBuffer key, int keyIndex, DirectBuffer value, int valueIndex)
      throws IOException {
    builder.wrap(report, 0, report.capacity());
    builder.keyWrite(store, 0, 0, store.redundancy(), key, keyIndex, value, valueIndex);
    return sendOnce(Primitive.KEY_WRITE);
  }

  /**
   * Reports a hop of a flow's path.
   *
   * @param hop from 1
   * @return false where injected loss took the report
   */
  public boolean postcard(
      PostcardingStore store, DirectBuffer key, int keyIndex, int hop, int value)
      throws IOException {
    builder.wrap(report, 0, report.capacity());
    builder.postcard(store, 0, 0, key, keyIndex, hop, value);
    return sendOnce(Primitive.POSTCARDING);
  }

  /**
   * Reports an increment, with the store's redundancy.
   *
   * @return false where injected loss took the report
   */
  public boolean keyIncrement(KeyIncrementStore store, DirectBuffer key, int keyIndex, long addend)
      throws IOException {
    builder.wrap(report, 0, report.capacity());
    builder.keyIncrement(store, 0, 0, store.redundancy(), key, keyIndex, addend);
    return sendOnce(Primitive.KEY_INCREMENT);
  }

  /** Reports an entry of a list; essential. */
  public void append(AppendStore store, int list, DirectBuffer entry, int entryIndex)
      throws IOException {
    awaitRoom();
    builder.wrap(report, 0, report.capacity());
    builder.append(
        store, BaseHeader.RETRANSMITTABLE_FLAG, window.nextSeqnum(), list, entry, entryIndex);
    sendKept(Primitive.APPEND);
  }

  /**
   * Reports a column of a sketch; essential.
   *
   * @param reporter the number of the sketch's reporter
   * @param counters holds one counter a row from {@code countersIndex} on
   */
  public void sketchColumn(
      SketchStore store, int reporter, int epoch, int column, int[] counters, int countersIndex)
      throws IOException {
    awaitRoom();
    builder.wrap(report, 0, report.capacity());
    builder.sketchColumn(
        store,
        BaseHeader.RETRANSMITTABLE_FLAG,
        window.nextSeqnum(),
        reporter,
        epoch,
        column,
        counters,
        countersIndex);
    sendKept(Primitive.SKETCH_MERGE);
  }

  /** Essential reports sent and not acknowledged. */
  public int outstanding() {
    return window.outstanding();
  }

  /** Sends what is in the datagram. */
  public void flush() throws IOException {
    if (reports == 0) {
      return;
    }
    datagramBytes.clear().limit(length);
    sink.send(number, datagramBytes, reports);
    tally.datagram(length);
    length = 0;
    reports = 0;
  }

  /**
   * Takes acknowledgements that have arrived and sends again what is due.
   *
   * @throws IOException where nothing was acknowledged for ten seconds
   */
  public void poll() throws IOException {
    if (window.outstanding() == 0) {
      return;
    }
    long now = clock.nanoTime();
    while (sink.receive(number, arrivedBytes)) {
      if (arrivedBytes.remaining() == Acknowledgement.LENGTH) {
        onAcknowledgement(now);
      }
    }
    if (window.outstanding() == 0) {
      return;
    }
    if (now - lastProgress > GIVE_UP_NANOS) {
      throw new IOException(
          "%d essential reports to %s are not acknowledged for %d seconds: is a translator there, and do its acknowledgements come to the reporters' port?"
              .formatted(
                  window.outstanding(),
                  sink.target(),
                  TimeUnit.NANOSECONDS.toSeconds(GIVE_UP_NANOS)));
    }
    if (now - window.sentAt(0) > timeout) {
      for (int i = 0; i < window.outstanding(); i++) {
        if (now - window.sentAt(i) > timeout) {
          sendAgain(i, now);
        }
      }
      flush();
      timeout = Math.min(2 * timeout, LAST_TIMEOUT_NANOS);
    }
  }

  private void onAcknowledgement(long now) throws IOException {
    int seqnum = Acknowledgement.seqnum(arrived, 0);
    if (!Acknowledgement.isNack(arrived, 0)) {
      if (window.acknowledge(seqnum)) {
        lastProgress = now;
        timeout = FIRST_TIMEOUT_NANOS;
      }
      return;
    }
    int position = window.position(seqnum);
    if (position != RetransmissionWindow.UNKNOWN
        && now - window.sentAt(position) > NACK_HOLD_NANOS) {
      sendAgain(position, now);
      flush();
    }
  }

  private void awaitRoom() throws IOException {
    if (!window.isFull()) {
      return;
    }
    flush();
    poll();
    while (window.isFull()) {
      clock.pause(PARK_NANOS);
      poll();
    }
  }

  private boolean sendOnce(Primitive primitive) throws IOException {
    boolean survives = !loss.losesFirst();
    tally.first(primitive, survives);
    if (survives) {
      put(report, 0, builder.length());
    }
    return survives;
  }

  private void sendKept(Primitive primitive) throws IOException {
    long now = clock.nanoTime();
    if (window.outstanding() == 0) {
      lastProgress = now;
      timeout = FIRST_TIMEOUT_NANOS;
    }
    window.keep(primitive, report, builder.length(), now);
    sendOnce(primitive);
  }

  private void sendAgain(int position, long now) throws IOException {
    boolean survives = !loss.losesAgain();
    tally.again(window.primitive(position), survives);
    window.sentAgain(position, now);
    if (survives) {
      put(window.reports(), window.index(position), window.length(position));
    }
  }

  private void put(DirectBuffer source, int index, int reportLength) throws IOException {
    if (length + reportLength > MAX_DATAGRAM_LENGTH) {
      flush();
    }
    datagram.putBytes(length, source, index, reportLength);
    length += reportLength;
    reports++;
  }
}
