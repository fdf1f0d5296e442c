package io.dta.rdma.roce;

import static io.dta.rdma.RdmaQueuePair.POSTED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dta.rdma.QueuePairState;
import io.dta.rdma.RemoteRegion;
import io.dta.rdma.control.QueuePairReply;
import io.dta.rdma.control.QueuePairRequest;
import io.dta.rdma.control.TransportService;
import io.dta.rdma.memory.MemoryRegion;
import io.dta.rdma.memory.MemoryRegionTable;
import io.dta.rdma.memory.RegionSpecification;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Packets that no peer would send, to both sides. Most have a right iCRC and almost right headers,
 * so that they come far.
 */
class RoceFuzzTest {
  private static final int PACKETS = 300;

  /**
   * Not a multiple of the page size: what follows the region up to the page's end is writable
   * memory that must stay as it is.
   */
  private static final int LENGTH = 4096 + 100;

  private static final int PAGE_END = 8192;
  private static final int[] OPCODES = {
    0x00, 0x04, 0x05, 0x06, 0x06, 0x07, 0x07, 0x08, 0x08, 0x09, 0x0A, 0x0A, 0x0A, 0x0B, 0x0C, 0x0C,
    0x0D, 0x11, 0x12, 0x13, 0x14, 0x14, 0x15, 0x26, 0x27, 0x28, 0x29, 0x2A, 0x2B, 0x2C, 0x34, 0x81
  };

  @Property(tries = 60)
  void shouldNotTouchAnythingButWritableRegionsWhateverArrives(@ForAll long seed) throws Exception {
    Random random = new Random(seed);
    try (MemoryRegionTable regions = new MemoryRegionTable(random);
        RawPeer peer = new RawPeer();
        SoftwareRnic rnic =
            new SoftwareRnic(
                Loopback.bind(),
                regions,
                (_, _, _) -> {},
                new RnicOptions(4, 1024, 4, 4096, IcrcCheck.REQUIRED))) {
      RegionSpecification specification =
          RegionSpecification.anonymous(LENGTH).withHugePages(false);
      MemoryRegion open = regions.register(specification);
      MemoryRegion readable = regions.register(specification.withAccess(MemoryRegion.REMOTE_READ));
      MemoryRegion atomic = regions.register(specification.withAccess(MemoryRegion.REMOTE_ATOMIC));
      Requests requests = new Requests(random, rnic, peer, List.of(open, readable, atomic));
      for (int i = 0; i < PACKETS; i++) {
        requests.send();
        assertEquals(1, rnic.doWork(), () -> "seed " + seed);
        int[] longest = {0};
        peer.port.receive((_, _, length, _) -> longest[0] = Math.max(longest[0], length), 100);
        assertTrue(longest[0] <= 1024 + RoceHeaders.MAX_OVERHEAD, () -> "seed " + seed);
      }
      assertZero(readable.segment(), seed);
      assertZero(afterwards(open), seed);
      assertZero(afterwards(readable), seed);
      assertZero(afterwards(atomic), seed);
      assertEquals(PACKETS, rnic.counters().get(RnicEvent.PACKETS));
    }
  }

  @SuppressWarnings("restricted") // The rest of the page is mapped, and nobody's.
  private static MemorySegment afterwards(MemoryRegion region) {
    return MemorySegment.ofAddress(region.address() + LENGTH).reinterpret(PAGE_END - LENGTH);
  }

  private static void assertZero(MemorySegment memory, long seed) {
    byte[] bytes = memory.toArray(ValueLayout.JAVA_BYTE);
    assertEquals(
        -1, MemorySegment.ofArray(new byte[bytes.length]).mismatch(memory), () -> "seed " + seed);
  }

  /** Requests for an RC and a UC queue pair, with headers that are right more often than not. */
  private static final class Requests {
    private final Random random;
    private final SoftwareRnic rnic;
    private final RawPeer peer;
    private final List<MemoryRegion> regions;
    private final QueuePairReply[] queuePairs = new QueuePairReply[2];
    private final int[] psns = new int[2];

    Requests(Random random, SoftwareRnic rnic, RawPeer peer, List<MemoryRegion> regions) {
      this.random = random;
      this.rnic = rnic;
      this.peer = peer;
      this.regions = regions;
      connect(0);
      connect(1);
    }

    private void connect(int which) {
      psns[which] = random.nextInt(1 << 24);
      queuePairs[which] =
          rnic.create(
              new QueuePairRequest(
                  which == 0 ? TransportService.RC : TransportService.UC,
                  "127.0.0.1",
                  peer.port.localAddress().getPort(),
                  7 + which,
                  psns[which],
                  1024));
    }

    private boolean seldom() {
      return random.nextInt(12) == 0;
    }

    void send() {
      int which = random.nextInt(2);
      if (rnic.state(queuePairs[which].queuePairNumber()) == QueuePairState.ERROR) {
        connect(which);
      }
      int opcode = seldom() ? random.nextInt(256) : OPCODES[random.nextInt(OPCODES.length)];
      int number = seldom() ? random.nextInt() : queuePairs[which].queuePairNumber();
      int psn = psns[which] + (seldom() ? random.nextInt(20) - 10 : 0);
      int payload = payloadLength();
      int padding = seldom() ? random.nextInt(4) : RoceHeaders.padding(payload);
      ByteBuffer packet =
          peer.begin(
              opcode, number, (psn & RoceHeaders.MASK_24) | (random.nextInt(2) << 31), padding);
      int operation = opcode & 0x1F;
      MemoryRegion region = regions.get(random.nextInt(5) % regions.size());
      long address = address(region, operation);
      int rkey = seldom() ? random.nextInt() : region.rkey();
      if (operation == 0x06 || (operation >= 0x0A && operation <= 0x0C)) {
        int length = operation == 0x06 ? payload + 1 + random.nextInt(2000) : payload;
        packet.putLong(address).putInt(rkey).putInt(seldom() ? random.nextInt() : length);
      } else if (operation == 0x13 || operation == 0x14) {
        packet.putLong(address).putInt(rkey).putLong(random.nextLong()).putLong(0);
      }
      if (operation == 0x09 || operation == 0x0B) {
        packet.putInt(random.nextInt());
      }
      byte[] bytes = new byte[payload + padding];
      random.nextBytes(bytes);
      boolean bare = operation >= 0x0C && !seldom();
      packet.put(bytes, 0, bare ? 0 : bytes.length);
      if (seldom()) {
        mutate(packet);
      }
      peer.send(rnic.localAddress());
      psns[which]++;
    }

    private int payloadLength() {
      return switch (random.nextInt(4)) {
        case 0 -> random.nextInt(1100);
        case 1 -> 1024;
        default -> random.nextInt(64);
      };
    }

    private long address(MemoryRegion region, int operation) {
      long offset =
          switch (random.nextInt(6)) {
            case 0 -> LENGTH - random.nextInt(64);
            case 1 -> -random.nextInt(64);
            case 2 -> seldom() ? random.nextLong() : LENGTH;
            default -> random.nextInt(LENGTH);
          };
      return region.address() + (operation >= 0x13 && !seldom() ? offset & ~7L : offset);
    }

    private void mutate(ByteBuffer packet) {
      int length = packet.position();
      switch (random.nextInt(3)) {
        case 0 -> packet.put(random.nextInt(length), (byte) random.nextInt());
        case 1 -> packet.position(random.nextInt(length / 4 + 1) * 4);
        default -> packet.position(length + random.nextInt(8));
      }
      if (packet.position() < RoceHeaders.BTH_LENGTH) {
        packet.position(RoceHeaders.BTH_LENGTH);
      }
    }
  }

  @Property(tries = 60)
  void shouldCompleteInOrderAndOnceWhateverIsAnswered(@ForAll long seed) throws Exception {
    Random random = new Random(seed);
    ManualClock clock = new ManualClock();
    List<Long> completed = new ArrayList<>();
    try (RawPeer peer = new RawPeer();
        RoceRequester requester = new RoceRequester(Loopback.bind(), clock, IcrcCheck.REQUIRED)) {
      RetransmissionPolicy policy = new RetransmissionPolicy(1_000_000, 50, 7, 3, 16, 4);
      QueuePairRequest request =
          requester.request(TransportService.RC, 256, random.nextInt(1 << 24));
      InetSocketAddress local = peer.port.localAddress();
      RoceQueuePair queuePair =
          requester.connect(
              request,
              new QueuePairReply("127.0.0.1", local.getPort(), 9, 256, 4),
              (id, _) -> completed.add(id),
              policy);
      RemoteRegion region = new RemoteRegion(1 << 16, 1, 4096);
      UnsafeBuffer source = new UnsafeBuffer(new byte[600]);
      long posted = 0;
      for (int i = 0; i < PACKETS; i++) {
        int result =
            random.nextBoolean()
                ? queuePair.fetchAdd(region, 0, 1, posted + 1)
                : queuePair.write(region, 0, source, 0, random.nextInt(600), posted + 1);
        posted += result == POSTED ? 1 : 0;
        answer(random, peer, queuePair, request.startingPsn() + (int) posted);
        queuePair.poll();
        peer.port.receive((_, _, _, _) -> {}, 100);
        clock.advance(random.nextInt(10) == 0 ? 400_000 : 1_000);
        assertEquals(posted - completed.size(), queuePair.outstanding(), () -> "seed " + seed);
      }
      queuePair.close();
      assertEquals(posted, completed.size(), () -> "seed " + seed);
      for (int i = 0; i < completed.size(); i++) {
        assertEquals(i + 1L, completed.get(i), () -> "seed " + seed);
      }
    }
  }

  private static void answer(Random random, RawPeer peer, RoceQueuePair queuePair, int psn) {
    int near = (psn + random.nextInt(24) - 20) & RoceHeaders.MASK_24;
    int[] syndromes = {0x1F, 0x1F, 0x1F, 0x00, 0x60, 0x60, 0x2C, 0x21};
    int syndrome =
        random.nextInt(60) == 0 ? random.nextInt(256) : syndromes[random.nextInt(syndromes.length)];
    int opcode =
        switch (random.nextInt(8)) {
          case 0 -> random.nextInt(256);
          case 1 -> RoceHeaders.CONGESTION_NOTIFICATION;
          case 2, 3, 4 -> RoceHeaders.RC_ATOMIC_ACKNOWLEDGE;
          default -> RoceHeaders.RC_ACKNOWLEDGE;
        };
    int number = random.nextInt(20) == 0 ? random.nextInt() : queuePair.number();
    ByteBuffer packet = peer.begin(opcode, number, near, 0);
    packet.putInt((syndrome << 24) | random.nextInt(1 << 24));
    if (opcode == RoceHeaders.RC_ATOMIC_ACKNOWLEDGE) {
      packet.putLong(random.nextLong());
    }
    if (random.nextInt(15) == 0) {
      packet.position(RoceHeaders.BTH_LENGTH + random.nextInt(40));
    }
    peer.send(queuePair.localAddress());
  }

  @Property(tries = 200)
  void shouldSurviveArbitraryBytes(@ForAll byte[] bytes) throws Exception {
    try (Loopback loopback = Loopback.perfect(TransportService.RC);
        DatagramUdpPort stranger = Loopback.bind()) {
      ByteBuffer buffer = ByteBuffer.allocateDirect(bytes.length).put(0, bytes);
      stranger.send(buffer, 0, bytes.length, loopback.rnic.localAddress());
      stranger.send(buffer, 0, bytes.length, loopback.queuePair.localAddress());
      assertEquals(1, loopback.rnic.doWork());
      loopback.requester.poll();
      assertEquals(1, loopback.requester.strayAnswers());
      assertTrue(loopback.isUp());
    }
  }
}
