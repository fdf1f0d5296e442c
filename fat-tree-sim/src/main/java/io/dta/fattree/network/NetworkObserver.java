package io.dta.fattree.network;

import java.io.IOException;

/**
 * Is told what happens, in the order in which it happens: telemetry, truth and statistics plug in
 * here. What it is handed is valid during the call only. Nothing that it does changes the network.
 */
public interface NetworkObserver {
  /** Sees nothing. */
  NetworkObserver NONE = new NetworkObserver() {};

  /** A flow begins. */
  default void onFlowStart(FlowView flow) throws IOException {}

  /**
   * A packet came to its first switch, as that switch's ingress sees it: where it goes, and whether
   * it does, is not decided yet. {@link #onHop} or {@link #onDrop} follows.
   */
  default void onEntry(Hop hop) throws IOException {}

  /**
   * A packet came to a switch and was accepted by the queue of its egress port. When it will leave
   * is decided; if the link fails before, {@link #onDrop} follows.
   */
  default void onHop(Hop hop) throws IOException {}

  /** A switch marked a packet (ECN); {@link #onHop} follows. */
  default void onMark(Hop hop) throws IOException {}

  /** A packet is lost. */
  default void onDrop(Hop hop, DropReason reason) throws IOException {}

  /** A packet came to its host. */
  default void onDelivery(PacketView packet, long now) throws IOException {}

  /**
   * A flow ends: its destination has all of it, or, without retransmission, nothing more of it can
   * come.
   *
   * @param complete whether its destination has all of it
   */
  default void onFlowEnd(FlowView flow, long now, boolean complete) throws IOException {}

  /** A tick of {@link NetworkConfig#tick} passed. */
  default void onTick(long now) throws IOException {}

  /** The run is over. */
  default void onEnd(long now) throws IOException {}

  /** Tells several, in their order. */
  static NetworkObserver all(NetworkObserver... observers) {
    return observers.length == 1 ? observers[0] : new ObserverList(observers.clone());
  }
}
