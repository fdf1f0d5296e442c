package io.dta.fattree.network;

import io.dta.fattree.event.EventQueue;
import io.dta.fattree.workload.FlowDescription;
import java.io.IOException;
import java.util.Arrays;

/**
 * The hosts: each serves its flows that may send in turn, a packet at a time, whenever its link is
 * free; acknowledgements go out before them. So a host's packets wait in no queue but for
 * acknowledgements, and a flow of many packets needs no more memory than one of few.
 */
final class Hosts {
  private static final int NONE = -1;
  private static final int NOT_IN_RING = -2;

  private final EventQueue events;
  private final ActiveFlows flows;
  private final NetworkObserver observer;
  private final FlowView view;
  private final Fabric fabric;
  private final Transport transport;

  /** By host: the last flow of its ring, which leads to the first. */
  private final int[] lastOfRing;

  /** By host: whether an event waits for its link to be free. */
  private final boolean[] waits;

  /** By flow: the next of its host's ring. */
  private int[] nextInRing = new int[0];

  private long started;
  private long completed;
  private long abandoned;

  Hosts(NetworkParts parts) {
    events = parts.events();
    flows = parts.flows();
    observer = parts.observer();
    view = new FlowView(flows);
    fabric = new Fabric(parts, this);
    transport =
        switch (parts.config().transport().kind()) {
          case DCTCP, FIXED_WINDOW -> new WindowTransport(parts.config().transport(), parts, this);
          case LINE_RATE -> new LineRateTransport(parts, this);
        };
    lastOfRing = new int[parts.wiring().tree().hosts()];
    waits = new boolean[lastOfRing.length];
    Arrays.fill(lastOfRing, NONE);
  }

  Fabric fabric() {
    return fabric;
  }

  void start(FlowDescription description) throws IOException {
    int flow = flows.add(description);
    started++;
    if (flow >= nextInRing.length) {
      int length = nextInRing.length;
      nextInRing = Arrays.copyOf(nextInRing, flows.capacity());
      Arrays.fill(nextInRing, length, nextInRing.length, NOT_IN_RING);
    }
    observer.onFlowStart(view.at(flow));
    transport.start(flow);
    wake(flow);
  }

  /** A flow may have something to send. */
  void wake(int flow) throws IOException {
    if (!transport.isReady(flow)) {
      return;
    }
    int host = flows.source[flow];
    if (nextInRing[flow] == NOT_IN_RING) {
      addToRing(host, flow);
    }
    if (!waits[host]) {
      serve(host);
    }
  }

  void onLinkFree(int host) throws IOException {
    waits[host] = false;
    serve(host);
  }

  private void serve(int host) throws IOException {
    long now = events.now();
    while (lastOfRing[host] != NONE) {
      long free = fabric.freeAt(host);
      if (free > now) {
        waits[host] = true;
        events.schedule(free, Events.LINK_FREE | host);
        return;
      }
      int flow = nextInRing[lastOfRing[host]];
      if (transport.isReady(flow)) {
        send(host, flow);
      }
      if (transport.isReady(flow)) {
        lastOfRing[host] = flow;
      } else {
        removeFirstOfRing(host);
      }
    }
  }

  private void send(int host, int flow) throws IOException {
    int sequence = transport.next(flow);
    int payload = Framing.payload(flows.bytes[flow], flows.packets[flow], sequence);
    fabric.send(host, flow, sequence, Framing.wireLength(payload), transport.flags());
  }

  private void addToRing(int host, int flow) {
    int last = lastOfRing[host];
    if (last == NONE) {
      nextInRing[flow] = flow;
    } else {
      nextInRing[flow] = nextInRing[last];
      nextInRing[last] = flow;
    }
    lastOfRing[host] = flow;
    flows.hold(flow);
  }

  private void removeFirstOfRing(int host) {
    int last = lastOfRing[host];
    int flow = nextInRing[last];
    if (flow == last) {
      lastOfRing[host] = NONE;
    } else {
      nextInRing[last] = nextInRing[flow];
    }
    nextInRing[flow] = NOT_IN_RING;
    flows.letGo(flow);
  }

  void receive(int packet) throws IOException {
    transport.receive(packet);
  }

  void lost(int packet) throws IOException {
    transport.lost(packet);
  }

  void onTimer(int flow) throws IOException {
    transport.onTimer(flow);
  }

  /** A flow's destination has all of it, or nothing more of it can come. */
  void end(int flow, boolean complete) throws IOException {
    completed += complete ? 1 : 0;
    abandoned += complete ? 0 : 1;
    observer.onFlowEnd(view.at(flow), events.now(), complete);
  }

  FlowCounters counters() {
    return new FlowCounters(started, completed, abandoned, flows.active());
  }
}
