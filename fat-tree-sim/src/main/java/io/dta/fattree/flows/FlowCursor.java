package io.dta.fattree.flows;

import io.dta.fattree.network.Framing;
import io.dta.fattree.routing.UpDownRoutes;
import io.dta.fattree.topology.FatTree;
import io.dta.fattree.workload.FlowDescription;
import io.dta.fattree.workload.FlowPopulation;
import org.agrona.MutableDirectBuffer;

/**
 * Goes through the flows of a population, in any order: what each is, and which switches it passes.
 * Nothing is stored and nothing allocated, whether there are a thousand flows or 10^9; the truth
 * about a flow is had again by going back to it. A flow's number is its age, too: flows have no
 * time of their own here. For one thread; each thread has its own cursor over a part of the
 * numbers.
 */
public final class FlowCursor {
  private final FlowPopulation population;
  private final UpDownRoutes routes;
  private final FlowDescription flow = new FlowDescription();
  private final int[] switches = new int[FatTree.MAX_HOPS];
  private int hops;

  public FlowCursor(FlowPopulation population, UpDownRoutes routes) {
    this.population = population;
    this.routes = routes;
  }

  /**
   * Goes to a flow.
   *
   * @param number 0 to {@link FlowPopulation#MAX_FLOWS} − 1
   */
  public void seek(long number) {
    population.describe(number, flow);
    hops = routes.path(flow.source(), flow.destination(), flow.addresses(), flow.ports(), switches);
  }

  /** The flow, valid until the next {@link #seek}. */
  public FlowDescription flow() {
    return flow;
  }

  /** Its packets of full size, the last one aside. */
  public int packets() {
    return Framing.packets(flow.bytes());
  }

  /** How many switches it passes, 1, 3 or 5; 0 where failures leave no way. */
  public int hops() {
    return hops;
  }

  /**
   * A switch of its path.
   *
   * @param hop 1 to {@link #hops}
   */
  public int switchAt(int hop) {
    return switches[hop - 1];
  }

  /** Writes its 5-tuple, {@link FlowDescription#KEY_LENGTH} bytes. */
  public void putKey(MutableDirectBuffer buffer, int index) {
    flow.putKey(buffer, index);
  }
}
