package io.dta.fattree.network;

/** All that an observer can see, as one number. */
final class Digest implements NetworkObserver {
  private long value;

  long value() {
    return value;
  }

  private void add(long bits) {
    long mixed = (value ^ bits) * 0x9E37_79B9_7F4A_7C15L;
    value = mixed ^ mixed >>> 29;
  }

  private void add(PacketView packet) {
    add(packet.flowNumber());
    add(packet.sequence());
    add(packet.addresses());
    add(packet.ports());
    add(packet.hop());
    add(packet.isMarked() ? 1 : 0);
  }

  private void add(Hop hop) {
    add(hop.packet());
    add(hop.switchId());
    add(hop.egressPort());
    add(hop.queueBytes());
    add(hop.arrival());
    add(hop.departure());
  }

  @Override
  public void onHop(Hop hop) {
    add(hop);
  }

  @Override
  public void onMark(Hop hop) {
    add(1);
  }

  @Override
  public void onDrop(Hop hop, DropReason reason) {
    add(hop);
    add(reason.index());
  }

  @Override
  public void onDelivery(PacketView packet, long now) {
    add(packet);
    add(now);
  }

  @Override
  public void onFlowEnd(FlowView flow, long now, boolean complete) {
    add(flow.number());
    add(now);
  }
}
