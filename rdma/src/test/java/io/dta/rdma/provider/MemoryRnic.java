package io.dta.rdma.provider;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.dta.rdma.RemoteRegion;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;

/**
 * An RNIC of one process: carries out chains of work requests on registered memory. It reads them
 * at the offsets that {@code offsetof} gives for rdma-core's structures, written out here, and not
 * at those that the code under test names.
 */
final class MemoryRnic implements WorkQueue {
  static final int CHAIN = 8;
  static final int BATCH = 4;
  static final int INLINE = 64;
  private static final int LOCAL_KEY = 0x1234;
  private static final int REQUEST_LENGTH = 128;
  private static final ValueLayout.OfInt BIG_ENDIAN_INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  /** A completion. */
  record Completion(long id, int status) {}

  /** A request as it was read. */
  record Request(
      long id,
      int opcode,
      int flags,
      int immediate,
      long remote,
      int rkey,
      long addend,
      long local,
      int length) {}

  final Arena arena = Arena.ofShared();
  final int depth;
  final MemorySegment registered;
  final WorkRequestChain chain;
  final Map<Integer, MemorySegment> regions = new HashMap<>();
  final List<Integer> immediates = new ArrayList<>();
  final Queue<Request> received = new ArrayDeque<>();
  private final Queue<Completion> completions = new ArrayDeque<>();
  private final Completion[] batch = new Completion[BATCH];

  /** Requests wait in {@code received} until {@link #carryOut}. */
  boolean held;

  boolean refusing;
  boolean broken;
  boolean connected = true;
  boolean failed;
  boolean closed;
  int posts;

  MemoryRnic(int depth, int payloadBytes) {
    this.depth = depth;
    registered = arena.allocate(64 + payloadBytes, 64);
    long memory = arena.allocate(WorkRequestChain.memoryLength(CHAIN, REQUEST_LENGTH), 8).address();
    chain = new WorkRequestChain(memory, CHAIN, REQUEST_LENGTH);
  }

  /** Registers memory that requests may write. */
  RemoteRegion region(int rkey, int length) {
    MemorySegment memory = arena.allocate(length, 8);
    regions.put(rkey, memory);
    return new RemoteRegion(memory.address(), rkey, length);
  }

  @Override
  public WorkRequestChain chain() {
    return chain;
  }

  @Override
  public boolean post() {
    if (refusing) {
      return false;
    }
    posts++;
    long address = chain.address();
    while (address != 0) {
      MemorySegment request = at(address, REQUEST_LENGTH);
      received.add(read(request));
      address = request.get(ValueLayout.JAVA_LONG, 8);
    }
    if (!held) {
      carryOut(Integer.MAX_VALUE);
    }
    return true;
  }

  @SuppressWarnings("restricted") // It reads what it is pointed to, as an RNIC does.
  private static MemorySegment at(long address, long length) {
    return MemorySegment.ofAddress(address).reinterpret(length);
  }

  private Request read(MemorySegment request) {
    require(request.get(ValueLayout.JAVA_INT, 24) == 1, "num_sge");
    MemorySegment element = at(request.get(ValueLayout.JAVA_LONG, 16), 16);
    require(element.get(ValueLayout.JAVA_INT, 12) == LOCAL_KEY, "lkey");
    int opcode = request.get(ValueLayout.JAVA_INT, 28);
    long local = element.get(ValueLayout.JAVA_LONG, 0);
    int length = element.get(ValueLayout.JAVA_INT, 8);
    int flags = request.get(ValueLayout.JAVA_INT, 32);
    require(
        local >= registered.address()
            && local + length <= registered.address() + registered.byteSize(),
        "local range");
    if ((flags & 8) != 0) { // Inline: the bytes are taken now.
      require(length <= INLINE && opcode != 6, "inline");
      local = arena.allocate(INLINE).copyFrom(at(local, length)).address();
    }
    return new Request(
        request.get(ValueLayout.JAVA_LONG, 0),
        opcode,
        flags,
        request.get(BIG_ENDIAN_INT, 36),
        request.get(ValueLayout.JAVA_LONG, 40),
        request.get(ValueLayout.JAVA_INT, opcode == 6 ? 64 : 48),
        request.get(ValueLayout.JAVA_LONG, 48),
        local,
        length);
  }

  private static void require(boolean condition, String what) {
    if (!condition) {
      throw new AssertionError("malformed work request: " + what);
    }
  }

  /** Carries out requests that wait, and flushes all after the first that is refused. */
  void carryOut(int atMost) {
    for (int i = 0; i < atMost && !received.isEmpty(); i++) {
      Request request = received.remove();
      int status = failed ? 5 : execute(request);
      failed |= status != 0;
      if (status != 0 || (request.flags() & 2) != 0) {
        completions.add(new Completion(request.id(), status));
      }
    }
  }

  /** As where no answer comes: the oldest request that waits fails, and the rest is flushed. */
  void timeOut() {
    failed = true;
    completions.add(new Completion(received.remove().id(), 12));
    carryOut(Integer.MAX_VALUE);
  }

  private int execute(Request request) {
    MemorySegment region = regions.get(request.rkey());
    if (region == null
        || request.remote() < region.address()
        || request.remote() + request.length() > region.address() + region.byteSize()) {
      return 10;
    }
    MemorySegment target = at(request.remote(), request.length());
    if (request.opcode() == 6) {
      long was = target.get(ValueLayout.JAVA_LONG, 0);
      target.set(ValueLayout.JAVA_LONG, 0, was + request.addend());
      at(request.local(), 8).set(ValueLayout.JAVA_LONG, 0, was);
      return 0;
    }
    target.copyFrom(at(request.local(), request.length()));
    if (request.opcode() == 1) {
      immediates.add(request.immediate());
    }
    return 0;
  }

  @Override
  public int depth() {
    return depth;
  }

  @Override
  public int maxInline() {
    return INLINE;
  }

  @Override
  public MemorySegment registered() {
    return registered;
  }

  @Override
  public int localKey() {
    return LOCAL_KEY;
  }

  @Override
  public int poll() {
    if (broken) {
      return -1;
    }
    Arrays.fill(batch, null);
    int count = 0;
    while (count < BATCH && !completions.isEmpty()) {
      batch[count++] = completions.remove();
    }
    return count;
  }

  @Override
  public long workRequestId(int index) {
    return batch[index].id();
  }

  @Override
  public int status(int index) {
    return batch[index].status();
  }

  @Override
  public boolean isConnected() {
    return connected;
  }

  /** What a region holds from an offset on, as text. */
  String text(RemoteRegion region, int offset, int length) {
    byte[] bytes =
        regions.get(region.rkey()).asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE);
    return new String(bytes, US_ASCII);
  }

  long counter(RemoteRegion region, int offset) {
    return regions.get(region.rkey()).get(ValueLayout.JAVA_LONG, offset);
  }

  @Override
  public void close() {
    closed = true;
    arena.close();
  }
}
