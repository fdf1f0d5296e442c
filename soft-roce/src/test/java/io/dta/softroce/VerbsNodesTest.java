package io.dta.softroce;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.dta.collector.CollectorContext;
import io.dta.primitives.directory.Directory;
import io.dta.rdma.CompletionStatus;
import io.dta.rdma.ConnectionException;
import io.dta.rdma.PendingQueuePair;
import io.dta.rdma.QueuePairState;
import io.dta.rdma.RdmaQueuePair;
import io.dta.rdma.RemoteRegion;
import io.dta.rdma.cm.CmConnector;
import io.dta.rdma.cm.CmSettings;
import io.dta.rdma.cm.ConnectionManager;
import io.dta.rdma.cm.PrivateData;
import io.dta.rdma.control.ConnectionOffer;
import io.dta.rdma.control.QueuePairReply;
import io.dta.rdma.control.QueuePairRequest;
import io.dta.rdma.control.TransportService;
import io.dta.rdma.roce.IcrcCheck;
import io.dta.rdma.roce.RetransmissionPolicy;
import io.dta.rdma.roce.RoceRequester;
import io.dta.rdma.udp.DatagramUdpPort;
import io.dta.rdma.udp.UdpPort;
import io.dta.softroce.guest.GuestProcess;
import io.dta.softroce.guest.SoftRoceGuest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.agrona.concurrent.SystemNanoClock;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Collector and translator in the guest by verbs; and what writes to that collector directly: our
 * requester here, and a program in the guest that uses verbs, over the device's own loopback.
 */
class VerbsNodesTest extends GuestNodesTest {
  private static final int ROCE_PORT = 4791;
  private static final long PATIENCE_NANOS = GuestProcess.PATIENCE.toNanos();

  private static RemoteRegion region;

  private record Completion(long workRequestId, CompletionStatus status) {}

  @BeforeAll
  static void start(SoftRoceGuest guest) throws IOException {
    startCollector(guest, CollectorContext.RdmaMode.VERBS);
    Directory.Entry entry =
        HTTP.get("/v1/directory", Directory.class).entries().stream()
            .filter(each -> each.store().name().equals(SCRATCH.name()))
            .findFirst()
            .orElseThrow();
    region =
        new RemoteRegion(entry.region().address(), entry.region().rkey(), entry.region().length());
  }

  @Override
  String translatorRdma() {
    return "{transport: verbs, address: %s}".formatted(SoftRoceGuest.GUEST);
  }

  /** Our requester with a queue pair. */
  private static final class Client implements AutoCloseable {
    final UdpPort port = DatagramUdpPort.bind(InetAddress.ofLiteral(SoftRoceGuest.HOST), ROCE_PORT);
    final RoceRequester requester =
        new RoceRequester(port, SystemNanoClock.INSTANCE, IcrcCheck.ANY_IDENTIFICATION);
    final List<Completion> completions = new ArrayList<>();
    final RdmaQueuePair queuePair;
    private QueuePairReply reply;
    private ConnectionManager cm;

    /** By the control endpoint. */
    Client(TransportService service) {
      QueuePairRequest request = requester.request(service, 4096, 0xFFFFF0);
      reply = HTTP.post("/v1/queue-pairs", request, QueuePairReply.class);
      queuePair =
          requester.connect(request, reply, this::complete, RetransmissionPolicy.defaults());
    }

    /** By RDMA CM. */
    Client() throws ConnectionException {
      cm =
          new ConnectionManager(
              port, SystemNanoClock.INSTANCE, new Random(), CmSettings.defaults());
      requester.manageWith(cm);
      CmConnector.Target target =
          new CmConnector.Target(
              new InetSocketAddress(SoftRoceGuest.GUEST, ROCE_PORT),
              CM_PORT,
              TransportService.RC,
              1024,
              PrivateData.NONE);
      PendingQueuePair pending =
          new CmConnector(requester, cm, target, RetransmissionPolicy.defaults(), data -> {})
              .connect(this::complete);
      RdmaQueuePair made = null;
      long deadline = System.nanoTime() + PATIENCE_NANOS;
      while (made == null && System.nanoTime() < deadline) {
        requester.poll();
        made = pending.poll();
      }
      queuePair = made;
    }

    private void complete(long id, CompletionStatus status) {
      completions.add(new Completion(id, status));
    }

    /** Ends the connection that RDMA CM made. */
    void disconnect() {
      cm.disconnectAll();
      until(cm::isIdle, "DREP");
    }

    void write(long offset, byte[] bytes, long id) {
      assertEquals(
          RdmaQueuePair.POSTED,
          queuePair.write(region, offset, new UnsafeBuffer(bytes), 0, bytes.length, id));
    }

    void drain() {
      queuePair.flush();
      until(() -> queuePair.outstanding() == 0, "completions");
    }

    void until(BooleanSupplier condition, String what) {
      long deadline = System.nanoTime() + PATIENCE_NANOS;
      while (!condition.getAsBoolean()) {
        if (requester.poll() + queuePair.poll() == 0) {
          LockSupport.parkNanos(20_000);
        }
        assertTrue(
            System.nanoTime() < deadline,
            () -> what + " did not come; the collector said:\n" + collector.output());
      }
    }

    @Override
    public void close() {
      requester.close();
    }
  }

  private static byte[] memory(SoftRoceGuest guest, int offset, int length) throws IOException {
    try (var process =
        guest.start(
            "cat %s/%s.region"
                .formatted(regions(CollectorContext.RdmaMode.VERBS), SCRATCH.name()))) {
      assertEquals(0, process.awaitEnd());
      return Arrays.copyOfRange(process.standardOutput(), offset, offset + length);
    }
  }

  private static JsonNode queuePair(int number) {
    return queuePairs()
        .filter(each -> each.get("queuePairNumber").asInt() == number)
        .findFirst()
        .orElse(null);
  }

  private static long event(String name) {
    return HTTP.get("/v1/queue-pairs", JsonNode.class).get("rnic").get(name).asLong();
  }

  @Test
  void shouldOfferRdmaCmAndControl() {
    ConnectionOffer offer = HTTP.get("/v1/rdma", ConnectionOffer.class);
    assertEquals(
        new ConnectionOffer(
            SoftRoceGuest.GUEST,
            ROCE_PORT,
            CM_PORT,
            true,
            List.of(TransportService.RC, TransportService.UC)),
        offer);
  }

  @Test
  void shouldTakeWritesAndAtomicsOfRc(SoftRoceGuest guest) throws IOException {
    try (Client client = new Client(TransportService.RC)) {
      assertEquals(1024, client.reply.pathMtu());
      byte[] bytes = new byte[3000];
      new Random(7).nextBytes(bytes);
      client.write(1000, bytes, 1);
      for (int i = 0; i < 10; i++) {
        assertEquals(RdmaQueuePair.POSTED, client.queuePair.fetchAdd(region, 8, 5, 100 + i));
      }
      client.drain();
      assertEquals(11, client.completions.size());
      client.completions.forEach(c -> assertEquals(CompletionStatus.SUCCESS, c.status()));
      assertArrayEquals(bytes, memory(guest, 1000, 3000));
      ByteBuffer counter = ByteBuffer.wrap(memory(guest, 8, 8)).order(ByteOrder.LITTLE_ENDIAN);
      assertEquals(50, counter.getLong());
      JsonNode status = queuePair(client.reply.queuePairNumber());
      assertEquals("RC", status.get("service").asText());
      assertEquals("READY_TO_RECEIVE", status.get("state").asText());
      assertEquals(SoftRoceGuest.HOST, status.get("address").asText());
    }
  }

  @Test
  void shouldAcceptAndEndConnectionsOfRdmaCm(SoftRoceGuest guest) throws Exception {
    try (Client client = new Client()) {
      long ended = event("ended");
      byte[] bytes = {9, 8, 7, 6, 5, 4, 3, 2};
      client.write(24, bytes, 1);
      for (int i = 0; i < 100; i++) {
        int number = i;
        client.until(
            () -> client.queuePair.fetchAdd(region, 40, 3, 100 + number) == RdmaQueuePair.POSTED,
            "room");
      }
      client.drain();
      assertEquals(101, client.completions.size());
      client.completions.forEach(c -> assertEquals(CompletionStatus.SUCCESS, c.status()));
      assertArrayEquals(bytes, memory(guest, 24, 8));
      ByteBuffer counter = ByteBuffer.wrap(memory(guest, 40, 8)).order(ByteOrder.LITTLE_ENDIAN);
      assertEquals(300, counter.getLong());
      client.disconnect();
      client.until(() -> event("ended") > ended, "the end");
    }
  }

  @Test
  void shouldTakeWhatVerbsWritesOverLoopback(SoftRoceGuest guest) throws IOException {
    try (GuestNode program =
        GuestNode.run(
            guest,
            VerbsProgram.class,
            GuestNode.uri().toString(),
            Integer.toString(CM_PORT),
            Long.toString(region.address()),
            Integer.toString(region.rkey()),
            Long.toString(region.length()))) {
      assertEquals(0, program.awaitEnd(), program::output);
      assertTrue(program.output().endsWith("all is well"), program::output);
    }
  }

  @Test
  void shouldTakeWritesOfUc(SoftRoceGuest guest) throws IOException {
    try (Client client = new Client(TransportService.UC)) {
      byte[] bytes = {1, 2, 3, 4, 5, 6, 7, 8};
      client.write(16, bytes, 1);
      client.drain();
      client.until(
          () -> {
            try {
              return Arrays.equals(bytes, memory(guest, 16, 8));
            } catch (IOException e) {
              throw new IllegalStateException(e);
            }
          },
          "the bytes");
    }
  }

  @Test
  void shouldBeToldOfMoreImmediatesThanItHasReceives() {
    try (Client client = new Client(TransportService.RC)) {
      long before = event("immediates");
      int count = 1000;
      UnsafeBuffer bytes = new UnsafeBuffer(new byte[8]);
      for (int i = 0; i < count; i++) {
        int number = i;
        client.until(
            () ->
                client.queuePair.writeImmediate(region, 64, bytes, 0, 8, number, number + 1)
                    == RdmaQueuePair.POSTED,
            "room");
      }
      client.drain();
      client.until(() -> event("immediates") == before + count, "immediates");
      assertEquals(0, event("listener-failures"));
    }
  }

  /** How often the responder's thread has gone to sleep. */
  private static long sleeps(SoftRoceGuest guest) throws IOException {
    return Long.parseLong(
        guest
            .run(
                "for task in /proc/[0-9]*/task/*; do"
                    + " [ \"$(cat $task/comm)\" = verbs-responder ] &&"
                    + " sed -n 's/^voluntary_ctxt_switches:[^0-9]*//p' $task/status; done; true")
            .strip());
  }

  @Test
  void shouldSleepThroughWhatHasNoImmediate(SoftRoceGuest guest) throws IOException {
    try (Client client = new Client(TransportService.RC)) {
      client.write(128, new byte[8], 1);
      client.drain();
      long before = sleeps(guest);
      for (int i = 0; i < 100; i++) {
        client.write(128, new byte[24], i);
        assertEquals(RdmaQueuePair.POSTED, client.queuePair.fetchAdd(region, 160, 1, i));
        client.drain();
      }
      assertEquals(before, sleeps(guest), "it was woken by WRITEs or FETCH_ADDs");

      long immediates = event("immediates");
      assertEquals(
          RdmaQueuePair.POSTED,
          client.queuePair.writeImmediate(region, 128, new UnsafeBuffer(new byte[8]), 0, 8, 1, 1));
      client.drain();
      client.until(() -> event("immediates") > immediates, "the immediate");
      assertTrue(sleeps(guest) > before);
    }
  }

  @Test
  void shouldEndAQueuePairThatWasRefusedSomething() {
    try (Client client = new Client(TransportService.RC)) {
      RemoteRegion wrong = new RemoteRegion(region.address(), region.rkey() ^ 0x100, 4096);
      assertEquals(
          RdmaQueuePair.POSTED,
          client.queuePair.write(wrong, 0, new UnsafeBuffer(new byte[8]), 0, 8, 7));
      client.queuePair.flush();
      client.until(() -> client.queuePair.state() == QueuePairState.ERROR, "the refusal");
      int number = client.reply.queuePairNumber();
      client.until(() -> queuePair(number).get("state").asText().equals("ERROR"), "ERROR");
      HTTP.delete("/v1/queue-pairs/" + number);
      assertEquals(null, queuePair(number));
    }
  }
}
