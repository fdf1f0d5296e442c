package io.dta.rdma.cm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dta.rdma.control.TransportService;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** The messages, against those of the kernel. */
class CmMessageTest {
  private static final int MAD = ManagementDatagram.BASE_VERSION;
  private static final int LENGTH = ManagementDatagram.PACKET_LENGTH;

  @Test
  void shouldReadAndWriteTheKernelsMessagesByteForByte() throws IOException {
    List<RdmaCmSession.Packet> session = RdmaCmSession.management();
    assertEquals(31, session.size());
    for (RdmaCmSession.Packet packet : session) {
      ByteBuffer written = ByteBuffer.allocateDirect(LENGTH);
      packet.message().putPacket(written, 0, packet.psn(), packet.transaction());
      assertArrayEquals(mad(packet.bytes()), mad(written), () -> "message " + packet.message());
    }
  }

  /** From the DETH on: the kernel sets other flags in the BTH. */
  private static byte[] mad(ByteBuffer packet) {
    byte[] mad = new byte[LENGTH - ManagementDatagram.Q_KEY];
    packet.get(ManagementDatagram.Q_KEY, mad);
    return mad;
  }

  @Test
  void shouldFindInTheKernelsRequestWhatItsProgramAskedFor() throws Exception {
    ConnectionRequest request = RdmaCmSession.messages(ConnectionRequest.class).getFirst();
    assertEquals(ServiceId.of(TransportService.RC, 18515), request.serviceId());
    assertEquals(ConnectionRequest.SERVICE_RC, request.service());
    assertEquals(4, request.responderResources());
    assertEquals(4, request.initiatorDepth());
    assertEquals(7, request.retryCount());
    assertEquals(7, request.rnrRetryCount());
    assertEquals(1024, ConnectionRequest.pathMtuBytes(request.pathMtu()));
    assertEquals(0xFFFF, request.partitionKey());
    assertEquals(15, request.maxRetries());
    assertEquals(20, request.localResponseTimeout());
    assertEquals(20, request.remoteResponseTimeout());
    InetAddress requester = InetAddress.ofLiteral(RdmaCmSession.REQUESTER);
    InetAddress listener = InetAddress.ofLiteral(RdmaCmSession.LISTENER);
    assertEquals(requester, request.primary().localGid().address());
    assertEquals(listener, request.primary().remoteGid().address());
    assertEquals(64, request.primary().hopLimit());
    assertEquals(Path.NONE, request.alternate());
    IpAddressing addressing = IpAddressing.get(ByteBuffer.wrap(request.privateData().bytes()), 0);
    assertEquals(requester, addressing.source());
    assertEquals(listener, addressing.destination());
    assertTrue(addressing.sourcePort() > 1024, addressing::toString);
    assertEquals("hello", text(request.privateData().from(IpAddressing.LENGTH)));
  }

  @Test
  void shouldFindUnreliableConnectionsInTheirOwnPortSpace() throws Exception {
    ConnectionRequest request = RdmaCmSession.messages(ConnectionRequest.class).get(2);
    assertEquals(ConnectionRequest.SERVICE_UC, request.service());
    assertEquals(ServiceId.of(TransportService.UC, 18515), request.serviceId());
  }

  @Test
  void shouldFindInTheKernelsReplyWhatItsProgramOffered() throws Exception {
    ConnectionReply reply = RdmaCmSession.messages(ConnectionReply.class).getFirst();
    assertEquals(4, reply.responderResources());
    assertEquals(4, reply.initiatorDepth());
    assertEquals(7, reply.rnrRetryCount());
    assertEquals(15, reply.targetAckDelay());
    ByteBuffer region = ByteBuffer.wrap(reply.privateData().bytes());
    assertEquals(0x1000_0000_0000L, region.getLong(0));
    assertEquals(4096, region.getLong(12));
  }

  @Test
  void shouldTakeTheStartingPsnOfAReplyForThatOfTheRequestersFirstPacket() throws Exception {
    int psn = -1;
    int checked = 0;
    boolean first = false;
    for (RdmaCmSession.Packet packet : RdmaCmSession.packets()) {
      if (packet.isManagement()) {
        if (packet.message() instanceof ConnectionReply reply) {
          psn = reply.startingPsn();
          first = true;
        }
      } else if (first && packet.isOfRequester()) {
        assertEquals(psn, packet.psn());
        first = false;
        checked++;
      }
    }
    assertEquals(4, checked);
  }

  @Test
  void shouldFindInTheKernelsRejectionsWhy() throws Exception {
    List<Rejection> rejections = RdmaCmSession.messages(Rejection.class);
    assertEquals(RejectReason.CONSUMER_REJECTED.code(), rejections.get(0).reason());
    assertEquals("go away", text(rejections.get(0).privateData()));
    assertEquals(RejectReason.INVALID_SERVICE_ID.code(), rejections.get(1).reason());
    assertEquals(CmMessage.ABOUT_REQUEST, rejections.get(1).about());
  }

  @Test
  void shouldFindInTheKernelsMraHowLongToWait() throws Exception {
    ReceiptAcknowledged acknowledged = RdmaCmSession.messages(ReceiptAcknowledged.class).getFirst();
    assertEquals(CmMessage.ABOUT_REQUEST, acknowledged.about());
    assertEquals(24, acknowledged.serviceTimeout());
  }

  @Test
  void shouldNameTheQueuePairInADisconnectionRequest() throws Exception {
    assertEquals(
        RdmaCmSession.messages(ConnectionReply.class).getFirst().queuePair(),
        RdmaCmSession.messages(DisconnectionRequest.class).getFirst().remoteQueuePair());
  }

  private static String text(PrivateData data) {
    byte[] bytes = data.bytes();
    int end = 0;
    while (end < bytes.length && bytes[end] != 0) {
      end++;
    }
    return new String(bytes, 0, end, StandardCharsets.US_ASCII);
  }

  @Test
  void shouldWriteIpv6Addresses() {
    IpAddressing addressing =
        new IpAddressing(
            4000, InetAddress.ofLiteral("2001:db8::1"), InetAddress.ofLiteral("2001:db8::2"));
    ByteBuffer buffer = ByteBuffer.allocate(IpAddressing.LENGTH);
    addressing.put(buffer, 0);
    assertEquals(0x60, buffer.get(IpAddressing.IP_VERSION));
    assertEquals(addressing, IpAddressing.get(buffer, 0));
    assertEquals(addressing.source(), Gid.of(addressing.source()).address());
  }

  @Test
  void shouldNotReadAnotherVersionOfTheAddresses() {
    ByteBuffer buffer = ByteBuffer.allocate(IpAddressing.LENGTH);
    assertNull(IpAddressing.get(buffer, 0), "IP version 0");
    buffer.putShort(0, (short) 0x1040);
    assertNull(IpAddressing.get(buffer, 0), "major version 1");
  }

  /** What is read of any bytes is, written and read again, the same. */
  @Property(tries = 500)
  void shouldReadWhatItWrites(@ForAll long seed) {
    Random random = new Random(seed);
    byte[] bytes = new byte[LENGTH];
    random.nextBytes(bytes);
    int attribute = 0x0F + random.nextInt(10);
    CmMessage message = CmMessage.get(attribute, ByteBuffer.wrap(bytes), MAD + 24);
    if (message == null) {
      assertTrue(attribute == 0x0F || attribute > 0x16, () -> "attribute " + attribute);
      return;
    }
    ByteBuffer written = ByteBuffer.allocate(LENGTH);
    message.putPacket(written, 0, 5, seed);
    assertEquals(attribute, written.getShort(ManagementDatagram.ATTRIBUTE));
    assertEquals(message, CmMessage.get(attribute, written, MAD + 24), () -> "seed " + seed);
    byte[] clean = written.array();
    ByteBuffer again = ByteBuffer.allocate(LENGTH);
    Arrays.fill(again.array(), (byte) 0xAA);
    message.putPacket(again, 0, 5, seed);
    assertArrayEquals(clean, again.array(), () -> "written over old bytes, seed " + seed);
  }

  @Test
  void shouldDescribeEveryReason() {
    for (RejectReason reason : RejectReason.values()) {
      assertTrue(
          RejectReason.describe(reason.code()).endsWith("(reason " + reason.code() + ")"),
          reason::name);
    }
    assertTrue(RejectReason.describe(99).contains("99"));
  }
}
