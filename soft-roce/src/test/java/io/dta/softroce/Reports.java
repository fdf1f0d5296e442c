package io.dta.softroce;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dta.primitives.datagram.DatagramBuilder;
import io.dta.primitives.hash.HashScheme;
import io.dta.primitives.key.KeyFormat;
import io.dta.primitives.store.AppendStore;
import io.dta.primitives.store.ChecksumCoverage;
import io.dta.primitives.store.KeyIncrementStore;
import io.dta.primitives.store.KeyWriteStore;
import io.dta.primitives.store.Store;
import io.dta.primitives.wire.BaseHeader;
import io.dta.primitives.wire.HeaderFormat;
import io.dta.softroce.guest.GuestProcess;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.ByteOrder;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Reports of which each can be found again: number i writes the value i under the key i, appends i
 * to a list and adds one to a counter.
 */
final class Reports implements AutoCloseable {
  static final int PER_NUMBER = 3;
  static final int COUNTERS = 8;

  static final KeyWriteStore VALUES =
      new KeyWriteStore(
          0,
          "values",
          KeyFormat.U32,
          Long.BYTES,
          1 << 17,
          2,
          ChecksumCoverage.KEY_VALUE,
          HashScheme.INDEPENDENT);
  static final AppendStore LIST = new AppendStore(0, "list", 1, Long.BYTES, 4, 1 << 12);
  static final KeyIncrementStore COUNTS =
      new KeyIncrementStore(0, "counts", KeyFormat.U32, 1 << 12, 1);
  static final List<Store> STORES = List.of(VALUES, LIST, COUNTS);

  /** How many reports may be on their way to the translator's socket. */
  private static final int WINDOW = 300;

  private static final int MAX_LENGTH = 1400;
  private static final long PATIENCE_NANOS = GuestProcess.PATIENCE.toNanos();
  private static final long POLL_NANOS = 2_000_000L;

  private final LongSupplier received;
  private final int first;
  private final DatagramSocket socket;
  private final byte[] bytes = new byte[MAX_LENGTH];
  private final UnsafeBuffer datagram = new UnsafeBuffer(bytes);
  private final DatagramBuilder builder = new DatagramBuilder(HeaderFormat.FULL);
  private final UnsafeBuffer key = new UnsafeBuffer(new byte[Integer.BYTES]);
  private final UnsafeBuffer value = new UnsafeBuffer(new byte[Long.BYTES]);
  private int next;
  private long known;

  /**
   * Reports to a translator.
   *
   * @param received how many reports it has received
   * @param first the first number
   */
  Reports(InetSocketAddress translator, LongSupplier received, int first) throws IOException {
    this.received = received;
    this.first = first;
    next = first;
    socket = new DatagramSocket();
    socket.connect(translator);
  }

  Reports(RunningTranslator translator) throws IOException {
    this(translator, 1);
  }

  Reports(RunningTranslator translator, int first) throws IOException {
    this(translator.address(), () -> translator.accounting().received(), first);
  }

  /** Sends so many numbers more, as fast as the translator takes them. */
  void send(int numbers) throws IOException {
    send(numbers, 0);
  }

  /** Sends one number more, whose value and entry wake the collector's subscribers. */
  void sendImmediate() throws IOException {
    send(1, BaseHeader.IMMEDIATE_FLAG);
  }

  private void send(int numbers, int flags) throws IOException {
    for (int end = next + numbers; next < end; next++) {
      builder.wrap(datagram, 0, MAX_LENGTH);
      key.putInt(0, next, ByteOrder.BIG_ENDIAN);
      value.putLong(0, next, ByteOrder.BIG_ENDIAN);
      builder.keyWrite(VALUES, flags, 0, VALUES.redundancy(), key, 0, value, 0);
      builder.append(LIST, flags, 0, 0, value, 0);
      key.putInt(0, next % COUNTERS, ByteOrder.BIG_ENDIAN);
      builder.keyIncrement(COUNTS, 0, 0, COUNTS.redundancy(), key, 0, 1);
      socket.send(new DatagramPacket(bytes, builder.length()));
      awaitRoom(PER_NUMBER * (next + 1L - first));
    }
  }

  private void awaitRoom(long sent) {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (sent - known >= WINDOW) {
      known = received.getAsLong();
      assertTrue(System.nanoTime() < deadline, () -> known + " of " + sent + " reports were taken");
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  /** The numbers that were sent. */
  IntStream numbers() {
    return IntStream.range(first, next);
  }

  /** The reports that were sent. */
  long reports() {
    return (long) PER_NUMBER * (next - first);
  }

  @Override
  public void close() {
    socket.close();
  }
}
