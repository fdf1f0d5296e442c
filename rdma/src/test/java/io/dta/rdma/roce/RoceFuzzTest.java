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
import io.dta.rdma.udp.DatagramUdpPort;
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
  private static final int[] RC_OPCODES = {
    0x06, 0x06, 0x06, 0x07, 0x08, 0x0A, 0x0A, 0x0A, 0x0A, 0x0B, 0x0B, 0x0C, 0x0C, 0x13, 0x14, 0x14
  };
  private static final int[] UC_OPCODES = {0x26, 0x26, 0x26, 0x27, 0x28, 0x2A, 0x2A, 0x2B};
  private static final int[] OTHER_OPCODES = {0x00, 0x04, 0x05, 0x0D, 0x11, 0x12, 0x34, 0x2C, 0x81};

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
        requests.learnFromAnswers();
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

    /** What is missing of the WRITE that is being sent. */
    private final int[] remaining = new int[2];

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
      remaining[which] = 0;
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
      return random.nextInt(40) == 0;
    }

    private int oneOf(int... values) {
      return values[random.nextInt(values.length)];
    }

    void send() {
      int which = random.nextInt(2);
      if (rnic.state(queuePairs[which].queuePairNumber()) == QueuePairState.ERROR) {
        connect(which);
      }
      int opcode = opcode(which);
      int operation = opcode & 0x1F;
      int number = seldom() ? random.nextInt() : queuePairs[which].queuePairNumber();
      int psn = psns[which] + (seldom() ? random.nextInt(20) - 12 : 0);
      int payload = payloadLength(which, operation);
      int padding = seldom() ? random.nextInt(4) : RoceHeaders.padding(payload);
      int psnWord = (psn & RoceHeaders.MASK_24) | RoceHeaders.ACKNOWLEDGE_REQUEST;
      ByteBuffer packet = peer.begin(opcode, number, psnWord, padding);
      MemoryRegion region = seldom() ? regions.get(random.nextInt(3)) : regions.getFirst();
      long address = address(region, operation);
      int rkey = seldom() ? random.nextInt() : region.rkey();
      remaining[which] = operation == 0x07 ? remaining[which] - payload : 0;
      if (operation == 0x06) {
        remaining[which] = 1 + random.nextInt(2500);
        packet.putLong(address).putInt(rkey).putInt(payload + remaining[which]);
      } else if (operation >= 0x0A && operation <= 0x0C) {
        int length = operation == 0x0C ? random.nextInt(3000) : payload;
        packet.putLong(address).putInt(rkey).putInt(seldom() ? random.nextInt() : length);
      } else if (operation == 0x13 || operation == 0x14) {
        packet.putLong(address).putInt(rkey).putLong(random.nextLong()).putLong(0);
      }
      if (operation == 0x09 || operation == 0x0B) {
        packet.putInt(random.nextInt());
      }
      byte[] bytes = new byte[payload + padding];
      random.nextBytes(bytes);
      packet.put(bytes);
      if (seldom()) {
        mutate(packet);
      }
      peer.send(rnic.localAddress());
      if (which == 1) {
        psns[1]++;
      }
    }

    private int opcode(int which) {
      if (seldom()) {
        return seldom() ? random.nextInt(256) : oneOf(OTHER_OPCODES);
      }
      int service = which == 0 ? 0 : RoceHeaders.UC;
      if (remaining[which] > 1024) {
        return service + 0x07;
      }
      if (remaining[which] > 0) {
        return service + oneOf(0x08, 0x09);
      }
      int opcode = oneOf(which == 0 ? RC_OPCODES : UC_OPCODES);
      boolean continues = (opcode & 0x1F) == 0x07 || (opcode & 0x1F) == 0x08;
      return continues && !seldom() ? service + 0x0A : opcode;
    }

    private int payloadLength(int which, int operation) {
      if (seldom()) {
        return random.nextInt(1100);
      }
      return switch (operation) {
        case 0x06, 0x07 -> 1024;
        case 0x08, 0x09 -> Math.min(remaining[which], 1024);
        case 0x0A, 0x0B -> random.nextInt(random.nextBoolean() ? 1025 : 32);
        default -> 0;
      };
    }

    /** The answers say which PSN the RNIC expects next. */
    void learnFromAnswers() {
      for (RawPeer.Received answer : peer.receive()) {
        assertTrue(answer.bytes.capacity() <= 1024 + RoceHeaders.MAX_OVERHEAD);
        boolean nak =
            answer.opcode() == RoceHeaders.RC_ACKNOWLEDGE && answer.syndrome() != RoceHeaders.ACK;
        int next = RoceHeaders.addPsn(answer.psn(), nak ? 0 : 1);
        if (nak || RoceHeaders.psnDistance(next, psns[0]) > 0) {
          psns[0] = next;
        }
      }
    }

    private long address(MemoryRegion region, int operation) {
      long offset =
          switch (random.nextInt(40)) {
            case 0 -> LENGTH - random.nextInt(64);
            case 1 -> -random.nextInt(64);
            case 2 -> random.nextLong();
            default -> random.nextInt(operation == 0x0A || operation >= 0x13 ? LENGTH : 600);
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
        peer.port.receive((_, _, _, _, _) -> {}, 100);
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
