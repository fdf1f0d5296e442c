package io.dta.fattree.statistics;

import io.dta.fattree.network.FlowCounters;
import io.dta.fattree.network.Network;
import io.dta.fattree.network.PacketCounters;
import io.dta.fattree.topology.SwitchRole;
import io.dta.fattree.topology.Wiring;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What a run left, for a report.
 *
 * @param seconds of simulated time
 * @param packets where they went
 * @param flows how they fared
 * @param links every direction of every cable, by the number of the port that sends
 * @param times of completion
 * @param queues over time, by layer
 */
public record RunSummary(
    double seconds,
    PacketCounters packets,
    FlowCounters flows,
    List<LinkLoad> links,
    CompletionTimes times,
    Map<SwitchRole, List<QueueSeries.Sample>> queues) {

  /**
   * One direction of a cable.
   *
   * @param port that sends, as {@link Wiring} numbers them
   * @param bytes on the wire that it brought to the other end
   * @param utilization the share of the time that it was sending
   * @param peakBytes the most that was queued for it; 0 for hosts
   */
  public record LinkLoad(
      int port,
      long packets,
      long bytes,
      double utilization,
      long dropped,
      long marked,
      int peakBytes) {}

  public RunSummary {
    links = List.copyOf(links);
    queues = Map.copyOf(queues);
  }

  /** Sums a run up, at its end or before. */
  public static RunSummary of(Network network, CompletionTimes times, QueueSeries queues) {
    List<LinkLoad> links = new ArrayList<>();
    for (int port = 0; port < network.wiring().ports(); port++) {
      links.add(
          new LinkLoad(
              port,
              network.sentPackets(port),
              network.sentBytes(port),
              network.utilization(port),
              network.droppedPackets(port),
              network.markedPackets(port),
              network.peakBytes(port)));
    }
    Map<SwitchRole, List<QueueSeries.Sample>> series = new EnumMap<>(SwitchRole.class);
    for (SwitchRole role : SwitchRole.values()) {
      series.put(role, queues.samples(role));
    }
    return new RunSummary(
        network.seconds(), network.packets(), network.flows(), links, times, series);
  }
}
