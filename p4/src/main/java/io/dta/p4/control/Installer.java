package io.dta.p4.control;

import io.dta.p4.CompiledProgram;
import io.dta.p4.Setting;
import io.dta.p4.Setting.DefaultAction;
import io.dta.p4.Setting.MeterRate;
import io.dta.p4.Setting.MirrorSession;
import io.dta.p4.Setting.MirrorToGroup;
import io.dta.p4.Setting.MulticastGroup;
import io.dta.p4.Setting.Polynomial;
import io.dta.p4.Setting.PortRate;
import io.dta.p4.Setting.RegisterValue;
import io.dta.p4.Setting.TableEntry;
import io.dta.p4.Setting.ValueSetMember;
import io.dta.p4.thrift.InstalledEntry;
import io.dta.p4.thrift.MulticastGroups;
import io.dta.p4.thrift.SimpleSwitch;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Makes a switch have what it should, with as few changes as that takes: what is there already
 * stays, so that packets are not affected; what should not be there goes. For one thread.
 */
final class Installer {
  /** A table of each primitive that programs name so. */
  private static final String STORES = ".stores";

  private final SimpleSwitch device;
  private final CompiledProgram program;
  private List<Setting> desired;

  /** Of {@code desired}, the entries, by table. */
  private final Map<String, Map<InstalledEntry.Key, TableEntry>> wanted = new HashMap<>();

  private int changes;

  /** For a switch that runs this program. */
  Installer(SimpleSwitch device, CompiledProgram program) {
    this.device = device;
    this.program = program;
  }

  /**
   * Installs. Values of registers are left alone: programs change them, and so it is events, not
   * differences, that set them.
   *
   * @return how many changes it took
   */
  int install(List<Setting> settings) {
    prepare(settings);
    groups();
    all(MirrorSession.class)
        .forEach(
            session -> {
              if (!device.has(session)) {
                changed(() -> device.set(session));
              }
            });
    all(MirrorToGroup.class)
        .forEach(
            session -> {
              if (!device.has(session)) {
                changed(() -> device.set(session));
              }
            });
    all(MeterRate.class)
        .forEach(
            rate -> {
              if (!device.has(rate)) {
                changed(() -> device.set(rate));
              }
            });
    program.valueSets().forEach(this::valueSet);
    // What is not wanted any more goes from all tables before anything comes.
    program.tables().forEach(this::remove);
    program.tables().forEach(this::add);
    all(DefaultAction.class)
        .forEach(
            action -> {
              if (!device.has(action)) {
                changed(() -> device.set(action));
              }
            });
    return changes;
  }

  /**
   * Whether the switch serves stores, and not those that it should: what it holds of reports, in
   * registers, is of no use to these.
   */
  boolean hasOther(List<Setting> settings) {
    prepare(settings);
    for (String table : program.tables()) {
      if (!table.endsWith(STORES)) {
        continue;
      }
      for (InstalledEntry installed : device.entries(table)) {
        TableEntry entry = wanted.getOrDefault(table, Map.of()).get(installed.key());
        if (entry == null || !installed.doesAs(entry)) {
          return true;
        }
      }
    }
    return false;
  }

  private void prepare(List<Setting> settings) {
    desired = settings;
    changes = 0;
    wanted.clear();
    for (TableEntry entry : all(TableEntry.class)) {
      wanted
          .computeIfAbsent(entry.table(), table -> new LinkedHashMap<>())
          .put(InstalledEntry.Key.of(entry), entry);
    }
  }

  /** Sets what a switch does not tell. */
  void setUntold(List<Setting> settings) {
    for (Setting setting : settings) {
      if (setting instanceof Polynomial polynomial) {
        device.set(polynomial, program);
      } else if (setting instanceof PortRate rate) {
        device.set(rate);
      }
    }
  }

  /** Gives registers that were never written their initial values. */
  void initialize(List<Setting> settings, Predicate<RegisterValue> which) {
    for (Setting setting : settings) {
      if (setting instanceof RegisterValue value
          && which.test(value)
          && device.register(value.register(), value.index()) == 0) {
        device.write(value.register(), value.index(), value.value());
      }
    }
  }

  /** Whether the program has a table of this name. */
  boolean hasTable(String table) {
    return program.tables().contains(table);
  }

  private void changed(Runnable change) {
    change.run();
    changes++;
  }

  private <T extends Setting> List<T> all(Class<T> type) {
    return desired.stream().filter(type::isInstance).map(type::cast).toList();
  }

  private void remove(String table) {
    for (InstalledEntry installed : device.entries(table)) {
      if (!wanted.getOrDefault(table, Map.of()).containsKey(installed.key())) {
        changed(() -> device.remove(table, installed));
      }
    }
  }

  private void add(String table) {
    Map<InstalledEntry.Key, InstalledEntry> present = new HashMap<>();
    device.entries(table).forEach(entry -> present.put(entry.key(), entry));
    wanted
        .getOrDefault(table, Map.of())
        .forEach(
            (key, entry) -> {
              InstalledEntry installed = present.get(key);
              if (installed == null) {
                changed(() -> device.add(entry));
              } else if (!installed.doesAs(entry)) {
                changed(() -> device.modify(installed, entry));
              }
            });
  }

  private void valueSet(CompiledProgram.ValueSet set) {
    Set<BigInteger> present = device.valueSet(set.name());
    Set<BigInteger> members = new HashSet<>();
    for (ValueSetMember member : all(ValueSetMember.class)) {
      if (member.valueSet().equals(set.name())) {
        members.add(BigInteger.valueOf(member.value().value()));
        if (!present.contains(BigInteger.valueOf(member.value().value()))) {
          changed(() -> device.add(member));
        }
      }
    }
    for (BigInteger member : present) {
      if (!members.contains(member)) {
        changed(() -> device.remove(set.name(), member, set.bits()));
      }
    }
  }

  private void groups() {
    Map<Integer, MulticastGroups.Installed> present = device.groups().installed();
    for (MulticastGroup group : all(MulticastGroup.class)) {
      MulticastGroups.Installed installed = present.remove(group.group());
      if (installed == null || !installed.makesCopiesOf(group)) {
        changed(
            () -> {
              if (installed != null) {
                device.groups().remove(installed);
              }
              device.groups().add(group);
            });
      }
    }
    for (MulticastGroups.Installed unwanted : present.values()) {
      changed(() -> device.groups().remove(unwanted));
    }
  }
}
