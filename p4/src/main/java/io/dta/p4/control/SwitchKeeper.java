package io.dta.p4.control;

import io.dta.node.OperatorException;
import io.dta.p4.CompiledProgram;
import io.dta.p4.QueuePairNames;
import io.dta.p4.Setting;
import io.dta.p4.Setting.RegisterValue;
import io.dta.p4.SwitchProgram;
import io.dta.p4.SwitchSettings;
import io.dta.p4.TranslatorTables;
import io.dta.p4.control.CollectorApi.Observation;
import io.dta.p4.control.CollectorApi.QueuePair;
import io.dta.p4.thrift.InstalledEntry;
import io.dta.p4.thrift.SimpleSwitch;
import io.dta.p4.thrift.SwitchGoneException;
import io.dta.p4.thrift.SwitchRefusedException;
import io.dta.primitives.directory.Directory;
import io.dta.primitives.store.Store;
import io.dta.rdma.control.QueuePairReply;
import io.dta.rdma.control.QueuePairRequest;
import io.dta.rdma.roce.RoceHeaders;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.agrona.concurrent.NanoClock;

/**
 * Keeps a BMv2 switch in step with its collectors. Each {@linkplain #step() step} looks at all of
 * them: a collector that came is connected and written to, one that is gone is not written to any
 * more, and one that was started again gets a new queue pair, whose PSN the switch starts from. A
 * switch that was started again is filled anew; one that goes on while the control plane was away
 * keeps its queue pairs.
 *
 * <p>For one thread.
 */
public final class SwitchKeeper implements AutoCloseable {
  /** How often all that is in the switch is compared, though nothing happened. */
  private static final long AUDIT_NS = TimeUnit.SECONDS.toNanos(30);

  /** Packets a port: some reports' copies, of which a burst causes many. */
  private static final int QUEUE_DEPTH = 4096;

  private final String host;
  private final int port;
  private final SwitchProgram program;

  /** Null where the program has no queue pairs. */
  private final QueuePairNames names;

  private final SwitchPlan plan;
  private final QueuePairMaker maker;
  private final Consumer<SwitchEvent> events;
  private final NanoClock clock;
  private final List<CollectorLink> links = new ArrayList<>();
  private final Map<String, String> unavailable = new HashMap<>();

  /** Null while the switch cannot be reached. */
  private SimpleSwitch device;

  private Installer installer;

  /** Our queue pairs that the switch has, by target, until they are adopted or replaced. */
  private final Map<Integer, Integer> found = new HashMap<>();

  /** What the switch has; null where that is not known. */
  private List<Setting> installed;

  private long auditNs;

  /** The stores that all collectors have to have; null until the first one answers. */
  private List<Store> stores;

  /**
   * @param port the switch's {@code --thrift-port}
   * @param program that the switch runs
   * @param random of queue pair numbers, first PSNs and waits
   * @param events told what happens, on the thread of {@link #step}
   */
  public SwitchKeeper(
      String host,
      int port,
      SwitchProgram program,
      SwitchPlan plan,
      RandomGenerator random,
      NanoClock clock,
      Consumer<SwitchEvent> events) {
    this.host = host;
    this.port = port;
    this.program = program;
    this.names = program.queuePairs();
    this.plan = plan;
    this.clock = clock;
    this.events = events;
    this.maker = QueuePairMakers.of(plan, random);
    for (int target = 0; target < plan.collectors().size(); target++) {
      links.add(
          new CollectorLink(
              target,
              plan.collectors().get(target),
              plan.reconnectFirst(),
              plan.reconnectLongest(),
              random,
              clock.nanoTime()));
    }
  }

  /** How many collectors the switch writes to. */
  public int connected() {
    return (int) links.stream().filter(link -> link.ends() != null).count();
  }

  /** Looks at everything once, and does what is to be done. */
  public void step() {
    links.forEach(CollectorLink::beginToObserve);
    links.forEach(CollectorLink::observe);
    try {
      if (device == null) {
        open();
      }
      for (CollectorLink link : links) {
        look(link);
      }
      await();
      install(takeMade());
      unavailable.remove(name());
    } catch (SwitchGoneException e) {
      tellOnce(SwitchEvent.Kind.SWITCH_LOST, name(), e.getMessage());
      forget();
    } catch (SwitchRefusedException | IllegalArgumentException e) {
      tellOnce(SwitchEvent.Kind.SWITCH_REFUSED, name(), e.getMessage());
      forget();
    }
  }

  private String name() {
    return host + ":" + port;
  }

  private void forget() {
    if (device != null) {
      device.close();
      device = null;
    }
    installed = null;
  }

  /** Connects to the switch, and finds out which queue pairs it has. */
  private void open() {
    device = SimpleSwitch.connect(host, port);
    device.setQueueDepth(QUEUE_DEPTH);
    CompiledProgram compiled = device.program();
    if (!compiled.source().equals(program.source() + ".p4")) {
      throw new IllegalArgumentException(
          "the switch runs '%s', and '%s' has %s.p4: start simple_switch with that one, or choose another program"
              .formatted(compiled.source(), program, program.source()));
    }
    installer = new Installer(device, compiled);
    found.clear();
    if (names != null) {
      for (InstalledEntry entry : device.entries(names.answering())) {
        BigInteger number = entry.keys().getLast();
        found.put(entry.parameters().getFirst().intValue(), number.intValue());
      }
    }
    for (CollectorLink link : links) {
      QueuePairEnds ends = link.ends();
      if (ends != null && found.getOrDefault(link.target(), -1) != ends.own().queuePairNumber()) {
        link.lose();
        events.accept(
            SwitchEvent.of(
                SwitchEvent.Kind.LOST,
                link.toString(),
                "the switch was started again and does not know its queue pair any more"));
      }
    }
    events.accept(SwitchEvent.of(SwitchEvent.Kind.SWITCH_REACHED, name(), null));
  }

  /** Decides what is to become of a collector's queue pair. */
  private void look(CollectorLink link) {
    Observation observation = link.observation();
    if (observation == null) {
      if (link.ends() == null) {
        tellOnce(SwitchEvent.Kind.UNAVAILABLE, link.toString(), link.problem());
      } else if (link.isSilent()) {
        lose(link, link.problem());
      }
      return;
    }
    String difference = difference(observation.directory());
    if (difference != null) {
      if (link.ends() == null) {
        tellOnce(SwitchEvent.Kind.UNAVAILABLE, link.toString(), difference);
      } else {
        lose(link, difference);
      }
      return;
    }
    link.accept(observation.directory());
    if (names == null) {
      return;
    }
    if (link.ends() == null) {
      adopt(link, observation);
    } else if (!observation.has(link.ends())) {
      lose(link, "the collector does not have its queue pair any more, or it is in error");
    } else if (!maker.isUp(link.ends())) {
      lose(link, "the collector ended the connection");
    } else if (device.register(names.up(), link.target()) == 0 && installed != null) {
      lose(link, "the collector refused a request (NAK): the queue pair is in error");
    }
    if (link.mayMake(clock.nanoTime())) {
      link.beginToMake(maker);
    }
  }

  /** How a collector's stores differ from the others'; null where they do not. */
  private String difference(Directory directory) {
    List<Store> others = Stores.of(directory);
    if (stores == null) {
      stores = others;
    }
    return Stores.difference(stores, others);
  }

  /** Goes on with the queue pair that switch and collector have, if they both do. */
  private void adopt(CollectorLink link, Observation observation) {
    Integer number = found.remove(link.target());
    QueuePair there =
        number == null ? null : observation.of(plan.address(), RoceHeaders.UDP_PORT, number);
    if (there == null || link.isMaking()) {
      return;
    }
    long psn = device.register(names.psns(), link.target());
    QueuePairEnds ends =
        new QueuePairEnds(
            new QueuePairRequest(
                there.service(),
                plan.address(),
                RoceHeaders.UDP_PORT,
                number,
                (int) psn,
                there.pathMtu()),
            new QueuePairReply(
                observation.offer().address(),
                observation.offer().udpPort(),
                there.queuePairNumber(),
                there.pathMtu(),
                atomicLimit(link.target())));
    link.adopt(ends);
    unavailable.remove(link.toString());
    events.accept(SwitchEvent.of(SwitchEvent.Kind.ADOPTED, link.toString(), ends, psn));
  }

  /** How many FETCH_ADDs the switch has outstanding at most; 0 where it knows no limit. */
  private int atomicLimit(int target) {
    if (!installer.hasTable(TranslatorTables.ATOMIC_LIMITS)) {
      return 0;
    }
    return device.entries(TranslatorTables.ATOMIC_LIMITS).stream()
        .filter(entry -> entry.keys().getFirst().intValue() == target)
        .map(entry -> entry.parameters().getFirst().intValue())
        .findFirst()
        .orElse(0);
  }

  private void lose(CollectorLink link, String why) {
    device.write(names.up(), link.target(), 0);
    link.lose();
    events.accept(SwitchEvent.of(SwitchEvent.Kind.LOST, link.toString(), why));
  }

  /** Waits for queue pairs that are being made, not longer than until the next step. */
  private void await() {
    CompletableFuture<?>[] pending =
        links.stream()
            .filter(CollectorLink::isMaking)
            .map(CollectorLink::made)
            .toArray(CompletableFuture[]::new);
    try {
      CompletableFuture.allOf(pending).get(plan.interval().toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException | TimeoutException e) {
      // What has failed is told where it is taken; what is not there yet is taken later.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private List<CollectorLink> takeMade() {
    List<CollectorLink> made = new ArrayList<>();
    for (CollectorLink link : links) {
      try {
        if (link.takeMade(clock.nanoTime())) {
          made.add(link);
        }
      } catch (OperatorException e) {
        tellOnce(SwitchEvent.Kind.UNAVAILABLE, link.toString(), e.getMessage());
      }
    }
    return made;
  }

  /**
   * Brings the switch up to date. A packet may pass at any moment: a target's queue pair is neither
   * in the tables nor up while its PSN is set.
   *
   * @param made the collectors with new queue pairs
   */
  private void install(List<CollectorLink> made) {
    Directory directory =
        links.stream()
            .map(CollectorLink::directory)
            .filter(each -> each != null)
            .findFirst()
            .orElse(null);
    if (directory == null) {
      return;
    }
    SwitchSettings settings =
        plan.settings(links.stream().map(link -> link.port(directory)).toList());
    List<Setting> desired = program.settings(settings);
    boolean first = installed == null;
    if (first) {
      if (installer.hasOther(desired)) {
        device.reset();
        events.accept(
            SwitchEvent.of(
                SwitchEvent.Kind.SWITCH_CHANGED,
                name(),
                "it served other stores: everything was cleared"));
        links.stream().filter(link -> link.ends() != null).forEach(made::add);
      }
      installer.setUntold(desired);
    }
    for (CollectorLink link : made) {
      takeDown(link);
    }
    long nowNs = clock.nanoTime();
    if (first || !made.isEmpty() || !desired.equals(installed) || nowNs - auditNs >= 0) {
      installer.initialize(desired, this::isOfNoQueuePair);
      int changes = installer.install(desired);
      installed = desired;
      auditNs = nowNs + AUDIT_NS;
      if (changes > 0) {
        events.accept(
            SwitchEvent.of(
                SwitchEvent.Kind.SWITCH_CHANGED, name(), changes + " changes of its tables"));
      }
    }
    for (CollectorLink link : made) {
      device.write(names.up(), link.target(), 1);
      unavailable.remove(link.toString());
      events.accept(
          SwitchEvent.of(
              SwitchEvent.Kind.CONNECTED,
              link.toString(),
              link.ends(),
              link.ends().own().startingPsn()));
    }
  }

  private boolean isOfNoQueuePair(RegisterValue value) {
    return names == null
        || (!value.register().equals(names.psns()) && !value.register().equals(names.up()));
  }

  /** Takes the old queue pair out, and sets the PSN of the new one. */
  private void takeDown(CollectorLink link) {
    int target = link.target();
    device.write(names.up(), target, 0);
    for (InstalledEntry entry : device.entries(names.table())) {
      if (entry.keys().getFirst().intValue() == target) {
        device.remove(names.table(), entry);
      }
    }
    device.write(names.psns(), target, link.ends().own().startingPsn());
    device.write(names.sinceAsked(), target, 0);
  }

  /** Tells what goes on for some time when it begins, and when it becomes something else. */
  private void tellOnce(SwitchEvent.Kind kind, String peer, String why) {
    if (!why.equals(unavailable.put(peer, why))) {
      events.accept(SwitchEvent.of(kind, peer, why));
    }
  }

  /** Has the switch write to nobody, and the collectors give the queue pairs up. */
  public void takeDown() {
    for (CollectorLink link : links) {
      if (link.ends() != null && device != null) {
        try {
          QueuePairEnds ends = link.ends();
          lose(link, "taken down");
          maker.release(link.api(), ends);
        } catch (OperatorException e) {
          tellOnce(SwitchEvent.Kind.UNAVAILABLE, link.toString(), e.getMessage());
        }
      }
    }
  }

  /** Leaves switch and collectors as they are: reports go on. */
  @Override
  public void close() {
    forget();
    maker.close();
  }
}
