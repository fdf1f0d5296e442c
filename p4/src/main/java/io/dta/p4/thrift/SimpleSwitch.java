package io.dta.p4.thrift;

import io.dta.p4.CompiledProgram;
import io.dta.p4.Field;
import io.dta.p4.Setting;
import io.dta.p4.Setting.DefaultAction;
import io.dta.p4.Setting.MeterRate;
import io.dta.p4.Setting.MirrorSession;
import io.dta.p4.Setting.MirrorToGroup;
import io.dta.p4.Setting.Polynomial;
import io.dta.p4.Setting.RegisterValue;
import io.dta.p4.Setting.TableEntry;
import io.dta.p4.Setting.ValueSetMember;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.thrift.TException;

/**
 * A running {@code simple_switch}: what the control plane sets in it, and what it finds there. For
 * one thread.
 *
 * <p>Every method may throw a {@link SwitchGoneException}, after which a new connection is needed,
 * and a {@link SwitchRefusedException}, after which this one goes on.
 */
public final class SimpleSwitch implements AutoCloseable {
  /** Programs of ours have one context. */
  static final int CONTEXT = 0;

  /** Fields of a mirror session's configuration. */
  private static final int MIRROR_PORT = 1;

  private static final int MIRROR_GROUP = 2;

  private static final int EXACT = 0;
  private static final int LONGEST_PREFIX = 1;
  private static final int ACTION_DATA = 1;
  private static final double MICROS_PER_SECOND = 1e6;

  private final ThriftConnection connection;
  private final MulticastGroups groups;

  private SimpleSwitch(ThriftConnection connection) {
    this.connection = connection;
    this.groups = new MulticastGroups(connection);
  }

  /**
   * Connects to a switch.
   *
   * @param port its {@code --thrift-port}
   */
  public static SimpleSwitch connect(String host, int port) {
    return new SimpleSwitch(ThriftConnection.open(host, port));
  }

  /** The program that it runs. */
  public CompiledProgram program() {
    return new CompiledProgram(
        connection.call(
            Service.TABLES,
            "bm_get_config",
            "the program",
            arguments -> {},
            result -> result.text(0)));
  }

  /** Sets everything, in order; nothing of it may be there already. */
  public void apply(CompiledProgram program, List<? extends Setting> settings) {
    for (Setting setting : settings) {
      apply(program, setting);
    }
  }

  private void apply(CompiledProgram program, Setting setting) {
    switch (setting) {
      case TableEntry each -> add(each);
      case DefaultAction each -> set(each);
      case ValueSetMember each -> add(each);
      case Setting.MulticastGroup each -> groups.add(each);
      case MirrorSession each -> set(each);
      case MirrorToGroup each -> set(each);
      case Setting.PortRate each -> set(each);
      case RegisterValue each -> write(each.register(), each.index(), each.value());
      case MeterRate each -> set(each);
      case Polynomial each -> set(each, program);
    }
  }

  /** Its multicast groups. */
  public MulticastGroups groups() {
    return groups;
  }

  /** Adds an entry. */
  public void add(TableEntry entry) {
    connection.run(
        Service.TABLES,
        "bm_mt_add_entry",
        entry,
        arguments -> {
          arguments.integer(1, CONTEXT);
          arguments.text(2, entry.table());
          arguments.listOfStructures(3, matches(entry));
          arguments.text(4, entry.action());
          arguments.listOfBytes(5, bytes(entry.parameters()));
          arguments.structure(6, options -> {});
        });
  }

  /** Has an entry that is there do what another one says. */
  public void modify(InstalledEntry installed, TableEntry entry) {
    connection.run(
        Service.TABLES,
        "bm_mt_modify_entry",
        entry,
        arguments -> {
          arguments.integer(1, CONTEXT);
          arguments.text(2, entry.table());
          arguments.integer(3, installed.handle());
          arguments.text(4, entry.action());
          arguments.listOfBytes(5, bytes(entry.parameters()));
        });
  }

  /** Removes an entry. */
  public void remove(String table, InstalledEntry installed) {
    connection.run(
        Service.TABLES,
        "bm_mt_delete_entry",
        installed,
        arguments -> {
          arguments.integer(1, CONTEXT);
          arguments.text(2, table);
          arguments.integer(3, installed.handle());
        });
  }

  /**
   * What is in a table whose keys match exactly, or by the longest prefix; entries that match
   * otherwise are left out.
   */
  public List<InstalledEntry> entries(String table) {
    return connection.call(
        Service.TABLES,
        "bm_mt_get_entries",
        table,
        arguments -> {
          arguments.integer(1, CONTEXT);
          arguments.text(2, table);
        },
        SimpleSwitch::entries);
  }

  private static List<InstalledEntry> entries(Structure result) throws TException {
    List<InstalledEntry> entries = new ArrayList<>();
    for (Structure entry : result.list(0, Structure.class)) {
      List<BigInteger> keys = new ArrayList<>();
      int prefixLength = TableEntry.EXACT;
      boolean known = true;
      for (Structure match : entry.list(1, Structure.class)) {
        if (match.integer(1) == EXACT) {
          keys.add(value(match.structure(2).bytes(1)));
        } else if (match.integer(1) == LONGEST_PREFIX) {
          keys.add(value(match.structure(3).bytes(1)));
          prefixLength = (int) match.structure(3).integer(2);
        } else {
          known = false;
        }
      }
      Structure action = entry.structure(4);
      if (known && action.integer(1) == ACTION_DATA) {
        int handle = (int) entry.integer(3);
        entries.add(
            new InstalledEntry(handle, keys, prefixLength, action.text(2), parameters(action)));
      }
    }
    return entries;
  }

  private static List<BigInteger> parameters(Structure action) throws TException {
    return action.list(3, byte[].class).stream().map(SimpleSwitch::value).toList();
  }

  private static BigInteger value(byte[] bytes) {
    return new BigInteger(1, bytes);
  }

  /** Sets what a table does without an entry that matches. */
  public void set(DefaultAction action) {
    connection.run(
        Service.TABLES,
        "bm_mt_set_default_action",
        action,
        arguments -> {
          arguments.integer(1, CONTEXT);
          arguments.text(2, action.table());
          arguments.text(3, action.action());
          arguments.listOfBytes(4, bytes(action.parameters()));
        });
  }

  /** Whether this is what a table does without an entry that matches. */
  public boolean has(DefaultAction action) {
    return connection.call(
        Service.TABLES,
        "bm_mt_get_default_entry",
        action,
        arguments -> {
          arguments.integer(1, CONTEXT);
          arguments.text(2, action.table());
        },
        result -> {
          Structure found = result.structure(0);
          return found.integer(1) == ACTION_DATA
              && new InstalledEntry(
                      0, List.of(), TableEntry.EXACT, found.text(2), parameters(found))
                  .does(action.action(), action.parameters());
        });
  }

  /** Adds a member of a value set. */
  public void add(ValueSetMember member) {
    valueSet("bm_parse_vset_add", member.valueSet(), bytes(member.value()));
  }

  /** The members of a value set. */
  public Set<BigInteger> valueSet(String name) {
    return connection.call(
        Service.VALUE_SETS,
        "bm_parse_vset_get",
        name,
        arguments -> {
          arguments.integer(1, CONTEXT);
          arguments.text(2, name);
        },
        result -> {
          Set<BigInteger> members = new HashSet<>();
          result.list(0, byte[].class).forEach(member -> members.add(value(member)));
          return members;
        });
  }

  /** Removes a member of a value set. */
  public void remove(String valueSet, BigInteger member, int bits) {
    valueSet(
        "bm_parse_vset_remove", valueSet, bytes(new Field("member", bits, member.longValue())));
  }

  private void valueSet(String method, String name, byte[] member) {
    connection.run(
        Service.VALUE_SETS,
        method,
        name,
        arguments -> {
          arguments.integer(1, CONTEXT);
          arguments.text(2, name);
          arguments.bytes(3, member);
        });
  }

  /** Has copies of a mirror session go to a port, wherever they went before. */
  public void set(MirrorSession session) {
    mirror(session, session.session(), MIRROR_PORT, session.port());
  }

  /** Has copies of a mirror session go to a multicast group, wherever they went before. */
  public void set(MirrorToGroup session) {
    mirror(session, session.session(), MIRROR_GROUP, session.group());
  }

  private void mirror(Setting what, int session, int field, int value) {
    connection.run(
        Service.SWITCH,
        "mirroring_session_add",
        what,
        arguments -> {
          arguments.integer(1, session);
          arguments.structure(2, configuration -> configuration.integer(field, value));
        });
  }

  /** Whether copies of a mirror session go where this says. */
  public boolean has(MirrorSession session) {
    return mirrors(session, session.session(), MIRROR_PORT, session.port());
  }

  /** Whether copies of a mirror session go where this says. */
  public boolean has(MirrorToGroup session) {
    return mirrors(session, session.session(), MIRROR_GROUP, session.group());
  }

  private boolean mirrors(Setting what, int session, int field, int value) {
    try {
      return connection.call(
          Service.SWITCH,
          "mirroring_session_get",
          what,
          arguments -> arguments.integer(1, session),
          result -> {
            Structure found = result.structure(0);
            return found.has(field) && found.integer(field) == value;
          });
    } catch (SwitchRefusedException e) {
      return false;
    }
  }

  /** Sets the rate of a meter; its two rates are the same: what is beyond is red at once. */
  public void set(MeterRate rate) {
    Arguments.Writer each =
        arguments -> {
          arguments.real(1, rate.perSecond() / MICROS_PER_SECOND);
          arguments.integer(2, rate.burst());
        };
    connection.run(
        Service.METERS,
        "bm_meter_set_rates",
        rate,
        arguments -> {
          arguments.integer(1, CONTEXT);
          arguments.text(2, rate.meter());
          arguments.integer(3, rate.index());
          arguments.listOfStructures(4, Collections.nCopies(2, each));
        });
  }

  /** Whether a meter has this rate. */
  public boolean has(MeterRate rate) {
    return connection.call(
        Service.METERS,
        "bm_meter_get_rates",
        rate,
        arguments -> {
          arguments.integer(1, CONTEXT);
          arguments.text(2, rate.meter());
          arguments.integer(3, rate.index());
        },
        result -> {
          List<Structure> rates = result.list(0, Structure.class);
          for (Structure each : rates) {
            long perSecond = Math.round(each.real(1) * MICROS_PER_SECOND);
            if (perSecond != rate.perSecond() || each.integer(2) != rate.burst()) {
              return false;
            }
          }
          return !rates.isEmpty();
        });
  }

  /** Sets a polynomial; the switch does not tell which one it has. */
  public void set(Polynomial polynomial, CompiledProgram program) {
    for (String calculation : program.calculations(polynomial.action())) {
      connection.run(
          Service.HASHES,
          "bm_set_crc32_custom_parameters",
          polynomial,
          arguments -> {
            arguments.integer(1, CONTEXT);
            arguments.text(2, calculation);
            arguments.structure(
                3,
                configuration -> {
                  configuration.integer(1, polynomial.polynomial());
                  configuration.integer(2, -1);
                  configuration.integer(3, -1);
                  configuration.flag(4, true);
                  configuration.flag(5, true);
                });
          });
    }
  }

  /** A register's value; of one with more than 64 bits the low ones. */
  public long register(String register, int index) {
    return connection.call(
        Service.REGISTERS,
        "bm_register_read",
        register,
        arguments -> {
          arguments.integer(1, CONTEXT);
          arguments.text(2, register);
          arguments.integer(3, index);
        },
        result -> result.integer(0));
  }

  /** Writes a register. */
  public void write(String register, int index, long value) {
    connection.run(
        Service.REGISTERS,
        "bm_register_write",
        register,
        arguments -> {
          arguments.integer(1, CONTEXT);
          arguments.text(2, register);
          arguments.integer(3, index);
          arguments.longInteger(4, value);
        });
  }

  /** Clears its tables, registers, counters and multicast groups. */
  public void reset() {
    connection.run(Service.TABLES, "bm_reset_state", "the switch", arguments -> {});
  }

  /**
   * How many packets may wait at each port before more are dropped; a switch begins with 64, fewer
   * than the copies of a few reports.
   */
  public void setQueueDepth(int packets) {
    connection.run(
        Service.SWITCH,
        "set_all_egress_queue_depths",
        packets,
        arguments -> arguments.integer(1, packets));
  }

  /** Sets how many packets a second leave the queue of a port. */
  public void set(Setting.PortRate rate) {
    connection.run(
        Service.SWITCH,
        "set_egress_queue_rate",
        rate,
        arguments -> {
          arguments.integer(1, rate.port());
          arguments.longInteger(2, rate.perSecond());
        });
  }

  /** A counter's packets. */
  public long packets(String counter, int index) {
    return connection.call(
        Service.COUNTERS,
        "bm_counter_read",
        counter,
        arguments -> {
          arguments.integer(1, CONTEXT);
          arguments.text(2, counter);
          arguments.integer(3, index);
        },
        result -> result.structure(0).integer(2));
  }

  private static List<Arguments.Writer> matches(TableEntry entry) {
    boolean exact = entry.prefixLength() == TableEntry.EXACT;
    List<Arguments.Writer> matches = new ArrayList<>();
    for (Field key : entry.keys()) {
      matches.add(
          match -> {
            match.integer(1, exact ? EXACT : LONGEST_PREFIX);
            match.structure(
                exact ? 2 : 3,
                parameters -> {
                  parameters.bytes(1, bytes(key));
                  if (!exact) {
                    parameters.integer(2, entry.prefixLength());
                  }
                });
          });
    }
    return matches;
  }

  private static List<byte[]> bytes(List<Field> fields) {
    return fields.stream().map(SimpleSwitch::bytes).toList();
  }

  /** As many bytes as the width needs, the most significant first. */
  private static byte[] bytes(Field field) {
    byte[] bytes = new byte[(field.bits() + Byte.SIZE - 1) / Byte.SIZE];
    for (int i = 0; i < bytes.length; i++) {
      bytes[bytes.length - 1 - i] = (byte) (field.value() >>> (i * Byte.SIZE));
    }
    return bytes;
  }

  @Override
  public String toString() {
    return connection.toString();
  }

  @Override
  public void close() {
    connection.close();
  }
}
