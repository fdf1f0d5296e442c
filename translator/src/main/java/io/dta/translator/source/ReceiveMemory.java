package io.dta.translator.source;

import io.dta.node.OperatorException;
import io.dta.rdma.memory.MemoryRegion;
import io.dta.rdma.memory.MemoryRegionTable;
import io.dta.rdma.memory.RegionSpecification;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelConfig;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;
import java.io.IOException;
import java.util.function.LongSupplier;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The memory that a socket reads into, and the bookkeeping of who still needs which part of it.
 *
 * <pre>
 * +--------+--------+---- ~ ----+--------+--------+-- ~ --+--------+
 * | slot 0 | slot 1 |           | slot n−1 | overflow: one read's slots |
 * +--------+--------+---- ~ ----+--------+--------+-- ~ --+--------+
 *               ^ released           ^ claimed
 * </pre>
 *
 * <p>A slot takes what one message of recvmmsg(2) brings: a datagram, or with UDP_GRO up to 64 KiB
 * of datagrams of one size from one sender. Slots are claimed in turn, as many as a read has filled
 * or passed over, and numbered from 0 without end; number n lies in slot n modulo their count. They
 * are free again in the same order, when the hand-off says so; nothing is counted per datagram and
 * nothing is shared but that one number. Where too few slots are free for a read, it goes to the
 * overflow slots, and what it brings must be dropped before the next read.
 *
 * <p>The buffers that Netty gets are views of this memory, made once; their reference counts only
 * keep Netty content. For one thread. The memory is returned by {@link #close()}.
 */
public final class ReceiveMemory implements AutoCloseable {
  /**
   * A slot's length in bytes: the longest UDP payload and some more, so that the same offset in
   * neighboring slots does not fall into the same set of the CPU's caches.
   */
  public static final int SLOT_LENGTH = 65_536 + 192;

  private final int slots;
  private final int slotsPerRead;
  private final MemoryRegionTable mapping = new MemoryRegionTable();
  private final UnsafeBuffer buffer;
  private final ByteBuf[] views;
  private final ByteBuf overflow;
  private final long address;
  private LongSupplier released;
  private long claimed;
  private long readNumber;
  private int readSlot;
  private boolean overflowing;

  /**
   * Reserves the memory.
   *
   * @param slots how many messages may wait for their engines, at least {@code slotsPerRead}
   * @param slotsPerRead the most messages that one read brings
   */
  public ReceiveMemory(int slots, int slotsPerRead) {
    if (slotsPerRead < 1 || slots < slotsPerRead || slots > 16_384) {
      throw new IllegalArgumentException(
          "%d slots, %d a read: expected at least one a read, and at most 16384"
              .formatted(slots, slotsPerRead));
    }
    this.slots = slots;
    this.slotsPerRead = slotsPerRead;
    MemoryRegion memory = map((slots + slotsPerRead) * SLOT_LENGTH);
    this.address = memory.address();
    this.buffer = new UnsafeBuffer(address, (int) memory.length());
    ByteBuf whole = Unpooled.wrappedBuffer(memory.segment().asByteBuffer());
    this.views = new ByteBuf[slots - slotsPerRead + 1];
    for (int slot = 0; slot < views.length; slot++) {
      views[slot] = whole.slice(slot * SLOT_LENGTH, slotsPerRead * SLOT_LENGTH);
    }
    this.overflow = whole.slice(slots * SLOT_LENGTH, slotsPerRead * SLOT_LENGTH);
    this.released = () -> claimed;
  }

  /** Pages are touched by the datagrams that need them: most are much shorter than a slot. */
  private MemoryRegion map(int length) {
    try {
      return mapping.register(
          RegionSpecification.anonymous(length).withHugePages(false).withTouch(false));
    } catch (IOException e) {
      throw new OperatorException(
          "the memory to receive into cannot be had: %s; set fewer 'receiveSlots'"
              .formatted(e.getMessage()),
          e);
    }
  }

  /**
   * Says who decides when slots are free; without it they are as soon as the next read begins.
   *
   * @param source gives the number of the first slot that is still needed
   */
  public void releasedBy(LongSupplier source) {
    this.released = source;
  }

  /** All of the memory. */
  public UnsafeBuffer buffer() {
    return buffer;
  }

  /** Whether what the current read brings has to be dropped before the next read. */
  public boolean isOverflowing() {
    return overflowing;
  }

  /** The number of the first slot that the next read will fill. */
  public long claimed() {
    return claimed;
  }

  /** The number of the slot that holds a byte which the current read brought. */
  public long slotNumber(int offset) {
    return readNumber + (offset / SLOT_LENGTH - readSlot);
  }

  /** The offset in {@link #buffer()} of bytes that the current read brought. */
  int offset(ByteBuf content) {
    return (int) (content.memoryAddress() + content.readerIndex() - address);
  }

  /**
   * A read always gets all of its slots. It starts again at the first one where it would not lie in
   * one piece otherwise, and where nothing is needed any more: that memory is warm.
   */
  private ByteBuf beginRead() {
    long neededFrom = released.getAsLong();
    readSlot = (int) (claimed % slots);
    if (readSlot != 0 && (neededFrom == claimed || readSlot + slotsPerRead > slots)) {
      boolean allFree = neededFrom == claimed;
      claimed += slots - readSlot;
      neededFrom = allFree ? claimed : neededFrom;
      readSlot = 0;
    }
    readNumber = claimed;
    overflowing = claimed + slotsPerRead - neededFrom > slots;
    ByteBuf view = overflowing ? overflow : views[readSlot];
    return view.clear().retain();
  }

  private void endRead(int bytes) {
    if (bytes > 0 && !overflowing) {
      claimed += (bytes + SLOT_LENGTH - 1) / SLOT_LENGTH;
    }
  }

  /**
   * What Netty asks for memory to read into.
   *
   * @param reads the most reads each time that the socket is found readable
   */
  @SuppressWarnings("deprecation") // Handle: Netty's own allocators return it
  DefaultMaxMessagesRecvByteBufAllocator allocator(int reads) {
    return new SlotAllocator(reads);
  }

  @Override
  public void close() {
    mapping.close();
  }

  private final class SlotAllocator extends DefaultMaxMessagesRecvByteBufAllocator {
    private final int reads;

    private SlotAllocator(int reads) {
      this.reads = reads;
    }

    @SuppressWarnings("deprecation") // Handle: Netty's own allocators return it
    @Override
    public Handle newHandle() {
      return new SlotHandle();
    }

    private final class SlotHandle extends MaxMessageHandle {
      private int done;

      @Override
      public ByteBuf allocate(ByteBufAllocator ignored) {
        return beginRead();
      }

      @Override
      public int guess() {
        return slotsPerRead * SLOT_LENGTH;
      }

      /** Netty says here how much a read brought, before it passes on the first datagram. */
      @Override
      public void lastBytesRead(int bytes) {
        endRead(bytes);
        done++;
        super.lastBytesRead(bytes);
      }

      @Override
      public void reset(ChannelConfig config) {
        done = 0;
        super.reset(config);
      }

      /** A read that did not fill its slots has emptied the socket. */
      @Override
      public boolean continueReading() {
        return done < reads && lastBytesRead() == attemptedBytesRead();
      }

      @Override
      public boolean continueReading(UncheckedBooleanSupplier maybeMoreData) {
        return continueReading();
      }
    }
  }
}
