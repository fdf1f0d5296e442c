package io.dta.primitives.datagram;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.dta.primitives.hash.Checksum;
import io.dta.primitives.hash.CollectorHasher;
import io.dta.primitives.hash.HashScheme;
import io.dta.primitives.hash.KeyHasher;
import io.dta.primitives.hash.WordHasher;
import io.dta.primitives.store.KeyWriteStore;
import io.dta.primitives.wire.HeaderFormat;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Building, taking apart and hashing reports makes no garbage, compiled or not. */
final class AllocationTest {
  private static final int DATAGRAMS = 2000;
  private static final int DATAGRAM_LENGTH = 1472;

  private final KeyWriteStore store = (KeyWriteStore) TestStores.TABLE.byName("paths");
  private final int keyLength = store.key().length();
  private final UnsafeBuffer report = new UnsafeBuffer(new byte[64]);
  private final DatagramBuilder builder = new DatagramBuilder(HeaderFormat.FULL);
  private final ReportDecoder decoder = new ReportDecoder(HeaderFormat.FULL, TestStores.TABLE);
  private final KeyHasher keys = new KeyHasher(HashScheme.INDEPENDENT, keyLength, 8);
  private final WordHasher words = new WordHasher(keyLength, 8);
  private final CollectorHasher collectors = new CollectorHasher(keyLength);
  private final Checksum checksum = new Checksum(keyLength + store.valueLength());

  @Test
  void shouldNotAllocate() {
    UnsafeBuffer array = new UnsafeBuffer(new byte[DATAGRAM_LENGTH]);
    UnsafeBuffer direct = new UnsafeBuffer(ByteBuffer.allocateDirect(DATAGRAM_LENGTH));
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    int reports = run(array) + run(direct);
    assertEquals(2 * (DATAGRAM_LENGTH / (4 + keyLength + store.valueLength())), reports);
    long before = threads.getCurrentThreadAllocatedBytes();
    int total = 0;
    for (int i = 0; i < DATAGRAMS; i++) {
      total += run((i & 1) == 0 ? array : direct);
    }
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    // Less than a byte a datagram: the measurement itself is not free.
    assertTrue(allocated < DATAGRAMS, allocated + " bytes for " + total + " reports");
  }

  private int run(UnsafeBuffer buffer) {
    builder.wrap(buffer, 0, buffer.capacity());
    while (builder.keyWrite(store, 0, 0, 2, report, 0, report, keyLength)) {
      report.putInt(0, report.getInt(0) + 1);
    }
    int hashes = 0;
    decoder.wrap(buffer, 0, builder.length());
    while (decoder.next()) {
      int key = decoder.body() + 1;
      keys.hash(buffer, key);
      words.hash(buffer, key);
      hashes ^= keys.slot(0) ^ keys.checksum() ^ words.word(1);
      hashes ^= collectors.collector(buffer, key, 3) ^ checksum.compute(buffer, key);
    }
    report.putInt(4, hashes);
    return builder.reports();
  }
}
