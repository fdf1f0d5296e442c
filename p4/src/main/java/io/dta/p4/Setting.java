package io.dta.p4;

import java.util.List;

/**
 * Something that the control plane sets in a switch. Names are those of the P4 program, such as
 * {@code TranslatorIngress.key_write.stores}.
 */
public sealed interface Setting {
  /**
   * An entry of a table.
   *
   * @param prefixLength of the only key where the table matches the longest prefix; {@link #EXACT}
   *     where it matches exactly
   */
  record TableEntry(
      String table, List<Field> keys, int prefixLength, String action, List<Field> parameters)
      implements Setting {
    /** In place of a prefix length. */
    public static final int EXACT = -1;

    public TableEntry {
      keys = List.copyOf(keys);
      parameters = List.copyOf(parameters);
    }

    /** An entry whose keys match exactly. */
    public static TableEntry exact(
        String table, List<Field> keys, String action, Field... parameters) {
      return new TableEntry(table, keys, EXACT, action, List.of(parameters));
    }
  }

  /** What a table without an entry that matches does; the only thing where it has no key. */
  record DefaultAction(String table, String action, List<Field> parameters) implements Setting {
    public DefaultAction {
      parameters = List.copyOf(parameters);
    }
  }

  /** A member of a parser's value set. */
  record ValueSetMember(String valueSet, Field value) implements Setting {}

  /** A multicast group: so many copies to one port, with the replication identifiers from 0. */
  record MulticastGroup(int group, int port, int copies) implements Setting {}

  /** A mirror session: copies go to a port. */
  record MirrorSession(int session, int port) implements Setting {}

  /** A mirror session: copies go to a multicast group. */
  record MirrorToGroup(int session, int group) implements Setting {}

  /** A value of a register. */
  record RegisterValue(String register, int index, long value) implements Setting {}

  /** How many packets a second leave the queue of a port; BMv2 alone. */
  record PortRate(int port, long perSecond) implements Setting {}

  /**
   * The rate of a meter: what is beyond it is red.
   *
   * @param perSecond packets a second
   * @param burst packets at once
   */
  record MeterRate(String meter, int index, long perSecond, int burst) implements Setting {}

  /**
   * The polynomial of a reflected CRC-32 whose initial value and final XOR are all ones.
   *
   * @param action the action that calculates it, by the end of its name: each use has its own
   */
  record Polynomial(String action, int polynomial) implements Setting {}
}
