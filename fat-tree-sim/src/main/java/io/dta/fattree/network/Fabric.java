package io.dta.fattree.network;

import io.dta.fattree.event.EventQueue;
import io.dta.fattree.failure.LinkState;
import io.dta.fattree.routing.UpDownRoutes;
import io.dta.fattree.topology.Wiring;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;

/** Moves packets over links and through switches. */
final class Fabric {
  private final EventQueue events;
  private final Wiring wiring;
  private final UpDownRoutes routes;
  private final LinkState state;
  private final Links links;
  private final PacketPool packets;
  private final ActiveFlows flows;
  private final NetworkObserver observer;
  private final boolean observed;
  private final Hop hop;
  private final Hosts hosts;
  private final long[] dropped = new long[DropReason.COUNT];
  private long sent;
  private long acknowledgements;
  private long retransmissions;
  private long delivered;
  private long marked;
  private long hops;

  Fabric(NetworkParts parts, Hosts hosts) {
    events = parts.events();
    wiring = parts.wiring();
    routes = parts.routes();
    state = parts.state();
    links = parts.links();
    packets = parts.packets();
    flows = parts.flows();
    observer = parts.observer();
    observed = !observer.equals(NetworkObserver.NONE);
    hop = new Hop(new PacketView(packets, flows));
    this.hosts = hosts;
  }

  /** When all that a host has given to its link has left. */
  long freeAt(int host) {
    return links.freeAt[wiring.hostPort(host)];
  }

  /** A host gives a packet to its link. */
  void send(int host, int flow, int sequence, int length, int flags) throws IOException {
    long now = events.now();
    int packet = packets.take(flow, sequence, length, flags, now);
    flows.hold(flow);
    sent++;
    acknowledgements += (flags & PacketPool.ACKNOWLEDGEMENT) != 0 ? 1 : 0;
    retransmissions += (flags & PacketPool.RETRANSMISSION) != 0 ? 1 : 0;
    put(wiring.hostPort(host), packet, now);
  }

  /** A host gives an acknowledgement to its link. */
  void acknowledge(int host, int flow, int sequence, int cumulative, boolean echo)
      throws IOException {
    long now = events.now();
    int flags = PacketPool.ACKNOWLEDGEMENT | (echo ? PacketPool.ECHO : 0);
    int packet = packets.take(flow, sequence, Framing.MIN_WIRE_LENGTH, flags, now);
    packets.cumulative[packet] = cumulative;
    flows.hold(flow);
    sent++;
    acknowledgements++;
    put(wiring.hostPort(host), packet, now);
  }

  private void put(int port, int packet, long now) throws IOException {
    int kind = links.kind[port];
    long begin = Math.max(now, links.freeAt[port]);
    long departure = begin + packets.length(packet) * links.picosPerByte[kind];
    if (state.isUp(port)) {
      enqueue(port, packet, departure, kind);
    } else {
      links.freeAt[port] = departure;
      drop(packet, port, DropReason.LINK_DOWN);
    }
  }

  /** The first packet of a link came to its end; its event is the first of the queue. */
  void arrive(int port) throws IOException {
    int packet = links.first[port];
    int next = packets.next[packet];
    links.first[port] = next;
    if (next == PacketPool.NONE) {
      links.last[port] = PacketPool.NONE;
      events.removeFirst();
    } else {
      events.replaceFirst(packets.arrival[next], Events.ARRIVAL | port);
    }
    links.packets[port]++;
    links.bytes[port] += packets.length(packet);
    hops++;
    int far = wiring.peer(port);
    if (wiring.isHostPort(far)) {
      deliver(packet);
    } else {
      forward(packet, far);
    }
  }

  private void deliver(int packet) throws IOException {
    delivered++;
    if (observed) {
      observer.onDelivery(hop.packet().at(packet), events.now());
    }
    hosts.receive(packet);
    release(packet);
  }

  private void forward(int packet, int ingress) throws IOException {
    packets.hop(packet);
    int switchId = wiring.switchOf(ingress);
    int flow = packets.flow[packet];
    long addresses = flows.addresses[flow];
    long ports = flows.ports[flow];
    int number;
    if (packets.has(packet, PacketPool.ACKNOWLEDGEMENT)) {
      number =
          routes.port(
              switchId,
              flows.source[flow],
              Long.rotateLeft(addresses, 32),
              PacketView.reversed(ports));
    } else {
      number = routes.port(switchId, flows.destination[flow], addresses, ports);
    }
    long now = events.now();
    if (observed && packets.hops(packet) == 1) {
      int at = wiring.number(ingress);
      observer.onEntry(hop.set(packet, switchId, at, Hop.NO_PORT, 0, now, now));
    }
    if (number == UpDownRoutes.NONE) {
      lose(packet, switchId, ingress, Hop.NO_PORT, 0, DropReason.NO_ROUTE);
      return;
    }
    int port = wiring.port(switchId, number);
    if (!state.isUp(port)) {
      links.drops[port]++;
      lose(packet, switchId, ingress, port, 0, DropReason.LINK_DOWN);
      return;
    }
    int kind = links.kind[port];
    long queued = Math.max(0, links.freeAt[port] - now);
    long filled = queued + packets.length(packet) * links.picosPerByte[kind];
    if (filled > links.bufferTime[kind]) {
      links.drops[port]++;
      lose(packet, switchId, ingress, port, links.queued(port, now), DropReason.QUEUE_FULL);
      return;
    }
    links.peak[port] = Math.max(links.peak[port], filled);
    boolean marks =
        queued >= links.markTime[kind]
            && !packets.has(packet, PacketPool.MARKED | PacketPool.ACKNOWLEDGEMENT);
    if (marks) {
      marked++;
      links.marks[port]++;
      packets.mark(packet);
    }
    if (observed) {
      hop.set(
          packet,
          switchId,
          wiring.number(ingress),
          number,
          links.queued(port, now),
          now,
          now + filled);
      if (marks) {
        observer.onMark(hop);
      }
      observer.onHop(hop);
    }
    enqueue(port, packet, now + filled, kind);
  }

  private void enqueue(int port, int packet, long departure, int kind) {
    links.freeAt[port] = departure;
    long arrival = departure + links.delay[kind];
    packets.arrival[packet] = arrival;
    packets.next[packet] = PacketPool.NONE;
    int last = links.last[port];
    links.last[port] = packet;
    if (last == PacketPool.NONE) {
      links.first[port] = packet;
      events.schedule(arrival, Events.ARRIVAL | port);
    } else {
      packets.next[last] = packet;
    }
  }

  /** Loses all that is queued for a link or on it. */
  void clear(int port) throws IOException {
    int packet = links.first[port];
    links.freeAt[port] = Math.min(links.freeAt[port], events.now());
    if (packet == PacketPool.NONE) {
      return;
    }
    events.cancel(Events.ARRIVAL | port);
    links.first[port] = PacketPool.NONE;
    links.last[port] = PacketPool.NONE;
    while (packet != PacketPool.NONE) {
      int next = packets.next[packet];
      drop(packet, port, DropReason.LINK_DOWN);
      packet = next;
    }
  }

  private void drop(int packet, int port, DropReason reason) throws IOException {
    links.drops[port]++;
    lose(packet, wiring.switchOf(port), Hop.NO_PORT, port, 0, reason);
  }

  private void lose(
      int packet, int switchId, int ingress, int egress, int queueBytes, DropReason reason)
      throws IOException {
    dropped[reason.index()]++;
    if (observed) {
      long now = events.now();
      hop.set(
          packet,
          switchId,
          ingress == Hop.NO_PORT ? Hop.NO_PORT : wiring.number(ingress),
          egress == Hop.NO_PORT ? Hop.NO_PORT : wiring.number(egress),
          queueBytes,
          now,
          now);
      observer.onDrop(hop, reason);
    }
    hosts.lost(packet);
    release(packet);
  }

  private void release(int packet) {
    int flow = packets.flow[packet];
    packets.release(packet);
    flows.letGo(flow);
  }

  long hops() {
    return hops;
  }

  PacketCounters counters() {
    Map<DropReason, Long> reasons = new EnumMap<>(DropReason.class);
    for (DropReason reason : DropReason.values()) {
      reasons.put(reason, dropped[reason.index()]);
    }
    return new PacketCounters(
        sent, acknowledgements, retransmissions, delivered, reasons, packets.live(), marked, hops);
  }
}
