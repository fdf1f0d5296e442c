package io.dta.fattree.verify;

import io.dta.fattree.network.DropReason;
import io.dta.fattree.telemetry.EventType;
import io.dta.fattree.telemetry.NetworkEvent;
import io.dta.fattree.witness.FlowTruths;
import io.dta.fattree.witness.Witness;
import io.dta.primitives.Primitive;
import io.dta.primitives.store.AppendStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Reads NetSeer's events and compares them with what happened to the packets of every flow at every
 * switch. One event stands for many packets:
 *
 * <ul>
 *   <li>drops: the packets that the events of a flow, switch and reason tell of add up to those
 *       that were dropped;
 *   <li>long queues: there is an event for the first packet that met one and for every so many
 *       more, and no more events than packets;
 *   <li>changes of way: one event each.
 * </ul>
 */
final class NetSeerComparison {
  private static final String SYSTEM = "NetSeer";

  private final Witness witness;
  private final FlowTruths flows;
  private final EntryReader reader;
  private final AnswerListener listener;

  /** What the events of a type say of a flow at a switch. */
  private static final class Said {
    private long events;
    private long packets;
  }

  /** Where it happened; ports for changes of way, a type otherwise. */
  private record Place(int flow, int switchId, EventType type, int way) {}

  private final Map<Place, Said> said = new LinkedHashMap<>();

  /** Events of flows that there are not. */
  private final List<NetworkEvent> strange = new ArrayList<>();

  NetSeerComparison(Witness witness, CollectorAnswers answers, AnswerListener listener) {
    this.witness = witness;
    flows = witness.flows();
    reader = new EntryReader(flows, answers);
    this.listener = listener;
  }

  /**
   * Compares, used once.
   *
   * @param every how many packets the second and each further event of a flow stands for
   */
  List<Comparison> compare(AppendStore store, int every) throws IOException {
    for (UnsafeBuffer entry : reader.entries(store)) {
      NetworkEvent event = NetworkEvent.get(entry, 0);
      int flow = reader.flow(entry);
      if (flow != FlowTruths.NONE) {
        int way = event.type() == EventType.PATH_CHANGE ? event.detail() : 0;
        Place place = new Place(flow, event.switchId(), event.type(), way);
        Said of = said.computeIfAbsent(place, any -> new Said());
        of.events++;
        of.packets += event.detail();
      } else if (witness.keepsAllFlows() && !reader.isBackwards(entry)) {
        strange.add(event);
      }
    }
    List<Comparison> all = new ArrayList<>();
    all.add(drops(store));
    all.add(queues(store, every));
    if (witness.seesWays()) {
      all.add(ways(store));
    }
    return all;
  }

  private Comparison.Tally tally(AppendStore store, String what) {
    return new Comparison.Tally(Primitive.APPEND.label(), SYSTEM, store.name(), what, listener);
  }

  private static EventType type(DropReason reason) {
    return switch (reason) {
      case QUEUE_FULL -> EventType.QUEUE_FULL_DROP;
      case LINK_DOWN -> EventType.LINK_DOWN_DROP;
      case NO_ROUTE -> EventType.NO_ROUTE_DROP;
    };
  }

  private static boolean isDrop(EventType type) {
    return type != EventType.CONGESTION && type != EventType.PATH_CHANGE;
  }

  private String key(Place place) {
    return "%s at %s: %s"
        .formatted(
            FlowKeys.print(flows, place.flow()),
            switchName(place.switchId()),
            place.type().label().replace(",", ""));
  }

  private String switchName(int switchId) {
    boolean known = switchId >= 1 && switchId <= witness.tree().switches();
    return known ? witness.tree().name(switchId) : "switch " + switchId;
  }

  private Comparison drops(AppendStore store) throws IOException {
    Comparison.Tally tally = tally(store, "drops of flows");
    Deviation.Collected off = new Deviation.Collected("packets");
    long events =
        events(EventType.QUEUE_FULL_DROP, EventType.LINK_DOWN_DROP, EventType.NO_ROUTE_DROP);
    for (Witness.Incident incident : witness.incidents()) {
      if (incident.isCongestion()) {
        continue;
      }
      Place place = new Place(incident.flow(), incident.switchId(), type(incident.reason()), 0);
      Said told = said.remove(place);
      long packets = told == null ? 0 : told.packets;
      off.add((double) (packets - incident.packets()));
      Verdict verdict = Verdict.RIGHT;
      if (packets != incident.packets()) {
        verdict = packets < incident.packets() ? Verdict.EMPTY : Verdict.WRONG;
      }
      tally.add(verdict, key(place), incident.packets(), packets);
    }
    for (Map.Entry<Place, Said> rest : said.entrySet()) {
      if (isDrop(rest.getKey().type())) {
        tally.add(Verdict.WRONG, key(rest.getKey()), 0, rest.getValue().packets);
      }
    }
    for (NetworkEvent event : strange) {
      if (isDrop(event.type())) {
        tally.add(Verdict.WRONG, strangeKey(event), 0, event.detail());
      }
    }
    return tally.ofReports(events, off.end());
  }

  private String strangeKey(NetworkEvent event) {
    return "%s at %s: %s"
        .formatted(
            event.flow(), switchName(event.switchId()), event.type().label().replace(",", ""));
  }

  private long events(EventType... types) {
    return said.entrySet().stream()
        .filter(each -> List.of(types).contains(each.getKey().type()))
        .mapToLong(each -> each.getValue().events)
        .sum();
  }

  private Comparison queues(AppendStore store, int every) throws IOException {
    Comparison.Tally tally = tally(store, "long queues of flows");
    long events = events(EventType.CONGESTION);
    for (Witness.Incident incident : witness.incidents()) {
      if (!incident.isCongestion()) {
        continue;
      }
      Place place = new Place(incident.flow(), incident.switchId(), EventType.CONGESTION, 0);
      Said told = said.remove(place);
      long count = told == null ? 0 : told.events;
      Verdict verdict = Verdict.RIGHT;
      if (count < 1 + (incident.packets() - 1) / every) {
        verdict = Verdict.EMPTY;
      } else if (count > incident.packets()) {
        verdict = Verdict.WRONG;
      }
      tally.add(verdict, key(place), incident.packets() + " packets", count + " events");
    }
    for (Map.Entry<Place, Said> rest : said.entrySet()) {
      if (rest.getKey().type() == EventType.CONGESTION) {
        tally.add(Verdict.WRONG, key(rest.getKey()), 0, rest.getValue().events + " events");
      }
    }
    for (NetworkEvent event : strange) {
      if (event.type() == EventType.CONGESTION) {
        tally.add(Verdict.WRONG, strangeKey(event), 0, "1 events");
      }
    }
    return tally.ofReports(events, null);
  }

  private Comparison ways(AppendStore store) throws IOException {
    Comparison.Tally tally = tally(store, "changes of way");
    long events = events(EventType.PATH_CHANGE);
    for (Witness.WayChange change : witness.wayChanges()) {
      int way = change.ingressPort() << 8 | change.egressPort();
      Place place = new Place(change.flow(), change.switchId(), EventType.PATH_CHANGE, way);
      Said told = said.remove(place);
      judge(tally, place, change.times(), told == null ? 0 : told.events);
    }
    for (Map.Entry<Place, Said> rest : said.entrySet()) {
      if (rest.getKey().type() == EventType.PATH_CHANGE) {
        judge(tally, rest.getKey(), 0, rest.getValue().events);
      }
    }
    for (NetworkEvent event : strange) {
      if (event.type() == EventType.PATH_CHANGE) {
        tally.add(Verdict.WRONG, strangeKey(event), "", way(event.detail()));
      }
    }
    return tally.ofReports(events, null);
  }

  private void judge(Comparison.Tally tally, Place place, long truth, long told)
      throws IOException {
    String way = way(place.way());
    for (long i = 0; i < Math.max(truth, told); i++) {
      Verdict verdict = i < truth ? Verdict.EMPTY : Verdict.WRONG;
      if (i < truth && i < told) {
        verdict = Verdict.RIGHT;
      }
      tally.add(verdict, key(place), i < truth ? way : "", i < told ? way : "");
    }
  }

  private static String way(int detail) {
    return "ports %d to %d".formatted(detail >>> 8, detail & 0xFF);
  }
}
