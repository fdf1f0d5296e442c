package io.dta.rdma.roce;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.dta.rdma.RdmaQueuePair;
import io.dta.rdma.RemoteRegion;
import io.dta.rdma.control.QueuePairRequest;
import io.dta.rdma.control.TransportService;
import io.dta.rdma.memory.MemoryRegion;
import io.dta.rdma.memory.MemoryRegionTable;
import io.dta.rdma.memory.RegionSpecification;
import io.dta.rdma.udp.UdpPorts;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import org.agrona.concurrent.SystemNanoClock;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Operations over the ports that batch, both ways: memory is what a plain model says it is. */
class RoceSegmentationTest {
  private static final int LENGTH = 1 << 16;
  private static final int COUNTERS = 64;

  @ParameterizedTest
  @CsvSource({"127.0.0.1, ANY_IDENTIFICATION", "127.0.0.1, COUNTED", "::1, REQUIRED"})
  void shouldDoToMemoryWhatAPlainModelDoes(String host, IcrcCheck check) throws Exception {
    InetAddress loopback = InetAddress.ofLiteral(host);
    assumeTrue(NetworkInterface.getByInetAddress(loopback) != null, () -> "no " + host + " here");
    long seed = 31;
    Random random = new Random(seed);
    ByteBuffer model = ByteBuffer.allocate(LENGTH).order(ByteOrder.nativeOrder());
    try (MemoryRegionTable regions = new MemoryRegionTable();
        RoceRequester requester =
            new RoceRequester(UdpPorts.bind(loopback, 0), SystemNanoClock.INSTANCE, check);
        SoftwareRnic rnic =
            new SoftwareRnic(
                UdpPorts.bind(loopback, 0),
                regions,
                (_, _, _) -> {},
                RnicOptions.defaults().withRequestCheck(check))) {
      MemoryRegion region =
          regions.register(RegionSpecification.anonymous(LENGTH).withHugePages(false));
      QueuePairRequest request = requester.request(TransportService.RC, 256);
      RoceQueuePair queuePair =
          requester.connect(
              request, rnic.create(request), (_, _) -> {}, RetransmissionPolicy.defaults());
      for (int round = 0; round < 60; round++) {
        byte[] bytes = new byte[round % 7 == 0 ? 1000 : 24];
        for (int i = 0; i < 60; i++) {
          if (random.nextInt(3) == 0) {
            int counter = 8 * random.nextInt(COUNTERS);
            long addend = random.nextLong();
            post(rnic, queuePair, () -> queuePair.fetchAdd(region.remote(), counter, addend, 1));
            model.putLong(counter, model.getLong(counter) + addend);
          } else {
            random.nextBytes(bytes);
            int offset = 8 * COUNTERS + random.nextInt(LENGTH - 8 * COUNTERS - bytes.length);
            UnsafeBuffer source = new UnsafeBuffer(bytes);
            RemoteRegion remote = region.remote();
            post(
                rnic, queuePair, () -> queuePair.write(remote, offset, source, 0, bytes.length, 1));
            model.put(offset, bytes);
          }
        }
        queuePair.flush();
        while (queuePair.outstanding() > 0) {
          rnic.doWork();
          queuePair.poll();
        }
      }
      String message = "seed " + seed + ", " + rnic.counters();
      assertArrayEquals(model.array(), region.segment().toArray(ValueLayout.JAVA_BYTE), message);
      assertEquals(0, rnic.counters().get(RnicEvent.WRONG_ICRC), message);
      assertEquals(0, requester.wrongIcrcs(), message);
      assertTrue(rnic.counters().get(RnicEvent.ATOMICS) > 1000, message);
    }
  }

  private interface Post {
    int post();
  }

  private static void post(SoftwareRnic rnic, RoceQueuePair queuePair, Post post) {
    int code = post.post();
    while (code == RdmaQueuePair.BACK_PRESSURED) {
      queuePair.flush();
      rnic.doWork();
      queuePair.poll();
      code = post.post();
    }
    assertEquals(RdmaQueuePair.POSTED, code);
  }
}
