package io.dta.rdma.roce;

import static io.dta.rdma.RdmaQueuePair.BACK_PRESSURED;
import static io.dta.rdma.RdmaQueuePair.NOT_CONNECTED;
import static io.dta.rdma.RdmaQueuePair.OUT_OF_BOUNDS;
import static io.dta.rdma.RdmaQueuePair.POSTED;
import static io.dta.rdma.RdmaQueuePair.UNSIGNALED;
import static io.dta.rdma.RdmaQueuePair.UNSUPPORTED;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.dta.rdma.CompletionStatus;
import io.dta.rdma.QueuePairState;
import io.dta.rdma.RemoteRegion;
import io.dta.rdma.control.TransportService;
import io.dta.rdma.roce.Loopback.Completion;
import io.dta.rdma.roce.Loopback.Immediate;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class RoceQueuePairTest {
  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] randomBytes(int length, long seed) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  @Test
  void shouldPutWritesIntoMemoryAndCompleteThemInOrder() throws Exception {
    try (Loopback loopback = Loopback.perfect(TransportService.RC)) {
      assertEquals(POSTED, loopback.write(0, ascii("first"), 7));
      assertEquals(POSTED, loopback.write(100, ascii("second"), UNSIGNALED));
      assertEquals(POSTED, loopback.write(200, ascii("third!!"), 9));
      assertEquals(3, loopback.queuePair.outstanding());
      loopback.drain();
      assertArrayEquals(ascii("first\0"), loopback.memory(0, 6));
      assertArrayEquals(ascii("second\0"), loopback.memory(100, 7));
      assertArrayEquals(ascii("third!!\0"), loopback.memory(200, 8));
      assertEquals(
          List.of(
              new Completion(7, CompletionStatus.SUCCESS),
              new Completion(9, CompletionStatus.SUCCESS)),
          loopback.completions);
      assertEquals(3, loopback.queuePair.counters().packetsSent());
      assertEquals(1, loopback.rnic.counters().get(RnicEvent.ACKNOWLEDGEMENTS));
    }
  }

  @Test
  void shouldCutLongWritesIntoPacketsOfThePathMtu() throws Exception {
    try (Loopback loopback = Loopback.perfect(TransportService.RC)) {
      byte[] bytes = randomBytes(3 * 1024 + 5, 1);
      loopback.write(10, bytes, 1);
      byte[] exact = randomBytes(2 * 1024, 2);
      loopback.write(10_000, exact, 2);
      loopback.drain();
      assertArrayEquals(bytes, loopback.memory(10, bytes.length));
      assertArrayEquals(exact, loopback.memory(10_000, exact.length));
      assertEquals(6, loopback.queuePair.counters().packetsSent());
      assertEquals(2, loopback.rnic.counters().get(RnicEvent.WRITES));
      assertEquals(2, loopback.completions.size());
    }
  }

  @Test
  void shouldAddToCountersInHostOrder() throws Exception {
    try (Loopback loopback = Loopback.perfect(TransportService.RC)) {
      RemoteRegion region = loopback.region.remote();
      assertEquals(POSTED, loopback.queuePair.fetchAdd(region, 8, 5, 1));
      assertEquals(POSTED, loopback.queuePair.fetchAdd(region, 8, 0x0102030405060708L, 2));
      assertEquals(POSTED, loopback.queuePair.fetchAdd(region, 16, -1, 3));
      loopback.drain();
      assertEquals(0x010203040506070DL, loopback.counter(8));
      assertEquals(-1, loopback.counter(16));
      assertEquals(3, loopback.completions.size());
      assertEquals(3, loopback.queuePair.counters().fetchAdds());
    }
  }

  @Test
  void shouldTellTheResponderOfImmediates() throws Exception {
    for (TransportService service : TransportService.values()) {
      try (Loopback loopback = Loopback.perfect(service)) {
        byte[] bytes = randomBytes(1500, 3);
        UnsafeBuffer source = new UnsafeBuffer(bytes);
        RemoteRegion region = loopback.region.remote();
        loopback.queuePair.writeImmediate(region, 64, source, 0, 20, 0xCAFEBABE, 1);
        loopback.queuePair.writeImmediate(region, 4096, source, 0, 1500, 0x01020304, 2);
        loopback.drain();
        loopback.rnic.doWork();
        int number = loopback.reply.queuePairNumber();
        assertEquals(
            List.of(new Immediate(number, 0xCAFEBABE, 20), new Immediate(number, 0x01020304, 1500)),
            loopback.immediates);
        assertArrayEquals(bytes, loopback.memory(4096, 1500));
      }
    }
  }

  @Test
  void shouldCompleteUnreliableWritesWhenHandedOver() throws Exception {
    try (Loopback loopback = Loopback.perfect(TransportService.UC)) {
      byte[] bytes = randomBytes(2500, 4);
      loopback.write(0, bytes, 1);
      assertEquals(
          UNSUPPORTED, loopback.queuePair.fetchAdd(loopback.region.remote(), 0, 1, UNSIGNALED));
      loopback.queuePair.flush();
      assertEquals(List.of(new Completion(1, CompletionStatus.SUCCESS)), loopback.completions);
      assertEquals(0, loopback.queuePair.outstanding());
      loopback.rnic.doWork();
      assertArrayEquals(bytes, loopback.memory(0, bytes.length));
      assertEquals(0, loopback.rnic.counters().get(RnicEvent.ACKNOWLEDGEMENTS));
    }
  }

  @Test
  void shouldPushBackWhenTheWindowIsFull() throws Exception {
    try (Loopback loopback = Loopback.perfect(TransportService.RC)) {
      int posted = 0;
      while (loopback.write(8L * posted, ascii("12345678"), posted + 1) == POSTED) {
        posted++;
      }
      assertEquals(Loopback.POLICY.window(), posted);
      assertEquals(BACK_PRESSURED, loopback.write(0, ascii("x"), 1));
      loopback.drain();
      assertEquals(posted, loopback.completions.size());
      assertEquals(POSTED, loopback.write(0, ascii("x"), 1));
    }
  }

  @Test
  void shouldNotAcceptWritesThatNeverFitTheWindow() throws Exception {
    try (Loopback loopback = Loopback.perfect(TransportService.RC)) {
      loopback.connect(TransportService.RC, 256, 100, Loopback.POLICY);
      assertEquals(POSTED, loopback.write(0, new byte[256 * 64], 1));
      assertEquals(UNSUPPORTED, loopback.write(0, new byte[256 * 64 + 1], 2));
    }
  }

  @Test
  void shouldHaveNoMoreAtomicsOutstandingThanTheResponderRemembers() throws Exception {
    try (Loopback loopback = Loopback.perfect(TransportService.RC)) {
      RemoteRegion region = loopback.region.remote();
      for (int i = 0; i < 16; i++) {
        assertEquals(POSTED, loopback.queuePair.fetchAdd(region, 0, 1, UNSIGNALED));
      }
      assertEquals(BACK_PRESSURED, loopback.queuePair.fetchAdd(region, 0, 1, UNSIGNALED));
      assertEquals(POSTED, loopback.write(8, ascii("x"), UNSIGNALED));
      loopback.drain();
      assertEquals(16, loopback.counter(0));
      assertEquals(POSTED, loopback.queuePair.fetchAdd(region, 0, 1, UNSIGNALED));
    }
  }

  @Test
  void shouldRefuseWhatLiesOutsideTheRegion() throws Exception {
    try (Loopback loopback = Loopback.perfect(TransportService.RC)) {
      long length = loopback.region.length();
      assertEquals(OUT_OF_BOUNDS, loopback.write(length - 4, ascii("12345"), 1));
      assertEquals(OUT_OF_BOUNDS, loopback.write(-1, ascii("12345"), 1));
      assertEquals(OUT_OF_BOUNDS, loopback.write(Long.MAX_VALUE, ascii("12345"), 1));
      RemoteRegion region = loopback.region.remote();
      assertEquals(OUT_OF_BOUNDS, loopback.queuePair.fetchAdd(region, length, 1, 1));
      assertEquals(0, loopback.queuePair.outstanding());
    }
  }

  @Test
  void shouldFlushWhatIsOutstandingOnClose() throws Exception {
    try (Loopback loopback = Loopback.perfect(TransportService.RC)) {
      RemoteRegion region = loopback.region.remote();
      loopback.write(0, ascii("a"), 1);
      loopback.queuePair.fetchAdd(region, 8, 1, 2);
      loopback.queuePair.flush();
      loopback.write(0, ascii("b"), 3);
      loopback.queuePair.fetchAdd(region, 8, 1, 4);
      loopback.queuePair.close();
      assertEquals(
          List.of(
              new Completion(1, CompletionStatus.FLUSHED),
              new Completion(2, CompletionStatus.UNCERTAIN),
              new Completion(3, CompletionStatus.FLUSHED),
              new Completion(4, CompletionStatus.FLUSHED)),
          loopback.completions);
      assertEquals(NOT_CONNECTED, loopback.write(0, ascii("c"), 5));
      assertEquals(QueuePairState.RESET, loopback.queuePair.state());
      assertEquals(0, loopback.queuePair.outstanding());
    }
  }
}
