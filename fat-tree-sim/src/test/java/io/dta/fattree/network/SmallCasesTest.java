package io.dta.fattree.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dta.fattree.event.SimTime;
import io.dta.fattree.failure.FailurePlan;
import io.dta.fattree.topology.FatTree;
import io.dta.fattree.workload.ScheduledFlows;
import io.dta.fattree.workload.ScheduledFlows.Flow;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Cases that can be computed by hand: 10 Gb/s is 800 ps a byte. */
class SmallCasesTest {
  private static final long BYTE = 800;
  private static final long FULL = Framing.MAX_WIRE_LENGTH * BYTE;
  private static final long MICRO = SimTime.PICOS_PER_MICRO;

  private final FatTree tree = new FatTree(4);
  private final Recorder recorder = new Recorder();

  private Network network(LinkProfile links, TransportSettings transport, Flow... flows) {
    return new Network(
        tree,
        NetworkConfig.of(links, transport, 1),
        new ScheduledFlows(tree, List.of(flows)),
        FailurePlan.NONE,
        recorder);
  }

  @Test
  void shouldTakeSixTransmissionsAndSixDelaysAcrossPods() throws IOException {
    Network network =
        network(
            LinkProfile.ofGigabits(10),
            TransportSettings.LINE_RATE,
            new Flow(7, 0, 15, Framing.MAX_PAYLOAD));
    assertFalse(network.run(SimTime.NEVER));

    long expected = 7 + 6 * (FULL + MICRO);
    assertEquals(List.of(new Recorder.Ended(0, expected, true)), recorder.ends);
    assertEquals(5, recorder.hops.size());
    for (int hop = 0; hop < 5; hop++) {
      Recorder.Seen seen = recorder.hops.get(hop);
      assertEquals(7 + (hop + 1) * (FULL + MICRO), seen.arrival());
      assertEquals(seen.arrival() + FULL, seen.departure());
      assertEquals(0, seen.queue());
    }
    assertEquals(5, recorder.deliveries.getFirst().hops());
  }

  @Test
  void shouldCountTheWayWithinARackAndWithinAPod() throws IOException {
    network(
            LinkProfile.ofGigabits(10),
            TransportSettings.LINE_RATE,
            new Flow(0, 0, 1, 1),
            new Flow(0, 4, 6, 1))
        .run(SimTime.NEVER);
    long least = Framing.MIN_WIRE_LENGTH * BYTE + MICRO;
    assertEquals(
        List.of(new Recorder.Ended(0, 2 * least, true), new Recorder.Ended(1, 4 * least, true)),
        recorder.ends);
  }

  @Test
  void shouldPipelineTheFramesOfAFlow() throws IOException {
    network(
            LinkProfile.ofGigabits(10),
            TransportSettings.LINE_RATE,
            new Flow(0, 0, 15, 100L * Framing.MAX_PAYLOAD))
        .run(SimTime.NEVER);
    assertEquals(99 * FULL + 6 * (FULL + MICRO), recorder.ends.getFirst().time());
    for (int i = 0; i < 100; i++) {
      assertEquals(i, recorder.deliveries.get(i).sequence());
    }
  }

  /**
   * Hosts 0 and 1 send n packets each at one moment to host 2 of their rack: they come to its queue
   * in pairs, while one leaves. Before pair i it holds min(i, b − 1), so from pair b − 1 on it
   * takes one of a pair: n − (b − 1) are dropped.
   */
  @Test
  void shouldDropExactlyWhatTheBufferCannotHold() throws IOException {
    FatTree racksOfThree = new FatTree(6);
    int n = 50;
    int b = 10;
    LinkProfile links =
        LinkProfile.ofGigabits(10).withBuffer(b * Framing.MAX_WIRE_LENGTH, LinkProfile.NO_MARKS);
    long bytes = (long) n * Framing.MAX_PAYLOAD;
    Network network =
        new Network(
            racksOfThree,
            NetworkConfig.of(links, TransportSettings.LINE_RATE, 1),
            new ScheduledFlows(
                racksOfThree, List.of(new Flow(0, 0, 2, bytes), new Flow(0, 1, 2, bytes))),
            FailurePlan.NONE,
            recorder);
    network.run(SimTime.NEVER);
    assertEquals(n - (b - 1), recorder.drops.size());
    assertEquals(n - (b - 1), network.packets().dropped(DropReason.QUEUE_FULL));
    assertEquals(n + b - 1, network.packets().delivered());
    int port = network.wiring().port(racksOfThree.edgeOfHost(2), 2);
    assertEquals(n - (b - 1), network.droppedPackets(port));
    assertEquals(b * Framing.MAX_WIRE_LENGTH, network.peakBytes(port));
  }

  /** The same queue without a limit marks every packet that finds 5 or more before it. */
  @Test
  void shouldMarkExactlyWhatFindsTheThresholdBeforeIt() throws IOException {
    FatTree racksOfThree = new FatTree(6);
    int n = 20;
    LinkProfile links = LinkProfile.ofGigabits(10).withBuffer(1 << 20, 5 * Framing.MAX_WIRE_LENGTH);
    long bytes = (long) n * Framing.MAX_PAYLOAD;
    new Network(
            racksOfThree,
            NetworkConfig.of(links, TransportSettings.LINE_RATE, 1),
            new ScheduledFlows(
                racksOfThree, List.of(new Flow(0, 0, 2, bytes), new Flow(0, 1, 2, bytes))),
            FailurePlan.NONE,
            recorder)
        .run(SimTime.NEVER);
    // Pair i finds i and i + 1 before it: the second of pair 4, and both of pairs 5 to n - 1.
    int marked = 1 + 2 * (n - 5);
    assertEquals(marked, recorder.marks);
    assertEquals(marked, recorder.deliveries.stream().filter(Recorder.Arrived::marked).count());
  }

  @Test
  void shouldAcknowledgeEveryPacketAndForgetTheFlow() throws IOException {
    Network network =
        network(
            LinkProfile.ofGigabits(10),
            TransportSettings.fixedWindow(8),
            new Flow(0, 0, 1, 8L * Framing.MAX_PAYLOAD));
    network.run(SimTime.NEVER);
    long ack = Framing.MIN_WIRE_LENGTH * BYTE + MICRO;
    // The eighth packet leaves after seven others and passes two links; its acknowledgement too.
    long end = 7 * FULL + 2 * (FULL + MICRO);
    assertEquals(end, recorder.ends.getFirst().time());
    assertEquals(end + 2 * ack, recorder.deliveries.getLast().time());
    assertTrue(recorder.deliveries.getLast().ack());
    assertEquals(0, network.packets().retransmissions());
    assertEquals(0, network.flows().held());
  }
}
