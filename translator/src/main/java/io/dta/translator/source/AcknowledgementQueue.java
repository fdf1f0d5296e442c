package io.dta.translator.source;

import io.dta.translator.engine.AcknowledgementSender;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.BitUtil;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.MessageHandler;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.OneToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;

/**
 * Carries ACKs and NACKs from an engine's thread to the source's, which owns the socket. What does
 * not fit is lost and counted, as an answer may be.
 */
public final class AcknowledgementQueue implements AcknowledgementSender {
  private static final int CAPACITY = 1 << 18;
  private static final int MESSAGE_TYPE = 1;
  private static final int ADDRESS_OFFSET = 0;
  private static final int SEQNUM_OFFSET = 4;
  private static final int NACK = 0x100;
  private static final int MESSAGE_LENGTH = 8;

  private final OneToOneRingBuffer ring =
      new OneToOneRingBuffer(
          new UnsafeBuffer(
              ByteBuffer.allocateDirect(CAPACITY + RingBufferDescriptor.TRAILER_LENGTH)));
  private final UnsafeBuffer message =
      new UnsafeBuffer(ByteBuffer.allocateDirect(BitUtil.align(MESSAGE_LENGTH, Long.BYTES)));
  private final AtomicLong lost = new AtomicLong();
  private final AcknowledgementSender target;
  private final MessageHandler handler = this::forward;
  private final Runnable waker;

  /**
   * @param target gets the answers on the source's thread
   * @param waker wakes that thread where it sleeps
   */
  public AcknowledgementQueue(AcknowledgementSender target, Runnable waker) {
    this.target = target;
    this.waker = waker;
  }

  /** Engine's thread. */
  @Override
  public void send(int address, int seqnum, boolean nack) {
    message.putInt(ADDRESS_OFFSET, address);
    message.putInt(SEQNUM_OFFSET, nack ? seqnum | NACK : seqnum);
    if (!ring.write(MESSAGE_TYPE, message, 0, MESSAGE_LENGTH)) {
      lost.lazySet(lost.get() + 1);
    }
    waker.run();
  }

  /** Source's thread: hands over what is queued; how many that were. */
  public int drain() {
    return ring.read(handler);
  }

  /** Answers that found the queue full; from any thread. */
  public long lost() {
    return lost.get();
  }

  private void forward(int type, MutableDirectBuffer buffer, int index, int length) {
    int answer = buffer.getInt(index + SEQNUM_OFFSET);
    target.send(buffer.getInt(index + ADDRESS_OFFSET), answer & ~NACK, (answer & NACK) != 0);
  }
}
