package io.dta.rdma.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Work requests byte for byte, against the layout that a C compiler gives {@code struct
 * ibv_send_wr} and {@code struct ibv_sge} of rdma-core 44.
 */
class WorkRequestChainTest {
  private static final int REQUEST = 128;

  private final Arena arena = Arena.ofConfined();
  private final MemorySegment memory = arena.allocate(WorkRequestChain.memoryLength(3, REQUEST), 8);
  private final WorkRequestChain chain = new WorkRequestChain(memory.address(), 3, REQUEST);

  @AfterEach
  void free() {
    arena.close();
  }

  private String bytes(int offset, int length) {
    return HexFormat.of()
        .formatHex(memory.asSlice(offset, length).toArray(java.lang.foreign.ValueLayout.JAVA_BYTE));
  }

  /** Native-order 64-bit number as hexadecimal digits. */
  private static String u64(long value) {
    return HexFormat.of()
        .formatHex(ByteBuffer.allocate(8).order(ByteOrder.nativeOrder()).putLong(value).array());
  }

  private static String u32(int value) {
    return u64(ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN
            ? value & 0xFFFF_FFFFL
            : (long) value << 32)
        .substring(0, 8);
  }

  @Test
  void shouldSerializeAWrite() {
    chain.write(7, 0x1122_3344_5566_7788L, 0xAABBCCDD, 0x1000, 24, 0x55, true);
    chain.seal();
    assertEquals(
        u64(7)
            + u64(0)
            + u64(memory.address() + 3 * REQUEST)
            + u32(1)
            + u32(0) // IBV_WR_RDMA_WRITE
            + u32(0b1010) // inline, signaled
            + u32(0)
            + u64(0x1122_3344_5566_7788L)
            + u32(0xAABBCCDD),
        bytes(0, 52));
    assertEquals(u64(0x1000) + u32(24) + u32(0x55), bytes(3 * REQUEST, 16));
  }

  @Test
  void shouldSerializeAWriteWithImmediateInNetworkOrder() {
    chain.writeImmediate(8, 0x10, 1, 0x1000, 100, 0x55, false, 0x01020304);
    chain.seal();
    assertEquals(u32(1) + u32(0b110) + "01020304", bytes(28, 12));
    assertEquals(u64(0x10) + u32(1), bytes(40, 12));
  }

  @Test
  void shouldSerializeAFetchAdd() {
    chain.fetchAdd(9, 0x2000, 0xCAFE, -5, 0x3000, 0x55);
    chain.seal();
    assertEquals(
        u32(6) + u32(0b10) + u32(0) + u64(0x2000) + u64(-5) + u64(0) + u32(0xCAFE), bytes(28, 40));
    assertEquals(u64(0x3000) + u32(8) + u32(0x55), bytes(3 * REQUEST, 16));
  }

  @Test
  void shouldLinkRequestsAndSignalTheLastAlone() {
    chain.write(1, 0, 0, 0, 1, 0, false);
    chain.fetchAdd(2, 0, 0, 0, 0, 0);
    chain.write(3, 0, 0, 0, 1, 0, false);
    assertTrue(chain.isFull());
    chain.seal();
    assertEquals(u64(memory.address() + REQUEST), bytes(8, 8));
    assertEquals(u64(memory.address() + 2 * REQUEST), bytes(REQUEST + 8, 8));
    assertEquals(u64(0), bytes(2 * REQUEST + 8, 8));
    assertEquals(
        u32(0) + u32(0) + u32(2),
        bytes(32, 4) + bytes(REQUEST + 32, 4) + bytes(2 * REQUEST + 32, 4));
    for (int i = 0; i < 3; i++) {
      assertEquals(u64(memory.address() + 3 * REQUEST + 16L * i), bytes(i * REQUEST + 16, 8));
    }
  }

  @Test
  void shouldBeWrittenAnewAfterAShorterChain() {
    chain.write(1, 0, 0, 0, 1, 0, false);
    chain.seal();
    chain.clear();
    chain.write(2, 0, 0, 0, 1, 0, false);
    chain.write(3, 0, 0, 0, 1, 0, false);
    chain.seal();
    assertEquals(u64(2) + u64(memory.address() + REQUEST), bytes(0, 16));
    assertEquals(u32(0), bytes(32, 4));
  }
}
