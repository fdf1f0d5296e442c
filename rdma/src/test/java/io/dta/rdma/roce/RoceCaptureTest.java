package io.dta.rdma.roce;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.dta.rdma.ImmediateListener;
import io.dta.rdma.QueuePairState;
import io.dta.rdma.RdmaQueuePair;
import io.dta.rdma.capture.CapturedPackets;
import io.dta.rdma.capture.CapturingUdpPort;
import io.dta.rdma.capture.PacketCapture;
import io.dta.rdma.capture.Tshark;
import io.dta.rdma.control.QueuePairReply;
import io.dta.rdma.control.QueuePairRequest;
import io.dta.rdma.control.TransportService;
import io.dta.rdma.memory.MemoryRegion;
import io.dta.rdma.memory.MemoryRegionTable;
import io.dta.rdma.memory.RegionSpecification;
import io.dta.rdma.udp.DatagramUdpPort;
import io.dta.rdma.udp.Ecn;
import io.dta.rdma.udp.LinuxUdpPort;
import io.dta.rdma.udp.UdpPort;
import io.dta.rdma.udp.UdpPortOptions;
import io.dta.rdma.udp.UdpPorts;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What Wireshark's dissectors find in every packet that requester and software RNIC send over real
 * sockets. The iCRC is compared with one computed bit by bit from the captured packet: tshark 4.0
 * shows it, and does not check it.
 */
class RoceCaptureTest {
  private static final ImmediateListener NOBODY = (queuePairNumber, immediate, length) -> {};
  private static final int PATH_MTU = 256;
  private static final int SEND_ONLY = 0x04;
  private static final RetransmissionPolicy POLICY = Loopback.POLICY;

  @TempDir Path directory;

  /** An RNIC, a requester and a peer whose packets are made by hand, all captured. */
  private static final class Run implements AutoCloseable {
    final MemoryRegionTable regions = new MemoryRegionTable(new Random(3));
    final MemoryRegion region;
    final InetAddress host;
    final PacketCapture capture;
    final SoftwareRnic rnic;
    final RoceRequester requester;
    final RawPeer peer;

    Run(Path file, String address) throws IOException {
      region = regions.register(RegionSpecification.anonymous(1 << 16).withHugePages(false));
      host = InetAddress.ofLiteral(address);
      capture = PacketCapture.open(file, 1 << 20);
      UdpPort port = new CapturingUdpPort(UdpPorts.bind(host, 0), UdpPortOptions.DEFAULTS, capture);
      rnic = new SoftwareRnic(port, regions, NOBODY, RnicOptions.defaults());
      requester =
          new RoceRequester(UdpPorts.bind(host, 0), System::nanoTime, IcrcCheck.ANY_IDENTIFICATION);
      peer = new RawPeer(DatagramUdpPort.bind(host, 0));
    }

    RoceQueuePair connect(TransportService service) {
      QueuePairRequest request = requester.request(service, PATH_MTU);
      QueuePairReply reply = rnic.create(request);
      return requester.connect(request, reply, (id, status) -> {}, POLICY);
    }

    int connectPeer(TransportService service) {
      return rnic.create(
              new QueuePairRequest(
                  service,
                  host.getHostAddress(),
                  peer.port.localAddress().getPort(),
                  0x1234,
                  0,
                  PATH_MTU))
          .queuePairNumber();
    }

    void write(RdmaQueuePair queuePair, int length) {
      UnsafeBuffer bytes = new UnsafeBuffer(new byte[length]);
      assertEquals(RdmaQueuePair.POSTED, queuePair.write(region.remote(), 64, bytes, 0, length, 1));
      assertEquals(
          RdmaQueuePair.POSTED,
          queuePair.writeImmediate(region.remote(), 64, bytes, 0, length, 0x0102_0003, 2));
    }

    void work() {
      while (rnic.doWork() + requester.poll() > 0) {
        Thread.onSpinWait();
      }
    }

    @Override
    public void close() {
      requester.close();
      peer.close();
      rnic.close();
      capture.close();
      regions.close();
      assertEquals(0, capture.missed());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1"})
  void shouldSendNothingThatWiresharkComplainsAbout(String address) throws Exception {
    Path file = directory.resolve("session.pcapng");
    int port;
    try (Run run = new Run(file, address)) {
      port = run.rnic.localAddress().getPort();
      everyOperation(run);
      congestion(run);
    }
    Map<Integer, Integer> opcodes = new TreeMap<>();
    TreeSet<Integer> syndromes = new TreeSet<>();
    List<CapturedPackets.Packet> packets = CapturedPackets.read(file);
    for (CapturedPackets.Packet packet : packets) {
      byte[] bth = packet.payload();
      int opcode = bth[0] & 0xFF;
      opcodes.merge(opcode, 1, Integer::sum);
      if (opcode == RoceHeaders.RC_ACKNOWLEDGE) {
        syndromes.add(bth[12] & 0xFF);
      }
      assertEquals(packet.expectedIcrc(), packet.icrc(), () -> "iCRC of opcode " + opcode);
    }
    assertTrue(opcodes.keySet().containsAll(EVERY_OPCODE), opcodes::toString);
    assertTrue(
        syndromes.containsAll(List.of(0x1F, 0x60, 0x61, 0x62)), () -> "syndromes " + syndromes);
    assertTrue(
        syndromes.stream().anyMatch(syndrome -> syndrome >>> 5 == 1), () -> "no RNR " + syndromes);

    Tshark tshark = Tshark.orSkip().withRoceOn(port);
    others(packets, port).forEach(tshark::withRoceOn);
    tshark.assertClean(file, "infiniband");
    List<List<String>> rows =
        tshark.fields(
            file,
            "infiniband.bth.opcode",
            "infiniband.invariant.crc",
            "udp.checksum.status",
            "infiniband.aeth.syndrome.opcode");
    assertEquals(packets.size(), rows.size());
    for (int i = 0; i < rows.size(); i++) {
      CapturedPackets.Packet packet = packets.get(i);
      assertEquals(Integer.toString(packet.payload()[0] & 0xFF), rows.get(i).getFirst());
      assertEquals("1", rows.get(i).get(2));
      if ((packet.payload()[0] & 0xFF) != RoceHeaders.CONGESTION_NOTIFICATION) {
        int icrc = Integer.parseUnsignedInt(rows.get(i).get(1).substring(2), 16);
        assertEquals(packet.icrc(), Integer.reverseBytes(icrc));
      } // Of which tshark 4.0 knows no more than the BTH.
    }
  }

  private static final List<Integer> EVERY_OPCODE =
      List.of(
          SEND_ONLY, 0x06, 0x07, 0x08, 0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x0E, 0x0F, 0x10, 0x11, 0x12,
          0x13, 0x14, 0x26, 0x27, 0x28, 0x29, 0x2A, 0x2B, 0x81);

  /** The ports of the requester and of the peers made by hand. */
  private static Set<Integer> others(List<CapturedPackets.Packet> packets, int rnic) {
    Set<Integer> ports = new TreeSet<>();
    for (CapturedPackets.Packet packet : packets) {
      ports.add(packet.sourcePort());
      ports.add(packet.destinationPort());
    }
    ports.remove(rnic);
    return ports;
  }

  /** A marked packet, which is answered by a congestion notification. */
  private static void congestion(Run run) throws IOException {
    assumeTrue(LinuxUdpPort.isSupported(), "not Linux on x86-64 or AArch64: no ECN bits");
    try (DatagramChannel marked =
        DatagramChannel.open(
            run.host instanceof Inet4Address
                ? StandardProtocolFamily.INET
                : StandardProtocolFamily.INET6)) {
      marked.bind(new InetSocketAddress(run.host, 0));
      InetSocketAddress local = (InetSocketAddress) marked.getLocalAddress();
      int number =
          run.rnic
              .create(
                  new QueuePairRequest(
                      TransportService.UC,
                      run.host.getHostAddress(),
                      local.getPort(),
                      0x4321,
                      0,
                      PATH_MTU))
              .queuePairNumber();
      ByteBuffer packet = ByteBuffer.allocateDirect(100);
      int length = PacketWriter.bth(packet, 0, RoceHeaders.UC_WRITE_ONLY, 0x40, number, 0);
      length = PacketWriter.reth(packet, length, run.region.address(), run.region.rkey(), 8);
      length += Long.BYTES;
      new Icrc(local, run.rnic.localAddress()).seal(packet, 0, length);
      marked.setOption(StandardSocketOptions.IP_TOS, Ecn.CONGESTION_EXPERIENCED);
      marked.send(
          packet.position(0).limit(length + RoceHeaders.ICRC_LENGTH), run.rnic.localAddress());
      run.work();
    }
  }

  private static void everyOperation(Run run) {
    for (TransportService service : TransportService.values()) {
      RoceQueuePair queuePair = run.connect(service);
      for (int length : new int[] {1, 24, PATH_MTU, 3 * PATH_MTU - 5}) {
        run.write(queuePair, length);
        queuePair.flush();
        run.work();
      }
      if (service == TransportService.RC) {
        queuePair.fetchAdd(run.region.remote(), 8, 5, 3);
        queuePair.flush();
        run.work();
      }
      assertEquals(0, queuePair.outstanding());
      assertEquals(QueuePairState.READY_TO_SEND, queuePair.state());
    }
    var address = run.rnic.localAddress();
    long base = run.region.address();
    int rkey = run.region.rkey();
    int number = run.connectPeer(TransportService.RC);
    run.peer.read(address, number, 0, base, rkey, 3 * PATH_MTU - 1);
    run.peer.read(address, number, 3, base, rkey, 7);
    run.peer.atomic(address, RoceHeaders.RC_COMPARE_SWAP, number, 4, base + 8, rkey, 1, 2);
    run.peer.begin(SEND_ONLY, number, 5 | RoceHeaders.ACKNOWLEDGE_REQUEST, 0).put(new byte[64]);
    run.peer.send(address);
    run.work();
    run.peer.write(address, RoceHeaders.RC_WRITE_ONLY, number, 9, base, rkey, new byte[3]);
    run.work();
    run.peer.write(address, RoceHeaders.RC_WRITE_ONLY, number, 5, base, rkey + 1, new byte[3]);
    run.work();
    number = run.connectPeer(TransportService.RC);
    run.peer.write(address, RoceHeaders.RC_WRITE_ONLY, number, 0, base, rkey, 9, new byte[8]);
    run.work();
  }

  @Test
  void shouldMakeTheIdentificationThatThePeersIcrcWasSealedWith() throws Exception {
    Path file = directory.resolve("identification.pcapng");
    InetSocketAddress peer = new InetSocketAddress(InetAddress.ofLiteral("10.0.0.1"), 49152);
    InetSocketAddress here = new InetSocketAddress(InetAddress.ofLiteral("10.0.0.2"), 4791);
    List<Integer> identifications = List.of(0, 1, 0xBEEF, 0xFFFF);
    try (PacketCapture capture = PacketCapture.open(file, 1 << 20)) {
      for (int identification : identifications) {
        ByteBuffer packet = ByteBuffer.allocateDirect(64);
        int length = PacketWriter.bth(packet, 0, RoceHeaders.RC_ACKNOWLEDGE, 0x40, 17, 1);
        packet.putInt(length, 0x1F00_0000);
        length += RoceHeaders.AETH_LENGTH;
        new Icrc(peer, here).seal(packet, 0, length, identification);
        int datagram = length + RoceHeaders.ICRC_LENGTH;
        capture.received(peer, here, 0, PacketCapture.SEALED_IDENTIFICATION, packet, 0, datagram);
        packet.put(14, (byte) 1); // Damaged: there may be none.
        capture.received(peer, here, 0, PacketCapture.SEALED_IDENTIFICATION, packet, 0, datagram);
        capture.received(peer, here, 0, PacketCapture.SEALED_IDENTIFICATION, packet, 0, 3);
      }
    }
    List<CapturedPackets.Packet> packets = CapturedPackets.read(file);
    assertEquals(3 * identifications.size(), packets.size());
    for (int i = 0; i < identifications.size(); i++) {
      CapturedPackets.Packet packet = packets.get(3 * i);
      assertEquals(identifications.get(i), packet.identification());
      assertEquals(packet.expectedIcrc(), packet.icrc());
    }
  }

  /** That complaints are found where there is reason for them. */
  @Test
  void shouldSeeWhatIsWrong() throws Exception {
    Path file = directory.resolve("session.pcapng");
    int port;
    try (Run run = new Run(file, "127.0.0.1")) {
      port = run.rnic.localAddress().getPort();
      RoceQueuePair queuePair = run.connect(TransportService.RC);
      run.write(queuePair, 24);
      queuePair.flush();
      run.work();
    }
    CapturedPackets.Packet first = CapturedPackets.read(file).getFirst();
    byte[] bytes = Files.readAllBytes(file);
    int payload = indexOf(bytes, first.payload());
    bytes[payload + first.payload().length - 6] ^= 1;
    Files.write(file, bytes);
    CapturedPackets.Packet damaged = CapturedPackets.read(file).getFirst();
    assertNotEquals(damaged.expectedIcrc(), damaged.icrc());
    List<String> complaints = Tshark.orSkip().withRoceOn(port).complaints(file);
    assertEquals(1, complaints.size(), complaints::toString);
    assertTrue(complaints.getFirst().contains("Bad checksum"), complaints::toString);
  }

  private static int indexOf(byte[] bytes, byte[] part) {
    for (int i = 0; ; i++) {
      if (Arrays.equals(bytes, i, i + part.length, part, 0, part.length)) {
        return i;
      }
    }
  }
}
