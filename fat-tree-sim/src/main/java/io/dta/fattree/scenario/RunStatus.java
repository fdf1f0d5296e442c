package io.dta.fattree.scenario;

import io.dta.fattree.send.SendCounters;
import java.util.Map;

/**
 * How far a run is.
 *
 * @param flows that have ended
 * @param seconds of simulated time
 * @param hops packets that came to the end of a link
 * @param dropped packets
 * @param reports that switches sent
 * @param packets that hosts sent
 * @param drops the dropped packets by reason, such as {@code queue-full}
 */
public record RunStatus(
    long flows,
    double seconds,
    long hops,
    long dropped,
    SendCounters reports,
    long packets,
    Map<String, Long> drops) {
  public RunStatus {
    drops = Map.copyOf(drops);
  }
}
