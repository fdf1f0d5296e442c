package io.dta.benchmarks;

import io.dta.rdma.control.QueuePairRequest;
import io.dta.rdma.control.TransportService;
import io.dta.rdma.memory.MemoryRegion;
import io.dta.rdma.memory.MemoryRegionTable;
import io.dta.rdma.memory.RegionSpecification;
import io.dta.rdma.roce.Icrc;
import io.dta.rdma.roce.RnicEvent;
import io.dta.rdma.roce.RnicOptions;
import io.dta.rdma.roce.RoceHeaders;
import io.dta.rdma.roce.SoftwareRnic;
import io.dta.rdma.udp.DatagramHandler;
import io.dta.rdma.udp.Ecn;
import io.dta.rdma.udp.UdpPort;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Requests that the software RNIC carries out, from the network's door to random places of a
 * region, iCRC checked and acknowledged. Each request has the identification that a batch for
 * segmentation gives it.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class SoftwareRnicBenchmark {
  private static final int PACKETS = 1 << 14;
  private static final int REQUESTER_NUMBER = 0x55;
  private static final int ACKNOWLEDGE_EVERY = 32;
  private static final int BATCH = 64;

  @Param private RoceRequesterBenchmark.Operation operation;

  @Param({"64"})
  private int mebibytes;

  private final MemoryRegionTable regions = new MemoryRegionTable();
  private final int[] lengths = new int[PACKETS];
  private final long[] offsets = new long[PACKETS];
  private final CRC32 crc = new CRC32();
  private RocePackets packets;
  private MemoryRegion region;
  private SoftwareRnic rnic;
  private int queuePair;
  private int psn;
  private int delivered;

  /** Hands out the prepared requests; what is sent is gone. */
  private final class RequestPort implements UdpPort {
    @Override
    public InetSocketAddress localAddress() {
      return RocePackets.RESPONDER;
    }

    @Override
    public int nextIdentification(int length, InetSocketAddress destination) {
      return 0;
    }

    @Override
    public boolean send(ByteBuffer buffer, int offset, int length, InetSocketAddress destination) {
      return true;
    }

    @Override
    public void flush() {}

    @Override
    public int receive(DatagramHandler handler, int limit) {
      int end = Math.min(delivered + limit, PACKETS);
      int received = end - delivered;
      while (delivered < end) {
        int i = delivered++;
        handler.onDatagram(
            packets.buffer(), packets.offset(i), lengths[i], RocePackets.REQUESTER, Ecn.CAPABLE_0);
      }
      return received;
    }

    @Override
    public long errors() {
      return 0;
    }

    @Override
    public void close() {}
  }

  @Setup
  public void setUp() throws Exception {
    region = regions.register(RegionSpecification.anonymous((long) mebibytes << 20));
    rnic = new SoftwareRnic(new RequestPort(), regions, (_, _, _) -> {}, RnicOptions.defaults());
    packets = new RocePackets(PACKETS, 128, new Icrc(RocePackets.REQUESTER, RocePackets.RESPONDER));
    queuePair =
        rnic.create(
                new QueuePairRequest(
                    TransportService.RC,
                    RocePackets.REQUESTER.getAddress().getHostAddress(),
                    RocePackets.REQUESTER.getPort(),
                    REQUESTER_NUMBER,
                    0,
                    RocePackets.PATH_MTU))
            .queuePairNumber();
    SplittableRandom random = new SplittableRandom(1);
    long slots = region.length() / operation.length;
    for (int i = 0; i < PACKETS; i++) {
      offsets[i] = random.nextLong(slots) * operation.length;
    }
  }

  /** Makes the requests with the PSNs that follow. */
  @Setup(Level.Invocation)
  public void prepare() {
    delivered = 0;
    for (int i = 0; i < PACKETS; i++) {
      long address = region.address() + offsets[i];
      lengths[i] =
          operation == RoceRequesterBenchmark.Operation.FETCH_ADD
              ? packets.fetchAdd(i, queuePair, psn, address, region.rkey(), i % BATCH)
              : packets.write(
                  i,
                  RoceHeaders.RC_WRITE_ONLY,
                  queuePair,
                  i % ACKNOWLEDGE_EVERY == 0 ? psn | RoceHeaders.ACKNOWLEDGE_REQUEST : psn,
                  address,
                  region.rkey(),
                  operation.length,
                  i % BATCH);
      psn = RoceHeaders.addPsn(psn, 1);
    }
  }

  @TearDown
  public void tearDown() {
    long done = rnic.counters().get(RnicEvent.WRITES) + rnic.counters().get(RnicEvent.ATOMICS);
    if (done != rnic.counters().get(RnicEvent.PACKETS)) {
      throw new IllegalStateException("not all was carried out: " + rnic.counters());
    }
    rnic.close();
    regions.close();
  }

  /** Packets a second. */
  @Benchmark
  @OperationsPerInvocation(PACKETS)
  public long packets() {
    while (rnic.doWork() > 0) {
      // Until all are carried out.
    }
    return delivered;
  }

  /** The machine's limit: the JDK's CRC-32 over the same packets. */
  @Benchmark
  @OperationsPerInvocation(PACKETS)
  public long limit() {
    long sum = 0;
    ByteBuffer buffer = packets.buffer();
    for (int i = 0; i < PACKETS; i++) {
      int offset = packets.offset(i);
      buffer.limit(offset + lengths[i] - RoceHeaders.ICRC_LENGTH).position(offset);
      crc.reset();
      crc.update(buffer);
      buffer.clear();
      sum += crc.getValue();
    }
    return sum;
  }
}
