package io.dta.rdma.roce;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dta.rdma.CompletionStatus;
import io.dta.rdma.RdmaQueuePair;
import io.dta.rdma.control.QueuePairRequest;
import io.dta.rdma.control.TransportService;
import io.dta.rdma.memory.MemoryRegion;
import io.dta.rdma.memory.MemoryRegionTable;
import io.dta.rdma.memory.RegionSpecification;
import io.dta.rdma.udp.DatagramHandler;
import io.dta.rdma.udp.DatagramUdpPort;
import io.dta.rdma.udp.UdpPort;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** A request is lost, and the NAK that asks for it too. */
class LostNakTest {
  private static final int OPERATIONS = 6;
  private static final int LOST = 2;

  /** Says which datagrams that are sent are lost. */
  @FunctionalInterface
  private interface Loss {
    boolean takes(int opcode, int psn, int syndrome);
  }

  private record LosingPort(DatagramUdpPort port, Loss loss) implements UdpPort {
    @Override
    public InetSocketAddress localAddress() {
      return port.localAddress();
    }

    @Override
    public boolean send(ByteBuffer buffer, int offset, int length, InetSocketAddress destination) {
      int opcode = buffer.get(offset + RoceHeaders.BTH_OPCODE) & 0xFF;
      int psn = buffer.getInt(offset + RoceHeaders.BTH_PSN) & RoceHeaders.MASK_24;
      int syndrome = buffer.get(offset + RoceHeaders.BTH_LENGTH) & 0xFF;
      return loss.takes(opcode, psn, syndrome) || port.send(buffer, offset, length, destination);
    }

    @Override
    public int nextIdentification(int length, InetSocketAddress destination) {
      return 0;
    }

    @Override
    public void flush() {}

    @Override
    public int receive(DatagramHandler handler, int limit) {
      return port.receive(handler, limit);
    }

    @Override
    public long errors() {
      return port.errors();
    }

    @Override
    public void close() {
      port.close();
    }
  }

  @Test
  void shouldComeBackByTheTimeoutAndCountNothingTwice() throws Exception {
    ManualClock clock = new ManualClock();
    int[] lost = {0, 0};
    List<CompletionStatus> completions = new ArrayList<>();
    LosingPort requests =
        new LosingPort(
            Loopback.bind(), (opcode, psn, syndrome) -> psn == 100 + LOST && lost[0]++ == 0);
    LosingPort answers =
        new LosingPort(
            Loopback.bind(),
            (opcode, psn, syndrome) ->
                opcode == RoceHeaders.RC_ACKNOWLEDGE
                    && syndrome == RoceHeaders.NAK_SEQUENCE_ERROR
                    && lost[1]++ == 0);
    try (MemoryRegionTable regions = new MemoryRegionTable();
        RoceRequester requester = new RoceRequester(requests, clock, IcrcCheck.REQUIRED);
        SoftwareRnic rnic =
            new SoftwareRnic(answers, regions, (_, _, _) -> {}, RnicOptions.defaults())) {
      MemoryRegion region =
          regions.register(RegionSpecification.anonymous(4096).withHugePages(false));
      QueuePairRequest request = requester.request(TransportService.RC, 1024, 100);
      RoceQueuePair queuePair =
          requester.connect(
              request,
              rnic.create(request),
              (_, status) -> completions.add(status),
              Loopback.POLICY);
      UnsafeBuffer source = new UnsafeBuffer(new byte[8]);
      for (int i = 0; i < OPERATIONS; i++) {
        source.putLong(0, i + 1L);
        int result =
            i == LOST + 1 // Counting twice would show.
                ? queuePair.fetchAdd(region.remote(), 8L * i, i + 1L, i + 1L)
                : queuePair.write(region.remote(), 8L * i, source, 0, 8, i + 1L);
        assertEquals(RdmaQueuePair.POSTED, result);
      }
      queuePair.flush();
      for (int round = 0; queuePair.outstanding() > 0; round++) {
        assertTrue(round < 1000, () -> "no progress: " + rnic.counters());
        if (rnic.doWork() + queuePair.poll() == 0) {
          clock.advance(Loopback.TIMEOUT_NS / 4);
        }
      }
      assertTrue(lost[0] >= 2, "sent again");
      assertTrue(lost[1] >= 1, "a NAK was lost");
      assertEquals(1, queuePair.counters().timeouts());
      for (int i = 0; i < OPERATIONS; i++) {
        assertEquals(CompletionStatus.SUCCESS, completions.get(i));
        assertEquals(i + 1L, region.segment().get(ValueLayout.JAVA_LONG, 8L * i), "place " + i);
      }
    }
  }
}
