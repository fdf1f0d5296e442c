package io.dta.fattree.network;

import java.io.IOException;
import java.util.Arrays;

/** Sends every flow once, as fast as the host's link takes it; nothing is acknowledged. */
final class LineRateTransport implements Transport {
  private final PacketPool packets;
  private final ActiveFlows flows;
  private final Hosts hosts;
  private int[] next = new int[0];
  private int[] received = new int[0];
  private int[] lost = new int[0];

  LineRateTransport(NetworkParts parts, Hosts hosts) {
    packets = parts.packets();
    flows = parts.flows();
    this.hosts = hosts;
  }

  @Override
  public void start(int flow) {
    if (flow >= next.length) {
      next = Arrays.copyOf(next, flows.capacity());
      received = Arrays.copyOf(received, flows.capacity());
      lost = Arrays.copyOf(lost, flows.capacity());
    }
    next[flow] = 0;
    received[flow] = 0;
    lost[flow] = 0;
  }

  @Override
  public boolean isReady(int flow) {
    return next[flow] < flows.packets[flow];
  }

  @Override
  public int next(int flow) {
    return next[flow]++;
  }

  @Override
  public int flags() {
    return 0;
  }

  @Override
  public void receive(int packet) throws IOException {
    int flow = packets.flow[packet];
    received[flow]++;
    endIfOver(flow);
  }

  @Override
  public void lost(int packet) throws IOException {
    int flow = packets.flow[packet];
    lost[flow]++;
    endIfOver(flow);
  }

  private void endIfOver(int flow) throws IOException {
    if (received[flow] + lost[flow] == flows.packets[flow]) {
      flows.finish(flow);
      hosts.end(flow, lost[flow] == 0);
    }
  }

  @Override
  public void onTimer(int flow) {
    throw new IllegalStateException("flow " + flow + " has no timer");
  }
}
