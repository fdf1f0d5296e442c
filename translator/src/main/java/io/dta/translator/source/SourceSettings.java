package io.dta.translator.source;

import io.dta.node.ByteSize;
import io.dta.primitives.wire.DtaPorts;
import java.net.InetSocketAddress;

/**
 * Where reports arrive, and where answers to them go. What is left out (null) gets its default.
 *
 * @param host an IPv4 or IPv6 address, or a name of this host; {@code 0.0.0.0} where left out
 * @param port the UDP port, 0 to 65535; 0 lets the system choose; 40040 where left out
 * @param reporterPort the UDP port of reporters that ACKs and NACKs go to; 40044 where left out
 * @param receiveBuffer the socket's receive buffer to ask for, 4 KiB to 1 GiB; {@link
 *     #DEFAULT_RECEIVE_BUFFER} where left out
 */
public record SourceSettings(
    String host, Integer port, Integer reporterPort, ByteSize receiveBuffer) {
  public static final ByteSize DEFAULT_RECEIVE_BUFFER = ByteSize.of(4 << 20);

  public SourceSettings {
    host = host == null ? "0.0.0.0" : host;
    port = port == null ? DtaPorts.REPORTS : port;
    reporterPort = reporterPort == null ? DtaPorts.ACKNOWLEDGEMENTS : reporterPort;
    receiveBuffer = receiveBuffer == null ? DEFAULT_RECEIVE_BUFFER : receiveBuffer;
    checkRange("port", port, 0, 65_535);
    checkRange("reporterPort", reporterPort, 1, 65_535);
    if (receiveBuffer.bytes() < 4096 || receiveBuffer.bytes() > 1 << 30) {
      throw new IllegalArgumentException(
          "receiveBuffer " + receiveBuffer + ": expected 4 KiB to 1 GiB");
    }
  }

  /** The address to bind; unresolved where the host is not known. */
  InetSocketAddress address() {
    return new InetSocketAddress(host, port);
  }

  private static void checkRange(String key, int value, int first, int last) {
    if (value < first || value > last) {
      throw new IllegalArgumentException(key + " " + value + ": expected " + first + " to " + last);
    }
  }
}
