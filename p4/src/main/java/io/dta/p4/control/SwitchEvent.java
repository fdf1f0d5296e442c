package io.dta.p4.control;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Locale;

/**
 * Something that happened between a switch and its collectors.
 *
 * @param event what
 * @param peer the switch as {@code HOST:PORT}, or the collector's URL
 * @param ownQueuePair the switch's end, 24 bits; null where it is not about a queue pair
 * @param peerQueuePair the collector's end, 24 bits
 * @param psn the next PSN, 24 bits
 * @param detail why, or how much
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SwitchEvent(
    Kind event, String peer, Integer ownQueuePair, Integer peerQueuePair, Long psn, String detail) {
  /** What may happen. */
  public enum Kind {
    /** The control plane reached the switch. */
    SWITCH_REACHED,
    /** The switch does not answer any more; it goes on with what it has, if it still runs. */
    SWITCH_LOST,
    /** What is in the switch was changed. */
    SWITCH_CHANGED,
    /** The switch refuses what it should have. */
    SWITCH_REFUSED,
    /** A queue pair was made; the switch writes to the collector. */
    CONNECTED,
    /** A queue pair that switch and collector had already goes on. */
    ADOPTED,
    /** The queue pair is of no use any more; reports for the collector are dropped. */
    LOST,
    /** The collector cannot be connected to at the moment. */
    UNAVAILABLE
  }

  static SwitchEvent of(Kind event, String peer, String detail) {
    return new SwitchEvent(event, peer, null, null, null, detail);
  }

  static SwitchEvent of(Kind event, String peer, QueuePairEnds ends, long psn) {
    return new SwitchEvent(
        event, peer, ends.own().queuePairNumber(), ends.peer().queuePairNumber(), psn, null);
  }

  /** A line for people. */
  public String text() {
    String what = event.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    String queuePairs =
        ownQueuePair == null
            ? ""
            : ", queue pair %d to %d, next PSN %d".formatted(ownQueuePair, peerQueuePair, psn);
    return "%s %s%s%s".formatted(peer, what, queuePairs, detail == null ? "" : ": " + detail);
  }
}
