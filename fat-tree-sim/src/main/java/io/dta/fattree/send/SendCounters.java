package io.dta.fattree.send;

import io.dta.primitives.Primitive;
import java.util.Map;

/**
 * What reporters handed to the network.
 *
 * @param primitives by primitive
 * @param datagrams that left
 * @param bytes of those datagrams' payload
 */
public record SendCounters(Map<Primitive, OfPrimitive> primitives, long datagrams, long bytes) {
  public SendCounters {
    primitives = Map.copyOf(primitives);
  }

  /**
   * One primitive's reports. What a translator should have received is {@code sent − lost}.
   *
   * @param reports different reports
   * @param sent transmissions handed to the network: the reports and their retransmissions, before
   *     injected loss
   * @param lost transmissions that injected loss took
   * @param retransmitted those of {@code sent} that were not the first of their report
   */
  public record OfPrimitive(long reports, long sent, long lost, long retransmitted) {}

  public OfPrimitive of(Primitive primitive) {
    return primitives.getOrDefault(primitive, new OfPrimitive(0, 0, 0, 0));
  }

  /** Transmissions of all primitives, before injected loss. */
  public long sent() {
    return primitives.values().stream().mapToLong(OfPrimitive::sent).sum();
  }

  /** Transmissions of all primitives that injected loss took. */
  public long lost() {
    return primitives.values().stream().mapToLong(OfPrimitive::lost).sum();
  }

  /** Retransmissions of all primitives. */
  public long retransmitted() {
    return primitives.values().stream().mapToLong(OfPrimitive::retransmitted).sum();
  }
}
