package io.dta.fattree.scenario;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.dta.fattree.reporter.IntMetadata;
import io.dta.fattree.witness.Measure;
import io.dta.node.ByteSize;
import io.dta.primitives.store.SketchKind;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * The section {@code telemetry}: which systems run on the switches. A system that is left out does
 * not; {@code {}} takes its defaults.
 *
 * @param intMd INT-MD as Key-Write
 * @param postcards INT-XD as Postcarding
 * @param congestion INT's congestion events as Append
 * @param netSeer NetSeer's flow events as Append
 * @param lossyFlows Marple's lossy flows as Append
 * @param hostBytes Marple's counters by source as Key-Increment
 * @param turboFlow TurboFlow's evictions as Key-Increment
 * @param sketches sketches of the edge switches as Sketch-Merge
 */
record TelemetrySettings(
    IntMd intMd,
    Postcards postcards,
    Congestion congestion,
    NetSeer netSeer,
    LossyFlows lossyFlows,
    HostBytes hostBytes,
    TurboFlow turboFlow,
    Sketches sketches) {
  // Before the settings that are made of them.
  private static final Duration HOUR = Duration.ofHours(1);
  private static final int MAX_KNOWN = 1 << 20;
  private static final ByteSize DEFAULT_DEPTH = new ByteSize(50 * 1538);

  static final TelemetrySettings NONE =
      new TelemetrySettings(null, null, null, null, null, null, null, null);
  static final TelemetrySettings PATHS =
      new TelemetrySettings(new IntMd(null, null, null), null, null, null, null, null, null, null);
  static final TelemetrySettings DEFAULT =
      new TelemetrySettings(
          new IntMd(null, null, null),
          new Postcards(null),
          new Congestion(null),
          new NetSeer(null, null, null),
          new LossyFlows(null, null, null),
          new HostBytes(null, null),
          new TurboFlow(null),
          new Sketches(null, null, null, null));

  /** What INT-MD measures, paths left out. */
  List<Measure> measures() {
    return intMd == null
        ? List.of()
        : intMd.collect().stream().map(each -> each.measure).filter(Objects::nonNull).toList();
  }

  /** What INT collects. */
  enum Metadata {
    @JsonProperty("path")
    PATH(IntMetadata.SWITCH_ID, null),
    @JsonProperty("hop-latency")
    HOP_LATENCY(IntMetadata.HOP_LATENCY, Measure.HOP_LATENCY),
    @JsonProperty("queue-depth")
    QUEUE_DEPTH(IntMetadata.QUEUE_DEPTH, Measure.QUEUE_DEPTH),
    @JsonProperty("ingress-timestamp")
    INGRESS_TIMESTAMP(IntMetadata.INGRESS_TIMESTAMP, Measure.INGRESS_TIMESTAMP),
    @JsonProperty("egress-timestamp")
    EGRESS_TIMESTAMP(IntMetadata.EGRESS_TIMESTAMP, Measure.EGRESS_TIMESTAMP);

    final IntMetadata value;

    /** What it is compared with; null of a path. */
    final Measure measure;

    Metadata(IntMetadata value, Measure measure) {
      this.value = value;
      this.measure = measure;
    }

    String store() {
      return this == PATH ? "paths" : Checks.label(this);
    }
  }

  /**
   * INT-MD.
   *
   * @param collect a store each; the path where left out
   * @param interval after which a flow is reported again; 1 ms where left out
   * @param flowsKnown flows that a sink remembers, a power of two; 4096 where left out
   */
  record IntMd(List<Metadata> collect, Duration interval, Integer flowsKnown) {
    IntMd {
      collect = collect == null ? List.of(Metadata.PATH) : List.copyOf(collect);
      if (collect.isEmpty() || collect.stream().distinct().count() != collect.size()) {
        throw new IllegalArgumentException(
            "collect %s: expected one or more of path, hop-latency, queue-depth, ingress-timestamp and egress-timestamp, each once"
                .formatted(collect));
      }
      interval = interval == null ? Duration.ofMillis(1) : interval;
      Checks.positive("interval", interval, HOUR);
      flowsKnown = flowsKnown == null ? 4096 : flowsKnown;
      Checks.powerOfTwo("flowsKnown", flowsKnown, MAX_KNOWN);
    }
  }

  /**
   * INT-XD.
   *
   * @param share of the packets after a flow's first that are reported too; 0 where left out
   */
  record Postcards(Double share) {
    Postcards {
      share = share == null ? 0 : share;
      Checks.fraction("share", share, 1);
    }
  }

  /**
   * Congestion events.
   *
   * @param depth of a queue, from which on; 50 packets where left out
   */
  record Congestion(ByteSize depth) {
    Congestion {
      depth = depthOf(depth);
    }
  }

  private static ByteSize depthOf(ByteSize depth) {
    ByteSize given = depth == null ? DEFAULT_DEPTH : depth;
    Checks.range("depth", given.bytes(), 1, 1 << 28);
    return given;
  }

  /**
   * NetSeer's events.
   *
   * @param depth of a queue, from which on a flow's packet is congested; 50 packets where left out
   * @param every packets that a further event of a flow stands for; 64 where left out
   * @param flowsKnown flows that a switch remembers for each type of event, a power of two; 1024
   *     where left out
   */
  record NetSeer(ByteSize depth, Integer every, Integer flowsKnown) {
    NetSeer {
      depth = depthOf(depth);
      every = every == null ? 64 : every;
      Checks.range("every", every, 1, 65_535);
      flowsKnown = flowsKnown == null ? 1024 : flowsKnown;
      Checks.powerOfTwo("flowsKnown", flowsKnown, MAX_KNOWN);
    }
  }

  /**
   * Marple's lossy flows.
   *
   * @param minPackets before a flow is judged; 8 where left out
   * @param share of packets that are sent again, from which on it is lossy; 0.01 where left out
   * @param flowsKnown flows that a switch remembers, a power of two; 4096 where left out
   */
  record LossyFlows(Integer minPackets, Double share, Integer flowsKnown) {
    LossyFlows {
      minPackets = minPackets == null ? 8 : minPackets;
      Checks.range("minPackets", minPackets, 1, 1 << 20);
      share = share == null ? 0.01 : share;
      if (!(share > 0 && share <= 1)) {
        throw new IllegalArgumentException("share " + share + ": expected more than 0, up to 1");
      }
      flowsKnown = flowsKnown == null ? 4096 : flowsKnown;
      Checks.powerOfTwo("flowsKnown", flowsKnown, MAX_KNOWN);
    }
  }

  /**
   * Marple's counters.
   *
   * @param every bytes after which a counter is reported, at the latest; 1 MiB where left out
   * @param hostsKnown hosts that a switch remembers, a power of two; 64 where left out
   */
  record HostBytes(ByteSize every, Integer hostsKnown) {
    HostBytes {
      every = every == null ? new ByteSize(1 << 20) : every;
      Checks.range("every", every.bytes(), 1, 1L << 40);
      hostsKnown = hostsKnown == null ? 64 : hostsKnown;
      Checks.powerOfTwo("hostsKnown", hostsKnown, MAX_KNOWN);
    }
  }

  /**
   * TurboFlow's evictions.
   *
   * @param flowsKnown records that a switch keeps, a power of two; 256 where left out
   */
  record TurboFlow(Integer flowsKnown) {
    TurboFlow {
      flowsKnown = flowsKnown == null ? 256 : flowsKnown;
      Checks.powerOfTwo("flowsKnown", flowsKnown, MAX_KNOWN);
    }
  }

  /**
   * Sketches.
   *
   * @param kinds a store each; all three where left out
   * @param epoch after which they are delivered; 10 ms where left out
   * @param rows of Count-Min and Count Sketch; 4 where left out
   * @param columns a power of two from 16; 1024 where left out
   */
  record Sketches(List<SketchKind> kinds, Duration epoch, Integer rows, Integer columns) {
    Sketches {
      kinds = kinds == null ? List.of(SketchKind.values()) : List.copyOf(kinds);
      if (kinds.isEmpty() || kinds.stream().distinct().count() != kinds.size()) {
        throw new IllegalArgumentException(
            "kinds %s: expected one or more of count-min, count-sketch and hyperloglog, each once"
                .formatted(kinds));
      }
      epoch = epoch == null ? Duration.ofMillis(10) : epoch;
      Checks.positive("epoch", epoch, HOUR);
      rows = rows == null ? 4 : rows;
      Checks.range("rows", rows, 1, 8);
      columns = columns == null ? 1024 : columns;
      Checks.powerOfTwo("columns", columns, 1 << 20);
      Checks.range("columns", columns, 16, 1 << 20);
    }
  }
}
