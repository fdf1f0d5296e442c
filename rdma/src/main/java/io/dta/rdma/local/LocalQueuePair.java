package io.dta.rdma.local;

import io.dta.rdma.CompletionListener;
import io.dta.rdma.CompletionStatus;
import io.dta.rdma.ImmediateListener;
import io.dta.rdma.QueuePairCounters;
import io.dta.rdma.QueuePairFailure;
import io.dta.rdma.QueuePairState;
import io.dta.rdma.RdmaQueuePair;
import io.dta.rdma.RegionTranslation;
import io.dta.rdma.RemoteRegion;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import org.agrona.DirectBuffer;
import org.agrona.UnsafeApi;

/**
 * A queue pair over shared memory: each operation is carried out, and completes, inside the posting
 * call.
 *
 * <p>As with an RNIC, operations become visible to readers in the order they were posted (a release
 * fence stands before each), the bytes of one WRITE in any order, and a FETCH_ADD is atomic towards
 * all threads and processes. What an RNIC's responder would refuse ends here too as a failed
 * completion and in {@link QueuePairState#ERROR}: an rkey that the resolver does not know is {@link
 * CompletionStatus#REMOTE_ACCESS_ERROR}, a counter that is not at a multiple of 8 is {@link
 * CompletionStatus#REMOTE_INVALID_REQUEST}.
 *
 * <p>Memory is accessed by address, after a check against the region, because a memory segment's
 * own checks halve the rate of small random writes; so the segments that the resolver gave must
 * stay mapped until this queue pair is closed.
 */
public final class LocalQueuePair implements RdmaQueuePair {
  /** A power of two, well above the number of stores that one shard writes to. */
  private static final int CACHED_REGIONS = 256;

  private static final int MOST_BY_MOVES = 64;

  /** What the memory's owner knows of this end. */
  private static final int NO_QUEUE_PAIR = 0;

  private final RegionResolver resolver;
  private final CompletionListener listener;
  private final ImmediateListener immediates;
  private final LocalCounters counters = new LocalCounters();

  /** Direct-mapped by rkey: the regions resolved and where they are in this process. */
  private final RemoteRegion[] regions = new RemoteRegion[CACHED_REGIONS];

  private final long[] addresses = new long[CACHED_REGIONS];
  private final MemorySegment.Scope[] scopes = new MemorySegment.Scope[CACHED_REGIONS];

  private volatile QueuePairState state = QueuePairState.READY_TO_SEND;
  private boolean ready = true;
  private QueuePairFailure failure;

  /**
   * @param resolver asked once a region, and for whom to tell of each WRITE with immediate, inside
   *     the posting call
   * @param listener gets the completion of each signaled operation inside the posting call
   */
  public LocalQueuePair(RegionResolver resolver, CompletionListener listener) {
    this.resolver = resolver;
    this.listener = listener;
    this.immediates = resolver.immediates();
  }

  @Override
  public int write(
      RemoteRegion region,
      long offset,
      DirectBuffer source,
      int index,
      int length,
      long workRequestId) {
    if (!ready) {
      return NOT_CONNECTED;
    }
    if (!region.contains(offset, length)) {
      return OUT_OF_BOUNDS;
    }
    source.boundsCheck(index, length);
    long address = address(region);
    if (address == 0) {
      return fail(workRequestId, CompletionStatus.REMOTE_ACCESS_ERROR);
    }
    VarHandle.releaseFence();
    copy(source.byteArray(), source.addressOffset() + index, address + offset, length);
    counters.wrote(length);
    return complete(workRequestId);
  }

  @Override
  public int writeImmediate(
      RemoteRegion region,
      long offset,
      DirectBuffer source,
      int index,
      int length,
      int immediate,
      long workRequestId) {
    int result = write(region, offset, source, index, length, workRequestId);
    if (result == POSTED && ready) {
      immediates.onImmediate(NO_QUEUE_PAIR, immediate, length);
    }
    return result;
  }

  @Override
  public int fetchAdd(RemoteRegion region, long offset, long addend, long workRequestId) {
    if (!ready) {
      return NOT_CONNECTED;
    }
    if (!region.contains(offset, Long.BYTES)) {
      return OUT_OF_BOUNDS;
    }
    if ((offset & (Long.BYTES - 1)) != 0) {
      return fail(workRequestId, CompletionStatus.REMOTE_INVALID_REQUEST);
    }
    long address = address(region);
    if (address == 0) {
      return fail(workRequestId, CompletionStatus.REMOTE_ACCESS_ERROR);
    }
    UnsafeApi.getAndAddLong(null, address + offset, addend);
    counters.added();
    return complete(workRequestId);
  }

  @Override
  public void flush() {}

  @Override
  public int poll() {
    return 0;
  }

  @Override
  public int outstanding() {
    return 0;
  }

  @Override
  public QueuePairState state() {
    return state;
  }

  @Override
  public QueuePairFailure failure() {
    return state == QueuePairState.ERROR ? failure : null;
  }

  /** Does nothing: it has completed already. */
  @Override
  public void dropRefused() {}

  /** {@inheritDoc} Here there never is anything. */
  @Override
  public boolean replayOn(RdmaQueuePair successor, RegionTranslation regions) {
    return true;
  }

  @Override
  public QueuePairCounters counters() {
    return counters;
  }

  @Override
  public void close() {
    ready = false;
    state = QueuePairState.RESET;
  }

  /**
   * Where a region is in this process; 0 where the resolver does not know it, or it was unmapped.
   */
  @SuppressWarnings(
      "ReferenceEquality") // Callers keep one object a region; resolve() compares values.
  private long address(RemoteRegion region) {
    int slot = region.rkey() & (CACHED_REGIONS - 1);
    if (regions[slot] != region && !resolve(region, slot)) {
      return 0;
    }
    return scopes[slot].isAlive() ? addresses[slot] : 0;
  }

  private boolean resolve(RemoteRegion region, int slot) {
    if (region.equals(regions[slot])) {
      return true;
    }
    MemorySegment segment = resolver.resolve(region);
    if (segment == null) {
      return false;
    }
    if (!segment.isNative()
        || segment.byteSize() < region.length()
        || (segment.address() & (Long.BYTES - 1)) != 0) {
      throw new IllegalArgumentException(
          "%s does not fit %s: native memory of that length, aligned to 8 bytes, is needed"
              .formatted(segment, region));
    }
    regions[slot] = region;
    addresses[slot] = segment.address();
    scopes[slot] = segment.scope();
    return true;
  }

  private int complete(long workRequestId) {
    if (workRequestId != UNSIGNALED) {
      listener.onCompletion(workRequestId, CompletionStatus.SUCCESS);
    }
    return POSTED;
  }

  private int fail(long workRequestId, CompletionStatus status) {
    ready = false;
    failure = new QueuePairFailure(status, counters.writes() + counters.fetchAdds());
    state = QueuePairState.ERROR;
    counters.failed(status);
    listener.onCompletion(workRequestId, status);
    return POSTED;
  }

  /**
   * Copies 1 or more bytes. Reports are small and their targets random: up to 64 bytes go by moves
   * of 8, the last of which may overlap the one before, which is faster than the call of a copy
   * routine.
   */
  private static void copy(byte[] source, long from, long to, int length) {
    if (length > MOST_BY_MOVES) {
      UnsafeApi.copyMemory(source, from, null, to, length);
    } else if (length >= Long.BYTES) {
      int last = length - Long.BYTES;
      for (int i = 0; i < last; i += Long.BYTES) {
        UnsafeApi.putLong(to + i, UnsafeApi.getLong(source, from + i));
      }
      UnsafeApi.putLong(to + last, UnsafeApi.getLong(source, from + last));
    } else if (length >= Integer.BYTES) {
      int last = length - Integer.BYTES;
      UnsafeApi.putInt(to, UnsafeApi.getInt(source, from));
      UnsafeApi.putInt(to + last, UnsafeApi.getInt(source, from + last));
    } else {
      for (int i = 0; i < length; i++) {
        UnsafeApi.putByte(to + i, UnsafeApi.getByte(source, from + i));
      }
    }
  }
}
