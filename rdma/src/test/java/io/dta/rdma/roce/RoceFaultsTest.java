package io.dta.rdma.roce;

import static io.dta.rdma.RdmaQueuePair.BACK_PRESSURED;
import static io.dta.rdma.RdmaQueuePair.POSTED;
import static io.dta.rdma.RdmaQueuePair.UNSIGNALED;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dta.rdma.CompletionStatus;
import io.dta.rdma.RemoteRegion;
import io.dta.rdma.control.TransportService;
import io.dta.rdma.roce.FaultyUdpPort.Faults;
import io.dta.rdma.roce.Loopback.Completion;
import io.dta.rdma.roce.Loopback.Immediate;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.YieldingIdleStrategy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Requester and software RNIC over a network that loses, duplicates and reorders in both
 * directions: what was acknowledged is in memory exactly once and in order.
 */
class RoceFaultsTest {
  private static final int OPERATIONS = 400;

  /** The region: writes that overwrite each other, writes with a place of their own, counters. */
  private static final int SHARED = 8 * 1024;

  private static final int COUNTERS = 64 * 1024 - 64;

  record Scenario(int seed, Faults faults, int pathMtu, int startingPsn, int window) {}

  static Stream<Scenario> scenarios() {
    return IntStream.range(0, 60)
        .mapToObj(
            seed -> {
              Random random = new Random(seed);
              Faults faults =
                  switch (seed % 5) {
                    case 0 -> new Faults(0.1, 0, 0);
                    case 1 -> new Faults(0, 0.2, 0);
                    case 2 -> new Faults(0, 0, 0.2);
                    case 3 -> new Faults(0.05, 0.1, 0.1);
                    default -> new Faults(0.3, 0.3, 0.3);
                  };
              // Every other one wraps around 2^24.
              int psn = seed % 2 == 0 ? 0xFFFFFF - random.nextInt(300) : random.nextInt(0xFFFFFF);
              return new Scenario(seed, faults, seed % 3 == 0 ? 256 : 1024, psn, 8 << seed % 4);
            });
  }

  @ParameterizedTest
  @MethodSource("scenarios")
  void shouldApplyEverythingOnceAndInOrder(Scenario scenario) throws Exception {
    Random random = new Random(scenario.seed());
    RetransmissionPolicy policy =
        new RetransmissionPolicy(
            Loopback.TIMEOUT_NS, 1_000, 7, 1 + random.nextInt(8), scenario.window(), 16);
    try (Loopback loopback = new Loopback(random, scenario.faults(), Loopback.OPTIONS)) {
      RoceQueuePair queuePair =
          loopback.connect(TransportService.RC, scenario.pathMtu(), scenario.startingPsn(), policy);
      byte[] model = new byte[1 << 16];
      MemorySegment counters = MemorySegment.ofArray(model);
      List<Completion> expected = new ArrayList<>();
      List<Immediate> immediates = new ArrayList<>();
      int ownPlace = SHARED;
      for (int i = 1; i <= OPERATIONS; i++) {
        long id = random.nextInt(4) == 0 ? UNSIGNALED : i;
        int kind = random.nextInt(10);
        byte[] bytes = new byte[1 + random.nextInt(kind == 0 ? 1500 : 24)];
        random.nextBytes(bytes);
        if (kind < 3) {
          int offset = COUNTERS + 8 * random.nextInt(8);
          long addend = random.nextLong();
          post(loopback, () -> queuePair.fetchAdd(loopback.region.remote(), offset, addend, id));
          long sum = counters.get(ValueLayout.JAVA_LONG_UNALIGNED, offset) + addend;
          counters.set(ValueLayout.JAVA_LONG_UNALIGNED, offset, sum);
        } else {
          boolean shared = kind < 7 || ownPlace + bytes.length > COUNTERS;
          int offset = shared ? random.nextInt(SHARED - bytes.length) : ownPlace;
          ownPlace += shared ? 0 : bytes.length;
          UnsafeBuffer source = new UnsafeBuffer(bytes);
          boolean immediate = random.nextInt(8) == 0;
          int data = i;
          post(
              loopback,
              () ->
                  immediate
                      ? queuePair.writeImmediate(
                          loopback.region.remote(), offset, source, 0, bytes.length, data, id)
                      : queuePair.write(
                          loopback.region.remote(), offset, source, 0, bytes.length, id));
          System.arraycopy(bytes, 0, model, offset, bytes.length);
          if (immediate) {
            immediates.add(new Immediate(loopback.reply.queuePairNumber(), data, bytes.length));
          }
        }
        if (id != UNSIGNALED) {
          expected.add(new Completion(id, CompletionStatus.SUCCESS));
        }
        if (random.nextInt(6) == 0) {
          loopback.round();
        }
        if (random.nextInt(30) == 0) {
          queuePair.flush();
        }
      }
      loopback.drain();
      assertTrue(loopback.isUp(), loopback::state);
      assertArrayEquals(model, loopback.memory(0, model.length), scenario::toString);
      assertEquals(expected, loopback.completions);
      assertEquals(immediates, loopback.immediates);
      assertEquals(0, queuePair.counters().badAnswers(), loopback::state);
      settle(loopback);
      assertArrayEquals(model, loopback.memory(0, model.length), "late packets changed memory");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5})
  void shouldKeepQueuePairsOnOnePortApart(int seed) throws Exception {
    Random random = new Random(seed);
    RetransmissionPolicy policy =
        new RetransmissionPolicy(Loopback.TIMEOUT_NS, 1_000, 7, 4, 32, 16);
    try (Loopback loopback = new Loopback(random, new Faults(0.1, 0.1, 0.1), Loopback.OPTIONS)) {
      int count = 5;
      List<RoceQueuePair> queuePairs = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        int psn = random.nextInt(1 << 24);
        queuePairs.add(loopback.connect(TransportService.RC, 256, psn, policy));
      }
      long[] sums = new long[count];
      byte[][] last = new byte[count][16];
      for (int i = 0; i < 500; i++) {
        int which = random.nextInt(count);
        RoceQueuePair queuePair = queuePairs.get(which);
        long addend = random.nextInt(100);
        sums[which] += addend;
        post(
            loopback,
            () -> queuePair.fetchAdd(loopback.region.remote(), 64L * which, addend, UNSIGNALED));
        random.nextBytes(last[which]);
        UnsafeBuffer source = new UnsafeBuffer(last[which]);
        post(
            loopback,
            () -> queuePair.write(loopback.region.remote(), 64L * which + 8, source, 0, 16, 1));
      }
      for (int round = 0; queuePairs.stream().anyMatch(one -> one.outstanding() > 0); round++) {
        assertTrue(round < 100_000, loopback::state);
        loopback.round();
      }
      for (int i = 0; i < count; i++) {
        assertEquals(sums[i], loopback.counter(64L * i), "seed " + seed);
        assertArrayEquals(last[i], loopback.memory(64L * i + 8, 16), "seed " + seed);
      }
      assertEquals(500, loopback.completions.size());
    }
  }

  @Test
  @Timeout(60)
  void shouldServeFromAThreadOfItsOwn() throws Exception {
    try (Loopback loopback = new Loopback(new Random(1), Faults.NONE, Loopback.OPTIONS);
        AgentRunner runner =
            new AgentRunner(
                YieldingIdleStrategy.INSTANCE, Throwable::printStackTrace, null, loopback.rnic)) {
      AgentRunner.startOnThread(runner);
      RetransmissionPolicy policy = Loopback.POLICY; // Its clock stands still: no time-outs.
      RoceQueuePair queuePair = loopback.connect(TransportService.RC, 1024, 0xFFFF00, policy);
      int count = 5_000;
      byte[] bytes = new byte[24];
      for (int i = 0; i < count; i++) {
        Arrays.fill(bytes, (byte) i);
        int offset = 24 * (i % 100);
        boolean add = i % 3 == 0;
        RemoteRegion region = loopback.region.remote();
        while ((add
                ? queuePair.fetchAdd(region, COUNTERS, i, i + 1)
                : queuePair.write(region, offset, new UnsafeBuffer(bytes), 0, 24, i + 1))
            == BACK_PRESSURED) {
          queuePair.poll();
        }
      }
      while (queuePair.outstanding() > 0) {
        YieldingIdleStrategy.INSTANCE.idle(queuePair.poll());
      }
      assertTrue(loopback.isUp(), loopback::state);
      assertEquals(count, loopback.completions.size());
      assertEquals(
          IntStream.range(0, count).filter(i -> i % 3 == 0).asLongStream().sum(),
          loopback.counter(COUNTERS));
    }
  }

  private interface Post {
    int post();
  }

  private static void post(Loopback loopback, Post operation) {
    int result = operation.post();
    for (int i = 0; result == BACK_PRESSURED; i++) {
      assertTrue(i < 100_000, loopback::state);
      loopback.round();
      result = operation.post();
    }
    assertEquals(POSTED, result);
  }

  /** Lets what is still under way arrive. */
  private static void settle(Loopback loopback) {
    for (int i = 0; i < 20; i++) {
      loopback.round();
    }
  }
}
