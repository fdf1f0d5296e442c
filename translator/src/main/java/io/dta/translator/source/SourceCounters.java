package io.dta.translator.source;

import io.dta.translator.engine.Distribution;
import java.util.concurrent.atomic.AtomicLong;

/** What a source did since its start. Written by the source's thread, readable from any. */
public final class SourceCounters {
  private final Distribution datagramsPerRead =
      new Distribution(0, 1, 2, 4, 8, 16, 32, 64, 128, 256);
  private final AtomicLong datagrams = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicLong reads = new AtomicLong();
  private final AtomicLong unknownSources = new AtomicLong();
  private final AtomicLong acknowledgements = new AtomicLong();
  private final AtomicLong lostAcknowledgements = new AtomicLong();

  SourceCounters() {}

  /** Datagrams that arrived. */
  public long datagrams() {
    return datagrams.get();
  }

  /** UDP payload bytes that arrived. */
  public long bytes() {
    return bytes.get();
  }

  /**
   * Times that the socket was found readable; {@link #datagrams()} divided by this shows how many
   * each system call brought.
   */
  public long reads() {
    return reads.get();
  }

  /**
   * Datagrams from IPv6 addresses. Their essential reports are translated, but not acknowledged.
   */
  public long unknownSources() {
    return unknownSources.get();
  }

  /** ACKs and NACKs given to the socket. */
  public long acknowledgements() {
    return acknowledgements.get();
  }

  /** ACKs and NACKs that the socket had no room for, or refused. */
  public long lostAcknowledgements() {
    return lostAcknowledgements.get();
  }

  /** How many datagrams a read brought. */
  public Distribution datagramsPerRead() {
    return datagramsPerRead;
  }

  void read(long datagramCount, long byteCount, long unknownSourceCount) {
    add(reads, 1);
    datagramsPerRead.record(datagramCount, 1);
    add(datagrams, datagramCount);
    add(bytes, byteCount);
    add(unknownSources, unknownSourceCount);
  }

  void acknowledged() {
    add(acknowledgements, 1);
  }

  void lostAcknowledgement() {
    add(lostAcknowledgements, 1);
  }

  /** One thread adds, so that no atomic operation is needed. */
  private static void add(AtomicLong counter, long count) {
    counter.lazySet(counter.get() + count);
  }
}
