package io.dta.softroce;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dta.rdma.CompletionStatus;
import io.dta.rdma.QueuePairState;
import io.dta.rdma.RdmaQueuePair;
import io.dta.rdma.RemoteRegion;
import io.dta.rdma.control.TransportService;
import io.dta.softroce.guest.Faults;
import io.dta.softroce.guest.SoftRoce;
import io.dta.softroce.guest.SoftRoceGuest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Our requester against the kernel's responder. */
@SoftRoce
class KernelResponderTest {
  private static final int LENGTH = 1 << 16;
  private static final int SLOT = 24;
  private static final int LONGEST = 5000;
  private static final int LAST_PSN = 0xFFFFFF;

  @Test
  void shouldWriteOnePacketAndSeveralOfAnyLength(SoftRoceGuest guest) throws IOException {
    try (KernelResponder kernel = new KernelResponder(guest, LENGTH)) {
      kernel.connect(TransportService.RC, LAST_PSN - 5, 0);
      byte[] expected = new byte[LENGTH];
      Random random = new Random(1);
      int[] lengths = {1, 2, 3, 4, 5, 8, 23, 24, 25, 1023, 1024, 1025, 2048, 3000, 4096, 10_001};
      int offset = 0;
      for (int length : lengths) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        kernel.write(offset, bytes, length);
        System.arraycopy(bytes, 0, expected, offset, length);
        offset += length + 1;
      }
      kernel.drain();

      kernel.assertAllSucceeded(lengths.length);
      assertArrayEquals(Arrays.copyOf(expected, offset), kernel.peer.get(kernel.memory, 0, offset));
    }
  }

  @Test
  void shouldTellTheCpuOfImmediates(SoftRoceGuest guest) throws IOException {
    try (KernelResponder kernel = new KernelResponder(guest, LENGTH)) {
      kernel.connect(TransportService.RC, 1, 64);
      byte[] bytes = {1, 2, 3, 4};
      for (int i = 0; i < 100; i++) {
        int posted =
            kernel.queuePair.writeImmediate(
                kernel.remote(), 4L * i, new UnsafeBuffer(bytes), 0, 4, 0xABCD0000 + i, i + 1);
        assertEquals(RdmaQueuePair.POSTED, posted);
      }
      kernel.drain();

      kernel.assertAllSucceeded(100);
      for (int i = 0; i < 100; i++) {
        String event = kernel.peer.awaitEvent("immediate");
        assertTrue(event.endsWith("immediate=0x%x".formatted(0xABCD0000 + i)), event);
      }
    }
  }

  @Test
  void shouldWaitForAReceiverThatIsNotReady(SoftRoceGuest guest) throws IOException {
    try (KernelResponder kernel = new KernelResponder(guest, LENGTH)) {
      kernel.connect(TransportService.RC, 1, 0);
      kernel.write(0, new byte[] {1}, 1);
      kernel.queuePair.writeImmediate(
          kernel.remote(), 1, new UnsafeBuffer(new byte[] {2}), 0, 1, 7, 2);
      kernel.write(2, new byte[] {3}, 3);
      kernel.queuePair.flush();
      kernel.until(() -> kernel.queuePair.counters().receiverNotReadyNaks() > 0, "an RNR NAK");
      assertEquals(QueuePairState.READY_TO_SEND, kernel.queuePair.state());

      kernel.peer.ask("receives 0x%x 4".formatted(kernel.peerNumber));
      kernel.drain();

      kernel.assertAllSucceeded(3);
      assertArrayEquals(new byte[] {1, 2, 3}, kernel.peer.get(kernel.memory, 0, 3));
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.01, 0.1})
  void shouldWriteInOrderAndAddOnceWhateverTheCableDoes(double each, SoftRoceGuest guest)
      throws IOException {
    int counters = 8;
    Random random = new Random(42);
    byte[] expected = new byte[LENGTH];
    ByteBuffer sums = ByteBuffer.wrap(expected).order(ByteOrder.LITTLE_ENDIAN);
    try (KernelResponder kernel = new KernelResponder(guest, LENGTH)) {
      kernel.connect(TransportService.RC, LAST_PSN - 500, 0);
      guest.cable().set(Faults.of(42, each));
      int operations = 3000;
      for (int i = 1; i <= operations; i++) {
        if (random.nextInt(4) == 0) {
          int counter = 8 * random.nextInt(counters);
          long addend = random.nextLong();
          kernel.fetchAdd(counter, addend, i);
          sums.putLong(counter, sums.getLong(counter) + addend);
        } else {
          byte[] bytes = new byte[random.nextInt(10) == 0 ? 1 + random.nextInt(LONGEST) : SLOT];
          random.nextBytes(bytes);
          int offset = counters * Long.BYTES + SLOT * random.nextInt(50);
          kernel.write(offset, bytes, i);
          System.arraycopy(bytes, 0, expected, offset, bytes.length);
        }
      }
      kernel.drain();

      kernel.assertAllSucceeded(operations);
      CRC32 crc = new CRC32();
      crc.update(expected);
      assertEquals(
          (int) crc.getValue(),
          kernel.peer.crc(kernel.memory, 0, LENGTH),
          () -> "memory differs: " + kernel.describe() + guest.cable().toGuest());
      if (each > 0) {
        assertTrue(guest.cable().toGuest().lost() > 0 && guest.cable().toHost().lost() > 0);
        assertEquals(0, kernel.requester.wrongIcrcs(), "answers whose iCRC was taken for wrong");
      }
    }
  }

  @Test
  void shouldWriteOverUnreliableConnections(SoftRoceGuest guest) throws IOException {
    try (KernelResponder kernel = new KernelResponder(guest, LENGTH)) {
      kernel.connect(TransportService.UC, LAST_PSN, 0);
      byte[] bytes = new byte[5000];
      new Random(3).nextBytes(bytes);
      kernel.write(0, bytes, 1);
      kernel.write(5000, bytes, 2);
      kernel.drain();
      kernel.assertAllSucceeded(2);

      byte[] written = kernel.peer.get(kernel.memory, 5000, 5000);
      for (int i = 0; i < 100 && written[4999] != bytes[4999]; i++) {
        written = kernel.peer.get(kernel.memory, 5000, 5000); // each is a round trip
      }
      assertArrayEquals(bytes, written);
      assertArrayEquals(bytes, kernel.peer.get(kernel.memory, 0, 5000));
    }
  }

  @Test
  void shouldFailWithTheCauseWhereTheKeyIsWrong(SoftRoceGuest guest) throws IOException {
    try (KernelResponder kernel = new KernelResponder(guest, LENGTH)) {
      kernel.connect(TransportService.RC, 1, 0);
      kernel.write(0, new byte[] {1}, 1);
      RemoteRegion wrong =
          new RemoteRegion(kernel.memory.address(), kernel.memory.rkey() ^ 0x100, LENGTH);
      kernel.queuePair.write(wrong, 1, new UnsafeBuffer(new byte[] {2}), 0, 1, 2);
      kernel.write(2, new byte[] {3}, 3);
      kernel.queuePair.flush();
      kernel.until(() -> kernel.queuePair.state() == QueuePairState.ERROR, "the NAK");
      kernel.queuePair.close();

      assertEquals(
          List.of(
              new KernelResponder.Completion(1, CompletionStatus.SUCCESS),
              new KernelResponder.Completion(2, CompletionStatus.REMOTE_ACCESS_ERROR),
              new KernelResponder.Completion(3, CompletionStatus.FLUSHED)),
          kernel.completions);
      assertEquals("ERR", kernel.peer.ask("state " + kernel.peerNumber).get("state"));
      assertArrayEquals(new byte[] {1, 0, 0}, kernel.peer.get(kernel.memory, 0, 3));
    }
  }

  @Test
  void shouldFailOnceARegionIsRemoved(SoftRoceGuest guest) throws IOException {
    try (KernelResponder kernel = new KernelResponder(guest, LENGTH)) {
      kernel.connect(TransportService.RC, 1, 0);
      for (int i = 0; i < 100; i++) {
        kernel.write(i, new byte[] {(byte) (i + 1)}, i + 1);
      }
      kernel.drain();
      kernel.peer.ask("deregister memory");
      kernel.write(100, new byte[] {1}, 101);
      kernel.queuePair.flush();
      kernel.until(() -> kernel.queuePair.state() == QueuePairState.ERROR, "the NAK");
      kernel.queuePair.close();

      assertEquals(101, kernel.completions.size());
      assertEquals(CompletionStatus.SUCCESS, kernel.completions.get(99).status());
      assertNotEquals(CompletionStatus.SUCCESS, kernel.completions.get(100).status());
      assertEquals(0, kernel.peer.get(kernel.memory, 100, 1)[0]);
    }
  }
}
