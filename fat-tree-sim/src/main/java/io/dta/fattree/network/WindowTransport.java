package io.dta.fattree.network;

import io.dta.fattree.event.EventQueue;
import java.io.IOException;
import java.util.Arrays;

/**
 * Sends as much as a window allows, retransmits what was lost, and lets {@link CongestionWindows}
 * choose the window.
 *
 * <p>Every packet is acknowledged at once by one that names it and the first one missing, so the
 * sender knows exactly what came. A packet counts as lost when one sent three or more after it came
 * (RFC 9002, section 6.1.1), once a packet, or when nothing came for a timeout. A window is at most
 * {@code maxWindow} packets wide, so a bit each for "came" and "lost" at the sender and for "came"
 * at the receiver are all the memory that a flow needs.
 */
final class WindowTransport implements Transport {
  /** A packet is lost when one so many after it came. */
  private static final int REORDERING = 3;

  private static final int MAX_BACKOFF = 6;

  private final EventQueue events;
  private final PacketPool packets;
  private final ActiveFlows flows;
  private final Hosts hosts;
  private final CongestionWindows windows;
  private final int maxWindow;
  private final long timeout;
  private final WindowBits came;
  private final WindowBits lost;
  private final WindowBits received;

  /** The first packet that was never sent. */
  private int[] next = new int[0];

  /** The first packet that is not known to have come. */
  private int[] first = new int[0];

  /** The last packet that is known to have come. */
  private int[] highest = new int[0];

  /** All packets before this one were looked at for loss. */
  private int[] judged = new int[0];

  /** Sent, not known to have come and not taken for lost. */
  private int[] inFlight = new int[0];

  /** Taken for lost and not sent again. */
  private int[] waiting = new int[0];

  private long[] deadline = new long[0];
  private int[] backoff = new int[0];

  /** The first packet that the receiver misses. */
  private int[] expected = new int[0];

  private int[] receivedPackets = new int[0];
  private int flags;

  WindowTransport(TransportSettings settings, NetworkParts parts, Hosts hosts) {
    events = parts.events();
    packets = parts.packets();
    flows = parts.flows();
    this.hosts = hosts;
    maxWindow = settings.maxWindow();
    timeout = settings.timeout();
    windows = new CongestionWindows(settings);
    came = new WindowBits(maxWindow);
    lost = new WindowBits(maxWindow);
    received = new WindowBits(maxWindow);
  }

  @Override
  public void start(int flow) {
    if (flow >= next.length) {
      grow(flows.capacity());
    }
    next[flow] = 0;
    first[flow] = 0;
    highest[flow] = -1;
    judged[flow] = 0;
    inFlight[flow] = 0;
    waiting[flow] = 0;
    backoff[flow] = 0;
    expected[flow] = 0;
    receivedPackets[flow] = 0;
    came.clear(flow);
    lost.clear(flow);
    received.clear(flow);
    windows.start(flow);
    deadline[flow] = events.now() + timeout;
    events.schedule(deadline[flow], Events.TIMER | flow);
    flows.hold(flow);
  }

  @Override
  public boolean isReady(int flow) {
    return inFlight[flow] < windows.packets(flow)
        && (waiting[flow] > 0
            || (next[flow] < flows.packets[flow] && next[flow] - first[flow] < maxWindow));
  }

  @Override
  public int next(int flow) {
    if (inFlight[flow] == 0) {
      deadline[flow] = events.now() + (timeout << backoff[flow]);
    }
    inFlight[flow]++;
    if (waiting[flow] == 0) {
      flags = 0;
      return next[flow]++;
    }
    int sequence = first[flow];
    while (!lost.get(flow, sequence)) {
      sequence++;
    }
    lost.unset(flow, sequence);
    waiting[flow]--;
    flags = PacketPool.RETRANSMISSION;
    return sequence;
  }

  @Override
  public int flags() {
    return flags;
  }

  @Override
  public void receive(int packet) throws IOException {
    if (packets.has(packet, PacketPool.ACKNOWLEDGEMENT)) {
      onAcknowledgement(packet);
    } else {
      onData(packet);
    }
  }

  private void onData(int packet) throws IOException {
    int flow = packets.flow[packet];
    int sequence = packets.sequence[packet];
    if (sequence >= expected[flow] && received.set(flow, sequence)) {
      receivedPackets[flow]++;
      while (received.get(flow, expected[flow])) {
        received.unset(flow, expected[flow]++);
      }
      if (receivedPackets[flow] == flows.packets[flow]) {
        hosts.end(flow, true);
      }
    }
    boolean marked = packets.has(packet, PacketPool.MARKED);
    hosts.fabric().acknowledge(flows.destination[flow], flow, sequence, expected[flow], marked);
  }

  private void onAcknowledgement(int packet) throws IOException {
    int flow = packets.flow[packet];
    if (flows.isFinished(flow)) {
      return;
    }
    int cumulative = packets.cumulative[packet];
    int sequence = packets.sequence[packet];
    int news = 0;
    while (first[flow] < cumulative) {
      news += settle(flow, first[flow]);
      came.unset(flow, first[flow]++);
    }
    if (sequence >= first[flow]) {
      news += settle(flow, sequence);
    }
    if (first[flow] == flows.packets[flow]) {
      flows.finish(flow);
      return;
    }
    highest[flow] = Math.max(highest[flow], Math.max(sequence, cumulative - 1));
    boolean loss = judge(flow);
    if (news > 0) {
      backoff[flow] = 0;
      deadline[flow] = events.now() + timeout;
      boolean echo = packets.has(packet, PacketPool.ECHO);
      windows.onProgress(flow, news, echo, first[flow], next[flow]);
    }
    if (loss) {
      windows.onLoss(flow, first[flow], next[flow]);
    }
    hosts.wake(flow);
  }

  /** A packet came: returns 1 where that is news. */
  private int settle(int flow, int sequence) {
    if (!came.set(flow, sequence)) {
      return 0;
    }
    if (lost.get(flow, sequence)) {
      lost.unset(flow, sequence);
      waiting[flow]--;
    } else {
      inFlight[flow]--;
    }
    return 1;
  }

  private boolean judge(int flow) {
    boolean loss = false;
    int sequence = Math.max(judged[flow], first[flow]);
    while (sequence + REORDERING <= highest[flow]) {
      loss |= lose(flow, sequence);
      sequence++;
    }
    judged[flow] = sequence;
    return loss;
  }

  private boolean lose(int flow, int sequence) {
    if (came.get(flow, sequence) || !lost.set(flow, sequence)) {
      return false;
    }
    inFlight[flow]--;
    waiting[flow]++;
    return true;
  }

  @Override
  public void lost(int packet) {
    // A host learns of it by what does not come.
  }

  @Override
  public void onTimer(int flow) throws IOException {
    if (flows.isFinished(flow)) {
      flows.letGo(flow);
      return;
    }
    if (events.now() >= deadline[flow]) {
      if (inFlight[flow] > 0) {
        for (int sequence = first[flow]; sequence < next[flow]; sequence++) {
          lose(flow, sequence);
        }
        judged[flow] = next[flow];
        backoff[flow] = Math.min(MAX_BACKOFF, backoff[flow] + 1);
        windows.onTimeout(flow, next[flow]);
      }
      deadline[flow] = events.now() + (timeout << backoff[flow]);
    }
    events.schedule(deadline[flow], Events.TIMER | flow);
    hosts.wake(flow);
  }

  private void grow(int capacity) {
    next = Arrays.copyOf(next, capacity);
    first = Arrays.copyOf(first, capacity);
    highest = Arrays.copyOf(highest, capacity);
    judged = Arrays.copyOf(judged, capacity);
    inFlight = Arrays.copyOf(inFlight, capacity);
    waiting = Arrays.copyOf(waiting, capacity);
    deadline = Arrays.copyOf(deadline, capacity);
    backoff = Arrays.copyOf(backoff, capacity);
    expected = Arrays.copyOf(expected, capacity);
    receivedPackets = Arrays.copyOf(receivedPackets, capacity);
    came.grow(capacity);
    lost.grow(capacity);
    received.grow(capacity);
    windows.grow(capacity);
  }
}
