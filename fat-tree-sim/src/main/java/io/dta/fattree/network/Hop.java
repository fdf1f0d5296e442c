package io.dta.fattree.network;

/** A packet at a switch; valid during the call that it is handed to. */
public final class Hop {
  /** There is no such port. */
  public static final int NO_PORT = -1;

  private final PacketView packet;
  private int switchId;
  private int ingressPort;
  private int egressPort;
  private int queueBytes;
  private long arrival;
  private long departure;

  Hop(PacketView packet) {
    this.packet = packet;
  }

  Hop set(
      int newPacket,
      int newSwitchId,
      int newIngressPort,
      int newEgressPort,
      int newQueueBytes,
      long newArrival,
      long newDeparture) {
    packet.at(newPacket);
    switchId = newSwitchId;
    ingressPort = newIngressPort;
    egressPort = newEgressPort;
    queueBytes = newQueueBytes;
    arrival = newArrival;
    departure = newDeparture;
    return this;
  }

  public PacketView packet() {
    return packet;
  }

  /** The switch; 0 where it is a host that lost the packet. */
  public int switchId() {
    return switchId;
  }

  /** The port of the switch by which it came; {@link #NO_PORT} where it is not known any more. */
  public int ingressPort() {
    return ingressPort;
  }

  /** The port of the switch by which it leaves; {@link #NO_PORT} where there is no way. */
  public int egressPort() {
    return egressPort;
  }

  /** The bytes that wait at the egress port before it. */
  public int queueBytes() {
    return queueBytes;
  }

  /** When its last bit came, in picoseconds. */
  public long arrival() {
    return arrival;
  }

  /** When its last bit leaves, in picoseconds; of a drop, when it was dropped. */
  public long departure() {
    return departure;
  }

  /** How long it is at the switch, in picoseconds: it waits, and it is sent. */
  public long latency() {
    return departure - arrival;
  }
}
