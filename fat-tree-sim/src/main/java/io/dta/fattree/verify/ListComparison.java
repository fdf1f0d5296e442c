package io.dta.fattree.verify;

import static java.nio.ByteOrder.BIG_ENDIAN;

import io.dta.fattree.reporter.CongestionReporter;
import io.dta.fattree.telemetry.EventType;
import io.dta.fattree.telemetry.NetworkEvent;
import io.dta.fattree.witness.FlowTruths;
import io.dta.fattree.witness.Witness;
import io.dta.primitives.Primitive;
import io.dta.primitives.store.AppendStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.agrona.concurrent.UnsafeBuffer;

/** Reads lists of events to their ends and compares them with what happened. */
final class ListComparison {
  private static final String APPEND = Primitive.APPEND.label();
  private static final int CONGESTED = 3;

  private final Witness witness;
  private final FlowTruths flows;
  private final CollectorAnswers answers;

  ListComparison(Witness witness, CollectorAnswers answers) {
    this.witness = witness;
    this.flows = witness.flows();
    this.answers = answers;
  }

  private record Place(int flow, int switchId, int what) {}

  /**
   * NetSeer: for every flow, switch and reason the drops that the events tell of add up to those
   * that happened; and congestion is told of where it was met.
   */
  Comparison netSeer(AppendStore store) throws IOException {
    Comparison.Tally tally =
        new Comparison.Tally(APPEND, "NetSeer", store.name(), "flows' drops and queues");
    Map<Place, Long> said = new HashMap<>();
    for (UnsafeBuffer entry : entries(store)) {
      NetworkEvent event = NetworkEvent.get(entry, 0);
      if (event.type() == EventType.PATH_CHANGE) {
        continue;
      }
      int flow = flow(entry, NetworkEvent.FLOW_OFFSET);
      if (flow != FlowTruths.NONE) {
        boolean congestion = event.type() == EventType.CONGESTION;
        said.merge(
            new Place(flow, event.switchId(), what(event.type())),
            congestion ? 1L : event.detail(),
            Long::sum);
      } else if (!isBackwards(entry) && witness.keepsAllFlows()) {
        tally.wrong();
      }
    }
    for (Witness.Incident incident : witness.incidents()) {
      int what = incident.isCongestion() ? CONGESTED : incident.reason().index();
      Long told = said.remove(new Place(incident.flow(), incident.switchId(), what));
      if (told == null) {
        tally.empty();
      } else if (incident.isCongestion() || told == incident.packets()) {
        tally.right();
      } else if (told < incident.packets()) {
        tally.empty();
      } else {
        tally.wrong();
      }
    }
    said.keySet().forEach(place -> tally.wrong());
    return tally.end();
  }

  private static int what(EventType type) {
    return switch (type) {
      case QUEUE_FULL_DROP -> 0;
      case LINK_DOWN_DROP -> 1;
      case NO_ROUTE_DROP -> 2;
      case CONGESTION -> CONGESTED;
      case PATH_CHANGE -> -1;
    };
  }

  private int flow(UnsafeBuffer entry, int at) {
    long addresses = entry.getLong(at, BIG_ENDIAN);
    return flows.find(addresses, ports(entry, at));
  }

  private static long ports(UnsafeBuffer entry, int at) {
    return Integer.toUnsignedLong(entry.getInt(at + 8, BIG_ENDIAN)) << 8
        | (entry.getByte(at + 12) & 0xFF);
  }

  /** Whether it is of acknowledgements, whose 5-tuple is the flow's the other way round. */
  private boolean isBackwards(UnsafeBuffer entry) {
    long addresses = Long.rotateLeft(entry.getLong(0, BIG_ENDIAN), 32);
    long ports = ports(entry, 0);
    long reversed = (ports >>> 8 & 0xFFFF) << 24 | (ports >>> 24 & 0xFFFF) << 8 | (ports & 0xFF);
    return flows.find(addresses, reversed) != FlowTruths.NONE;
  }

  /** INT's congestion events: as many of every port as its queue became congested. */
  Comparison congestion(AppendStore store) throws IOException {
    Comparison.Tally tally =
        new Comparison.Tally(APPEND, "INT events", store.name(), "long queues");
    int k = witness.tree().k();
    int[] told = new int[(witness.tree().switches() + 1) * k];
    for (UnsafeBuffer entry : entries(store)) {
      CongestionReporter.Event event = CongestionReporter.Event.get(entry, 0);
      told[event.switchId() * k + event.port()]++;
    }
    for (int switchId = 1; switchId <= witness.tree().switches(); switchId++) {
      for (int port = 0; port < k; port++) {
        int events = told[switchId * k + port];
        int truth = witness.excursions(switchId, port);
        for (int i = 0; i < Math.max(events, truth); i++) {
          if (i >= events) {
            tally.empty();
          } else if (i >= truth) {
            tally.wrong();
          } else {
            tally.right();
          }
        }
      }
    }
    return tally.end();
  }

  /** Marple's lossy flows: those that were sent again so often, each once. */
  Comparison lossyFlows(AppendStore store, int minPackets, double share) throws IOException {
    Comparison.Tally tally = new Comparison.Tally(APPEND, "Marple", store.name(), "lossy flows");
    Map<Integer, Integer> told = new HashMap<>();
    for (UnsafeBuffer entry : entries(store)) {
      int flow = flow(entry, 0);
      if (flow != FlowTruths.NONE) {
        told.merge(flow, 1, Integer::sum);
      }
    }
    for (int flow = 0; flow < flows.size(); flow++) {
      int packets = flows.packets(flow);
      boolean lossy =
          packets >= minPackets
              && flows.retransmissions(flow) >= share * packets
              && flows.retransmissions(flow) > 0;
      if (told.containsKey(flow)) {
        // A flow that was lossy once may have sent enough since not to be so at its end.
        if (flows.retransmissions(flow) > 0) {
          tally.right();
        } else {
          tally.wrong();
        }
      } else if (lossy) {
        tally.empty();
      }
    }
    return tally.end();
  }

  private List<UnsafeBuffer> entries(AppendStore store) throws IOException {
    List<UnsafeBuffer> entries = new ArrayList<>();
    for (int list = 0; list < store.lists(); list++) {
      long from = AppendStore.FIRST_SEQUENCE;
      while (true) {
        CollectorAnswers.Page page = answers.entries(store.name(), list, from);
        for (String entry : page.entries()) {
          entries.add(new UnsafeBuffer(HexFormat.of().parseHex(entry)));
        }
        if (page.entries().isEmpty()) {
          break;
        }
        from = page.next();
      }
    }
    return entries;
  }
}
