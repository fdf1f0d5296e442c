package io.dta.translator.connection;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.dta.rdma.control.TransportService;
import io.dta.rdma.roce.IcrcCheck;
import io.dta.rdma.udp.UdpPortOptions;
import java.time.Duration;
import java.util.Locale;

/**
 * How collectors' memory is reached. What is left out (null) gets its default.
 *
 * @param transport {@link Transport#ROCEV2} where left out
 * @param connect {@link Connect#AUTO} where left out; means nothing to shared memory
 * @param service {@link Service#RC} where left out; means nothing to shared memory
 * @param address the address of this host to send RoCEv2 from; where left out, the one that the
 *     route to the collector leaves from
 * @param port the UDP port to receive answers at; 0 lets the system choose, which needs collectors
 *     with software RNICs; {@link #DEFAULT_PORT} where left out
 * @param pathMtu the largest payload of a RoCEv2 packet: 256, 512, 1024, 2048 or 4096; {@link
 *     #DEFAULT_PATH_MTU}, which fits an Ethernet frame of 1500 bytes, where left out
 * @param reconnectFirst how long after a queue pair went down the first attempt to connect it again
 *     is made, at most; 100 ms where left out. Each further wait is twice as long, and each is
 *     shortened at random by up to a half
 * @param reconnectLongest the longest such wait; 5 s where left out. With UC and shared memory the
 *     collector is also asked as often whether it was started again
 * @param icrc what happens to answers whose iCRC is not the expected one; {@link
 *     IcrcCheck#ANY_IDENTIFICATION}, which fits all peers, where left out
 * @param ecn whether packets are marked ECT(0), so that switches mark congestion instead of
 *     dropping; true where left out
 * @param segmentation whether the kernel or the NIC cuts packets off batches, where it can; they
 *     then leave with IP identifications that count up; true where left out
 * @param reliability how RoCEv2's own queue pairs get packets through; its defaults where left out
 */
public record RdmaSettings(
    Transport transport,
    Connect connect,
    Service service,
    String address,
    Integer port,
    Integer pathMtu,
    Duration reconnectFirst,
    Duration reconnectLongest,
    String icrc,
    Boolean ecn,
    Boolean segmentation,
    Reliability reliability) {
  /** RoCEv2's UDP port (InfiniBand Architecture Specification 1.4, volume 1, annex A17). */
  public static final int DEFAULT_PORT = 4791;

  public static final int DEFAULT_PATH_MTU = 1024;

  /** Every setting at its default. */
  public static final RdmaSettings DEFAULTS = new RdmaSettings(null, null, null, null, null);

  /** How queue pairs are connected; all that RoCEv2's own port is asked for at its default. */
  public RdmaSettings(
      Transport transport,
      Connect connect,
      Service service,
      String address,
      Integer port,
      Integer pathMtu,
      Duration reconnectFirst,
      Duration reconnectLongest) {
    this(
        transport,
        connect,
        service,
        address,
        port,
        pathMtu,
        reconnectFirst,
        reconnectLongest,
        null,
        null,
        null,
        null);
  }

  /** As the other settings' defaults have it. */
  public RdmaSettings(
      Transport transport, Service service, String address, Integer port, Integer pathMtu) {
    this(transport, null, service, address, port, pathMtu, null, null);
  }

  public RdmaSettings {
    transport = transport == null ? Transport.ROCEV2 : transport;
    connect = connect == null ? Connect.AUTO : connect;
    service = service == null ? Service.RC : service;
    port = port == null ? DEFAULT_PORT : port;
    pathMtu = pathMtu == null ? DEFAULT_PATH_MTU : pathMtu;
    icrc = IcrcCheck.of(icrc == null ? IcrcCheck.ANY_IDENTIFICATION.label() : icrc).label();
    ecn = ecn == null || ecn;
    segmentation = segmentation == null || segmentation;
    reliability = reliability == null ? new Reliability(null, null, null, null, null) : reliability;
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("port " + port + ": expected 0 to 65535");
    }
    if (Integer.bitCount(pathMtu) != 1 || pathMtu < 256 || pathMtu > 4096) {
      throw new IllegalArgumentException(
          "pathMtu " + pathMtu + ": expected 256, 512, 1024, 2048 or 4096");
    }
    reconnectFirst = reconnectFirst == null ? Duration.ofMillis(100) : reconnectFirst;
    reconnectLongest = reconnectLongest == null ? Duration.ofSeconds(5) : reconnectLongest;
    if (reconnectFirst.compareTo(Duration.ofMillis(1)) < 0
        || reconnectFirst.compareTo(reconnectLongest) > 0
        || reconnectLongest.compareTo(Duration.ofHours(1)) > 0) {
      throw new IllegalArgumentException(
          "reconnectFirst %s, reconnectLongest %s: expected 1 ms to an hour, the first not above the longest"
              .formatted(reconnectFirst, reconnectLongest));
    }
  }

  /** What {@code icrc} stands for. */
  IcrcCheck icrcCheck() {
    return IcrcCheck.of(icrc);
  }

  /** How RoCEv2's UDP port sends. */
  UdpPortOptions udpPortOptions() {
    return new UdpPortOptions(ecn, segmentation);
  }

  /** What carries RDMA operations. */
  public enum Transport {
    /** RoCEv2 from user space, to an RNIC or to the collector's software RNIC. */
    @JsonProperty("rocev2")
    ROCEV2,
    /** Shared memory: the region files of a collector on the same host are mapped. */
    @JsonProperty("local")
    LOCAL,
    /** An RDMA NIC of this host, through libibverbs and librdmacm. */
    @JsonProperty("verbs")
    VERBS,
    /** An RDMA NIC of this host, through DiSNI. */
    @JsonProperty("disni")
    DISNI;

    /** The name in the configuration. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** How queue pairs are connected. */
  public enum Connect {
    /**
     * By RDMA CM where the collector offers it and the service is RC, else as {@link #CONTROL}; so
     * too where RDMA CM fails.
     */
    @JsonProperty("auto")
    AUTO,
    /** By RDMA CM. */
    @JsonProperty("cm")
    CM,
    /** By the collector's HTTP API, {@code POST /v1/queue-pairs}. */
    @JsonProperty("control")
    CONTROL
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
