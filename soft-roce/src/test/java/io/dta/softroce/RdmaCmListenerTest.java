package io.dta.softroce;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dta.rdma.CompletionStatus;
import io.dta.rdma.ConnectionException;
import io.dta.rdma.PendingQueuePair;
import io.dta.rdma.QueuePairState;
import io.dta.rdma.RdmaQueuePair;
import io.dta.rdma.RemoteRegion;
import io.dta.rdma.cm.CmConnector;
import io.dta.rdma.cm.CmEvent;
import io.dta.rdma.cm.CmSettings;
import io.dta.rdma.cm.ConnectionManager;
import io.dta.rdma.cm.PrivateData;
import io.dta.rdma.control.TransportService;
import io.dta.rdma.roce.IcrcCheck;
import io.dta.rdma.roce.RetransmissionPolicy;
import io.dta.rdma.roce.RoceRequester;
import io.dta.rdma.udp.DatagramUdpPort;
import io.dta.softroce.guest.Faults;
import io.dta.softroce.guest.GuestProcess;
import io.dta.softroce.guest.SoftRoce;
import io.dta.softroce.guest.SoftRoceGuest;
import io.dta.softroce.guest.VerbsPeer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.agrona.concurrent.SystemNanoClock;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** We ask for connections, {@code librdmacm} in the guest listens. */
@SoftRoce
class RdmaCmListenerTest {
  private static final int ROCE_PORT = 4791;
  private static final int CM_PORT = 18515;
  private static final long PATIENCE_NS = GuestProcess.PATIENCE.toNanos();
  private static final byte[] HELLO = {'h', 'i'};

  /** Our end: a requester with RDMA CM on one port. */
  private static final class Requester implements AutoCloseable {
    private final DatagramUdpPort port =
        DatagramUdpPort.bind(InetAddress.ofLiteral(SoftRoceGuest.HOST), ROCE_PORT);
    private final RoceRequester requester =
        new RoceRequester(port, SystemNanoClock.INSTANCE, IcrcCheck.ANY_IDENTIFICATION);
    private final ConnectionManager manager =
        new ConnectionManager(port, SystemNanoClock.INSTANCE, new Random(), CmSettings.defaults());
    private final List<CompletionStatus> completions = new ArrayList<>();
    private PrivateData privateData;

    Requester() {
      requester.manageWith(manager);
    }

    RdmaQueuePair connect(int cmPort) throws ConnectionException {
      CmConnector.Target target =
          new CmConnector.Target(
              new InetSocketAddress(InetAddress.ofLiteral(SoftRoceGuest.GUEST), ROCE_PORT),
              cmPort,
              TransportService.RC,
              1024,
              PrivateData.of(HELLO));
      PendingQueuePair pending =
          new CmConnector(
                  requester,
                  manager,
                  target,
                  RetransmissionPolicy.defaults(),
                  data -> privateData = data)
              .connect((id, status) -> completions.add(status));
      RdmaQueuePair queuePair = null;
      while (queuePair == null) {
        queuePair = pending.poll();
        Thread.onSpinWait();
      }
      return queuePair;
    }

    void pollUntil(BooleanSupplier condition, String what) {
      long deadline = System.nanoTime() + PATIENCE_NS;
      while (!condition.getAsBoolean()) {
        requester.poll();
        assertTrue(System.nanoTime() - deadline < 0, () -> what + " does not come");
        Thread.onSpinWait();
      }
    }

    /** Closes a queue pair and waits until the guest has confirmed that. */
    void disconnect(RdmaQueuePair queuePair) {
      queuePair.close();
      pollUntil(manager::isIdle, "the end of all connections");
    }

    @Override
    public void close() {
      requester.close();
    }
  }

  private static String hex(VerbsPeer.Region region) {
    return "%016x%08x".formatted(region.address(), region.rkey());
  }

  private static RemoteRegion region(PrivateData privateData, long length) {
    ByteBuffer bytes = ByteBuffer.wrap(privateData.bytes());
    return new RemoteRegion(bytes.getLong(0), bytes.getInt(8), length);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.1})
  void shouldConnectWriteAndDisconnect(double faults, SoftRoceGuest guest) throws Exception {
    try (VerbsPeer peer = guest.peer();
        Requester requester = new Requester()) {
      VerbsPeer.Region memory = peer.region("cm", 4096);
      peer.ask("listen %d 0 %s".formatted(CM_PORT, hex(memory)));
      guest.cable().set(Faults.of(3, faults));
      for (int i = 1; i <= 5; i++) {
        RdmaQueuePair queuePair = requester.connect(CM_PORT);
        String asked = peer.awaitEvent("RDMA_CM_EVENT_CONNECT_REQUEST");
        assertTrue(asked.contains("private=6869"), asked);
        assertTrue(asked.contains("responder=16 initiator=0"), asked);
        RemoteRegion region = region(requester.privateData, 4096);
        byte[] bytes = new byte[24];
        new Random(i).nextBytes(bytes);
        for (int n = 0; n < 20; n++) {
          queuePair.write(region, 24L * n, new UnsafeBuffer(bytes), 0, 24, 1);
        }
        queuePair.fetchAdd(region, 4000, 7, 1);
        queuePair.flush();
        requester.pollUntil(() -> queuePair.outstanding() == 0, "the acknowledgement");
        assertArrayEquals(bytes, peer.get(memory, 24 * 19, 24));
        requester.disconnect(queuePair);
        peer.awaitEvent("RDMA_CM_EVENT_DISCONNECTED");
      }
      guest.cable().set(Faults.NONE);
      long sum =
          ByteBuffer.wrap(peer.get(memory, 4000, 8)).order(ByteOrder.LITTLE_ENDIAN).getLong();
      assertEquals(5 * 7, sum);
      assertEquals(5 * 21, requester.completions.size());
      assertFalse(requester.completions.stream().anyMatch(s -> s != CompletionStatus.SUCCESS));
      assertEquals(0, requester.manager.counters().get(CmEvent.WRONG_ICRC));
    }
  }

  @Test
  void shouldSayThatNothingListens(SoftRoceGuest guest) {
    assertTrue(guest.cable() != null);
    try (Requester requester = new Requester()) {
      String message =
          assertThrows(ConnectionException.class, () -> requester.connect(CM_PORT + 1))
              .getMessage();
      assertTrue(message.contains("nothing listens there"), message);
    }
  }

  @Test
  void shouldSayThatTheListenerRefused(SoftRoceGuest guest) throws Exception {
    try (VerbsPeer peer = guest.peer();
        Requester requester = new Requester()) {
      peer.ask("listen %d 0 cafe reject".formatted(CM_PORT));
      String message =
          assertThrows(ConnectionException.class, () -> requester.connect(CM_PORT)).getMessage();
      assertTrue(message.contains("refused"), message);
      assertTrue(message.endsWith("cafe"), message);
    }
  }

  @Test
  void shouldGoToErrorWhenTheListenerHangsUp(SoftRoceGuest guest) throws Exception {
    try (VerbsPeer peer = guest.peer();
        Requester requester = new Requester()) {
      peer.ask("listen %d".formatted(CM_PORT));
      RdmaQueuePair queuePair = requester.connect(CM_PORT);
      String asked = peer.awaitEvent("RDMA_CM_EVENT_CONNECT_REQUEST");
      peer.awaitEvent("RDMA_CM_EVENT_ESTABLISHED");
      peer.ask("hang-up " + asked.replaceFirst(".* qpn=(0x[0-9a-f]+) .*", "$1"));
      requester.pollUntil(() -> queuePair.state() == QueuePairState.ERROR, "the disconnection");
      assertEquals(CompletionStatus.FLUSHED, queuePair.failure().status());
      peer.awaitEvent("RDMA_CM_EVENT_DISCONNECTED");
      assertTrue(requester.manager.isIdle());
    }
  }

  /** The tools that need no more than a connection; the rest exchange SENDs, which we have not. */
  @Test
  void shouldBeServedByTheToolsOfLibrdmacm(SoftRoceGuest guest) throws Exception {
    try (Requester requester = new Requester()) {
      try (GuestProcess server = guest.start("exec cmtime -p 7472 -c 2")) {
        // Both at a time: once its last connection has ended, cmtime accepts none any more.
        RdmaQueuePair first = connectWhenItListens(requester, 7472);
        RdmaQueuePair second = requester.connect(7472);
        first.close();
        requester.disconnect(second);
        assertFalse(server.output().contains("fail"), server::output);
      }
      try (GuestProcess server = guest.start("exec ucmatose -C 0 -p 7471")) {
        awaitItsEnd(requester, 7471);
        assertEquals(0, server.awaitEnd(), server::output);
      }
    }
  }

  /** It ends the connection at once: before the queue pair was handed over, or after. */
  private static void awaitItsEnd(Requester requester, int port) throws ConnectionException {
    try {
      RdmaQueuePair queuePair = connectWhenItListens(requester, port);
      requester.pollUntil(() -> queuePair.state() == QueuePairState.ERROR, "the server's end");
      queuePair.close();
    } catch (ConnectionException e) {
      assertTrue(e.getMessage().contains("ended it at once"), e.getMessage());
    }
  }

  private static RdmaQueuePair connectWhenItListens(Requester requester, int port)
      throws ConnectionException {
    long deadline = System.nanoTime() + PATIENCE_NS;
    while (true) {
      try {
        return requester.connect(port);
      } catch (ConnectionException e) {
        boolean listensNot = e.getMessage().contains("nothing listens");
        if (!listensNot || System.nanoTime() - deadline > 0) {
          throw e;
        }
      }
    }
  }
}
