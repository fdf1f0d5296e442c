package io.dta.rdma.sleep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dta.rdma.udp.DatagramHandler;
import io.dta.rdma.udp.LinuxUdpPort;
import io.dta.rdma.udp.UdpPort;
import io.dta.rdma.udp.UdpPortOptions;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // What does not wake, hangs.
class SleepTest {
  private static final DatagramHandler NOBODY = (buffer, offset, length, source, ecn) -> {};

  private static UdpPort bind() throws Exception {
    return LinuxUdpPort.bind(InetAddress.ofLiteral("127.0.0.1"), 0, UdpPortOptions.DEFAULTS);
  }

  private static void send(UdpPort from, UdpPort to) {
    assertTrue(from.send(ByteBuffer.allocateDirect(8), 0, 8, to.localAddress()));
    from.flush();
  }

  @Test
  void shouldWakeUpForADatagram() throws Exception {
    try (UdpPort one = bind();
        UdpPort other = bind();
        FileDescriptors descriptors = new FileDescriptors()) {
      int first = descriptors.add(one.descriptor());
      int second = descriptors.add(other.descriptor());
      descriptors.await(0);
      assertFalse(descriptors.isReady(first));
      assertFalse(descriptors.isReady(second));
      Thread sender = Thread.ofVirtual().start(() -> send(one, other));
      descriptors.await(FileDescriptors.FOREVER);
      assertFalse(descriptors.isReady(first));
      assertTrue(descriptors.isReady(second));
      sender.join();
      assertEquals(1, other.receive(NOBODY, 8));
      descriptors.await(TimeUnit.MICROSECONDS.toNanos(1));
      assertFalse(descriptors.isReady(second));
    }
  }

  @Test
  void shouldWakeUpWhereItWasWokenBefore() throws Exception {
    try (FileDescriptors descriptors = new FileDescriptors()) {
      descriptors.wake();
      descriptors.wake();
      descriptors.await(FileDescriptors.FOREVER);
      Thread waker = Thread.ofVirtual().start(descriptors::wake);
      descriptors.await(FileDescriptors.FOREVER);
      waker.join();
    }
  }

  @Test
  void shouldHaveRoomForSomeDescriptorsOnly() throws Exception {
    try (FileDescriptors descriptors = new FileDescriptors()) {
      for (int i = 0; i < 15; i++) {
        assertEquals(i, descriptors.add(0));
      }
      assertThrows(IllegalStateException.class, () -> descriptors.add(0));
    }
  }

  /** The sleeper's own time-out is a day away: every hand-over has to wake it. */
  @Test
  void shouldNeverMissWhatIsHandedOver() throws Exception {
    int handOvers = 20_000;
    AtomicInteger handed = new AtomicInteger();
    AtomicInteger taken = new AtomicInteger();
    try (SleepingIdleStrategy idle = new SleepingIdleStrategy(2, 1, TimeUnit.DAYS.toNanos(1))) {
      CountDownLatch done = new CountDownLatch(1);
      Thread sleeper =
          Thread.ofPlatform()
              .start(
                  () -> {
                    while (taken.get() < handOvers) {
                      int available = handed.get() - taken.get();
                      taken.addAndGet(available);
                      idle.idle(available);
                    }
                    done.countDown();
                  });
      for (int i = 0; i < handOvers; i++) {
        handed.incrementAndGet();
        idle.wake();
        while (i % 7 == 0 && taken.get() <= i) {
          Thread.onSpinWait();
        }
      }
      done.await();
      sleeper.join();
    }
    assertEquals(handOvers, taken.get());
  }

  @Test
  void shouldLookNowAndThenWhereNothingCanWakeIt() throws Exception {
    try (SleepingIdleStrategy idle = new SleepingIdleStrategy(0, 0, TimeUnit.DAYS.toNanos(1))) {
      idle.wakeOn(-1);
      for (int i = 0; i < 4; i++) {
        idle.idle(0); // Returns.
      }
    }
  }
}
