package io.dta.fattree.network;

import io.dta.fattree.event.EventQueue;
import io.dta.fattree.event.SimTime;
import io.dta.fattree.failure.FailurePlan;
import io.dta.fattree.failure.LinkState;
import io.dta.fattree.routing.UpDownRoutes;
import io.dta.fattree.topology.FatTree;
import io.dta.fattree.topology.Wiring;
import io.dta.fattree.workload.FlowArrivals;
import io.dta.fattree.workload.FlowDescription;
import java.io.IOException;

/**
 * A data center at work, packet by packet. A run is used once, by one thread; the same arguments
 * make the same run on every machine. Memory is that of the topology and of what is in flight.
 */
public final class Network {
  private final NetworkConfig config;
  private final FlowArrivals arrivals;
  private final FailurePlan failures;
  private final NetworkObserver observer;
  private final EventQueue events = new EventQueue();
  private final PacketPool packets = new PacketPool();
  private final ActiveFlows flows = new ActiveFlows();
  private final FlowDescription coming = new FlowDescription();
  private final Wiring wiring;
  private final UpDownRoutes routes;
  private final LinkState state;
  private final Links links;
  private final Hosts hosts;
  private final Fabric fabric;
  private boolean ended;

  /**
   * Prepares a run.
   *
   * @throws IllegalArgumentException naming what of the plan of failures does not exist
   */
  public Network(
      FatTree tree,
      NetworkConfig config,
      FlowArrivals arrivals,
      FailurePlan failures,
      NetworkObserver observer) {
    failures.check(tree);
    this.config = config;
    this.arrivals = arrivals;
    this.failures = failures;
    this.observer = observer;
    wiring = new Wiring(tree);
    routes = new UpDownRoutes(wiring, config.seed());
    state = new LinkState(wiring);
    links = new Links(wiring, config);
    NetworkParts parts =
        new NetworkParts(config, events, wiring, routes, state, links, packets, flows, observer);
    hosts = new Hosts(parts);
    fabric = hosts.fabric();
    for (int i = 0; i < failures.changes().size(); i++) {
      events.schedule(failures.changes().get(i).time(), Events.CHANGE | i);
    }
    if (config.tick() > 0) {
      events.schedule(config.tick(), Events.TICK);
    }
    scheduleFlow();
  }

  private void scheduleFlow() {
    if (arrivals.next(coming)) {
      events.schedule(coming.startTime(), Events.FLOW_START);
    }
  }

  /**
   * Lets everything happen up to and at a time.
   *
   * @return false where nothing is left to happen
   * @throws IOException of the observer
   */
  public boolean run(long until) throws IOException {
    while (events.nextTime() <= until && events.size() > 0) {
      step();
    }
    if (events.size() > 0) {
      events.advanceTo(Math.max(events.now(), until));
      return true;
    }
    return false;
  }

  /** Lets everything happen, at most so many packet-hops; false where nothing is left. */
  public boolean runHops(long count) throws IOException {
    return runHops(count, SimTime.NEVER);
  }

  /**
   * Lets everything happen up to and at a time, at most so many packet-hops.
   *
   * @return false where nothing is left to happen until then
   */
  public boolean runHops(long count, long until) throws IOException {
    long end = fabric.hops() + count;
    while (fabric.hops() < end && events.size() > 0 && events.nextTime() <= until) {
      step();
    }
    if (events.size() > 0 && events.nextTime() > until) {
      events.advanceTo(Math.max(events.now(), until));
      return false;
    }
    return events.size() > 0;
  }

  /** Ends the run: tells the observer. */
  public void end() throws IOException {
    if (!ended) {
      ended = true;
      observer.onEnd(events.now());
    }
  }

  private void step() throws IOException {
    int event = events.first();
    int subject = event & Events.SUBJECT_MASK;
    switch (event & ~Events.SUBJECT_MASK) {
      case Events.ARRIVAL -> fabric.arrive(subject);
      case Events.LINK_FREE -> {
        events.removeFirst();
        hosts.onLinkFree(subject);
      }
      case Events.TIMER -> {
        events.removeFirst();
        hosts.onTimer(subject);
      }
      case Events.FLOW_START -> {
        events.removeFirst();
        hosts.start(coming);
        scheduleFlow();
      }
      case Events.CHANGE -> {
        events.removeFirst();
        change(failures.changes().get(subject));
      }
      case Events.CONVERGENCE -> {
        events.removeFirst();
        routes.learn(state::isUp);
      }
      case Events.TICK -> {
        events.removeFirst();
        observer.onTick(events.now());
        if (events.size() > 0) {
          events.schedule(events.now() + config.tick(), Events.TICK);
        }
      }
      default -> throw new IllegalStateException("event " + event);
    }
  }

  private void change(FailurePlan.Change change) throws IOException {
    state.apply(change);
    for (int port = 0; port < wiring.ports(); port++) {
      if (!state.isUp(port)) {
        fabric.clear(port);
      }
    }
    if (failures.convergence() == 0) {
      routes.learn(state::isUp);
    } else {
      events.schedule(Math.addExact(events.now(), failures.convergence()), Events.CONVERGENCE);
    }
  }

  /** Picoseconds since the run began. */
  public long now() {
    return events.now();
  }

  public NetworkConfig config() {
    return config;
  }

  public Wiring wiring() {
    return wiring;
  }

  public PacketCounters packets() {
    return fabric.counters();
  }

  public FlowCounters flows() {
    return hosts.counters();
  }

  /** How often a packet came to the end of a link so far. */
  public long hops() {
    return fabric.hops();
  }

  /** What a port has sent that came to the end of its link, in bytes on the wire. */
  public long sentBytes(int port) {
    return links.bytes[port];
  }

  public long sentPackets(int port) {
    return links.packets[port];
  }

  public long droppedPackets(int port) {
    return links.drops[port];
  }

  public long markedPackets(int port) {
    return links.marks[port];
  }

  /** The bytes that a port has queued now. */
  public int queuedBytes(int port) {
    return links.queued(port, events.now());
  }

  /** The most bytes that a switch's port had queued at once. */
  public int peakBytes(int port) {
    return links.peakBytes(port);
  }

  /** Counts the packets in queues and on links one by one: what {@link #packets} says in flight. */
  public long countInFlight() {
    long count = 0;
    for (int port = 0; port < wiring.ports(); port++) {
      for (int packet = links.first[port];
          packet != PacketPool.NONE;
          packet = packets.next[packet]) {
        count++;
      }
    }
    return count;
  }

  /** The share of its time so far that a port was sending. */
  public double utilization(int port) {
    long now = events.now();
    return now == 0 ? 0 : (double) links.bytes[port] * links.picosPerByte[links.kind[port]] / now;
  }

  /** Seconds since the run began. */
  public double seconds() {
    return SimTime.toSeconds(events.now());
  }
}
