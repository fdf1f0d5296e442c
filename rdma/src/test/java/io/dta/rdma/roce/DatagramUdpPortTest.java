package io.dta.rdma.roce;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.dta.rdma.control.QueuePairReply;
import io.dta.rdma.control.QueuePairRequest;
import io.dta.rdma.control.TransportService;
import io.dta.rdma.memory.MemoryRegion;
import io.dta.rdma.memory.MemoryRegionTable;
import io.dta.rdma.memory.RegionSpecification;
import io.dta.rdma.udp.DatagramHandler;
import io.dta.rdma.udp.DatagramUdpPort;
import java.io.UncheckedIOException;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.ByteBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class DatagramUdpPortTest {
  @Test
  void shouldDeliverWhatWasSentAndWhoSentIt() throws Exception {
    try (DatagramUdpPort a = Loopback.bind();
        DatagramUdpPort b = Loopback.bind()) {
      ByteBuffer buffer = ByteBuffer.allocateDirect(100);
      for (int i = 0; i < 100; i++) {
        buffer.put(i, (byte) i);
      }
      assertTrue(a.send(buffer, 10, 5, b.localAddress()));
      assertTrue(a.send(buffer, 50, 50, b.localAddress()));
      StringBuilder seen = new StringBuilder();
      DatagramHandler handler =
          (bytes, offset, length, source, _) -> {
            assertEquals(a.localAddress(), source);
            seen.append(length).append(':').append(bytes.get(offset)).append(' ');
          };
      assertEquals(1, b.receive(handler, 1));
      assertEquals(1, b.receive(handler, 10));
      assertEquals(0, b.receive(handler, 10));
      assertEquals("5:10 50:50 ", seen.toString());
    }
  }

  @Test
  void shouldCountDatagramsThatTheSystemRefuses() throws Exception {
    try (DatagramUdpPort port = Loopback.bind()) {
      ByteBuffer buffer = ByteBuffer.allocateDirect(70_000);
      assertTrue(port.send(buffer, 0, 70_000, port.localAddress()));
      assertEquals(1, port.errors());
    }
  }

  @Test
  void shouldSayWhatCannotBeBound() throws Exception {
    InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
    try (DatagramUdpPort port = Loopback.bind()) {
      int taken = port.localAddress().getPort();
      UncheckedIOException e =
          assertThrows(
              UncheckedIOException.class, () -> DatagramUdpPort.bind(loopback, taken).close());
      assertTrue(e.getMessage().contains("127.0.0.1:" + taken), e.getMessage());
    }
    InetAddress foreign = InetAddress.ofLiteral("192.0.2.1");
    assertThrows(UncheckedIOException.class, () -> DatagramUdpPort.bind(foreign, 0).close());
    InetAddress wildcard = InetAddress.ofLiteral("0.0.0.0");
    assertThrows(IllegalArgumentException.class, () -> DatagramUdpPort.bind(wildcard, 0).close());
  }

  @Test
  void shouldReceiveNothingOnceClosed() throws Exception {
    DatagramUdpPort port = Loopback.bind();
    port.close();
    assertEquals(0, port.receive((_, _, _, _, _) -> {}, 10));
  }

  @Test
  void shouldCarryRoceOverIpv6() throws Exception {
    InetAddress loopback = InetAddress.ofLiteral("::1");
    assumeTrue(NetworkInterface.getByInetAddress(loopback) != null, "no IPv6 loopback here");
    try (MemoryRegionTable regions = new MemoryRegionTable();
        RoceRequester requester =
            new RoceRequester(
                DatagramUdpPort.bind(loopback, 0), new ManualClock(), IcrcCheck.REQUIRED);
        SoftwareRnic rnic =
            new SoftwareRnic(
                DatagramUdpPort.bind(loopback, 0),
                regions,
                (_, _, _) -> {},
                RnicOptions.defaults())) {
      MemoryRegion region =
          regions.register(RegionSpecification.anonymous(4096).withHugePages(false));
      QueuePairRequest request = requester.request(TransportService.RC, 1024);
      QueuePairReply reply = rnic.create(request);
      RoceQueuePair queuePair =
          requester.connect(request, reply, (_, _) -> {}, RetransmissionPolicy.defaults());
      byte[] bytes = {1, 2, 3, 4, 5};
      queuePair.write(region.remote(), 16, new UnsafeBuffer(bytes), 0, 5, 1);
      queuePair.flush();
      assertEquals(1, rnic.doWork());
      queuePair.poll();
      assertEquals(0, queuePair.outstanding(), rnic.counters()::toString);
      assertArrayEquals(bytes, region.segment().asSlice(16, 5).toArray(ValueLayout.JAVA_BYTE));
    }
  }
}
