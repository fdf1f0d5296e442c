package io.dta.rdma.roce;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.dta.rdma.control.QueuePairRequest;
import io.dta.rdma.control.TransportService;
import io.dta.rdma.memory.MemoryRegion;
import io.dta.rdma.memory.MemoryRegionTable;
import io.dta.rdma.memory.RegionSpecification;
import io.dta.rdma.udp.Ecn;
import io.dta.rdma.udp.LinuxUdpPort;
import io.dta.rdma.udp.UdpPortOptions;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The notification point of DCQCN, with marks that a real IP header carries. */
class CongestionNotificationTest {
  private static final int PEER_NUMBER = 0xABCDEF;

  /** Opcode, flags, P_Key, BECN, queue pair, PSN and 16 reserved bytes. */
  private static final String NOTIFICATION =
      "8100ffff"
          + "40abcdef"
          + "00000000"
          + "00".repeat(RoceHeaders.CONGESTION_NOTIFICATION_RESERVED);

  private final ManualClock clock = new ManualClock();
  private final ByteBuffer packet = ByteBuffer.allocateDirect(100);
  private int psn = 5;

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1"})
  void shouldNotifyOfMarksAtMostOnceInFiftyMicroseconds(String host) throws Exception {
    assumeTrue(LinuxUdpPort.isSupported(), "not Linux on x86-64 or AArch64");
    InetAddress loopback = InetAddress.ofLiteral(host);
    assumeTrue(NetworkInterface.getByInetAddress(loopback) != null, () -> "no " + host + " here");
    StandardProtocolFamily family =
        loopback instanceof Inet4Address
            ? StandardProtocolFamily.INET
            : StandardProtocolFamily.INET6;
    try (DatagramChannel peer = DatagramChannel.open(family);
        MemoryRegionTable regions = new MemoryRegionTable();
        SoftwareRnic rnic =
            new SoftwareRnic(
                LinuxUdpPort.bind(loopback, 0, UdpPortOptions.DEFAULTS),
                regions,
                (_, _, _) -> {},
                RnicOptions.defaults(),
                clock)) {
      peer.bind(new InetSocketAddress(loopback, 0)).configureBlocking(false);
      MemoryRegion region =
          regions.register(RegionSpecification.anonymous(4096).withHugePages(false));
      InetSocketAddress local = (InetSocketAddress) peer.getLocalAddress();
      int number =
          rnic.create(
                  new QueuePairRequest(
                      TransportService.UC, host, local.getPort(), PEER_NUMBER, psn, 1024))
              .queuePairNumber();

      for (int ecn : new int[] {Ecn.NOT_CAPABLE, Ecn.CAPABLE_0, Ecn.CAPABLE_1}) {
        write(peer, rnic, number, region, ecn);
      }
      assertEquals(List.of(), notifications(peer, rnic), "no mark");
      write(peer, rnic, number, region, Ecn.CONGESTION_EXPERIENCED);
      write(peer, rnic, number, region, Ecn.CONGESTION_EXPERIENCED);
      assertEquals(List.of(NOTIFICATION), notifications(peer, rnic), "two marks at once");
      clock.advance(49_999);
      write(peer, rnic, number, region, Ecn.CONGESTION_EXPERIENCED);
      assertEquals(List.of(), notifications(peer, rnic), "too early");
      clock.advance(1);
      write(peer, rnic, number, region, Ecn.CONGESTION_EXPERIENCED);
      assertEquals(List.of(NOTIFICATION), notifications(peer, rnic), "50 µs later");
      assertEquals(7, rnic.counters().get(RnicEvent.WRITES), "a mark drops nothing");
      assertEquals(4, rnic.counters().get(RnicEvent.CONGESTION_MARKS));
      assertEquals(2, rnic.counters().get(RnicEvent.CONGESTION_NOTIFICATIONS_SENT));
    }
  }

  private void write(
      DatagramChannel peer, SoftwareRnic rnic, int number, MemoryRegion region, int ecn)
      throws IOException {
    int at = PacketWriter.bth(packet, 0, RoceHeaders.UC_WRITE_ONLY, 0x40, number, psn++);
    at = PacketWriter.reth(packet, at, region.address(), region.rkey(), 8);
    packet.putLong(at, 1);
    int length = at + Long.BYTES;
    new Icrc((InetSocketAddress) peer.getLocalAddress(), rnic.localAddress())
        .seal(packet, 0, length);
    peer.setOption(StandardSocketOptions.IP_TOS, ecn);
    peer.send(packet.position(0).limit(length + RoceHeaders.ICRC_LENGTH), rnic.localAddress());
    packet.clear();
    assertEquals(1, rnic.doWork());
  }

  /** What came back, without the iCRC, which must be right. */
  private List<String> notifications(DatagramChannel peer, SoftwareRnic rnic) throws IOException {
    List<String> all = new ArrayList<>();
    Icrc icrc = new Icrc(rnic.localAddress(), (InetSocketAddress) peer.getLocalAddress());
    while (peer.receive(packet.clear()) != null) {
      int length = packet.position() - RoceHeaders.ICRC_LENGTH;
      byte[] bytes = new byte[length];
      packet.clear().get(0, bytes);
      all.add(HexFormat.of().formatHex(bytes));
      assertTrue(icrc.matches(packet, 0, length, rnic.localAddress().getPort()), "iCRC");
    }
    return all;
  }
}
