package io.dta.fattree.network;

/** A look at a flow; valid during the call that it is handed to. */
public final class FlowView {
  private final ActiveFlows flows;
  private int flow;

  FlowView(ActiveFlows flows) {
    this.flows = flows;
  }

  FlowView at(int newFlow) {
    flow = newFlow;
    return this;
  }

  /** Which flow of the workload it is. */
  public long number() {
    return flows.number[flow];
  }

  public int source() {
    return flows.source[flow];
  }

  public int destination() {
    return flows.destination[flow];
  }

  /** Its payload. */
  public long bytes() {
    return flows.bytes[flow];
  }

  public int packets() {
    return flows.packets[flow];
  }

  /** Source and destination address, 32 bits each. */
  public long addresses() {
    return flows.addresses[flow];
  }

  /** Source port, destination port and protocol, 40 bits. */
  public long ports() {
    return flows.ports[flow];
  }

  /** When it began, in picoseconds. */
  public long startTime() {
    return flows.startTime[flow];
  }
}
