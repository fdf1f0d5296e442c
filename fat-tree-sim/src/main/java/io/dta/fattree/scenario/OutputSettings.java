package io.dta.fattree.scenario;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.dta.fattree.direct.Copies;
import io.dta.primitives.wire.DtaPorts;
import java.net.URI;
import java.util.List;

/**
 * The section {@code output}: where the reports go.
 *
 * @param to {@link To#ENGINE} where left out, {@link To#TRANSLATOR} where {@code translator} is
 *     given
 * @param translator HOST:PORT of a running one; {@code collectors} then has the one that it writes
 *     to
 * @param collectors HTTP addresses of running collectors; own ones are started for {@code to:
 *     direct} where left out
 * @param count how many own collectors {@code to: direct} has, 1 to 16; 1 where left out
 * @param over what carries {@code to: direct}; {@link Over#MEMORY} where left out
 * @param copies which copies {@code to: direct} writes: one or all; all where left out
 * @param loss the probability that a report is lost on its way to the translator, 0 to 0.5
 * @param rate datagrams a second, at most; 50,000 towards a translator where left out, no limit
 *     otherwise
 * @param reporterPort the UDP port of the switches, where a running translator sends
 *     acknowledgements; {@link DtaPorts#ACKNOWLEDGEMENTS} where left out
 * @param capture a pcapng file, in the output directory, that gets every packet too
 */
record OutputSettings(
    To to,
    String translator,
    List<URI> collectors,
    Integer count,
    Over over,
    DirectCopies copies,
    Double loss,
    Long rate,
    Integer reporterPort,
    String capture) {
  static final OutputSettings DEFAULT =
      new OutputSettings(null, null, null, null, null, null, null, null, null, null);

  private static final int LAST_PORT = 65_535;
  private static final double MAX_LOSS = 0.5;
  private static final long DEFAULT_RATE = 50_000;

  /** Who gets them. */
  enum To {
    /** The translation engine and memory of this process: the same run every time. */
    @JsonProperty("engine")
    ENGINE,
    /** A translator and a collector of its own, over loopback. */
    @JsonProperty("nodes")
    NODES,
    /** A running translator. */
    @JsonProperty("translator")
    TRANSLATOR,
    /** Collectors' memory, without a translator, as DART has it. */
    @JsonProperty("direct")
    DIRECT,
    /** Nobody: no telemetry. */
    @JsonProperty("nobody")
    NOBODY
  }

  /** What carries RDMA. */
  enum Over {
    /** Memory of this process. */
    @JsonProperty("memory")
    MEMORY,
    /** RoCEv2, reliable connections. */
    @JsonProperty("rc")
    RC,
    /** RoCEv2, unreliable connections. */
    @JsonProperty("uc")
    UC
  }

  /** {@link Copies} in a file. */
  enum DirectCopies {
    @JsonProperty("one")
    ONE(Copies.ONE),
    @JsonProperty("all")
    ALL(Copies.ALL);

    final Copies value;

    DirectCopies(Copies value) {
      this.value = value;
    }
  }

  OutputSettings {
    if (to == null) {
      to = translator == null ? To.ENGINE : To.TRANSLATOR;
    }
    loss = loss == null ? 0 : loss;
    Checks.fraction("loss", loss, MAX_LOSS);
    String why = "'to: " + Checks.label(to) + "' does not use it";
    if (to == To.TRANSLATOR) {
      checkAddress(translator);
      if (collectors == null || collectors.size() != 1) {
        throw new IllegalArgumentException(
            "collectors %s: expected the HTTP address of the one that the translator writes to, such as [http://127.0.0.1:8040]"
                .formatted(collectors == null ? "is missing" : collectors));
      }
    } else {
      Checks.unused("translator", translator, why);
    }
    if (to == To.DIRECT) {
      over = over == null ? Over.MEMORY : over;
      copies = copies == null ? DirectCopies.ALL : copies;
      if (collectors == null) {
        count = count == null ? 1 : count;
        Checks.range("count", count, 1, 16);
      } else {
        Checks.unused("count", count, "'collectors' names them");
        if (collectors.isEmpty() || over == Over.MEMORY) {
          throw new IllegalArgumentException(
              "collectors %s: expected one or more, and 'over: rc' or 'over: uc' to reach them"
                  .formatted(collectors));
        }
      }
      if (loss > 0) {
        throw new IllegalArgumentException(
            "loss "
                + loss
                + ": there is no way to a translator that could lose reports; remove it");
      }
    } else {
      Checks.unused("count", count, why);
      Checks.unused("over", over, why);
      Checks.unused("copies", copies, why);
      if (to != To.TRANSLATOR) {
        Checks.unused("collectors", collectors, why);
      }
    }
    if (to == To.TRANSLATOR) {
      reporterPort = reporterPort == null ? DtaPorts.ACKNOWLEDGEMENTS : reporterPort;
      Checks.range("reporterPort", reporterPort, 0, LAST_PORT);
    } else {
      Checks.unused("reporterPort", reporterPort, why);
    }
    if (to == To.TRANSLATOR || to == To.NODES) {
      rate = rate == null ? (to == To.TRANSLATOR ? DEFAULT_RATE : 0) : rate;
      Checks.range("rate", rate, 0, 1_000_000_000);
    } else {
      Checks.unused("rate", rate, why);
    }
    if (capture != null && (to == To.NOBODY || (to == To.DIRECT && over == Over.MEMORY))) {
      throw new IllegalArgumentException(
          "capture '" + capture + "': no packet leaves here that could be captured; remove it");
    }
    collectors = collectors == null ? null : List.copyOf(collectors);
  }

  private static void checkAddress(String translator) {
    if (translator == null) {
      throw new IllegalArgumentException(
          "translator is missing: expected HOST:PORT, such as 127.0.0.1:40040");
    }
    int colon = translator.lastIndexOf(':');
    String port = translator.substring(colon + 1);
    boolean valid = colon > 0 && port.matches("[0-9]{1,5}") && Integer.parseInt(port) <= LAST_PORT;
    if (!valid || port.matches("0+")) {
      throw new IllegalArgumentException(
          "translator '%s': expected HOST:PORT, such as 127.0.0.1:40040".formatted(translator));
    }
  }

  /** The running collectors, if any. */
  List<URI> runningCollectors() {
    return collectors == null ? List.of() : collectors;
  }

  /** The settings with another translator. */
  OutputSettings withTranslator(String address, URI collector) {
    return new OutputSettings(
        To.TRANSLATOR,
        address,
        List.of(collector),
        null,
        null,
        null,
        loss,
        rate,
        reporterPort,
        capture);
  }
}
