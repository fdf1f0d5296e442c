package io.dta.fattree.failure;

import io.dta.fattree.topology.Wiring;
import java.util.Arrays;

/**
 * Which cables carry packets: those that have not failed, between ends that have not failed either.
 */
public final class LinkState {
  private final Wiring wiring;
  private final boolean[] cableDown;
  private final boolean[] switchDown;
  private final boolean[] up;

  public LinkState(Wiring wiring) {
    this.wiring = wiring;
    cableDown = new boolean[wiring.ports()];
    switchDown = new boolean[wiring.tree().switches() + 1];
    up = new boolean[wiring.ports()];
    Arrays.fill(up, true);
  }

  /** Whether the cable at a port carries packets. */
  public boolean isUp(int port) {
    return up[port];
  }

  /** Carries out a change. */
  public void apply(FailurePlan.Change change) {
    if (change.link() == null) {
      int switchId = change.switchId();
      switchDown[switchId] = !change.up();
      for (int number = 0; number < wiring.tree().k(); number++) {
        update(wiring.port(switchId, number));
      }
    } else {
      int port = wiring.portTowards(change.link().lower(), change.link().upper());
      cableDown[port] = !change.up();
      cableDown[wiring.peer(port)] = !change.up();
      update(port);
    }
  }

  private void update(int port) {
    int peer = wiring.peer(port);
    boolean carries =
        !cableDown[port]
            && !switchDown[wiring.switchOf(port)]
            && !switchDown[wiring.switchOf(peer)];
    up[port] = carries;
    up[peer] = carries;
  }
}
