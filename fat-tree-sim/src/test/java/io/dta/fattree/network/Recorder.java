package io.dta.fattree.network;

import java.util.ArrayList;
import java.util.List;

/** Writes down what happens, as a test can compare it. */
final class Recorder implements NetworkObserver {
  record Seen(
      long flow,
      int sequence,
      boolean ack,
      int switchId,
      int ingress,
      int egress,
      int queue,
      long arrival,
      long departure) {}

  record Arrived(long flow, int sequence, boolean ack, boolean marked, int hops, long time) {}

  record Ended(long flow, long time, boolean complete) {}

  record Lost(long flow, int sequence, int switchId, DropReason reason, long sentAt, long time) {}

  final List<Seen> hops = new ArrayList<>();
  final List<Arrived> deliveries = new ArrayList<>();
  final List<Ended> ends = new ArrayList<>();
  final List<Lost> drops = new ArrayList<>();
  final List<Long> ticks = new ArrayList<>();
  int marks;
  int starts;

  @Override
  public void onFlowStart(FlowView flow) {
    starts++;
  }

  @Override
  public void onHop(Hop hop) {
    PacketView packet = hop.packet();
    hops.add(
        new Seen(
            packet.flowNumber(),
            packet.sequence(),
            packet.isAcknowledgement(),
            hop.switchId(),
            hop.ingressPort(),
            hop.egressPort(),
            hop.queueBytes(),
            hop.arrival(),
            hop.departure()));
  }

  @Override
  public void onMark(Hop hop) {
    marks++;
  }

  @Override
  public void onDrop(Hop hop, DropReason reason) {
    PacketView packet = hop.packet();
    drops.add(
        new Lost(
            packet.flowNumber(),
            packet.sequence(),
            hop.switchId(),
            reason,
            packet.sentAt(),
            hop.departure()));
  }

  @Override
  public void onDelivery(PacketView packet, long now) {
    deliveries.add(
        new Arrived(
            packet.flowNumber(),
            packet.sequence(),
            packet.isAcknowledgement(),
            packet.isMarked(),
            packet.hop(),
            now));
  }

  @Override
  public void onFlowEnd(FlowView flow, long now, boolean complete) {
    ends.add(new Ended(flow.number(), now, complete));
  }

  @Override
  public void onTick(long now) {
    ticks.add(now);
  }
}
