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
import java.lang.management.ManagementFactory;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Socket to memory and back without garbage. */
class RoceAllocationTest {
  private static final int ROUNDS = 2_000;
  private static final int BURST = 16;

  @Test
  void shouldNotAllocateBetweenPostAndCompletion() throws Exception {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    ManualClock clock = new ManualClock();
    long[] completed = {0};
    try (MemoryRegionTable regions = new MemoryRegionTable();
        RoceRequester requester = new RoceRequester(Loopback.bind(), clock, IcrcCheck.REQUIRED);
        SoftwareRnic rnic =
            new SoftwareRnic(Loopback.bind(), regions, (_, _, _) -> {}, RnicOptions.defaults())) {
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
      // The first rounds load classes, fill the tables and compile.
      long before = 0;
      for (int round = 0; round < 2 * ROUNDS; round++) {
        if (round == ROUNDS) {
          before = threads.getCurrentThreadAllocatedBytes();
        }
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
      long allocated = threads.getCurrentThreadAllocatedBytes() - before;
      assertEquals(2L * ROUNDS * BURST, completed[0]);
      // A compilation that is replaced meanwhile may cost some objects; one a packet would be half
      // a million bytes.
      assertTrue(allocated < 32_768, allocated + " bytes for " + ROUNDS * BURST + " operations");
    }
  }
}
