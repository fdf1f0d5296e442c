package io.dta.rdma.roce;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.dta.rdma.RdmaQueuePair;
import io.dta.rdma.RemoteRegion;
import io.dta.rdma.control.QueuePairReply;
import io.dta.rdma.control.QueuePairRequest;
import io.dta.rdma.control.TransportService;
import io.dta.rdma.memory.MemoryRegion;
import io.dta.rdma.memory.MemoryRegionTable;
import io.dta.rdma.memory.RegionSpecification;
import io.dta.rdma.udp.Ecn;
import io.dta.rdma.udp.UdpPorts;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Runs in a network namespace of its own, with a tap interface as its only link: what a requester
 * and a software RNIC send is read off the wire as the kernel put it there, whole IP packets with
 * their identifications. Prints a line for each, for {@link WireTest}.
 */
final class WireProbe {
  private static final String INTERFACE = "dta0";
  private static final byte[] MAC = {2, 0, 0, 0, 0, 1};
  private static final byte[] PEER_MAC = {2, 0, 0, 0, 0, 2};
  private static final int ETHERNET = 14;
  private static final int PEER_NUMBER = 0x77;
  private static final long SEED = 5;

  private final TapDevice wire;
  private final InetAddress local;
  private final InetAddress peer;
  private final boolean ipv4;

  private int packets;
  private int wrong;
  private int greatestIdentification;
  private int capable;
  private int notifications;

  private WireProbe(TapDevice wire, String local, String peer) {
    this.wire = wire;
    this.local = InetAddress.ofLiteral(local);
    this.peer = InetAddress.ofLiteral(peer);
    ipv4 = this.local.getAddress().length == 4;
  }

  /** Makes the interface, and probes IPv4 and IPv6. */
  public static void main(String[] arguments) throws Exception {
    try (TapDevice wire = new TapDevice(INTERFACE)) {
      ip("link set " + INTERFACE + " address 02:00:00:00:00:01 up");
      ip("addr add 10.99.0.1/24 dev " + INTERFACE);
      ip("neigh replace 10.99.0.2 lladdr 02:00:00:00:00:02 dev " + INTERFACE);
      ip("-6 addr add fd00:99::1/64 dev " + INTERFACE + " nodad");
      ip("-6 neigh replace fd00:99::2 lladdr 02:00:00:00:00:02 dev " + INTERFACE);
      for (String[] addresses :
          new String[][] {{"10.99.0.1", "10.99.0.2"}, {"fd00:99::1", "fd00:99::2"}}) {
        new WireProbe(wire, addresses[0], addresses[1]).requester();
        new WireProbe(wire, addresses[0], addresses[1]).softwareRnic();
      }
    }
  }

  private static void ip(String arguments) throws Exception {
    Process process =
        new ProcessBuilder(("ip " + arguments).split(" ")).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    if (process.waitFor() != 0) {
      throw new IllegalStateException("ip " + arguments + ": " + output);
    }
  }

  private void requester() throws Exception {
    ManualClock clock = new ManualClock();
    Random random = new Random(SEED);
    try (RoceRequester requester =
        new RoceRequester(UdpPorts.bind(local, 0), clock, IcrcCheck.REQUIRED)) {
      QueuePairRequest request = requester.request(TransportService.RC, 1024);
      QueuePairReply reply =
          new QueuePairReply(peer.getHostAddress(), RoceHeaders.UDP_PORT, PEER_NUMBER, 1024, 16);
      RoceQueuePair queuePair =
          requester.connect(request, reply, (_, _) -> {}, RetransmissionPolicy.defaults());
      RemoteRegion region = new RemoteRegion(0x10_0000, 0x1234, 1 << 20);
      UnsafeBuffer source = new UnsafeBuffer(new byte[8192]);
      for (int i = 0; i < 100; i++) {
        queuePair.write(region, 24L * i, source, 0, 24, RdmaQueuePair.UNSIGNALED);
      }
      for (int i = 0; i < 10; i++) {
        queuePair.fetchAdd(region, 8L * i, i, RdmaQueuePair.UNSIGNALED);
      }
      queuePair.flush();
      for (int i = 0; i < 60; i++) {
        int length = random.nextInt(i % 10 == 0 ? 5000 : 200);
        queuePair.writeImmediate(region, 0, source, 0, length, i, RdmaQueuePair.UNSIGNALED);
        if (i % 13 == 0) {
          queuePair.flush();
        }
      }
      queuePair.flush();
      readWire();
      queuePair
          .answers()
          .onAcknowledge(request.startingPsn(), RoceHeaders.NAK_SEQUENCE_ERROR, clock.nanoTime());
      queuePair.poll(); // All of them again.
      readWire();
    }
    report("requester");
  }

  private void softwareRnic() throws Exception {
    try (MemoryRegionTable regions = new MemoryRegionTable();
        SoftwareRnic rnic =
            new SoftwareRnic(
                UdpPorts.bind(local, 0), regions, (_, _, _) -> {}, RnicOptions.defaults())) {
      MemoryRegion region =
          regions.register(RegionSpecification.anonymous(1 << 16).withHugePages(false));
      int port = 50_000;
      for (int i = 0; i < 40; i++) {
        QueuePairReply reply =
            rnic.create(
                new QueuePairRequest(
                    TransportService.RC, peer.getHostAddress(), port, PEER_NUMBER + i, 0, 1024));
        ByteBuffer packet = ByteBuffer.allocateDirect(200);
        int at =
            PacketWriter.bth(
                packet,
                0,
                RoceHeaders.RC_WRITE_ONLY,
                0x40,
                reply.queuePairNumber(),
                RoceHeaders.ACKNOWLEDGE_REQUEST);
        at = PacketWriter.reth(packet, at, region.address(), region.rkey(), 8);
        int ecn = i % 2 == 0 ? Ecn.CONGESTION_EXPERIENCED : Ecn.CAPABLE_0;
        inject(rnic.localAddress(), port, packet, at + 8, ecn, 1000 * i);
        at =
            PacketWriter.bth(
                packet, 0, RoceHeaders.RC_READ_REQUEST, 0x40, reply.queuePairNumber(), 1);
        at = PacketWriter.reth(packet, at, region.address(), region.rkey(), i * 500);
        inject(rnic.localAddress(), port, packet, at, Ecn.CAPABLE_0, 65_535 - i);
      }
      while (rnic.doWork() > 0) {
        readWire();
      }
      readWire();
      report("rnic");
    }
  }

  /** Lets the kernel receive a packet of the peer. */
  private void inject(
      InetSocketAddress to,
      int fromPort,
      ByteBuffer packet,
      int length,
      int ecn,
      int identification) {
    new Icrc(new InetSocketAddress(peer, fromPort), to).seal(packet, 0, length, identification);
    int udpLength = 8 + length + RoceHeaders.ICRC_LENGTH;
    int ipHeader = ipv4 ? 20 : 40;
    byte[] frame = new byte[ETHERNET + ipHeader + udpLength];
    ByteBuffer bytes = ByteBuffer.wrap(frame);
    bytes.put(MAC).put(PEER_MAC).putShort((short) (ipv4 ? 0x0800 : 0x86DD));
    if (ipv4) {
      bytes.put((byte) 0x45).put((byte) ecn).putShort((short) (ipHeader + udpLength));
      bytes.putShort((short) identification).putShort((short) 0x4000);
      bytes.put((byte) 64).put((byte) 17).putShort((short) 0);
    } else {
      bytes.putInt(0x6000_0000 | ecn << 20).putShort((short) udpLength);
      bytes.put((byte) 17).put((byte) 64);
    }
    bytes.put(peer.getAddress()).put(local.getAddress());
    bytes.putShort((short) fromPort).putShort((short) to.getPort());
    bytes.putShort((short) udpLength).putShort((short) 0);
    byte[] payload = new byte[length + RoceHeaders.ICRC_LENGTH];
    packet.get(0, payload);
    bytes.put(payload);
    if (ipv4) {
      bytes.putShort(ETHERNET + 10, (short) checksum(frame, ETHERNET, ETHERNET + 20, 0));
    } else {
      int pseudoHeader =
          17 + udpLength; // The addresses stand before the UDP header as they do there.
      bytes.putShort(
          ETHERNET + 46, (short) checksum(frame, ETHERNET + 8, frame.length, pseudoHeader));
    }
    wire.write(frame);
  }

  /** The Internet checksum (RFC 1071). */
  private static int checksum(byte[] bytes, int from, int to, int start) {
    int sum = start;
    for (int i = from; i < to; i++) {
      sum += (bytes[i] & 0xFF) << ((i - from) % 2 == 0 ? 8 : 0);
    }
    while (sum >>> 16 != 0) {
      sum = (sum & 0xFFFF) + (sum >>> 16);
    }
    return ~sum & 0xFFFF;
  }

  private void readWire() {
    for (byte[] frame = wire.read(); frame != null; frame = wire.read()) {
      int ethertype = ByteBuffer.wrap(frame).getShort(12) & 0xFFFF;
      int protocol = frame[ETHERNET + (ipv4 ? 9 : 6)];
      if (ethertype == (ipv4 ? 0x0800 : 0x86DD) && protocol == 17) {
        onPacket(Arrays.copyOfRange(frame, ETHERNET, frame.length));
      }
    }
  }

  private void onPacket(byte[] ip) {
    packets++;
    int end = ip.length - RoceHeaders.ICRC_LENGTH;
    int icrc = Integer.reverseBytes(ByteBuffer.wrap(ip).getInt(end));
    wrong += Icrc.ofIpPacket(Arrays.copyOf(ip, end)) == icrc ? 0 : 1;
    int trafficClass = ipv4 ? ip[1] : ByteBuffer.wrap(ip).getInt() >>> 20;
    capable += (trafficClass & 3) == Ecn.CAPABLE_0 ? 1 : 0;
    if (ipv4) {
      greatestIdentification =
          Math.max(greatestIdentification, ByteBuffer.wrap(ip).getShort(4) & 0xFFFF);
    }
    notifications += (ip[(ipv4 ? 28 : 48)] & 0xFF) == RoceHeaders.CONGESTION_NOTIFICATION ? 1 : 0;
  }

  private void report(String who) {
    System.out.printf(
        "%s %s: packets %d, wrong %d, ect0 %d, notifications %d, identification %d%n",
        ipv4 ? "IPv4" : "IPv6",
        who,
        packets,
        wrong,
        capable,
        notifications,
        greatestIdentification);
  }
}
