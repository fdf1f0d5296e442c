package io.dta.translator.engine;

import org.agrona.MutableDirectBuffer;

/**
 * Turns reports into RDMA operations. One thread owns it and calls all of its methods; {@link
 * #counters()} is for any thread.
 */
public final class TranslationEngine implements AutoCloseable {
  private final EngineCounters counters = new EngineCounters();

  public TranslationEngine(EngineContext context) {}

  /**
   * Translates the reports of a datagram. The buffer's bytes may be changed: a slot's checksum is
   * written in front of its value in place.
   *
   * @param sourceAddress the reporter's IPv4 address, the first byte in the top bits; 0 where it is
   *     not known
   */
  public void onDatagram(MutableDirectBuffer buffer, int offset, int length, int sourceAddress) {}

  /**
   * Does what is due: polls the queue pairs, writes what has waited for long enough, sends
   * acknowledgements, publishes the counters. Call it once a duty cycle; the time that it is given
   * is the time of all that happens until the next call.
   *
   * @return how much was done, 0 where there was nothing to do
   */
  public int doWork(long nowNs) {
    return 0;
  }

  /**
   * Writes what waits in batches, cache rows and sketch epochs, as far as the rate limit allows,
   * and does not wait for answers.
   */
  public void flush() {}

  /**
   * Flushes and waits until everything is acknowledged, for an orderly shutdown.
   *
   * @return false where something was still held or unacknowledged when the time was over
   */
  public boolean drain(long timeoutNs) {
    return true;
  }

  /** Where every report went; from any thread. */
  public EngineCounters counters() {
    return counters;
  }

  /**
   * Closes the queue pairs. What was not acknowledged until then is dropped as {@link
   * DropReason#SHUTDOWN} or uncertain.
   */
  @Override
  public void close() {}
}
