package io.dta.rdma.roce;

import static io.dta.rdma.roce.RoceHeaders.RC_FETCH_ADD;
import static io.dta.rdma.roce.RoceHeaders.RC_WRITE_FIRST;
import static io.dta.rdma.roce.RoceHeaders.RC_WRITE_LAST;
import static io.dta.rdma.roce.RoceHeaders.RC_WRITE_LAST_WITH_IMMEDIATE;
import static io.dta.rdma.roce.RoceHeaders.RC_WRITE_MIDDLE;
import static io.dta.rdma.roce.RoceHeaders.RC_WRITE_ONLY;
import static io.dta.rdma.roce.RoceHeaders.RC_WRITE_ONLY_WITH_IMMEDIATE;
import static io.dta.rdma.roce.RoceHeaders.UC_WRITE_FIRST;
import static io.dta.rdma.roce.RoceHeaders.UC_WRITE_LAST;
import static io.dta.rdma.roce.RoceHeaders.UC_WRITE_MIDDLE;
import static io.dta.rdma.roce.RoceHeaders.UC_WRITE_ONLY;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dta.rdma.QueuePairState;
import io.dta.rdma.control.QueuePairReply;
import io.dta.rdma.control.QueuePairRequest;
import io.dta.rdma.control.TransportService;
import io.dta.rdma.memory.MemoryRegion;
import io.dta.rdma.memory.MemoryRegionTable;
import io.dta.rdma.memory.RegionSpecification;
import io.dta.rdma.responder.IdleQueuePairs;
import io.dta.rdma.roce.RawPeer.Received;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The software RNIC against packets written by hand. What it shares with the Linux driver is in
 * {@link SoftRoceSessionTest}.
 */
class SoftwareRnicTest {
  private static final int PEER_NUMBER = 0x1234;
  private static final RnicOptions OPTIONS = new RnicOptions(4, 1024, 4, 8192, IcrcCheck.REQUIRED);

  private final MemoryRegionTable regions = new MemoryRegionTable(new Random(3));
  private final List<String> immediates = new ArrayList<>();
  private MemoryRegion region;
  private final ManualClock clock = new ManualClock();
  private RawPeer peer;
  private SoftwareRnic rnic;
  private InetSocketAddress address;
  private long base;
  private int rkey;

  @BeforeEach
  void start() throws Exception {
    region = regions.register(RegionSpecification.anonymous(1 << 16).withHugePages(false));
    base = region.address();
    rkey = region.rkey();
    peer = new RawPeer();
    rnic =
        new SoftwareRnic(
            Loopback.bind(),
            regions,
            (number, immediate, length) -> immediates.add("%x %d".formatted(immediate, length)),
            OPTIONS,
            clock);
    address = rnic.localAddress();
  }

  @AfterEach
  void stop() {
    peer.close();
    rnic.close();
    regions.close();
  }

  private QueuePairRequest request(TransportService service, int number, int psn, int pathMtu) {
    int port = peer.port.localAddress().getPort();
    return new QueuePairRequest(service, "127.0.0.1", port, number, psn, pathMtu);
  }

  private int create(TransportService service, int psn) {
    return rnic.create(request(service, PEER_NUMBER, psn, 1024)).queuePairNumber();
  }

  private byte[] memory(long offset, int length) {
    return region.segment().asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE);
  }

  private static byte[] filled(int length, int value) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  private void work() {
    while (rnic.doWork() > 0) {
      assertTrue(rnic.counters().get(RnicEvent.PACKETS) < 10_000);
    }
  }

  @Test
  void shouldAcknowledgeABatchOnce() {
    int number = create(TransportService.RC, 0xFFFFFE);
    for (int i = 0; i < 5; i++) {
      int psn = RoceHeaders.addPsn(0xFFFFFE, i);
      peer.write(address, RC_WRITE_ONLY, number, psn, base + 8L * i, rkey, filled(8, i + 1));
    }
    work();
    List<Received> answers = peer.receive();
    assertEquals(1, answers.size());
    assertEquals("11 psn 000002 syndrome 1f", answers.getFirst().summary());
    assertEquals(5, answers.getFirst().messageSequenceNumber());
    assertArrayEquals(filled(8, 5), memory(32, 8));
    assertEquals(5, rnic.counters().get(RnicEvent.WRITES));
    assertEquals(40, rnic.counters().get(RnicEvent.WRITTEN_BYTES));
  }

  @Test
  void shouldRefuseASendInsteadOfHavingItTriedForEver() {
    int number = create(TransportService.RC, 7);
    List<String> answers = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      peer.begin(RoceHeaders.RC_SEND_ONLY_WITH_IMMEDIATE, number, 7, 0).put(new byte[68]);
      peer.send(address);
      work();
      peer.receive().forEach(answer -> answers.add(answer.summary()));
    }
    assertEquals(8, answers.size(), answers::toString);
    answers.subList(0, 7).forEach(a -> assertEquals("11 psn 000007 syndrome 2c", a));
    assertEquals("11 psn 000007 syndrome 61", answers.getLast());
    assertEquals(QueuePairState.ERROR, rnic.state(number));
    assertEquals(7, rnic.counters().get(RnicEvent.RECEIVER_NOT_READY_NAKS));
    assertEquals(1, rnic.counters().get(RnicEvent.SENDS_REFUSED));
    assertEquals(1, rnic.counters().get(RnicEvent.QUEUE_PAIR_IN_ERROR));
    assertEquals(1, rnic.counters().get(RnicEvent.INVALID_REQUEST_NAKS));
  }

  @Test
  void shouldTellOfAnImmediateOnce() {
    int number = create(TransportService.RC, 7);
    peer.write(address, RC_WRITE_ONLY_WITH_IMMEDIATE, number, 7, base, rkey, filled(5, 1));
    peer.write(address, RC_WRITE_ONLY_WITH_IMMEDIATE, number, 7, base, rkey, filled(5, 2));
    peer.write(address, RC_WRITE_FIRST, number, 8, base, rkey, 1030, filled(1024, 3));
    peer.write(address, RC_WRITE_LAST_WITH_IMMEDIATE, number, 9, 0, 0, filled(6, 4));
    peer.write(address, RC_WRITE_LAST_WITH_IMMEDIATE, number, 9, 0, 0, filled(6, 5));
    work();
    assertEquals(List.of("12345678 5", "12345678 1030"), immediates);
    assertArrayEquals(filled(1024, 3), memory(0, 1024));
    assertArrayEquals(filled(6, 4), memory(1024, 6));
    assertEquals(2, rnic.counters().get(RnicEvent.DUPLICATES));
  }

  @Test
  void shouldAnswerReadsInPacketsOfThePathMtu() throws Exception {
    byte[] bytes = new byte[2500];
    new Random(4).nextBytes(bytes);
    region.segment().asSlice(100, bytes.length).copyFrom(MemorySegment.ofArray(bytes));
    int number = create(TransportService.RC, 0xFFFFFF);
    peer.read(address, number, 0xFFFFFF, base + 100, rkey, bytes.length);
    peer.write(address, RC_WRITE_ONLY, number, 2, base + 5000, rkey, filled(8, 1));
    work();
    List<Received> answers = peer.receive();
    assertEquals(
        List.of(
            "0d psn ffffff syndrome 1f",
            "0e psn 000000",
            "0f psn 000001 syndrome 1f",
            "11 psn 000002 syndrome 1f"),
        answers.stream().map(Received::summary).toList());
    assertArrayEquals(bytes, payloads(answers.subList(0, 3), bytes.length));

    region.segment().set(ValueLayout.JAVA_BYTE, 100, (byte) ~bytes[0]);
    peer.read(address, number, 0xFFFFFF, base + 100, rkey, 10);
    work();
    Received again = peer.receive().getFirst();
    assertEquals("10 psn ffffff syndrome 1f", again.summary());
    assertEquals((byte) ~bytes[0], again.bytes.get(16), "read again, not replayed");
  }

  private static byte[] payloads(List<Received> answers, int length) throws Exception {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (Received answer : answers) {
      int header = answer.opcode() == RoceHeaders.RC_READ_RESPONSE_MIDDLE ? 12 : 16;
      byte[] payload = new byte[answer.bytes.capacity() - header];
      answer.bytes.get(header, payload);
      all.write(payload);
    }
    return Arrays.copyOf(all.toByteArray(), length);
  }

  @Test
  void shouldRefuseReadsBeyondItsLimitOrWithoutPermission() {
    int number = create(TransportService.RC, 0);
    peer.read(address, number, 0, base, rkey, 8193);
    work();
    assertEquals(List.of("11 psn 000000 syndrome 61"), peer.summaries());
    number = create(TransportService.RC, 0);
    peer.read(address, number, 0, base + (1 << 16) - 10, rkey, 11);
    work();
    assertEquals(List.of("11 psn 000000 syndrome 62"), peer.summaries());
    assertEquals(1, rnic.counters().get(RnicEvent.INVALID_REQUEST_NAKS));
    assertEquals(1, rnic.counters().get(RnicEvent.REMOTE_ACCESS_NAKS));
  }

  @Test
  void shouldForgetAtomicsBeyondItsLimit() {
    int number = create(TransportService.RC, 0);
    for (int psn = 0; psn < 5; psn++) {
      peer.atomic(address, RC_FETCH_ADD, number, psn, base, rkey, 10, 0);
    }
    for (int psn = 0; psn < 5; psn++) {
      peer.atomic(address, RC_FETCH_ADD, number, psn, base, rkey, 10, 0);
    }
    work();
    List<Received> answers = peer.receive();
    assertEquals(5 + 4, answers.size());
    for (int psn = 1; psn < 5; psn++) {
      Received replayed = answers.get(4 + psn);
      assertEquals(psn, replayed.psn());
      assertEquals(10L * psn, replayed.bytes.getLong(16));
    }
    assertEquals(50, region.segment().get(ValueLayout.JAVA_LONG, 0));
    assertEquals(1, rnic.counters().get(RnicEvent.FORGOTTEN_ATOMIC));
    assertEquals(5, rnic.counters().get(RnicEvent.ATOMICS));
  }

  @Test
  void shouldSwapOnlyWhatCompares() {
    int number = create(TransportService.RC, 0);
    region.segment().set(ValueLayout.JAVA_LONG, 8, 77);
    peer.atomic(address, RoceHeaders.RC_COMPARE_SWAP, number, 0, base + 8, rkey, 5, 78);
    peer.atomic(address, RoceHeaders.RC_COMPARE_SWAP, number, 1, base + 8, rkey, 5, 77);
    work();
    assertEquals(5, region.segment().get(ValueLayout.JAVA_LONG, 8));
    for (Received answer : peer.receive()) {
      assertEquals(77, answer.bytes.getLong(16));
    }
  }

  @Test
  void shouldRefuseMessagesWhosePacketsDoNotFitTogether() {
    Object[][] cases = {
      {RC_WRITE_FIRST, 1000, 2000}, // First packet not of the path MTU.
      {RC_WRITE_FIRST, 1024, 1024}, // Nothing left for a last packet.
      {RC_WRITE_MIDDLE, 1024, 0}, // Nothing begun.
      {RC_WRITE_ONLY, 8, 9},
      {RC_WRITE_ONLY, 1028, 1028} // Longer than the path MTU.
    };
    for (Object[] one : cases) {
      int number = create(TransportService.RC, 0);
      peer.write(
          address, (int) one[0], number, 0, base, rkey, (int) one[2], filled((int) one[1], 1));
      work();
      assertEquals(List.of("11 psn 000000 syndrome 61"), peer.summaries(), Arrays.toString(one));
      assertEquals(QueuePairState.ERROR, rnic.state(number));
    }
    assertArrayEquals(new byte[2048], memory(0, 2048));

    int[][] sequences = {
      {RC_WRITE_FIRST, RC_WRITE_FIRST},
      {RC_WRITE_FIRST, RC_WRITE_ONLY},
      {RC_WRITE_FIRST, RC_FETCH_ADD}
    };
    for (int[] sequence : sequences) {
      int number = create(TransportService.RC, 0);
      peer.write(address, sequence[0], number, 0, base, rkey, 2000, filled(1024, 1));
      if (sequence[1] == RC_FETCH_ADD) {
        peer.atomic(address, RC_FETCH_ADD, number, 1, base, rkey, 1, 0);
      } else {
        peer.write(address, sequence[1], number, 1, base, rkey, 2000, filled(1024, 2));
      }
      work();
      assertEquals(List.of("11 psn 000001 syndrome 61"), peer.summaries());
    }
    int number = create(TransportService.RC, 0);
    peer.write(address, RC_WRITE_FIRST, number, 0, base, rkey, 1030, filled(1024, 1));
    peer.write(address, RC_WRITE_LAST, number, 1, 0, 0, filled(7, 1));
    work();
    assertEquals(List.of("11 psn 000001 syndrome 61"), peer.summaries());
  }

  @Test
  void shouldCheckTheWholeRangeBeforeTheFirstPacketIsWritten() {
    int number = create(TransportService.RC, 0);
    long start = base + (1 << 16) - 1500;
    peer.write(address, RC_WRITE_FIRST, number, 0, start, rkey, 2000, filled(1024, 1));
    work();
    assertEquals(List.of("11 psn 000000 syndrome 62"), peer.summaries());
    assertArrayEquals(new byte[1500], memory((1 << 16) - 1500, 1500));
  }

  @Test
  void shouldGiveUpUnreliableMessagesWithALostPacket() {
    int number = create(TransportService.UC, 0);
    peer.write(address, UC_WRITE_FIRST, number, 0, base, rkey, 3000, filled(1024, 1));
    peer.write(address, UC_WRITE_LAST, number, 2, 0, 0, filled(952, 2));
    peer.write(address, UC_WRITE_MIDDLE, number, 3, 0, 0, filled(1024, 3));
    peer.write(address, UC_WRITE_FIRST, number, 4, base + 4096, rkey, 3000, filled(1024, 4));
    peer.write(address, UC_WRITE_FIRST, number, 5, base + 8192, rkey, 2000, filled(1024, 5));
    peer.write(address, UC_WRITE_LAST, number, 6, 0, 0, filled(976, 6));
    peer.write(address, UC_WRITE_ONLY, number, 3, base + 12288, rkey, filled(8, 7));
    work();
    peer.assertSilent();
    assertEquals(2, rnic.counters().get(RnicEvent.WRITES));
    assertEquals(2, rnic.counters().get(RnicEvent.UNRELIABLE_DROPPED));
    assertArrayEquals(new byte[2048], memory(1024, 2048));
    assertArrayEquals(filled(976, 6), memory(8192 + 1024, 976));
    assertArrayEquals(filled(8, 7), memory(12288, 8));
  }

  @Test
  void shouldRefuseRegionsThatWereDeregistered() {
    int number = create(TransportService.RC, 0);
    peer.write(address, RC_WRITE_FIRST, number, 0, base, rkey, 2000, filled(1024, 1));
    work();
    assertTrue(regions.deregister(region));
    peer.write(address, RC_WRITE_LAST, number, 1, 0, 0, filled(976, 1));
    work();
    assertEquals(
        List.of("11 psn 000000 syndrome 1f", "11 psn 000001 syndrome 62"), peer.summaries());
  }

  @Test
  void shouldGrantNoMoreThanItsLimits() {
    QueuePairReply reply = rnic.create(request(TransportService.RC, 1, 0, 4096));
    assertEquals(1024, reply.pathMtu());
    assertEquals(4, reply.maxDestinationAtomics());
    assertEquals(address.getPort(), reply.udpPort());
    assertEquals("127.0.0.1", reply.address());
    assertEquals(256, rnic.create(request(TransportService.RC, 2, 0, 256)).pathMtu());
    rnic.create(request(TransportService.RC, 3, 0, 256));
    int last = rnic.create(request(TransportService.RC, 4, 0, 256)).queuePairNumber();
    assertEquals(4, rnic.queuePairs());
    QueuePairRequest fifth = request(TransportService.RC, 5, 0, 256);
    assertThrows(IllegalStateException.class, () -> rnic.create(fifth));

    // The same requester again takes the place of what it had.
    int replaced = rnic.create(request(TransportService.RC, 4, 9, 256)).queuePairNumber();
    assertNotEquals(last, replaced);
    assertNull(rnic.state(last));
    assertEquals(QueuePairState.READY_TO_RECEIVE, rnic.state(replaced));

    // One in ERROR makes way.
    peer.write(address, RC_WRITE_ONLY, replaced, 9, base, rkey + 1, filled(8, 1));
    work();
    assertEquals(QueuePairState.ERROR, rnic.state(replaced));
    int number = rnic.create(fifth).queuePairNumber();
    assertNull(rnic.state(replaced));
    assertTrue(rnic.destroy(number));
    assertFalse(rnic.destroy(number));
    assertEquals(3, rnic.queuePairs());
  }

  @Test
  void shouldGiveThePlaceOfAVanishedRequesterToANewOne() {
    int[] numbers = new int[4];
    for (int i = 0; i < 4; i++) {
      numbers[i] = rnic.create(request(TransportService.RC, i, 0, 256)).queuePairNumber();
    }
    QueuePairRequest fifth = request(TransportService.RC, 5, 0, 256);
    // Idle is what carries out nothing between two looks, which only a full table causes.
    clock.advance(10 * IdleQueuePairs.IDLE_NS);
    assertThrows(IllegalStateException.class, () -> rnic.create(fifth));
    clock.advance(IdleQueuePairs.IDLE_NS - 1);
    for (int i : new int[] {0, 1, 3}) {
      peer.write(address, RC_WRITE_ONLY, numbers[i], 0, base, rkey, filled(8, 1));
    }
    work();
    assertThrows(IllegalStateException.class, () -> rnic.create(fifth));
    clock.advance(1);
    rnic.create(fifth);
    assertNull(rnic.state(numbers[2]));
    QueuePairRequest sixth = request(TransportService.RC, 6, 0, 256);
    String message =
        assertThrows(IllegalStateException.class, () -> rnic.create(sixth)).getMessage();
    assertTrue(message.contains("idle for 60 s"), message);
    assertEquals(4, rnic.queuePairs());
  }

  @Test
  void shouldRefuseRequestsThatMakeNoSense() {
    TransportService rc = TransportService.RC;
    for (QueuePairRequest request :
        List.of(
            new QueuePairRequest(null, "127.0.0.1", 4791, 1, 1, 1024),
            new QueuePairRequest(rc, "translator", 4791, 1, 1, 1024),
            new QueuePairRequest(rc, "::1", 4791, 1, 1, 1024),
            new QueuePairRequest(rc, "0.0.0.0", 4791, 1, 1, 1024),
            new QueuePairRequest(rc, null, 4791, 1, 1, 1024),
            new QueuePairRequest(rc, "127.0.0.1", 0, 1, 1, 1024),
            new QueuePairRequest(rc, "127.0.0.1", 65536, 1, 1, 1024),
            new QueuePairRequest(rc, "127.0.0.1", 4791, -1, 1, 1024),
            new QueuePairRequest(rc, "127.0.0.1", 4791, 1 << 24, 1, 1024),
            new QueuePairRequest(rc, "127.0.0.1", 4791, 1, 1 << 24, 1024),
            new QueuePairRequest(rc, "127.0.0.1", 4791, 1, 1, 1500))) {
      assertThrows(IllegalArgumentException.class, () -> rnic.create(request), request::toString);
    }
    assertEquals(0, rnic.queuePairs());
  }

  @Test
  void shouldCountWhatItDropsByCause() throws Exception {
    int number = create(TransportService.RC, 0);
    peer.begin(RC_WRITE_ONLY, number, 0, 0);
    peer.send(address);
    assertDropped(RnicEvent.MALFORMED);
    peer.begin(RoceHeaders.CONGESTION_NOTIFICATION, number, 0, 0).put(new byte[16]);
    peer.send(address);
    assertDropped(RnicEvent.CONGESTION_NOTIFICATIONS);
    peer.write(address, RC_WRITE_ONLY, number + 4, 0, base, rkey, filled(8, 1));
    assertDropped(RnicEvent.UNKNOWN_QUEUE_PAIR);
    peer.write(address, 0x3F, number, 0, base, rkey, filled(8, 1));
    assertDropped(RnicEvent.WRONG_OPCODE);
    peer.begin(RC_WRITE_ONLY, number, 0, 0).put(1, (byte) 1).put(new byte[20]);
    peer.send(address);
    assertDropped(RnicEvent.WRONG_VERSION_OR_PARTITION);
    ByteBuffer tiny = ByteBuffer.allocateDirect(3);
    peer.port.send(tiny, 0, 3, address);
    assertDropped(RnicEvent.MALFORMED);
    assertArrayEquals(new byte[8], memory(0, 8));
  }

  private void assertDropped(RnicEvent cause) {
    long before = rnic.counters().get(cause);
    assertEquals(1, rnic.doWork());
    assertEquals(before + 1, rnic.counters().get(cause), cause::name);
    peer.assertSilent();
  }
}
