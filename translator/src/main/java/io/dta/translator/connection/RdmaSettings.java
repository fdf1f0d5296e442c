package io.dta.translator.connection;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.dta.rdma.control.TransportService;

/**
 * How collectors' memory is reached. What is left out (null) gets its default.
 *
 * @param transport {@link Transport#ROCEV2} where left out
 * @param service {@link Service#RC} where left out; means nothing to shared memory
 * @param address the address of this host to send RoCEv2 from; where left out, the one that the
 *     route to the collector leaves from
 * @param port the UDP port to receive answers at; 0 lets the system choose, which needs collectors
 *     with software RNICs; {@link #DEFAULT_PORT} where left out
 * @param pathMtu the largest payload of a RoCEv2 packet: 256, 512, 1024, 2048 or 4096; {@link
 *     #DEFAULT_PATH_MTU}, which fits an Ethernet frame of 1500 bytes, where left out
 */
public record RdmaSettings(
    Transport transport, Service service, String address, Integer port, Integer pathMtu) {
  /** RoCEv2's UDP port (InfiniBand Architecture Specification 1.4, volume 1, annex A17). */
  public static final int DEFAULT_PORT = 4791;

  public static final int DEFAULT_PATH_MTU = 1024;

  /** Every setting at its default. */
  public static final RdmaSettings DEFAULTS = new RdmaSettings(null, null, null, null, null);

  public RdmaSettings {
    transport = transport == null ? Transport.ROCEV2 : transport;
    service = service == null ? Service.RC : service;
    port = port == null ? DEFAULT_PORT : port;
    pathMtu = pathMtu == null ? DEFAULT_PATH_MTU : pathMtu;
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("port " + port + ": expected 0 to 65535");
    }
    if (Integer.bitCount(pathMtu) != 1 || pathMtu < 256 || pathMtu > 4096) {
      throw new IllegalArgumentException(
          "pathMtu " + pathMtu + ": expected 256, 512, 1024, 2048 or 4096");
    }
  }

  /** What carries RDMA operations. */
  public enum Transport {
    /** RoCEv2 from user space, to an RNIC or to the collector's software RNIC. */
    @JsonProperty("rocev2")
    ROCEV2,
    /** Shared memory: the region files of a collector on the same host are mapped. */
    @JsonProperty("local")
    LOCAL
  }

  /** The transport service of RoCEv2. */
  public enum Service {
    /** Reliable connection. */
    @JsonProperty("rc")
    RC(TransportService.RC),
    /** Unreliable connection: never acknowledged, no atomics. */
    @JsonProperty("uc")
    UC(TransportService.UC);

    private final TransportService transportService;

    Service(TransportService transportService) {
      this.transportService = transportService;
    }

    TransportService transportService() {
      return transportService;
    }
  }
}
