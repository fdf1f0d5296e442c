package io.dta.fattree.network;

import java.io.IOException;

/** Tells several observers. */
final class ObserverList implements NetworkObserver {
  private final NetworkObserver[] observers;

  ObserverList(NetworkObserver... observers) {
    this.observers = observers;
  }

  @Override
  public void onFlowStart(FlowView flow) throws IOException {
    for (NetworkObserver observer : observers) {
      observer.onFlowStart(flow);
    }
  }

  @Override
  public void onEntry(Hop hop) throws IOException {
    for (NetworkObserver observer : observers) {
      observer.onEntry(hop);
    }
  }

  @Override
  public void onHop(Hop hop) throws IOException {
    for (NetworkObserver observer : observers) {
      observer.onHop(hop);
    }
  }

  @Override
  public void onMark(Hop hop) throws IOException {
    for (NetworkObserver observer : observers) {
      observer.onMark(hop);
    }
  }

  @Override
  public void onDrop(Hop hop, DropReason reason) throws IOException {
    for (NetworkObserver observer : observers) {
      observer.onDrop(hop, reason);
    }
  }

  @Override
  public void onDelivery(PacketView packet, long now) throws IOException {
    for (NetworkObserver observer : observers) {
      observer.onDelivery(packet, now);
    }
  }

  @Override
  public void onFlowEnd(FlowView flow, long now, boolean complete) throws IOException {
    for (NetworkObserver observer : observers) {
      observer.onFlowEnd(flow, now, complete);
    }
  }

  @Override
  public void onTick(long now) throws IOException {
    for (NetworkObserver observer : observers) {
      observer.onTick(now);
    }
  }

  @Override
  public void onEnd(long now) throws IOException {
    for (NetworkObserver observer : observers) {
      observer.onEnd(now);
    }
  }
}
