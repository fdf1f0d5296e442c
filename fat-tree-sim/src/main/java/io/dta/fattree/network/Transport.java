package io.dta.fattree.network;

import java.io.IOException;

/** When a host may send which packet of a flow, and what it does with those that come. */
interface Transport {
  /** A flow begins. */
  void start(int flow);

  /** Whether a packet of it may be sent now. */
  boolean isReady(int flow);

  /**
   * Sends a packet of a flow that is ready.
   *
   * @return the sequence of the packet, with {@link PacketPool#RETRANSMISSION} where it was sent
   *     before in {@link #flags}
   */
  int next(int flow);

  /** The flags of the packet that {@link #next} named last. */
  int flags();

  /** A packet came to the host that it is for. */
  void receive(int packet) throws IOException;

  /** A packet was lost. No host can see it; what only the simulation needs to know. */
  void lost(int packet) throws IOException;

  /** A flow's timer went off; its event is no longer in the queue. */
  void onTimer(int flow) throws IOException;
}
