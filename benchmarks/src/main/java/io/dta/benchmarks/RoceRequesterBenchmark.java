package io.dta.benchmarks;

import io.dta.rdma.RdmaQueuePair;
import io.dta.rdma.RemoteRegion;
import io.dta.rdma.control.QueuePairReply;
import io.dta.rdma.control.QueuePairRequest;
import io.dta.rdma.control.TransportService;
import io.dta.rdma.roce.IcrcCheck;
import io.dta.rdma.roce.RetransmissionPolicy;
import io.dta.rdma.roce.RoceHeaders;
import io.dta.rdma.roce.RoceQueuePair;
import io.dta.rdma.roce.RoceRequester;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;
import org.agrona.concurrent.SystemNanoClock;
import org.agrona.concurrent.UnsafeBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * RoCEv2 packets from posting to the network's door, iCRC included, and their acknowledgement back
 * to the completion: everything that one core does for a packet but the kernel's part.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class RoceRequesterBenchmark {
  private static final int PACKETS = 1 << 14;
  private static final int RESPONDER_NUMBER = 0x1234;
  private static final int REGION = 1 << 26;
  private static final int BURST = 64;

  /** What is posted. */
  public enum Operation {
    /** A Key-Write slot of 24 bytes. */
    KEY_WRITE(24),
    /** A frame of 16 entries of 4 bytes and its trailer. */
    APPEND_FRAME(72),
    /** A Key-Increment. */
    FETCH_ADD(8);

    final int length;

    Operation(int length) {
      this.length = length;
    }

    /** From the BTH up to the iCRC. */
    int packetLength() {
      return RoceHeaders.BTH_LENGTH
          + (this == FETCH_ADD ? RoceHeaders.ATOMIC_LENGTH : RoceHeaders.RETH_LENGTH + length);
    }
  }

  @Param private Operation operation;

  private final RemoteRegion region = new RemoteRegion(1L << 40, 0xABCD_1234, REGION);
  private final UnsafeBuffer source = new UnsafeBuffer(ByteBuffer.allocateDirect(128));
  private final CRC32 crc = new CRC32();
  private AnsweringPort port;
  private RoceRequester requester;
  private RoceQueuePair queuePair;
  private QueuePairRequest request;
  private int posted;
  private long completions;
  private ByteBuffer limitBuffer;

  @Setup
  public void setUp() {
    port = new AnsweringPort(operation == Operation.FETCH_ADD ? PACKETS : 0);
    requester = new RoceRequester(port, SystemNanoClock.INSTANCE, IcrcCheck.ANY_IDENTIFICATION);
    request = requester.request(TransportService.RC, RocePackets.PATH_MTU, 0);
    QueuePairReply reply =
        new QueuePairReply(
            RocePackets.RESPONDER.getAddress().getHostAddress(),
            RocePackets.RESPONDER.getPort(),
            RESPONDER_NUMBER,
            RocePackets.PATH_MTU,
            BURST);
    queuePair =
        requester.connect(request, reply, (_, _) -> completions++, RetransmissionPolicy.defaults());
    limitBuffer = ByteBuffer.allocateDirect(BURST * 128);
  }

  @Setup(Level.Invocation)
  public void prepareAnswers() {
    port.prepare(request.queuePairNumber(), posted & RoceHeaders.MASK_24);
  }

  /** Packets a second. */
  @Benchmark
  @OperationsPerInvocation(PACKETS)
  public long packets() {
    int offset = posted * 8192;
    for (int i = 0; i < PACKETS; i++) {
      offset = (offset + 40_504) & (REGION - 8 - 1) & -8;
      while (post(Math.min(offset, REGION - 128)) != RdmaQueuePair.POSTED) {
        queuePair.poll();
      }
    }
    queuePair.flush();
    while (queuePair.outstanding() > 0) {
      queuePair.poll();
    }
    posted += PACKETS;
    return completions;
  }

  private int post(int offset) {
    return operation == Operation.FETCH_ADD
        ? queuePair.fetchAdd(region, offset, 1, RdmaQueuePair.UNSIGNALED)
        : queuePair.write(region, offset, source, 0, operation.length, RdmaQueuePair.UNSIGNALED);
  }

  /** The machine's limit: the JDK's CRC-32 over as many bytes. */
  @Benchmark
  @OperationsPerInvocation(PACKETS)
  public long limit() {
    long sum = 0;
    int length = operation.packetLength();
    for (int i = 0; i < PACKETS; i++) {
      int offset = (i & (BURST - 1)) * 128;
      limitBuffer.limit(offset + length).position(offset);
      crc.reset();
      crc.update(limitBuffer);
      limitBuffer.clear();
      sum += crc.getValue();
    }
    return sum;
  }
}
