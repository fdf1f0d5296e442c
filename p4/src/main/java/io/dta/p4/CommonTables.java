package io.dta.p4;

import io.dta.p4.Setting.MeterRate;
import io.dta.p4.Setting.RegisterValue;
import io.dta.p4.Setting.TableEntry;
import io.dta.p4.SwitchSettings.CollectorPort;
import io.dta.p4.SwitchSettings.Route;
import java.util.List;

/** What programs have in common: queue pairs and routes. */
final class CommonTables {
  static final int MAX_TARGETS = 64;
  static final int FIRST_GROUP = 1;
  static final int GROUPS_PER_TARGET = 8;
  private static final double BURST_SECONDS = 0.01;
  private static final int LEAST_BURST = 64;

  private CommonTables() {}

  /** The multicast group of so many copies to a target. */
  static int group(int target, int copies) {
    return FIRST_GROUP + target * GROUPS_PER_TARGET + copies - 1;
  }

  /**
   * What a queue pair is but for its requests: answers, the first PSN, its rate, and that it is up.
   */
  static List<Setting> queuePair(
      QueuePairNames names, SwitchSettings settings, int target, CollectorPort collector) {
    TableEntry answering =
        TableEntry.exact(
            names.answering(),
            List.of(
                ipv4("hdr.ipv4.source", Ipv4.parse(collector.peer().address())),
                new Field("hdr.bth.queue_pair", 24, collector.own().queuePairNumber())),
            names.prefix() + "Ingress.set_answering",
            new Field("target", 8, target),
            new Field("port", 9, collector.port()));
    RegisterValue psn = new RegisterValue(names.psns(), target, collector.own().startingPsn());
    RegisterValue up = new RegisterValue(names.up(), target, 1);
    long perSecond = settings.operationsPerSecond();
    if (perSecond == 0) {
      return List.of(answering, psn, up);
    }
    int burst = (int) Math.max(LEAST_BURST, perSecond * BURST_SECONDS);
    return List.of(
        answering,
        psn,
        new MeterRate(names.prefix() + "Ingress.rate", target, perSecond, burst),
        up);
  }

  /** A route of all other traffic. */
  static Setting route(String prefix, SwitchSettings settings, Route route) {
    return new TableEntry(
        prefix + "Ingress.forwarding.routes",
        List.of(ipv4("hdr.ipv4.destination", route.address())),
        route.prefixLength(),
        prefix + "Ingress.forwarding.forward",
        List.of(
            new Field("port", 9, route.port()),
            new Field("mac", 48, route.mac()),
            new Field("source_mac", 48, settings.mac())));
  }

  static Field ipv4(String name, int address) {
    return new Field(name, 32, Integer.toUnsignedLong(address));
  }

  static Field flag(String name, boolean value) {
    return new Field(name, 1, value ? 1 : 0);
  }

  static void require(boolean holds, String message) {
    if (!holds) {
      throw new IllegalArgumentException(message);
    }
  }
}
