package io.dta.collector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
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
import io.dta.rdma.control.TransportService;
import io.dta.rdma.roce.IcrcCheck;
import io.dta.rdma.roce.RetransmissionPolicy;
import io.dta.rdma.roce.RoceRequester;
import io.dta.rdma.udp.DatagramUdpPort;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.agrona.concurrent.SystemNanoClock;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A collector that a requester connects to by RDMA CM. Both are at UDP port 4791, as RDMA CM has no
 * other, on loopback addresses drawn for this run.
 */
@Timeout(60)
class RdmaCmEndToEndTest {
  private static final int ROCE_PORT = 4791;
  private static final int CM_PORT = 7777;

  private final String network = network();
  private final CollectorFixture fixture =
      new CollectorFixture(
          new CollectorContext(
              "test",
              CollectorFixture.EPHEMERAL_HTTP,
              new CollectorContext.Rdma(network + 2, ROCE_PORT, null, null, CM_PORT),
              null,
              CollectorFixture.STORES,
              CollectorFixture.LIMITS));
  private final DatagramUdpPort port =
      DatagramUdpPort.bind(InetAddress.ofLiteral(network + 1), ROCE_PORT);
  private final RoceRequester requester =
      new RoceRequester(port, SystemNanoClock.INSTANCE, IcrcCheck.ANY_IDENTIFICATION);
  private final ConnectionManager manager =
      new ConnectionManager(port, SystemNanoClock.INSTANCE, new Random(), CmSettings.defaults());
  private final List<CompletionStatus> completions = new ArrayList<>();

  private static String network() {
    Random random = new Random();
    return "127.%d.%d.".formatted(1 + random.nextInt(250), random.nextInt(250));
  }

  @AfterEach
  void stop() {
    requester.close();
    fixture.close();
  }

  private PendingQueuePair connect(int cmPort, TransportService service) {
    requester.manageWith(manager);
    return new CmConnector(
            requester,
            manager,
            new CmConnector.Target(
                new InetSocketAddress(InetAddress.ofLiteral(network + 2), ROCE_PORT),
                cmPort,
                service,
                1024,
                PrivateData.NONE),
            RetransmissionPolicy.defaults(),
            privateData -> {})
        .connect((id, status) -> completions.add(status));
  }

  private static RdmaQueuePair await(PendingQueuePair pending) throws ConnectionException {
    RdmaQueuePair queuePair = null;
    while (queuePair == null) {
      queuePair = pending.poll();
      Thread.onSpinWait();
    }
    return queuePair;
  }

  private void pollUntil(BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      requester.poll();
      Thread.onSpinWait();
    }
  }

  private void awaitEstablished() throws Exception {
    while (fixture.api.get("/v1/queue-pairs").path("rnic").path("cm-established").asLong() == 0) {
      requester.poll();
    }
  }

  private RemoteRegion region() {
    return fixture.collector.directory().entries().stream()
        .map(entry -> entry.region())
        .map(region -> new RemoteRegion(region.address(), region.rkey(), region.length()))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void shouldWriteByAQueuePairThatRdmaCmMade() throws Exception {
    JsonNode offer = fixture.api.get("/v1/rdma");
    assertEquals(CM_PORT, offer.path("cmPort").asInt());
    for (TransportService service : TransportService.values()) {
      RdmaQueuePair queuePair = await(connect(CM_PORT, service));
      JsonNode status = fixture.api.get("/v1/queue-pairs").path("queuePairs").path(0);
      assertEquals(service.name(), status.path("service").asText());
      assertEquals(network + 1, status.path("address").asText());
      queuePair.write(region(), 0, new UnsafeBuffer(new byte[24]), 0, 24, 1);
      queuePair.flush();
      pollUntil(() -> queuePair.outstanding() == 0);
      queuePair.close();
      pollUntil(manager::isIdle);
      assertEquals(0, fixture.api.get("/v1/queue-pairs").path("queuePairs").size());
    }
    assertEquals(List.of(CompletionStatus.SUCCESS, CompletionStatus.SUCCESS), completions);
    JsonNode events = fixture.api.get("/v1/queue-pairs").path("rnic");
    assertEquals(2, events.path("cm-established").asLong());
    assertEquals(2, events.path("cm-ended").asLong());
  }

  @Test
  void shouldTellTheRequesterThatTheOperatorEndedItsQueuePair() throws Exception {
    RdmaQueuePair queuePair = await(connect(CM_PORT, TransportService.RC));
    int number =
        fixture
            .api
            .get("/v1/queue-pairs")
            .path("queuePairs")
            .path(0)
            .path("queuePairNumber")
            .asInt();
    fixture.api.send("DELETE", "/v1/queue-pairs/" + number, null);
    pollUntil(() -> queuePair.state() == QueuePairState.ERROR);
    assertEquals(CompletionStatus.FLUSHED, queuePair.failure().status());
  }

  @Test
  void shouldTellTheRequesterThatTheCollectorEnded() throws Exception {
    RdmaQueuePair queuePair = await(connect(CM_PORT, TransportService.RC));
    // Before our RTU is there the collector has no connection to end.
    awaitEstablished();
    fixture.collector.close();
    pollUntil(() -> queuePair.state() == QueuePairState.ERROR);
  }

  @Test
  void shouldRejectAnotherPort() {
    ConnectionException failure =
        assertThrows(
            ConnectionException.class, () -> await(connect(CM_PORT + 1, TransportService.RC)));
    assertTrue(failure.getMessage().contains("nothing listens"), failure::getMessage);
  }
}
