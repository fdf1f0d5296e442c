package io.dta.rdma.roce;

import static io.dta.rdma.RdmaQueuePair.BACK_PRESSURED;
import static io.dta.rdma.RdmaQueuePair.POSTED;
import static io.dta.rdma.RdmaQueuePair.UNSIGNALED;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dta.rdma.CompletionStatus;
import io.dta.rdma.QueuePairFailure;
import io.dta.rdma.QueuePairState;
import io.dta.rdma.RegionTranslation;
import io.dta.rdma.RegionTranslation.Place;
import io.dta.rdma.RemoteRegion;
import io.dta.rdma.control.TransportService;
import io.dta.rdma.memory.MemoryRegion;
import io.dta.rdma.memory.RegionSpecification;
import io.dta.rdma.roce.FaultyUdpPort.Faults;
import io.dta.rdma.roce.Loopback.Completion;
import io.dta.rdma.roce.Loopback.Immediate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** What a queue pair leaves unacknowledged is written on its successor. */
class RoceReplayTest {
  private static final int MTU = 256;
  private static final RegionTranslation GONE = (rkey, address) -> null;

  private static Loopback loopback() throws Exception {
    Loopback loopback = new Loopback(new Random(1), Faults.NONE, Loopback.OPTIONS);
    loopback.connect(TransportService.RC, MTU, 0xFFFFF0, Loopback.POLICY);
    return loopback;
  }

  /** Regions that stay where they are. */
  private static RegionTranslation same(Loopback loopback) {
    return to(loopback, loopback.region.remote());
  }

  private static RegionTranslation to(Loopback loopback, RemoteRegion now) {
    RemoteRegion before = loopback.region.remote();
    return (rkey, address) ->
        rkey == before.rkey() ? new Place(now, address - before.address()) : null;
  }

  /**
   * Lets time-outs pass until the queue pair gives up, or has nothing left; the RNIC does nothing.
   */
  private static void goSilent(Loopback loopback) {
    loopback.queuePair.flush();
    while (loopback.isUp() && loopback.queuePair.outstanding() > 0) {
      loopback.clock.advance(Loopback.TIMEOUT_NS);
      loopback.requester.poll();
    }
  }

  private static byte[] bytes(int length, int seed) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  @Test
  void shouldWriteAgainWhereTheRegionIsNow() throws Exception {
    try (Loopback loopback = loopback()) {
      RoceQueuePair first = loopback.queuePair;
      byte[] small = bytes(24, 1);
      byte[] large = bytes(3 * MTU + 5, 2);
      byte[] told = bytes(MTU + 3, 3);
      loopback.write(8, small, 1);
      loopback.write(1000, large, 2);
      UnsafeBuffer source = new UnsafeBuffer(told);
      RemoteRegion region = loopback.region.remote();
      first.writeImmediate(region, 5000, source, 0, told.length, 0xCAFE, 3);
      first.writeImmediate(region, 7000, source, 0, 9, 0xBEEF, 4);
      first.fetchAdd(region, 8000, 7, 5);
      goSilent(loopback);
      assertEquals(List.of(), loopback.completions);
      assertEquals(5, first.outstanding());
      assertEquals(new QueuePairFailure(CompletionStatus.RETRY_EXCEEDED, 0), first.failure());

      MemoryRegion moved =
          loopback.regions.register(
              RegionSpecification.anonymous(1 << 16).withHugePages(false).withTouch(false));
      RoceQueuePair second = loopback.connect(TransportService.RC, MTU, 7, Loopback.POLICY);
      assertTrue(first.replayOn(second, to(loopback, moved.remote())));
      assertEquals(List.of(new Completion(5, CompletionStatus.UNCERTAIN)), loopback.completions);
      assertEquals(0, first.outstanding());
      first.close();
      loopback.drain();
      assertEquals(5, loopback.completions.size());
      for (int i = 1; i <= 4; i++) {
        assertEquals(new Completion(i, CompletionStatus.SUCCESS), loopback.completions.get(i));
      }
      UnsafeBuffer memory = new UnsafeBuffer(moved.segment().asByteBuffer());
      assertBytes(small, memory, 8);
      assertBytes(large, memory, 1000);
      assertBytes(told, memory, 5000);
      assertEquals(told[8], memory.getByte(7008));
      assertEquals(0, memory.getByte(7009));
      // The requests of the first queue pair are in the RNIC's socket yet; those come first.
      List<Immediate> immediates = loopback.immediates.subList(2, 4);
      assertEquals(0xCAFE, immediates.getFirst().immediate());
      assertEquals(told.length, immediates.getFirst().length());
      assertEquals(0xBEEF, immediates.getLast().immediate());
    }
  }

  private static void assertBytes(byte[] expected, UnsafeBuffer memory, int offset) {
    byte[] actual = new byte[expected.length];
    memory.getBytes(offset, actual);
    assertArrayEquals(expected, actual);
  }

  @Test
  void shouldNotDoAtomicsAgainThatMayHaveBeenDoneAndDoThoseThatWereNot() throws Exception {
    try (Loopback loopback = loopback()) {
      RemoteRegion region = loopback.region.remote();
      RetransmissionPolicy oneAtATime =
          new RetransmissionPolicy(Loopback.TIMEOUT_NS, 0, 7, 8, 64, 16);
      RoceQueuePair first = loopback.connect(TransportService.RC, MTU, 5, oneAtATime);
      first.fetchAdd(region, 0, 1, UNSIGNALED);
      first.flush();
      loopback.clock.advance(Loopback.TIMEOUT_NS);
      // Posted within the time-out's poll, and so never sent: a part of the group whose first was
      // sent, and a group of its own.
      first.fetchAdd(region, 8, 1, 1);
      first.fetchAdd(region, 16, 1, UNSIGNALED);
      first.fetchAdd(region, 24, 1, 2);
      first.poll();
      assertEquals(QueuePairState.ERROR, first.state());
      RoceQueuePair second = loopback.connect(TransportService.RC, MTU, 7, Loopback.POLICY);
      assertTrue(first.replayOn(second, same(loopback)));
      assertEquals(List.of(new Completion(1, CompletionStatus.UNCERTAIN)), loopback.completions);
      loopback.drain();
      assertEquals(
          List.of(
              new Completion(1, CompletionStatus.UNCERTAIN),
              new Completion(2, CompletionStatus.SUCCESS)),
          loopback.completions);
      for (int offset = 0; offset <= 24; offset += 8) {
        assertEquals(1, loopback.counter(offset), "counter at " + offset);
      }
    }
  }

  @Test
  void shouldKnowThatNothingWasDoneBehindARefusal() throws Exception {
    try (Loopback loopback = loopback()) {
      RoceQueuePair first = loopback.queuePair;
      RemoteRegion region = loopback.region.remote();
      RemoteRegion wrong = new RemoteRegion(region.address(), region.rkey() + 1, region.length());
      first.fetchAdd(region, 0, 1, 1);
      first.fetchAdd(wrong, 8, 1, 2);
      first.fetchAdd(region, 16, 1, 3);
      loopback.write(24, bytes(8, 1), 4);
      first.flush();
      while (loopback.isUp()) {
        loopback.round();
      }
      assertEquals(List.of(new Completion(1, CompletionStatus.SUCCESS)), loopback.completions);
      assertEquals(new QueuePairFailure(CompletionStatus.REMOTE_ACCESS_ERROR, 1), first.failure());
      RoceQueuePair second = loopback.connect(TransportService.RC, MTU, 7, Loopback.POLICY);
      assertTrue(
          first.replayOn(second, (rkey, address) -> new Place(region, address - region.address())));
      loopback.drain();
      assertEquals(
          List.of(1L, 2L, 3L, 4L),
          loopback.completions.stream().map(Completion::workRequestId).toList());
      assertTrue(
          loopback.completions.stream().allMatch(c -> c.status() == CompletionStatus.SUCCESS));
      for (int offset = 0; offset <= 16; offset += 8) {
        assertEquals(1, loopback.counter(offset), "counter at " + offset);
      }
    }
  }

  @Test
  void shouldDropTheRefusedGroupAlone() throws Exception {
    try (Loopback loopback = loopback()) {
      RoceQueuePair first = loopback.queuePair;
      RemoteRegion region = loopback.region.remote();
      RemoteRegion wrong = new RemoteRegion(region.address(), region.rkey() + 1, region.length());
      UnsafeBuffer source = new UnsafeBuffer(bytes(8, 1));
      first.write(region, 0, source, 0, 8, UNSIGNALED);
      first.write(wrong, 8, source, 0, 8, UNSIGNALED);
      first.write(region, 16, source, 0, 8, 1);
      first.write(region, 24, source, 0, 8, 2);
      first.flush();
      while (loopback.isUp()) {
        loopback.round();
      }
      first.dropRefused();
      RoceQueuePair second = loopback.connect(TransportService.RC, MTU, 7, Loopback.POLICY);
      assertTrue(first.replayOn(second, same(loopback)));
      loopback.drain();
      assertEquals(
          List.of(
              new Completion(1, CompletionStatus.REMOTE_ACCESS_ERROR),
              new Completion(2, CompletionStatus.SUCCESS)),
          loopback.completions);
    }
  }

  @Test
  void shouldCompleteWhatHasNoRegionAnyMore() throws Exception {
    try (Loopback loopback = loopback()) {
      loopback.write(0, bytes(8, 1), 1);
      loopback.write(0, bytes(600, 1), 2);
      assertThrows(
          IllegalStateException.class, () -> loopback.queuePair.replayOn(loopback.queuePair, GONE));
      goSilent(loopback);
      RoceQueuePair first = loopback.queuePair;
      RoceQueuePair second = loopback.connect(TransportService.RC, MTU, 7, Loopback.POLICY);
      assertTrue(first.replayOn(second, GONE));
      assertEquals(
          List.of(
              new Completion(1, CompletionStatus.REMOTE_ACCESS_ERROR),
              new Completion(2, CompletionStatus.REMOTE_ACCESS_ERROR)),
          loopback.completions);
      assertEquals(0, second.outstanding());
    }
  }

  @Test
  void shouldGoOnWhereTheSuccessorHadNoRoom() throws Exception {
    try (Loopback loopback = loopback()) {
      for (int i = 1; i <= 40; i++) {
        assertEquals(POSTED, loopback.write(8L * i, bytes(8, i), i));
      }
      goSilent(loopback);
      RoceQueuePair first = loopback.queuePair;
      RetransmissionPolicy narrow = new RetransmissionPolicy(Loopback.TIMEOUT_NS, 7, 7, 4, 16, 16);
      RoceQueuePair second = loopback.connect(TransportService.RC, MTU, 7, narrow);
      assertFalse(first.replayOn(second, same(loopback)));
      assertEquals(24, first.outstanding());
      assertEquals(BACK_PRESSURED, loopback.write(0, bytes(8, 0), 41));
      goSilent(loopback); // The successor fails too: what it has is older.
      RoceQueuePair third = loopback.connect(TransportService.RC, MTU, 9, Loopback.POLICY);
      assertFalse(first.replayOn(second, same(loopback)));
      assertTrue(second.replayOn(third, same(loopback)));
      assertTrue(first.replayOn(third, same(loopback)));
      loopback.drain();
      for (int i = 1; i <= 40; i++) {
        assertEquals(new Completion(i, CompletionStatus.SUCCESS), loopback.completions.get(i - 1));
        assertArrayEquals(bytes(8, i), loopback.memory(8L * i, 8));
      }
    }
  }

  /**
   * Random operations over queue pairs that die at random moments, with and without the RNIC having
   * done what it was sent: every operation ends once, WRITEs are in memory in order, and counters
   * show what succeeded and at most what is uncertain beside.
   */
  @Test
  void shouldAccountForEveryOperationOverManyFailures() throws Exception {
    long uncertainInAll = 0;
    for (long seed = 1; seed <= 60; seed++) {
      uncertainInAll += run(seed);
    }
    assertNotEquals(0, uncertainInAll);
  }

  private static long run(long seed) throws Exception {
    SplittableRandom random = new SplittableRandom(seed);
    Faults faults = random.nextBoolean() ? Faults.NONE : new Faults(0.05, 0.05, 0.1);
    try (Loopback loopback = new Loopback(random, faults, Loopback.OPTIONS)) {
      loopback.connect(TransportService.RC, MTU, random.nextInt(1 << 24), Loopback.POLICY);
      byte[] model = new byte[1 << 15];
      List<Long> ids = new ArrayList<>();
      long nextId = 1;
      for (int step = 0; step < 400; step++) {
        RemoteRegion region = loopback.region.remote();
        switch (random.nextInt(10)) {
          case 0, 1, 2, 3, 4 -> {
            byte[] bytes = bytes(1 + random.nextInt(random.nextInt(4) == 0 ? 1000 : 40), step);
            int offset = random.nextInt(model.length - bytes.length);
            if (loopback.write(offset, bytes, nextId) == POSTED) {
              System.arraycopy(bytes, 0, model, offset, bytes.length);
              ids.add(nextId++);
            }
          }
          case 5, 6 -> {
            if (loopback.queuePair.fetchAdd(region, 1 << 15, 1, nextId) == POSTED) {
              ids.add(-nextId++);
            }
          }
          case 7 -> loopback.requester.poll();
          case 8 -> loopback.round();
          default -> {
            if (random.nextInt(6) == 0) {
              replace(loopback, random);
            }
          }
        }
      }
      loopback.drain();
      return check(loopback, model, ids, "seed " + seed);
    }
  }

  /** Takes the queue pair down, in one way or another, and replays it. */
  private static void replace(Loopback loopback, SplittableRandom random) {
    RoceQueuePair first = loopback.queuePair;
    if (first.outstanding() == 0) {
      return; // Nobody would notice.
    }
    if (random.nextBoolean()) {
      first.flush();
      loopback.rnic.doWork(); // carried out, though the answers may get lost
    }
    loopback.rnic.destroy(loopback.reply.queuePairNumber());
    goSilent(loopback);
    loopback.connect(TransportService.RC, MTU, random.nextInt(1 << 24), Loopback.POLICY);
    while (first.outstanding() > 0 && !first.replayOn(loopback.queuePair, same(loopback))) {
      loopback.round();
    }
    first.close();
  }

  private static long check(Loopback loopback, byte[] model, List<Long> ids, String when) {
    long succeeded = 0;
    long uncertain = 0;
    Set<Long> ended = new HashSet<>();
    for (Completion completion : loopback.completions) {
      assertTrue(ended.add(completion.workRequestId()), when);
      boolean atomic = ids.contains(-completion.workRequestId());
      if (!atomic) {
        assertEquals(CompletionStatus.SUCCESS, completion.status(), when);
      } else if (completion.status() == CompletionStatus.SUCCESS) {
        succeeded++;
      } else {
        assertEquals(CompletionStatus.UNCERTAIN, completion.status(), when);
        uncertain++;
      }
    }
    assertEquals(ids.size(), ended.size(), when);
    long counter = loopback.counter(1 << 15);
    assertTrue(succeeded <= counter && counter <= succeeded + uncertain, when + ": " + counter);
    assertArrayEquals(model, loopback.memory(0, model.length), when);
    assertEquals(QueuePairState.READY_TO_SEND, loopback.queuePair.state());
    return uncertain;
  }
}
