package io.dta.collector;

import com.fasterxml.jackson.annotation.JsonAlias;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.dta.primitives.store.Store;
import io.dta.primitives.store.StoreTable;
import io.dta.rdma.roce.IcrcCheck;
import io.dta.rdma.udp.UdpPortOptions;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * The configuration of a collector; the {@code collector} section of a node's YAML file.
 *
 * <p>Validated once, on construction: an {@link IllegalArgumentException} says what is wrong with
 * which value. What is left out (null) gets its default.
 *
 * @param name the collector's name in its directory; {@code collector} where left out
 * @param http where the HTTP API listens
 * @param rdma how translators reach the memory
 * @param regions what the memory is made of
 * @param stores the stores, one memory region each; at least one
 * @param limits what one request may ask for
 * @param plan what the stores were sized for
 */
public record CollectorContext(
    String name,
    Http http,
    Rdma rdma,
    Regions regions,
    List<Store> stores,
    Limits limits,
    Plan plan) {
  public static final String DEFAULT_NAME = "collector";

  /** With the default plan. */
  public CollectorContext(
      String name, Http http, Rdma rdma, Regions regions, List<Store> stores, Limits limits) {
    this(name, http, rdma, regions, stores, limits, null);
  }

  public CollectorContext {
    name = name == null ? DEFAULT_NAME : name;
    if (!name.matches("[a-zA-Z0-9][a-zA-Z0-9._-]{0,62}")) {
      throw new IllegalArgumentException(
          "name '" + name + "': expected 1 to 63 letters, digits, dots, hyphens or underscores");
    }
    http = http == null ? new Http(null, null) : http;
    rdma = rdma == null ? new Rdma(null, null, null, null, null) : rdma;
    regions = regions == null ? new Regions(null, null, null) : regions;
    limits = limits == null ? new Limits(null, null, null) : limits;
    plan = plan == null ? new Plan(null, null) : plan;
    if (stores == null || stores.isEmpty()) {
      throw new IllegalArgumentException(
          "stores is missing: a collector without a store has no memory to offer; see"
              + " docs/examples/collector.yaml");
    }
    stores = new StoreTable(stores).stores();
  }

  /**
   * Where the HTTP API listens.
   *
   * @param host an address or a name of this host; {@code 127.0.0.1} where left out
   * @param port 0 to 65535; 0 lets the system choose; {@link #DEFAULT_PORT} where left out
   */
  public record Http(String host, Integer port) {
    public static final int DEFAULT_PORT = 8040;

    public Http {
      host = host == null ? "127.0.0.1" : host;
      port = port == null ? DEFAULT_PORT : port;
      checkRange("port", port, 0, 65535);
    }
  }

  /** How a translator's RDMA arrives. */
  public enum RdmaMode {
    /** A RoCEv2 responder in user space, over a UDP socket; also {@code soft}. */
    @JsonProperty("software")
    @JsonAlias("soft")
    SOFTWARE("software"),
    /** An RDMA NIC, or the kernel's soft-RoCE, through libibverbs and librdmacm. */
    @JsonProperty("verbs")
    VERBS("verbs"),
    /** The same through DiSNI and its native library. */
    @JsonProperty("disni")
    DISNI("disni"),
    /** Not over the network: translators on this host map the files of the regions. */
    @JsonProperty("none")
    NONE("none");

    private final String label;

    RdmaMode(String label) {
      this.label = label;
    }

    /** The name in the configuration. */
    public String label() {
      return label;
    }
  }

  /**
   * How translators reach the memory.
   *
   * @param host the IP address that translators send to. It goes into every packet's iCRC, so that
   *     it cannot be a wildcard; with {@code verbs} and {@code disni} an address of the RDMA
   *     device's port; {@code 127.0.0.1} where left out
   * @param port the software RNIC's UDP port, 0 to 65535; 0 lets the system choose; {@link
   *     #DEFAULT_PORT} where left out, which is the only one that hardware knows
   * @param mode {@link RdmaMode#SOFTWARE} where left out
   * @param device the RDMA device, such as {@code mlx5_0}; where left out, the one whose port has
   *     the address {@code host}; for {@code verbs} alone
   * @param cmPort the port at which RDMA CM listens, which the software RNIC does where {@code
   *     port} is 4791; 0 to 65535; 0 lets the system choose; {@link #DEFAULT_CM_PORT} where left
   *     out
   * @param icrc what happens to requests whose iCRC is not the expected one; {@link
   *     IcrcCheck#ANY_IDENTIFICATION}, which fits all peers, where left out; like the next two for
   *     {@code software} alone
   * @param ecn whether packets are marked ECT(0), so that switches mark congestion instead of
   *     dropping; true where left out
   * @param segmentation whether the kernel or the NIC cuts packets off batches, where it can; they
   *     then leave with IP identifications that count up; true where left out
   */
  public record Rdma(
      String host,
      Integer port,
      RdmaMode mode,
      String device,
      Integer cmPort,
      String icrc,
      Boolean ecn,
      Boolean segmentation) {
    /** RoCEv2's UDP port (InfiniBand Architecture Specification 1.4, volume 1, annex A17). */
    public static final int DEFAULT_PORT = 4791;

    /** A port of RDMA CM, not of UDP: two collectors of one address need two. */
    public static final int DEFAULT_CM_PORT = 40045;

    /** As the other settings' defaults have it. */
    public Rdma(String host, Integer port, RdmaMode mode, String device, Integer cmPort) {
      this(host, port, mode, device, cmPort, null, null, null);
    }

    public Rdma {
      host = host == null ? "127.0.0.1" : host;
      port = port == null ? DEFAULT_PORT : port;
      mode = mode == null ? RdmaMode.SOFTWARE : mode;
      cmPort = cmPort == null ? DEFAULT_CM_PORT : cmPort;
      icrc = IcrcCheck.of(icrc == null ? IcrcCheck.ANY_IDENTIFICATION.label() : icrc).label();
      ecn = ecn == null || ecn;
      segmentation = segmentation == null || segmentation;
      if (host.equals("0.0.0.0") || host.equals("::")) {
        throw new IllegalArgumentException(
            "host '%s': expected the address that translators send to, not a wildcard"
                .formatted(host));
      }
      checkRange("port", port, 0, 65535);
      checkRange("cmPort", cmPort, 0, 65535);
      if ((mode == RdmaMode.VERBS || mode == RdmaMode.DISNI) && port != DEFAULT_PORT) {
        throw new IllegalArgumentException(
            "port %d: RDMA devices receive at UDP port %d alone; leave it out with 'mode: %s'"
                .formatted(port, DEFAULT_PORT, mode.label()));
      }
      if (device != null && mode != RdmaMode.VERBS) {
        throw new IllegalArgumentException(
            "device '%s' is given, but 'mode: %s' does not use it".formatted(device, mode.label()));
      }
    }

    /** What {@code icrc} stands for. */
    public IcrcCheck icrcCheck() {
      return IcrcCheck.of(icrc);
    }

    /** How the software RNIC's UDP port sends. */
    public UdpPortOptions udpPortOptions() {
      return new UdpPortOptions(ecn, segmentation);
    }
  }

  /** What holds the regions. */
  public enum Backing {
    /** Memory of the process; gone when it ends. */
    @JsonProperty("anonymous")
    ANONYMOUS,
    /** The same, of huge pages that were reserved by {@code sysctl vm.nr_hugepages}. */
    @JsonProperty("hugetlb")
    HUGETLB,
    /**
     * Files, one a store, that outlive the process and that a translator on the same host may map.
     */
    @JsonProperty("file")
    FILE
  }

  /**
   * What the memory is made of.
   *
   * @param backing {@link Backing#ANONYMOUS} where left out
   * @param directory where the files are, {@code NAME.region} for the store NAME; needed, and only
   *     allowed, with {@code backing: file}
   * @param hugePages with {@code backing: anonymous}, whether to ask the system for huge pages;
   *     what it granted is in {@code GET /v1/stores}; true where left out
   */
  public record Regions(Backing backing, String directory, Boolean hugePages) {
    public Regions {
      backing = backing == null ? Backing.ANONYMOUS : backing;
      hugePages = hugePages == null || hugePages;
      if (backing == Backing.FILE && (directory == null || directory.isBlank())) {
        throw new IllegalArgumentException(
            "directory is missing: 'backing: file' needs a directory for the files");
      }
      if (backing != Backing.FILE && directory != null) {
        throw new IllegalArgumentException(
            "directory '%s' is given, but 'backing: %s' does not use it"
                .formatted(directory, backing.name().toLowerCase(Locale.ROOT)));
      }
    }
  }

  /**
   * What one request, and all of them at a time, may ask for.
   *
   * @param batch keys in a batch query, and entries of a list in one answer, 1 to 2^20; {@link
   *     #DEFAULT_BATCH} where left out
   * @param requestBytes length of a request's body, 1024 to 2^30; {@link #DEFAULT_REQUEST_BYTES}
   *     where left out
   * @param subscribers to events at a time, 1 to 4096; {@link #DEFAULT_SUBSCRIBERS} where left out
   */
  public record Limits(Integer batch, Integer requestBytes, Integer subscribers) {
    public static final int DEFAULT_BATCH = 16_384;
    public static final int DEFAULT_REQUEST_BYTES = 4 << 20;
    public static final int DEFAULT_SUBSCRIBERS = 64;

    public Limits {
      batch = batch == null ? DEFAULT_BATCH : batch;
      requestBytes = requestBytes == null ? DEFAULT_REQUEST_BYTES : requestBytes;
      checkRange("batch", batch, 1, 1 << 20);
      subscribers = subscribers == null ? DEFAULT_SUBSCRIBERS : subscribers;
      checkRange("requestBytes", requestBytes, 1024, 1 << 30);
      checkRange("subscribers", subscribers, 1, 4096);
    }
  }

  /**
   * What the stores were sized for; metrics and alerts compare with it, and nothing else depends on
   * it.
   *
   * @param load distinct keys written within the window, a slot, above 0; {@link #DEFAULT_LOAD}
   *     where left out, at which two copies leave 3 % of the oldest keys' answers empty
   * @param window how old the oldest key is that queries should find, a second to 366 days; an hour
   *     where left out
   */
  public record Plan(Double load, Duration window) {
    public static final double DEFAULT_LOAD = 0.1;

    public Plan {
      load = load == null ? DEFAULT_LOAD : load;
      window = window == null ? Duration.ofHours(1) : window;
      if (!(load > 0) || load.isInfinite()) {
        throw new IllegalArgumentException(
            "load " + load + ": expected distinct keys a slot, above 0, such as 0.1");
      }
      if (window.compareTo(Duration.ofSeconds(1)) < 0
          || window.compareTo(Duration.ofDays(366)) > 0) {
        throw new IllegalArgumentException("window " + window + ": expected 1s to 366 days");
      }
    }
  }

  private static void checkRange(String key, int value, int first, int last) {
    if (value < first || value > last) {
      throw new IllegalArgumentException(key + " " + value + ": expected " + first + " to " + last);
    }
  }
}
