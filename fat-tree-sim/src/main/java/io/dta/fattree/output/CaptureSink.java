package io.dta.fattree.output;

import io.dta.fattree.send.ReportClock;
import io.dta.fattree.send.ReportSink;
import io.dta.primitives.wire.DtaPorts;
import io.dta.rdma.capture.DatagramFile;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/**
 * Writes every datagram and every acknowledgement to a pcapng file on its way to and from another
 * sink: reporter n has the address 127.64.(n / 250).(n mod 250 + 1), the translator 127.0.0.1, and
 * the time is that of the reporters' clock.
 */
public final class CaptureSink implements ReportSink {
  private static final int ADDRESSES_PER_OCTET = 250;
  private static final InetSocketAddress TRANSLATOR =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), DtaPorts.REPORTS);

  private final ReportSink sink;
  private final DatagramFile file;
  private final ReportClock clock;
  private final InetSocketAddress[] reporters;

  /**
   * Captures what goes to and comes from a sink.
   *
   * @param file stays the caller's
   */
  public CaptureSink(ReportSink sink, DatagramFile file, ReportClock clock) {
    this.sink = sink;
    this.file = file;
    this.clock = clock;
    reporters = new InetSocketAddress[sink.reporters()];
    for (int i = 0; i < reporters.length; i++) {
      reporters[i] = new InetSocketAddress(address(i), DtaPorts.ACKNOWLEDGEMENTS);
    }
  }

  private static InetAddress address(int reporter) {
    try {
      return InetAddress.getByAddress(
          new byte[] {
            127,
            64,
            (byte) (reporter / ADDRESSES_PER_OCTET),
            (byte) (reporter % ADDRESSES_PER_OCTET + 1)
          });
    } catch (UnknownHostException e) {
      throw new IllegalStateException("four bytes are an address", e);
    }
  }

  @Override
  public int reporters() {
    return sink.reporters();
  }

  @Override
  public void send(int reporter, ByteBuffer datagram, int reports) throws IOException {
    file.write(clock.nanoTime(), reporters[reporter], TRANSLATOR, true, datagram);
    sink.send(reporter, datagram, reports);
  }

  @Override
  public boolean receive(int reporter, ByteBuffer datagram) throws IOException {
    boolean arrived = sink.receive(reporter, datagram);
    if (arrived) {
      file.write(clock.nanoTime(), TRANSLATOR, reporters[reporter], false, datagram);
    }
    return arrived;
  }

  @Override
  public String target() {
    return sink.target();
  }
}
