package io.dta.rdma.roce;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.dta.rdma.RemoteRegion;
import io.dta.rdma.control.QueuePairRequest;
import io.dta.rdma.control.TransportService;
import io.dta.rdma.memory.MemoryRegion;
import io.dta.rdma.memory.MemoryRegionTable;
import io.dta.rdma.memory.RegionSpecification;
import io.dta.rdma.udp.UdpPort;
import io.dta.rdma.udp.UdpPorts;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Socket to memory and back without garbage. */
class RoceAllocationTest {
  /** Rounds a window, and how many windows the compiler gets at most. */
  private static final int ROUNDS = 1_000;

  private static final int WINDOWS = 40;
  private static final long MOST_BYTES = 8_192;

  private static final int BURST = 16;

  private static UdpPort bind(boolean batches) throws Exception {
    return batches ? UdpPorts.bind(InetAddress.ofLiteral("127.0.0.1"), 0) : Loopback.bind();
  }

  @ParameterizedTest(name = "ports that batch: {0}")
  @ValueSource(booleans = {true, false})
  void shouldNotAllocateBetweenPostAndCompletion(boolean batches) throws Exception {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    ManualClock clock = new ManualClock();
    long[] completed = {0};
    try (MemoryRegionTable regions = new MemoryRegionTable();
        RoceRequester requester =
            new RoceRequester(bind(batches), clock, IcrcCheck.ANY_IDENTIFICATION);
        SoftwareRnic rnic =
            new SoftwareRnic(bind(batches), regions, (_, _, _) -> {}, RnicOptions.defaults())) {
      MemoryRegion memory =
          regions.register(RegionSpecification.anonymous(1 << 16).withHugePages(false));
      RemoteRegion region = memory.remote();
      QueuePairRequest request = requester.request(TransportService.RC, 1024);
      RoceQueuePair queuePair =
          requester.connect(
              request,
              rnic.create(request),
              (_, _) -> completed[0]++,
              RetransmissionPolicy.defaults());
      UnsafeBuffer source = new UnsafeBuffer(new byte[64]);
      // The first windows load classes, fill the tables and are interpreted. One object an
      // operation
      // would be a quarter of a million bytes a window, and would never end.
      long allocated = Long.MAX_VALUE;
      int windows = 0;
      while (allocated > MOST_BYTES && windows < WINDOWS) {
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int round = 0; round < ROUNDS; round++) {
          for (int i = 0; i < BURST; i++) {
            long offset = 64 * ((round + i * 37L) & 1023);
            if (i % 4 == 0) {
              queuePair.fetchAdd(region, offset, 1, i + 1);
            } else {
              queuePair.write(region, offset, source, 0, 24, i + 1);
            }
          }
          queuePair.flush();
          rnic.doWork();
          queuePair.poll();
        }
        allocated = threads.getCurrentThreadAllocatedBytes() - before;
        windows++;
      }
      assertEquals((long) windows * ROUNDS * BURST, completed[0]);
      assertTrue(
          allocated <= MOST_BYTES,
          "%d bytes for %d operations, after %d windows of as many"
              .formatted(allocated, ROUNDS * BURST, windows));
    }
  }
}
