package io.dta.softroce;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dta.rdma.cm.CmEvent;
import io.dta.rdma.cm.CmSettings;
import io.dta.rdma.cm.ConnectionListener;
import io.dta.rdma.cm.ConnectionManager;
import io.dta.rdma.cm.PrivateData;
import io.dta.rdma.cm.RejectReason;
import io.dta.rdma.cm.ServiceId;
import io.dta.rdma.control.QueuePairReply;
import io.dta.rdma.control.QueuePairRequest;
import io.dta.rdma.control.TransportService;
import io.dta.rdma.memory.MemoryRegion;
import io.dta.rdma.memory.MemoryRegionTable;
import io.dta.rdma.memory.RegionSpecification;
import io.dta.rdma.roce.RnicEvent;
import io.dta.rdma.roce.RnicOptions;
import io.dta.rdma.roce.SoftwareRnic;
import io.dta.rdma.udp.DatagramUdpPort;
import io.dta.softroce.guest.Faults;
import io.dta.softroce.guest.GuestProcess;
import io.dta.softroce.guest.SoftRoce;
import io.dta.softroce.guest.SoftRoceGuest;
import io.dta.softroce.guest.VerbsPeer;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.SystemNanoClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code librdmacm} in the guest asks for connections, our software RNIC listens. */
@SoftRoce
class RdmaCmRequesterTest {
  private static final int CM_PORT = 18515;
  private static final int UCMATOSE_PORT = 7471;
  private static final int LENGTH = 1 << 16;
  private static final long PATIENCE_NS = GuestProcess.PATIENCE.toNanos();

  /** Statuses of the kernel's events are reasons of rejections. */
  private static final String NOTHING_LISTENS = "status=8 ";

  /** The software RNIC on its thread. */
  private static final class Listener implements ConnectionListener, AutoCloseable {
    private final MemoryRegionTable regions = new MemoryRegionTable(new Random(1));
    private final MemoryRegion memory;
    private final SoftwareRnic rnic;
    private final ConnectionManager manager;
    private final AgentRunner runner;
    private final List<QueuePairRequest> requests = new CopyOnWriteArrayList<>();
    private final List<String> privateData = new CopyOnWriteArrayList<>();
    private final List<Throwable> failures = new CopyOnWriteArrayList<>();
    private volatile boolean refusing;
    private volatile int last;

    Listener() throws IOException {
      memory =
          regions.register(
              RegionSpecification.anonymous(LENGTH).withHugePages(false).withTouch(false));
      DatagramUdpPort port = DatagramUdpPort.bind(InetAddress.ofLiteral(SoftRoceGuest.HOST), 4791);
      rnic =
          new SoftwareRnic(
              port, regions, (queuePair, immediate, length) -> {}, RnicOptions.defaults());
      manager =
          new ConnectionManager(
              port, SystemNanoClock.INSTANCE, new Random(), CmSettings.defaults());
      rnic.manageWith(manager);
      manager.listen(ServiceId.of(TransportService.RC, CM_PORT), this);
      manager.listen(ServiceId.of(TransportService.RC, UCMATOSE_PORT), this);
      runner = new AgentRunner(new BackoffIdleStrategy(), failures::add, null, rnic);
      AgentRunner.startOnThread(runner);
    }

    @Override
    public Answer onRequest(QueuePairRequest request, PrivateData data) {
      requests.add(request);
      privateData.add(data.toString());
      if (refusing) {
        return new Refused(
            RejectReason.CONSUMER_REJECTED, PrivateData.of(new byte[] {0x0B, (byte) 0xAD}));
      }
      QueuePairReply reply = rnic.create(request);
      last = reply.queuePairNumber();
      ByteBuffer region = ByteBuffer.allocate(12).putLong(memory.address()).putInt(memory.rkey());
      return new Accepted(reply, PrivateData.of(region.array()));
    }

    @Override
    public void onEnded(int queuePairNumber) {
      rnic.destroy(queuePairNumber);
    }

    long count(CmEvent event) {
      return manager.counters().get(event);
    }

    void await(BooleanSupplier condition, String what) {
      long deadline = System.nanoTime() + PATIENCE_NS;
      while (!condition.getAsBoolean()) {
        assertTrue(System.nanoTime() - deadline < 0, () -> what + " does not come");
        Thread.onSpinWait();
      }
    }

    @Override
    public void close() {
      runner.close();
      regions.close();
      assertEquals(List.of(), failures);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.1})
  void shouldServeEveryOperationOfAConnection(double faults, SoftRoceGuest guest) throws Exception {
    try (Listener listener = new Listener();
        VerbsPeer peer = guest.peer()) {
      guest.cable().set(Faults.of(5, faults));
      for (int i = 0; i < 3; i++) {
        Map<String, String> answer =
            peer.ask("dial %s %d abcd 4 4".formatted(SoftRoceGuest.HOST, CM_PORT));
        assertEquals("abcd", listener.privateData.getLast());
        assertEquals("4", answer.get("initiator"));
        String pair = answer.get("qpn");
        ByteBuffer region = ByteBuffer.wrap(HexFormat.of().parseHex(answer.get("private")));
        String where = "%s 0x%x 0x%x ".formatted(pair, region.getLong(0), region.getInt(8));
        assertEquals("0", peer.ask("write " + where + "01020304").get("status"));
        assertEquals("01020304", peer.ask("read " + where + "4").get("bytes"));
        assertArrayEquals(
            new byte[] {1, 2, 3, 4},
            listener.memory.segment().asSlice(0, 4).toArray(ValueLayout.JAVA_BYTE));
        String counter = "%s 0x%x 0x%x ".formatted(pair, region.getLong(0) + 64, region.getInt(8));
        assertEquals(Integer.toString(9 * i), peer.ask("fadd " + counter + "9").get("old"));
        peer.ask("hang-up " + pair);
        peer.awaitEvent("RDMA_CM_EVENT_DISCONNECTED");
        peer.ask("destroy " + pair);
      }
      guest.cable().set(Faults.NONE);
      listener.await(() -> listener.rnic.queuePairs() == 0, "the end of all queue pairs");
      assertEquals(3, listener.requests.size(), "requests that came twice made one queue pair");
      assertEquals(3, listener.count(CmEvent.ESTABLISHED));
      assertEquals(3, listener.count(CmEvent.ENDED));
      assertEquals(0, listener.count(CmEvent.WRONG_ICRC));
    }
  }

  @Test
  void shouldRejectWithAReasonThatTheKernelUnderstands(SoftRoceGuest guest) throws Exception {
    try (Listener listener = new Listener();
        VerbsPeer peer = guest.peer()) {
      String nothing =
          assertThrows(
                  IOException.class,
                  () -> peer.ask("dial %s %d".formatted(SoftRoceGuest.HOST, CM_PORT + 1)))
              .getMessage();
      assertTrue(nothing.contains("RDMA_CM_EVENT_REJECTED " + NOTHING_LISTENS), nothing);
      listener.refusing = true;
      String refused =
          assertThrows(
                  IOException.class,
                  () -> peer.ask("dial %s %d".formatted(SoftRoceGuest.HOST, CM_PORT)))
              .getMessage();
      assertTrue(refused.contains("status=28 private=0bad"), refused);
      assertEquals(0, listener.rnic.queuePairs());
    }
  }

  @Test
  void shouldTellTheGuestThatItsQueuePairWasDestroyed(SoftRoceGuest guest) throws Exception {
    try (Listener listener = new Listener();
        VerbsPeer peer = guest.peer()) {
      peer.ask("dial %s %d".formatted(SoftRoceGuest.HOST, CM_PORT));
      listener.await(() -> listener.count(CmEvent.ESTABLISHED) == 1, "the RTU");
      listener.rnic.destroy(listener.last);
      listener.manager.onClosed(listener.last);
      peer.awaitEvent("RDMA_CM_EVENT_DISCONNECTED");
      listener.await(() -> listener.count(CmEvent.ENDED) == 1, "the DREP");
    }
  }

  /** The tools that need no more than a connection; the rest exchange SENDs, which we have not. */
  @Test
  void shouldServeTheToolsOfLibrdmacm(SoftRoceGuest guest) throws Exception {
    try (Listener listener = new Listener()) {
      String times =
          guest.run("cmtime -s %s -p %d -c 20".formatted(SoftRoceGuest.HOST, UCMATOSE_PORT));
      assertTrue(times.contains("disconnect"), times);
      listener.await(() -> listener.count(CmEvent.ENDED) == 20, "the end of 20 connections");
      // ucmatose waits for its server to disconnect.
      Thread hangUp = Thread.ofPlatform().daemon().unstarted(() -> hangUp(listener, 20));
      hangUp.start();
      String said = guest.run("ucmatose -s %s -C 0".formatted(SoftRoceGuest.HOST));
      assertTrue(said.contains("return status 0"), said);
      hangUp.join();
      assertEquals(0, listener.rnic.queuePairs());
    }
  }

  /** Clients that SEND are refused after some tries, and end instead of trying for ever. */
  @ParameterizedTest
  @ValueSource(strings = {"rping -c -a %s -p %d -C 1", "rdma_client -s %s -p %d"})
  void shouldRefuseTheToolsThatSend(String tool, SoftRoceGuest guest) throws Exception {
    try (Listener listener = new Listener();
        GuestProcess client =
            guest.start("exec " + tool.formatted(SoftRoceGuest.HOST, UCMATOSE_PORT))) {
      listener.await(
          () -> listener.rnic.counters().get(RnicEvent.SENDS_REFUSED) == 1,
          "the refusal of a SEND");
      client.awaitEnd();
    }
  }

  private static void hangUp(Listener listener, int before) {
    listener.await(() -> listener.count(CmEvent.ESTABLISHED) > before, "ucmatose");
    listener.manager.onClosed(listener.last);
  }
}
