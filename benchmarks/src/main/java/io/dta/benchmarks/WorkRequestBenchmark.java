package io.dta.benchmarks;

import io.dta.rdma.RdmaQueuePair;
import io.dta.rdma.RemoteRegion;
import io.dta.rdma.provider.ProviderQueuePair;
import io.dta.rdma.provider.WorkQueue;
import io.dta.rdma.provider.WorkRequestChain;
import io.dta.rdma.provider.WorkRequestLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What {@code verbs} and {@code disni} do for an operation but the library's part: from posting to
 * the work request in native memory, and from the completion back to the listener. {@code
 * ibv_post_send} and {@code ibv_poll_cq} are replaced: no device is behind this, and the calls and
 * the NIC are not in the figures.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class WorkRequestBenchmark {
  private static final int OPERATIONS = 1 << 14;
  private static final int REGION = 1 << 26;
  private static final int PAYLOAD = 128;

  /** What is posted. */
  public enum Operation {
    KEY_WRITE(24),
    APPEND_FRAME(72),
    FETCH_ADD(8);

    final int length;

    Operation(int length) {
      this.length = length;
    }
  }

  /** As verbs has it, without the device: each chain completes with the next poll. */
  private static final class NoDevice implements WorkQueue {
    private static final int DEPTH = 1024;
    private static final int CHAIN = 32;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment memory = arena.allocate(1 << 20, 4096);
    private final WorkRequestChain chain =
        new WorkRequestChain(
            arena
                .allocate(
                    WorkRequestChain.memoryLength(CHAIN, WorkRequestLayout.WORK_REQUEST_LENGTH),
                    Long.BYTES)
                .address(),
            CHAIN,
            WorkRequestLayout.WORK_REQUEST_LENGTH);
    private long posted;
    private long completed;

    @Override
    public WorkRequestChain chain() {
      return chain;
    }

    @Override
    public boolean post() {
      posted += chain.size();
      return true;
    }

    @Override
    public int depth() {
      return DEPTH;
    }

    @Override
    public int maxInline() {
      return PAYLOAD;
    }

    @Override
    public MemorySegment registered() {
      return memory;
    }

    @Override
    public int localKey() {
      return 7;
    }

    @Override
    public int poll() {
      int completions = posted > completed ? 1 : 0;
      completed = posted;
      return completions;
    }

    @Override
    public long workRequestId(int index) {
      return completed - 1;
    }

    @Override
    public int status(int index) {
      return 0;
    }

    @Override
    public boolean isConnected() {
      return true;
    }

    @Override
    public void close() {
      arena.close();
    }
  }

  @Param private Operation operation;

  private final RemoteRegion region = new RemoteRegion(1L << 40, 0xABCD_1234, REGION);
  private final UnsafeBuffer source = new UnsafeBuffer(ByteBuffer.allocateDirect(PAYLOAD));
  private ProviderQueuePair queuePair;
  private long completions;

  @Setup
  public void setUp() {
    queuePair = new ProviderQueuePair(new NoDevice(), (_, _) -> completions++);
  }

  /** Operations a second. */
  @Benchmark
  @OperationsPerInvocation(OPERATIONS)
  public long operations() {
    int offset = 0;
    for (int i = 0; i < OPERATIONS; i++) {
      offset = (offset + 40_504) & (REGION - 8 - 1) & -8;
      while (post(Math.min(offset, REGION - PAYLOAD)) != RdmaQueuePair.POSTED) {
        queuePair.poll();
      }
    }
    queuePair.flush();
    while (queuePair.outstanding() > 0) {
      queuePair.poll();
    }
    return completions;
  }

  private int post(long offset) {
    return operation == Operation.FETCH_ADD
        ? queuePair.fetchAdd(region, offset, 1, 1)
        : queuePair.write(region, offset, source, 0, operation.length, 1);
  }

  @TearDown
  public void tearDown() {
    queuePair.close();
  }
}
