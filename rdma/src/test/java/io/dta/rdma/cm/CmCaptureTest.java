package io.dta.rdma.cm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dta.rdma.ConnectionException;
import io.dta.rdma.PendingQueuePair;
import io.dta.rdma.RdmaQueuePair;
import io.dta.rdma.capture.CapturedPackets;
import io.dta.rdma.capture.CapturingUdpPort;
import io.dta.rdma.capture.PacketCapture;
import io.dta.rdma.capture.Tshark;
import io.dta.rdma.control.TransportService;
import io.dta.rdma.roce.FaultyUdpPort.Faults;
import io.dta.rdma.udp.UdpPortOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Wireshark's dissector finds in the RDMA CM messages of both sides. */
class CmCaptureTest {
  /** Attributes of the CM class (specification, section 12.6): REQ, REJ, REP, RTU, DREQ, DREP. */
  private static final Set<String> ATTRIBUTES =
      Set.of("0x0010", "0x0012", "0x0013", "0x0014", "0x0015", "0x0016");

  @TempDir Path directory;

  @Test
  void shouldSendNothingThatWiresharkComplainsAbout() throws Exception {
    Path file = directory.resolve("cm.pcapng");
    int requesterPort;
    int rnicPort;
    try (PacketCapture capture = PacketCapture.open(file, 1 << 20);
        CmLoopback loopback =
            new CmLoopback(
                new CapturingUdpPort(CmLoopback.bind(), UdpPortOptions.DEFAULTS, capture),
                new Random(1),
                Faults.NONE,
                CmLoopback.OPTIONS)) {
      requesterPort = loopback.requester.localAddress().getPort();
      rnicPort = loopback.rnic.localAddress().getPort();
      for (TransportService service : TransportService.values()) {
        RdmaQueuePair queuePair = loopback.established(service);
        queuePair.close();
        loopback.settle();
      }
      PendingQueuePair refused =
          loopback.connect(
              loopback.rnic.localAddress(), CmLoopback.CM_PORT + 1, TransportService.RC);
      assertThrows(ConnectionException.class, () -> loopback.await(refused));
    }
    List<CapturedPackets.Packet> packets = CapturedPackets.read(file);
    for (CapturedPackets.Packet packet : packets) {
      assertEquals(packet.expectedIcrc(), packet.icrc());
    }
    Tshark tshark = Tshark.orSkip().withRoceOn(rnicPort).withRoceOn(requesterPort);
    tshark.assertClean(file, "infiniband");
    TreeSet<String> attributes = new TreeSet<>();
    tshark
        .fields(file, "infiniband.mad.attributeid")
        .forEach(row -> attributes.add(row.getFirst()));
    assertTrue(attributes.containsAll(ATTRIBUTES), attributes::toString);
    List<String> request =
        tshark
            .fields(
                file,
                "infiniband.cm.req.ip_cm.dip4",
                "infiniband.cm.req.pppmtu",
                "infiniband.cm.req.serviceid.dport",
                "infiniband.cm.req.transpsvctype")
            .getFirst();
    assertEquals("127.0.0.1", request.get(0), request::toString);
    assertEquals("0x%04x".formatted(CmLoopback.CM_PORT), request.get(2), request::toString);
  }
}
