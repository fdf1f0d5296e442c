package io.dta.translator;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.dta.primitives.wire.HeaderFormat;
import io.dta.translator.connection.RdmaSettings;
import io.dta.translator.engine.EngineSettings;
import io.dta.translator.source.SourceSettings;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;

/**
 * The configuration of a translator; the {@code translator} section of a node's YAML file.
 *
 * <p>Validated once, on construction: an {@link IllegalArgumentException} says what is wrong with
 * which value. What is left out (null) gets its default.
 *
 * @param listen where reports arrive
 * @param header the base header that reporters send; full where left out
 * @param collectors the HTTP addresses of the collectors to write to, at least one; keys, lists and
 *     sketches are spread over them in this order
 * @param rdma how their memory is reached
 * @param threads what runs on which thread
 * @param http where metrics, health and accounting are served
 * @param engine limits and time-outs of the translation
 * @param shutdownTimeout how long a stop may take to write what is in flight; 5 s where left out
 */
public record TranslatorContext(
    SourceSettings listen,
    HeaderFormat header,
    List<String> collectors,
    RdmaSettings rdma,
    Threads threads,
    Http http,
    EngineSettings engine,
    Duration shutdownTimeout) {
  public TranslatorContext {
    listen = listen == null ? new SourceSettings(null, null, null, null) : listen;
    header = header == null ? HeaderFormat.FULL : header;
    if (collectors == null || collectors.isEmpty()) {
      throw new IllegalArgumentException(
          "collectors is missing: the translator needs the HTTP address of at least one, such as"
              + " [http://127.0.0.1:8040]");
    }
    collectors = List.copyOf(collectors);
    collectors.forEach(TranslatorContext::checkUrl);
    if (collectors.stream().distinct().count() != collectors.size()) {
      throw new IllegalArgumentException("collectors " + collectors + ": one is named twice");
    }
    rdma = rdma == null ? RdmaSettings.DEFAULTS : rdma;
    threads = threads == null ? new Threads(null, null, null, null, null) : threads;
    http = http == null ? new Http(null, null) : http;
    engine = engine == null ? EngineSettings.DEFAULTS : engine;
    shutdownTimeout = shutdownTimeout == null ? Duration.ofSeconds(5) : shutdownTimeout;
    if (shutdownTimeout.isNegative() || shutdownTimeout.compareTo(Duration.ofMinutes(10)) > 0) {
      throw new IllegalArgumentException(
          "shutdownTimeout " + shutdownTimeout + ": expected 0 to 10 minutes");
    }
    if (rdma.transport() == RdmaSettings.Transport.ROCEV2
        && threads.shards() > 1
        && rdma.port() != 0) {
      throw new IllegalArgumentException(
          "rdma port %d with %d shards: every shard needs a UDP port of its own; set 'rdma.port: 0' where collectors have software RNICs, whereas NICs answer port 4791 alone: for them use one shard, or 'rdma.transport: verbs'"
              .formatted(rdma.port(), threads.shards()));
    }
  }

  /** The defaults, writing to some collectors. */
  public static TranslatorContext of(List<String> collectors) {
    return new TranslatorContext(null, null, collectors, null, null, null, null, null);
  }

  private static void checkUrl(String url) {
    try {
      URI uri = new URI(url);
      if ("http".equals(uri.getScheme()) && uri.getHost() != null) {
        return;
      }
    } catch (URISyntaxException e) {
      // The message below says what is expected.
    }
    throw new IllegalArgumentException(
        "collectors '" + url + "': expected its HTTP address, such as http://127.0.0.1:8040");
  }

  /** What joins the source and the engines. */
  public enum Threading {
    /** One thread receives and translates. */
    @JsonProperty("shared")
    SHARED,
    /** One thread receives, one a shard translates, with an LMAX Disruptor ring in between. */
    @JsonProperty("disruptor")
    DISRUPTOR
  }

  /** What a thread does when there is nothing to do. */
  public enum Idle {
    /** Look again at once: the least latency, all of a core. */
    @JsonProperty("busy-spin")
    BUSY_SPIN,
    /** Let other threads run. */
    @JsonProperty("yield")
    YIELD,
    /** Spin, then yield, then sleep until something arrives or a time-out may be due. */
    @JsonProperty("backoff")
    BACKOFF
  }

  /**
   * What runs on which thread.
   *
   * @param threading {@link Threading#SHARED} where left out
   * @param shards how many engines with {@code threading: disruptor}, 1 to 64; 1 where left out
   * @param ringSize runs of reports that wait for each engine, a power of two from 16 to 2^20;
   *     {@link #DEFAULT_RING_SIZE} where left out
   * @param receiveSlots how many messages of up to 64 KiB, of one or many datagrams, wait for the
   *     engines, 32 to 16384; {@link #DEFAULT_RECEIVE_SLOTS} where left out
   * @param idle {@link Idle#BACKOFF} where left out
   * @param acknowledge whether essential reports are acknowledged, and asked for where they are
   *     missing; true where left out. A reporter's sequence numbers count its reports to all
   *     shards, and no shard sees them all: with more than one this has to be false
   */
  public record Threads(
      Threading threading,
      Integer shards,
      Integer ringSize,
      Integer receiveSlots,
      Idle idle,
      Boolean acknowledge) {
    public static final int DEFAULT_RING_SIZE = 16_384;
    public static final int DEFAULT_RECEIVE_SLOTS = 4096;

    /** Essential reports are acknowledged. */
    public Threads(
        Threading threading, Integer shards, Integer ringSize, Integer receiveSlots, Idle idle) {
      this(threading, shards, ringSize, receiveSlots, idle, null);
    }

    public Threads {
      threading = threading == null ? Threading.SHARED : threading;
      shards = shards == null ? 1 : shards;
      ringSize = ringSize == null ? DEFAULT_RING_SIZE : ringSize;
      receiveSlots = receiveSlots == null ? DEFAULT_RECEIVE_SLOTS : receiveSlots;
      idle = idle == null ? Idle.BACKOFF : idle;
      acknowledge = acknowledge == null || acknowledge;
      checkRange("shards", shards, 1, 64);
      checkRange("ringSize", ringSize, 16, 1 << 20);
      checkRange("receiveSlots", receiveSlots, 32, 16_384);
      if (Integer.bitCount(ringSize) != 1) {
        int below = Integer.highestOneBit(ringSize);
        throw new IllegalArgumentException(
            "ringSize %d: expected a power of two, such as %d or %d"
                .formatted(ringSize, below, 2 * below));
      }
      if (threading == Threading.SHARED && shards > 1) {
        throw new IllegalArgumentException(
            "shards %d with 'threading: shared': one thread runs one shard, set 'threading: disruptor'"
                .formatted(shards));
      }
      if (acknowledge && shards > 1) {
        throw new IllegalArgumentException(
            "shards %d: essential reports can be acknowledged with one shard alone, as a reporter's sequence numbers count its reports to all of them; set 'shards: 1', or 'acknowledge: false' where no reporter waits for answers"
                .formatted(shards));
      }
    }
  }

  /**
   * Where {@code /metrics}, {@code /healthz}, {@code /readyz} and {@code /v1/accounting} are
   * served.
   *
   * @param host an address or a name of this host; {@code 127.0.0.1} where left out
   * @param port 0 to 65535; 0 lets the system choose; {@link #DEFAULT_PORT} where left out
   */
  public record Http(String host, Integer port) {
    public static final int DEFAULT_PORT = 8041;

    public Http {
      host = host == null ? "127.0.0.1" : host;
      port = port == null ? DEFAULT_PORT : port;
      checkRange("port", port, 0, 65_535);
    }
  }

  private static void checkRange(String key, int value, int first, int last) {
    if (value < first || value > last) {
      throw new IllegalArgumentException(key + " " + value + ": expected " + first + " to " + last);
    }
  }
}
