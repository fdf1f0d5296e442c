package io.dta.rdma.roce;

import static io.dta.rdma.RdmaQueuePair.BACK_PRESSURED;
import static io.dta.rdma.RdmaQueuePair.POSTED;
import static io.dta.rdma.RdmaQueuePair.UNSIGNALED;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dta.rdma.CompletionStatus;
import io.dta.rdma.control.TransportService;
import io.dta.rdma.roce.FaultyUdpPort.Faults;
import io.dta.rdma.roce.Loopback.Completion;
import io.dta.rdma.roce.Loopback.Immediate;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

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
