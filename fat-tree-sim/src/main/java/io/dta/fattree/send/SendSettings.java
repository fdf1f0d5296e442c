package io.dta.fattree.send;

import io.dta.primitives.wire.DtaPorts;
import java.net.InetAddress;

/**
 * How datagrams leave.
 *
 * @param loopbackNetwork n, where every reporter has a loopback address 127.n.x.y of its own, 0 to
 *     254; {@link #SHARED_ADDRESS} where all share the host's address, as they must on a real
 *     network
 * @param reporterPort the UDP port that reporters send from and where they expect acknowledgements;
 *     0 for a free one
 * @param datagramsPerSecond at most so many; 0 for no limit
 * @param datagramsInFlight at most so many sent and not yet counted by the receiver, where it tells
 *     what it has received, 1 to 65536. The default fits the receive buffer that Linux gives by
 *     default.
 */
public record SendSettings(
    int loopbackNetwork, int reporterPort, long datagramsPerSecond, int datagramsInFlight) {
  public static final int SHARED_ADDRESS = -1;
  public static final int DEFAULT_LOOPBACK_NETWORK = 64;
  public static final int DEFAULT_DATAGRAMS_IN_FLIGHT = 64;

  public SendSettings {
    range("loopbackNetwork", loopbackNetwork, SHARED_ADDRESS, 254);
    range("reporterPort", reporterPort, 0, 65535);
    range("datagramsPerSecond", datagramsPerSecond, 0, 1_000_000_000);
    range("datagramsInFlight", datagramsInFlight, 1, 65536);
  }

  /** The defaults towards a target: an address for every reporter if it is on this host. */
  public static SendSettings towards(InetAddress target) {
    return new SendSettings(
        target.isLoopbackAddress() ? DEFAULT_LOOPBACK_NETWORK : SHARED_ADDRESS,
        DtaPorts.ACKNOWLEDGEMENTS,
        0,
        DEFAULT_DATAGRAMS_IN_FLIGHT);
  }

  public SendSettings withReporterPort(int port) {
    return new SendSettings(loopbackNetwork, port, datagramsPerSecond, datagramsInFlight);
  }

  public SendSettings withDatagramsPerSecond(long rate) {
    return new SendSettings(loopbackNetwork, reporterPort, rate, datagramsInFlight);
  }

  /**
   * Another network for another run against the same translator, which remembers sequence numbers
   * by address.
   */
  public SendSettings withLoopbackNetwork(int network) {
    return new SendSettings(network, reporterPort, datagramsPerSecond, datagramsInFlight);
  }

  private static void range(String key, long value, long first, long last) {
    if (value < first || value > last) {
      throw new IllegalArgumentException(key + " " + value + ": expected " + first + " to " + last);
    }
  }
}
