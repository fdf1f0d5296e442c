package io.dta.fattree.network;

import io.dta.fattree.workload.FlowDescription;
import org.agrona.MutableDirectBuffer;

/**
 * A look at a packet in flight, valid during the call that it is handed to. All that it says a
 * switch can see in the packet's headers, save the flow's number and the times, which are for the
 * truth.
 */
public final class PacketView {
  private final PacketPool packets;
  private final ActiveFlows flows;
  private int packet;

  PacketView(PacketPool packets, ActiveFlows flows) {
    this.packets = packets;
    this.flows = flows;
  }

  PacketView at(int newPacket) {
    packet = newPacket;
    return this;
  }

  /** Its place in memory: no other packet in flight has it; used again for later ones. */
  public int slot() {
    return packet;
  }

  /** Which flow of the workload it belongs to. */
  public long flowNumber() {
    return flows.number[packets.flow[packet]];
  }

  /** Which packet of its flow it is (or acknowledges), from 0. */
  public int sequence() {
    return packets.sequence[packet];
  }

  /** Its length on the wire in bytes. */
  public int length() {
    return packets.length(packet);
  }

  /** Whether it goes from a flow's destination to its source. */
  public boolean isAcknowledgement() {
    return packets.has(packet, PacketPool.ACKNOWLEDGEMENT);
  }

  /** Whether a switch has marked it (ECN: congestion experienced). */
  public boolean isMarked() {
    return packets.has(packet, PacketPool.MARKED);
  }

  public boolean isRetransmission() {
    return packets.has(packet, PacketPool.RETRANSMISSION);
  }

  /** How many switches it has come to so far, as its TTL tells. */
  public int hop() {
    return packets.hops(packet);
  }

  /** When its host gave it to its link. */
  public long sentAt() {
    return packets.sentAt[packet];
  }

  /** The host that sent it. */
  public int sender() {
    int flow = packets.flow[packet];
    return isAcknowledgement() ? flows.destination[flow] : flows.source[flow];
  }

  /** The host that it goes to. */
  public int receiver() {
    int flow = packets.flow[packet];
    return isAcknowledgement() ? flows.source[flow] : flows.destination[flow];
  }

  /** Source and destination address, 32 bits each. */
  public long addresses() {
    long addresses = flows.addresses[packets.flow[packet]];
    return isAcknowledgement() ? Long.rotateLeft(addresses, 32) : addresses;
  }

  /** Source port, destination port and protocol, 40 bits. */
  public long ports() {
    long ports = flows.ports[packets.flow[packet]];
    return isAcknowledgement() ? reversed(ports) : ports;
  }

  static long reversed(long ports) {
    return (ports >>> 8 & 0xFFFF) << 24 | (ports >>> 24 & 0xFFFF) << 8 | (ports & 0xFF);
  }

  /** Writes its 5-tuple, 13 bytes. */
  public void putKey(MutableDirectBuffer buffer, int index) {
    FlowDescription.putKey(buffer, index, addresses(), ports());
  }
}
