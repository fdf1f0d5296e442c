package io.dta.softroce.guest;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/**
 * One direction of the cable. Frames other than RoCEv2's pass untouched, so that HTTP and the agent
 * work whatever is done to RDMA.
 */
public final class Lane {
  private static final int ETHERNET = 14;
  private static final int IPV4 = 0x0800;
  private static final int UDP = 17;
  private static final int ROCE_PORT = 4791;

  /** A frame that no other follows is not held back for longer. */
  private static final long MAX_DELAY_NANOS = 3_000_000L;

  private static final int MAX_OVERTAKERS = 4;

  private final Output output;
  private final ArrayDeque<Held> held = new ArrayDeque<>();
  private final AtomicLong frames = new AtomicLong();
  private final AtomicLong lost = new AtomicLong();
  private final AtomicLong duplicated = new AtomicLong();
  private final AtomicLong reordered = new AtomicLong();
  private Faults faults = Faults.NONE;
  private SplittableRandom random = new SplittableRandom(0);
  private Predicate<byte[]> dropped = frame -> false;
  private PcapFile capture;

  /** Where frames go to. */
  interface Output {
    void accept(byte[] frame) throws IOException;
  }

  /** A frame that waits until so many have come, or until a time. */
  private static final class Held {
    private final byte[] frame;
    private final long releaseAt;
    private final long releaseNanos;

    Held(byte[] frame, long releaseAt, long releaseNanos) {
      this.frame = frame;
      this.releaseAt = releaseAt;
      this.releaseNanos = releaseNanos;
    }
  }

  Lane(Output output) {
    this.output = output;
  }

  /** From now on; {@link Faults#NONE} repairs the cable. */
  public synchronized void set(Faults newFaults) {
    faults = newFaults;
    random = new SplittableRandom(newFaults.seed());
  }

  /** Drops the RoCEv2 frames, from their Ethernet header, that a test does not want to arrive. */
  public synchronized void drop(Predicate<byte[]> unwanted) {
    dropped = unwanted;
  }

  /** Drops nothing any more, and has no faults. */
  public synchronized void repair() {
    set(Faults.NONE);
    dropped = frame -> false;
  }

  /** Writes RoCEv2 frames that arrive to a file, or no more where null. */
  synchronized void capture(PcapFile file) {
    capture = file;
  }

  synchronized void forward(byte[] frame) throws IOException {
    if (!isRoce(frame)) {
      output.accept(frame);
      return;
    }
    long number = frames.incrementAndGet();
    double fate = random.nextDouble();
    int overtakers = 1 + random.nextInt(MAX_OVERTAKERS);
    if (dropped.test(frame)) {
      lost.incrementAndGet();
    } else if ((fate -= faults.loss()) < 0) {
      lost.incrementAndGet();
    } else if ((fate -= faults.duplication()) < 0) {
      duplicated.incrementAndGet();
      deliver(frame);
      deliver(frame);
    } else if (fate - faults.reordering() < 0) {
      reordered.incrementAndGet();
      held.add(new Held(frame, number + overtakers, System.nanoTime() + MAX_DELAY_NANOS));
    } else {
      deliver(frame);
    }
    release(number);
  }

  /** Lets go of what was held back for long enough. */
  synchronized void release() throws IOException {
    release(frames.get());
  }

  private void release(long number) throws IOException {
    if (held.isEmpty()) {
      return;
    }
    long now = System.nanoTime();
    for (Iterator<Held> each = held.iterator(); each.hasNext(); ) {
      Held one = each.next();
      if (one.releaseAt <= number || now - one.releaseNanos >= 0) {
        each.remove();
        deliver(one.frame);
      }
    }
  }

  private void deliver(byte[] frame) throws IOException {
    if (capture != null) {
      capture.write(frame);
    }
    output.accept(frame);
  }

  /** Whether an Ethernet frame carries UDP over IPv4 to RoCEv2's port. */
  static boolean isRoce(byte[] frame) {
    if (frame.length < ETHERNET + 28 || shortAt(frame, 12) != IPV4) {
      return false;
    }
    int udp = ETHERNET + (frame[ETHERNET] & 0xF) * 4;
    return frame[ETHERNET + 9] == UDP
        && frame.length >= udp + 8
        && shortAt(frame, udp + 2) == ROCE_PORT;
  }

  private static int shortAt(byte[] frame, int index) {
    return (frame[index] & 0xFF) << 8 | (frame[index + 1] & 0xFF);
  }

  /** RoCEv2 frames that came. */
  public long frames() {
    return frames.get();
  }

  /** Those of them that did not arrive. */
  public long lost() {
    return lost.get();
  }

  public long duplicated() {
    return duplicated.get();
  }

  public long reordered() {
    return reordered.get();
  }

  @Override
  public String toString() {
    return "%d RoCEv2 frames, %d lost, %d duplicated, %d reordered, %s"
        .formatted(frames(), lost(), duplicated(), reordered(), Objects.toString(faults));
  }
}
