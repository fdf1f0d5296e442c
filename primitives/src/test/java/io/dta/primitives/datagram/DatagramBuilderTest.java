package io.dta.primitives.datagram;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dta.primitives.store.AppendStore;
import io.dta.primitives.store.SketchStore;
import io.dta.primitives.wire.BaseHeader;
import io.dta.primitives.wire.HeaderFormat;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

final class DatagramBuilderTest {
  private static final AppendStore EVENTS = store("prototype-append", AppendStore.class);
  private static final int REPORT = 3 + 4 + 4;
  private static final byte UNTOUCHED = 0x5A;

  private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[100]);
  private final UnsafeBuffer entry = new UnsafeBuffer(new byte[] {1, 2, 3, 4});
  private final DatagramBuilder builder = new DatagramBuilder(HeaderFormat.FULL);

  private static <T> T store(String name, Class<T> type) {
    return type.cast(TestStores.TABLE.byName(name));
  }

  @Test
  void shouldStopBeforeTheLimitAndTouchNothingBehindIt() {
    buffer.setMemory(0, buffer.capacity(), UNTOUCHED);
    builder.wrap(buffer, 10, 3 * REPORT + REPORT - 1);
    for (int i = 0; i < 3; i++) {
      assertTrue(builder.append(EVENTS, 0, 0, i, entry, 0));
      assertEquals((i + 1) * REPORT, builder.length());
      assertEquals(i + 1, builder.reports());
    }
    assertFalse(builder.append(EVENTS, 0, 0, 3, entry, 0));
    assertEquals(3 * REPORT, builder.length());
    assertEquals(3, builder.reports());
    for (int i = 0; i < buffer.capacity(); i++) {
      if (i < 10 || i >= 10 + 3 * REPORT) {
        assertEquals(UNTOUCHED, buffer.getByte(i), "index " + i);
      }
    }
  }

  @Test
  void shouldStartAnewWhenWrappedAgain() {
    builder.wrap(buffer, 0, 50);
    assertTrue(builder.append(EVENTS, 0, 0, 1, entry, 0));
    builder.wrap(buffer, 20, 50);
    assertEquals(0, builder.length());
    assertEquals(0, builder.reports());
    assertTrue(builder.append(EVENTS, 0, 0, 1, entry, 0));
    assertEquals(2, buffer.getByte(20));
  }

  @Test
  void shouldTakeTheStoreFromTheStoreAndOnlyFlagsFromTheFlags() {
    builder.wrap(buffer, 0, 50);
    assertTrue(builder.append(EVENTS, BaseHeader.IMMEDIATE_FLAG | 0x3F, 300, 1, entry, 0));
    assertEquals(BaseHeader.IMMEDIATE_FLAG, BaseHeader.flags(buffer, 0, HeaderFormat.FULL));
    assertEquals(300 & 0xFF, BaseHeader.seqnum(buffer, 0));
  }

  @Test
  void shouldRefuseStoresThatTheCompactHeaderCannotName() {
    DatagramBuilder compact = new DatagramBuilder(HeaderFormat.COMPACT);
    compact.wrap(buffer, 0, 100);
    SketchStore store = store("bytes-sketch", SketchStore.class);
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> compact.sketchColumn(store, 0, 0, 0, 0, 0, new int[4], 0))
            .getMessage();
    assertTrue(message.contains("'bytes-sketch' has id 5"), message);
    assertEquals(0, compact.length());
  }

  @Test
  void shouldRefuseADatagramOutsideItsBuffer() {
    assertThrows(IndexOutOfBoundsException.class, () -> builder.wrap(buffer, 90, 11));
    assertThrows(IndexOutOfBoundsException.class, () -> builder.wrap(buffer, -1, 11));
  }
}
