package io.dta.rdma.roce;

import io.dta.rdma.memory.MemoryRegion;
import io.dta.rdma.memory.MemoryRegionTable;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;

/**
 * What remote peers do to memory regions: every access is looked up by its rkey and checked against
 * the region's bounds and permissions first.
 *
 * <p>A payload is copied by one bulk copy followed by a release fence; each aligned 8 bytes of it
 * become visible to readers in one go. Atomics are atomic towards local threads too, in the byte
 * order of this host.
 */
final class RemoteMemory {
  static final int OK = 0;

  private static final VarHandle COUNTER = ValueLayout.JAVA_LONG.varHandle();

  private final MemoryRegionTable regions;
  private ByteBuffer packetBuffer;
  private MemorySegment packetSegment;

  /** The old value of the last atomic. */
  private long original;

  RemoteMemory(MemoryRegionTable regions) {
    this.regions = regions;
  }

  /**
   * Whether a range may be accessed; a range of length 0 always may, whatever its rkey
   * (specification, section 9.7.4.1.4).
   *
   * @param length unsigned 32 bits
   * @param access the flags of {@link MemoryRegion}
   * @return {@link #OK} or the syndrome of a NAK
   */
  int check(long address, int rkey, long length, int access) {
    return length == 0 || find(address, rkey, length, access) != null
        ? OK
        : RoceHeaders.NAK_REMOTE_ACCESS_ERROR;
  }

  private MemoryRegion find(long address, int rkey, long length, int access) {
    MemoryRegion region = regions.find(rkey);
    return region != null && region.allows(access) && region.offsetOf(address, length) >= 0
        ? region
        : null;
  }

  /** Copies a packet's payload into a region; {@link #OK} or the syndrome of a NAK. */
  int write(long address, int rkey, ByteBuffer packet, int index, int length) {
    if (length == 0) {
      return OK;
    }
    MemoryRegion region = find(address, rkey, length, MemoryRegion.REMOTE_WRITE);
    if (region == null) {
      return RoceHeaders.NAK_REMOTE_ACCESS_ERROR;
    }
    try {
      long offset = region.offsetOf(address, length);
      MemorySegment.copy(segmentOf(packet), index, region.segment(), offset, length);
    } catch (IllegalStateException e) {
      return RoceHeaders.NAK_REMOTE_OPERATIONAL_ERROR; // Deregistered since it was found.
    }
    VarHandle.releaseFence();
    return OK;
  }

  /** Copies from a region into a packet; {@link #OK} or the syndrome of a NAK. */
  int read(long address, int rkey, ByteBuffer packet, int index, int length) {
    if (length == 0) {
      return OK;
    }
    MemoryRegion region = find(address, rkey, length, MemoryRegion.REMOTE_READ);
    if (region == null) {
      return RoceHeaders.NAK_REMOTE_ACCESS_ERROR;
    }
    try {
      long offset = region.offsetOf(address, length);
      MemorySegment.ofBuffer(packet.slice(index, length))
          .copyFrom(region.segment().asSlice(offset, length));
    } catch (IllegalStateException e) {
      return RoceHeaders.NAK_REMOTE_OPERATIONAL_ERROR;
    }
    return OK;
  }

  /**
   * FETCH_ADD; {@link #OK}, and then {@link #original} has the old value, or the syndrome of a NAK.
   */
  int fetchAdd(long address, int rkey, long addend) {
    return atomic(address, rkey, addend, 0, false);
  }

  /**
   * CMP_SWAP; {@link #OK}, and then {@link #original} has the old value, or the syndrome of a NAK.
   */
  int compareSwap(long address, int rkey, long compare, long swap) {
    return atomic(address, rkey, swap, compare, true);
  }

  private int atomic(long address, int rkey, long operand, long compare, boolean swap) {
    if ((address & 7) != 0) {
      return RoceHeaders.NAK_INVALID_REQUEST;
    }
    MemoryRegion region = find(address, rkey, Long.BYTES, MemoryRegion.REMOTE_ATOMIC);
    if (region == null) {
      return RoceHeaders.NAK_REMOTE_ACCESS_ERROR;
    }
    MemorySegment segment = region.segment();
    long offset = region.offsetOf(address, Long.BYTES);
    try {
      original =
          swap
              ? (long) COUNTER.compareAndExchange(segment, offset, compare, operand)
              : (long) COUNTER.getAndAdd(segment, offset, operand);
    } catch (IllegalStateException e) {
      return RoceHeaders.NAK_REMOTE_OPERATIONAL_ERROR;
    }
    return OK;
  }

  long original() {
    return original;
  }

  /** The port's receive buffer as a segment; it is always the same one, so it is wrapped once. */
  @SuppressWarnings("ReferenceEquality") // The same buffer, not one with the same bytes.
  private MemorySegment segmentOf(ByteBuffer packet) {
    if (packet != packetBuffer) {
      packetBuffer = packet;
      packetSegment = MemorySegment.ofBuffer(packet.duplicate().clear());
    }
    return packetSegment;
  }
}
