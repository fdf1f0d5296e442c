package io.dta.benchmarks;

import io.dta.primitives.datagram.DatagramBuilder;
import io.dta.primitives.wire.HeaderFormat;
import java.nio.ByteBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Datagrams of reports as a receiver finds them: off-heap, back to back, many reports in datagrams
 * of at most {@value #MTU} bytes.
 */
final class DatagramRing {
  private static final int MTU = 1472;

  private final UnsafeBuffer buffer;
  private final int[] offsets;
  private final int count;

  /** Adds one report to a datagram; false where it does not fit. */
  interface Writer {
    boolean write(DatagramBuilder builder, int report);
  }

  /**
   * @param reports how many
   * @param reportLength the length of one in bytes, base header included
   */
  DatagramRing(int reports, int reportLength, Writer writer) {
    offsets = new int[reports + 1];
    buffer = new UnsafeBuffer(ByteBuffer.allocateDirect(reports * reportLength + MTU));
    DatagramBuilder builder = new DatagramBuilder(HeaderFormat.FULL);
    int datagrams = 0;
    int report = 0;
    while (report < reports) {
      builder.wrap(buffer, offsets[datagrams], MTU);
      while (report < reports && writer.write(builder, report)) {
        report++;
      }
      offsets[datagrams + 1] = offsets[datagrams] + builder.length();
      datagrams++;
    }
    count = datagrams;
  }

  int count() {
    return count;
  }

  UnsafeBuffer buffer() {
    return buffer;
  }

  int offset(int datagram) {
    return offsets[datagram];
  }

  int length(int datagram) {
    return offsets[datagram + 1] - offsets[datagram];
  }
}
