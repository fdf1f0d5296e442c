package io.dta.benchmarks;

import io.dta.rdma.RdmaQueuePair;
import io.dta.rdma.RemoteRegion;
import io.dta.rdma.control.QueuePairRequest;
import io.dta.rdma.control.TransportService;
import io.dta.rdma.memory.MemoryRegion;
import io.dta.rdma.memory.MemoryRegionTable;
import io.dta.rdma.memory.RegionSpecification;
import io.dta.rdma.roce.IcrcCheck;
import io.dta.rdma.roce.RetransmissionPolicy;
import io.dta.rdma.roce.RnicEvent;
import io.dta.rdma.roce.RnicOptions;
import io.dta.rdma.roce.RoceHeaders;
import io.dta.rdma.roce.RoceQueuePair;
import io.dta.rdma.roce.RoceRequester;
import io.dta.rdma.roce.SoftwareRnic;
import io.dta.rdma.udp.DatagramHandler;
import io.dta.rdma.udp.UdpPort;
import io.dta.rdma.udp.UdpPortOptions;
import io.dta.rdma.udp.UdpPorts;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.SystemNanoClock;
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
 * WRITEs of 24 bytes from a requester through the kernel's loopback interface to a software RNIC
 * and into memory, and the acknowledgements back. Both ends take turns on one thread, so that a
 * figure is what one core does for all of it; the requester has at most {@link #BURST} packets
 * under way, which the sockets' buffers hold.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class RoceLoopbackBenchmark {
  private static final int PACKETS = 1 << 14;
  private static final int BURST = 256;
  private static final int LENGTH = 24;
  private static final int REGION = 1 << 26;
  private static final int DATAGRAM =
      RoceHeaders.BTH_LENGTH + RoceHeaders.RETH_LENGTH + LENGTH + RoceHeaders.ICRC_LENGTH;

  /** Whether the kernel carries batches (GSO and GRO) or single datagrams. */
  @Param({"true", "false"})
  private boolean segmentation;

  private final MemoryRegionTable regions = new MemoryRegionTable();
  private final UnsafeBuffer source = new UnsafeBuffer(ByteBuffer.allocateDirect(64));
  private final ByteBuffer datagram = ByteBuffer.allocateDirect(64);
  private long received;
  private final DatagramHandler counter = (_, _, _, _, _) -> received++;
  private SoftwareRnic rnic;
  private RoceRequester requester;
  private RoceQueuePair queuePair;
  private RemoteRegion region;
  private UdpPort sender;
  private UdpPort receiver;
  private int offset;

  @Setup
  public void setUp() throws Exception {
    MemoryRegion memory = regions.register(RegionSpecification.anonymous(REGION));
    region = memory.remote();
    rnic = new SoftwareRnic(bind(), regions, (_, _, _) -> {}, RnicOptions.defaults());
    requester = new RoceRequester(bind(), SystemNanoClock.INSTANCE, IcrcCheck.ANY_IDENTIFICATION);
    QueuePairRequest request = requester.request(TransportService.RC, RocePackets.PATH_MTU, 0);
    queuePair =
        requester.connect(
            request, rnic.create(request), (_, _) -> {}, RetransmissionPolicy.defaults());
    sender = bind();
    receiver = bind();
  }

  private UdpPort bind() {
    return UdpPorts.bind(
        InetAddress.getLoopbackAddress(),
        0,
        UdpPortOptions.DEFAULTS.withSegmentation(segmentation));
  }

  @TearDown
  public void tearDown() {
    if (rnic.counters().get(RnicEvent.WRITES) != queuePair.counters().writes()) {
      throw new IllegalStateException("not all was written: " + rnic.counters());
    }
    requester.close();
    rnic.close();
    sender.close();
    receiver.close();
    regions.close();
  }

  /** WRITEs a second. */
  @Benchmark
  @OperationsPerInvocation(PACKETS)
  public void writes() {
    for (int i = 0; i < PACKETS; i += BURST) {
      for (int k = 0; k < BURST; k++) {
        offset = (offset + 40_512) & (REGION - 64);
        if (queuePair.write(region, offset, source, 0, LENGTH, RdmaQueuePair.UNSIGNALED)
            != RdmaQueuePair.POSTED) {
          throw new IllegalStateException("no room: " + queuePair.outstanding());
        }
      }
      queuePair.flush();
      while (queuePair.outstanding() > 0) {
        while (rnic.doWork() > 0) {
          // Until nothing more is there.
        }
        queuePair.poll();
      }
    }
  }

  /** The machine's limit: datagrams of the same length by the same system calls, unread. */
  @Benchmark
  @OperationsPerInvocation(PACKETS)
  public long limit() {
    for (int i = 0; i < PACKETS; i += BURST) {
      for (int k = 0; k < BURST; k++) {
        sender.send(datagram, 0, DATAGRAM, receiver.localAddress());
      }
      sender.flush();
      long end = received + BURST;
      while (received < end) {
        receiver.receive(counter, BURST);
      }
    }
    return received;
  }
}
