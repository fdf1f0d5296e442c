package io.dta.p4.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dta.collector.Collector;
import io.dta.collector.CollectorContext;
import io.dta.p4.SwitchProgram;
import io.dta.p4.TranslatorTables;
import io.dta.p4.thrift.InstalledEntry;
import io.dta.p4.thrift.SimpleSwitch;
import io.dta.primitives.key.KeyFormat;
import io.dta.primitives.store.AppendStore;
import io.dta.primitives.store.KeyIncrementStore;
import io.dta.primitives.store.KeyWriteStore;
import io.dta.primitives.store.Store;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.agrona.concurrent.SystemNanoClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A real switch, real collectors with software RNICs, and the control plane between them. */
class SwitchKeeperTest {
  private static final int MAX_STEPS = 500;
  private static final long SEED = 5;
  private static final List<Store> STORES =
      List.of(
          new KeyWriteStore(0, "flows", KeyFormat.U32, 4, 1024, 2, null, null),
          new AppendStore(0, "drops", 4, 4, 4, 8),
          new KeyIncrementStore(3, "hosts", KeyFormat.IPV4_5_TUPLE, 1024, 2));
  private static final List<Store> OTHER_STORES = List.of(new AppendStore(0, "drops", 8, 8, 8, 8));

  private final List<SwitchEvent> events = new ArrayList<>();
  private final List<Collector> collectors = new ArrayList<>();
  private final List<SwitchKeeper> keepers = new ArrayList<>();
  private BareSwitch process;
  private SimpleSwitch device;

  @BeforeEach
  void startSwitch() {
    process = BareSwitch.start();
    device = process.connect();
  }

  @AfterEach
  void stopAll() {
    keepers.forEach(SwitchKeeper::close);
    collectors.forEach(Collector::close);
    if (process != null) {
      device.close();
      process.close();
    }
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Collector startCollector(int httpPort, List<Store> stores) {
    Collector collector =
        new Collector(
            new CollectorContext(
                null,
                new CollectorContext.Http("127.0.0.1", httpPort),
                new CollectorContext.Rdma("127.0.0.1", 0, null, null, null),
                new CollectorContext.Regions(null, null, false),
                stores,
                null));
    collector.start();
    collectors.add(collector);
    return collector;
  }

  private SwitchKeeper keeper(int... httpPorts) {
    return keeper("127.0.0.1", SwitchPlan.Connect.CONTROL, httpPorts);
  }

  private SwitchKeeper keeper(String address, SwitchPlan.Connect connect, int... httpPorts) {
    List<SwitchPlan.CollectorAt> at = new ArrayList<>();
    for (int port : httpPorts) {
      at.add(
          new SwitchPlan.CollectorAt(
              "http://127.0.0.1:" + port, 1 + at.size(), "02:00:00:00:00:02"));
    }
    SwitchPlan plan =
        new SwitchPlan(
            address,
            "02:00:00:00:00:01",
            at,
            List.of(new SwitchPlan.ReporterAt("10.0.0.9", 5, "02:00:00:00:00:09")),
            List.of(new SwitchPlan.RouteTo("10.0.0.0/8", 6, "02:00:00:00:00:06")),
            connect,
            null,
            null,
            1_000_000L,
            null,
            null,
            null,
            null,
            Duration.ofSeconds(5),
            Duration.ofMillis(1),
            Duration.ofMillis(2),
            null,
            null);
    SwitchKeeper keeper =
        new SwitchKeeper(
            "127.0.0.1",
            process.port(),
            SwitchProgram.TRANSLATOR,
            plan,
            new Random(SEED),
            SystemNanoClock.INSTANCE,
            events::add);
    keepers.add(keeper);
    return keeper;
  }

  private void stepUntil(SwitchKeeper keeper, BooleanSupplier condition) {
    for (int step = 0; step < MAX_STEPS; step++) {
      keeper.step();
      if (condition.getAsBoolean()) {
        return;
      }
    }
    throw new AssertionError("not within " + MAX_STEPS + " steps; events: " + events);
  }

  private SwitchEvent last(SwitchEvent.Kind kind) {
    return events.stream()
        .filter(event -> event.event() == kind)
        .reduce((first, second) -> second)
        .orElseThrow(() -> new AssertionError("no " + kind + " in " + events));
  }

  private long count(SwitchEvent.Kind kind) {
    return events.stream().filter(event -> event.event() == kind).count();
  }

  private boolean isUp(int target) {
    return device.register(TranslatorTables.QUEUE_PAIR_UP, target) == 1;
  }

  /** Which of our queue pairs the switch has for a target; -1 for none. */
  private int ownQueuePair(int target) {
    for (InstalledEntry entry : device.entries(TranslatorTables.ANSWERING)) {
      if (entry.parameters().getFirst().intValue() == target) {
        return entry.keys().getLast().intValue();
      }
    }
    return -1;
  }

  private int entries(String table) {
    return device.entries(table).size();
  }

  @Test
  void shouldConnectASwitchToACollector() {
    Collector collector = startCollector(0, STORES);

    SwitchKeeper keeper = keeper(collector.uri().getPort());
    keeper.step();

    SwitchEvent connected = last(SwitchEvent.Kind.CONNECTED);
    assertEquals(1, keeper.connected(), events::toString);
    assertTrue(isUp(0));
    assertEquals(connected.ownQueuePair(), ownQueuePair(0));
    assertEquals(connected.psn(), device.register(TranslatorTables.PSNS, 0));
    assertEquals(STORES.size(), entries(TranslatorTables.REPORTS));
    InstalledEntry queuePair = device.entries(TranslatorTables.QUEUE_PAIRS).getFirst();
    assertTrue(
        queuePair.parameters().contains(BigInteger.valueOf(connected.peerQueuePair())),
        queuePair::toString);
    assertEquals(8, device.groups().installed().size());
    assertEquals(1, entries("TranslatorIngress.arrival.reporters"));
    assertEquals(1, entries("TranslatorIngress.forwarding.routes"));
    int before = events.size();
    keeper.step();
    assertEquals(before, events.size(), () -> "nothing happened, and yet: " + events);
  }

  @Test
  void shouldConnectACollectorThatComesLater() {
    Collector first = startCollector(0, STORES);
    int port = freePort();
    SwitchKeeper keeper = keeper(first.uri().getPort(), port);
    keeper.step();
    assertEquals(1, keeper.connected(), events::toString);
    assertTrue(isUp(0));
    assertEquals(0, device.register(TranslatorTables.QUEUE_PAIR_UP, 1));
    assertEquals(1, count(SwitchEvent.Kind.UNAVAILABLE), events::toString);

    startCollector(port, STORES);
    stepUntil(keeper, () -> keeper.connected() == 2);

    assertTrue(isUp(0));
    assertTrue(isUp(1));
    assertEquals(2, entries(TranslatorTables.QUEUE_PAIRS));
    assertEquals(1, count(SwitchEvent.Kind.UNAVAILABLE), events::toString);
  }

  @Test
  void shouldNotWriteToACollectorThatIsGoneUntilItIsBack() {
    Collector collector = startCollector(0, STORES);
    int port = collector.uri().getPort();
    SwitchKeeper keeper = keeper(port);
    keeper.step();
    int own = ownQueuePair(0);

    collector.close();
    stepUntil(keeper, () -> keeper.connected() == 0);
    assertEquals(0, device.register(TranslatorTables.QUEUE_PAIR_UP, 0));
    assertEquals(0, entries(TranslatorTables.QUEUE_PAIRS));
    assertEquals(STORES.size(), entries(TranslatorTables.REPORTS));

    startCollector(port, STORES);
    stepUntil(keeper, () -> keeper.connected() == 1);
    assertTrue(isUp(0));
    assertNotEquals(own, ownQueuePair(0));
    assertEquals(last(SwitchEvent.Kind.CONNECTED).psn(), device.register(TranslatorTables.PSNS, 0));
  }

  @Test
  void shouldMakeAQueuePairAnewWhereTheDataPlaneFoundItInError() {
    Collector collector = startCollector(0, STORES);
    SwitchKeeper keeper = keeper(collector.uri().getPort());
    keeper.step();
    int own = ownQueuePair(0);
    device.write(TranslatorTables.QUEUE_PAIR_UP, 0, 0);
    device.write(TranslatorTables.PSNS, 0, 0xABCDEF);

    keeper.step();
    stepUntil(keeper, () -> keeper.connected() == 1);

    assertTrue(isUp(0));
    assertNotEquals(own, ownQueuePair(0));
    assertEquals(last(SwitchEvent.Kind.CONNECTED).psn(), device.register(TranslatorTables.PSNS, 0));
  }

  @Test
  void shouldFillASwitchThatWasStartedAgain() {
    Collector collector = startCollector(0, STORES);
    SwitchKeeper keeper = keeper(collector.uri().getPort());
    keeper.step();
    long connections = count(SwitchEvent.Kind.CONNECTED);

    process.startAgain();
    device = process.connect();
    stepUntil(keeper, () -> count(SwitchEvent.Kind.CONNECTED) > connections);

    assertTrue(isUp(0));
    assertEquals(STORES.size(), entries(TranslatorTables.REPORTS));
    assertEquals(last(SwitchEvent.Kind.CONNECTED).ownQueuePair(), ownQueuePair(0));
  }

  @Test
  void shouldGoOnWithTheQueuePairsOfASwitchThatRunsAlready() {
    Collector collector = startCollector(0, STORES);
    int port = collector.uri().getPort();
    SwitchKeeper before = keeper(port);
    before.step();
    before.close();
    int own = ownQueuePair(0);
    device.write(TranslatorTables.PSNS, 0, 0x123456);
    events.clear();

    SwitchKeeper after = keeper(port);
    after.step();
    after.step();

    assertEquals(1, after.connected(), events::toString);
    assertEquals(0x123456, last(SwitchEvent.Kind.ADOPTED).psn());
    assertEquals(0x123456, device.register(TranslatorTables.PSNS, 0));
    assertEquals(own, ownQueuePair(0));
    assertEquals(0, count(SwitchEvent.Kind.SWITCH_CHANGED), events::toString);
    assertEquals(0, count(SwitchEvent.Kind.LOST), events::toString);
  }

  @Test
  void shouldClearWhatASwitchHoldsForOtherStores() {
    Collector collector = startCollector(0, STORES);
    int port = collector.uri().getPort();
    SwitchKeeper before = keeper(port);
    before.step();
    before.close();
    device.write("TranslatorIngress.append.counts", 2, 3);
    collector.close();
    startCollector(port, OTHER_STORES);

    SwitchKeeper after = keeper(port);
    stepUntil(after, () -> after.connected() == 1);

    assertEquals(0, device.register("TranslatorIngress.append.counts", 2));
    assertEquals(OTHER_STORES.size(), entries(TranslatorTables.REPORTS));
    assertTrue(isUp(0));
    assertEquals(last(SwitchEvent.Kind.CONNECTED).psn(), device.register(TranslatorTables.PSNS, 0));
  }

  @Test
  void shouldRefuseACollectorWithOtherStores() {
    Collector first = startCollector(0, STORES);
    Collector second = startCollector(0, OTHER_STORES);
    SwitchKeeper keeper = keeper(first.uri().getPort(), second.uri().getPort());

    keeper.step();
    keeper.step();

    assertEquals(1, keeper.connected());
    assertTrue(
        last(SwitchEvent.Kind.UNAVAILABLE).detail().contains("the switch serves"),
        events::toString);
  }

  @Test
  void shouldConnectByRdmaCmOnTheSwitchsBehalf() {
    // RDMA CM has no UDP port but 4791, so both ends have a loopback address of this run.
    Random random = new Random();
    String network = "127.%d.%d.".formatted(1 + random.nextInt(250), random.nextInt(250));
    Collector collector =
        new Collector(
            new CollectorContext(
                null,
                new CollectorContext.Http("127.0.0.1", 0),
                new CollectorContext.Rdma(network + 2, 4791, null, null, null),
                new CollectorContext.Regions(null, null, false),
                STORES,
                null));
    collector.start();
    collectors.add(collector);
    SwitchKeeper keeper = keeper(network + 1, SwitchPlan.Connect.CM, collector.uri().getPort());

    stepUntil(keeper, () -> keeper.connected() == 1);

    SwitchEvent connected = last(SwitchEvent.Kind.CONNECTED);
    CollectorApi.Observation seen = new CollectorApi(collector.uri().toString()).observe();
    assertEquals(1, seen.queuePairs().size());
    assertEquals(network + 1, seen.queuePairs().getFirst().address());
    assertEquals(connected.ownQueuePair(), seen.queuePairs().getFirst().remoteQueuePairNumber());
    assertEquals(connected.peerQueuePair(), seen.queuePairs().getFirst().queuePairNumber());
    assertEquals(connected.ownQueuePair(), ownQueuePair(0));
    assertEquals(connected.psn(), device.register(TranslatorTables.PSNS, 0));
    keeper.step();
    assertEquals(1, keeper.connected(), events::toString);

    keeper.takeDown();
    assertEquals(List.of(), new CollectorApi(collector.uri().toString()).observe().queuePairs());
  }

  @Test
  void shouldTakeQueuePairsDownWhereThatIsAskedFor() {
    Collector collector = startCollector(0, STORES);
    SwitchKeeper keeper = keeper(collector.uri().getPort());
    keeper.step();

    keeper.takeDown();

    assertEquals(0, device.register(TranslatorTables.QUEUE_PAIR_UP, 0));
    assertEquals(List.of(), new CollectorApi(collector.uri().toString()).observe().queuePairs());
  }
}
