package io.dta.p4;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Settings as a script of {@code bfrt_python}, the Python shell of Tofino's BF Runtime: {@code
 * run_bfshell.sh -b FILE}. It fills tables that it has cleared before, so that it may be run again.
 */
public final class BfrtPython {
  /** Tofino's largest packet. */
  private static final int MAX_PACKET = 16384;

  private final StringBuilder out = new StringBuilder();

  /** Node identifiers are for all groups together. */
  private int node;

  private BfrtPython() {}

  /**
   * The script.
   *
   * @param program the program's name, such as {@code dta_translator}
   */
  public static String of(String program, List<? extends Setting> settings) {
    BfrtPython script = new BfrtPython();
    script.line("p4 = bfrt.%s.pipe", program);
    script.line("");
    script.helper();
    Set<String> filled = new LinkedHashSet<>();
    for (Setting setting : settings) {
      switch (setting) {
        case Setting.TableEntry each -> filled.add("p4." + each.table());
        case Setting.ValueSetMember each -> filled.add("p4." + each.valueSet());
        case Setting.MulticastGroup each ->
            filled.addAll(List.of("bfrt.pre.mgid", "bfrt.pre.node"));
        default -> {}
      }
    }
    filled.forEach(table -> script.line("%s.clear()", table));
    script.line("");
    settings.forEach(script::add);
    script.line("bfrt.complete_operations()");
    return script.out.toString();
  }

  /** A hash is found by the end of its name, as a control that is used twice has two. */
  private void helper() {
    line("def set_polynomial(hash_name, polynomial):");
    line("    end = '.' + hash_name + '.algorithm'");
    line("    for table in p4.info(return_info=True, print_info=False):");
    line("        if table['full_name'].endswith(end):");
    line("            table['node'].mod_with_user_defined(reverse=True, polynomial=polynomial,");
    line("                init=0xffffffff, final_xor=0xffffffff, hash_bit_width=32)");
    line("");
  }

  private void add(Setting setting) {
    switch (setting) {
      case Setting.TableEntry each ->
          line(
              "p4.%s.add_with_%s(%s)",
              each.table(),
              simple(each.action()),
              Stream.concat(keys(each), parameters(each.parameters()))
                  .collect(Collectors.joining(", ")));
      case Setting.DefaultAction each ->
          line(
              "p4.%s.set_default_with_%s(%s)",
              each.table(),
              simple(each.action()),
              parameters(each.parameters()).collect(Collectors.joining(", ")));
      case Setting.ValueSetMember each -> {
        long mask = -1L >>> (Long.SIZE - each.value().bits());
        line("p4.%s.add(f1=0x%x, f1_mask=0x%x)", each.valueSet(), each.value().value(), mask);
      }
      case Setting.MulticastGroup each -> group(each);
      case Setting.MirrorSession each ->
          line(
              "bfrt.mirror.cfg.entry_with_normal(sid=%d, direction='BOTH', session_enable=True, "
                  + "ucast_egress_port=%d, ucast_egress_port_valid=True, max_pkt_len=%d).push()",
              each.session(), each.port(), MAX_PACKET);
      case Setting.MirrorToGroup each ->
          line(
              "bfrt.mirror.cfg.entry_with_normal(sid=%d, direction='BOTH', session_enable=True, "
                  + "mcast_grp_a=%d, mcast_grp_a_valid=True, max_pkt_len=%d).push()",
              each.session(), each.group(), MAX_PACKET);
      case Setting.PortRate _ -> {} // A Tofino has a packet generator for that.
      case Setting.RegisterValue each ->
          line(
              "p4.%s.mod(REGISTER_INDEX=%d, f1=0x%x)", each.register(), each.index(), each.value());
      case Setting.MeterRate each ->
          line(
              "p4.%s.mod(METER_INDEX=%d, METER_SPEC_CIR_PPS=%d, METER_SPEC_PIR_PPS=%d, "
                  + "METER_SPEC_CBS_PKTS=%d, METER_SPEC_PBS_PKTS=%d)",
              each.meter(),
              each.index(),
              each.perSecond(),
              each.perSecond(),
              each.burst(),
              each.burst());
      case Setting.Polynomial each ->
          line("set_polynomial('%s', 0x%08x)", each.action(), each.polynomial());
    }
  }

  private void group(Setting.MulticastGroup group) {
    int first = node + 1;
    for (int copy = 0; copy < group.copies(); copy++) {
      node++;
      line(
          "bfrt.pre.node.entry(MULTICAST_NODE_ID=%d, MULTICAST_RID=%d, MULTICAST_LAG_ID=[], "
              + "DEV_PORT=[%d]).push()",
          node, copy, group.port());
    }
    String nodes =
        Stream.iterate(first, each -> each <= node, each -> each + 1)
            .map(String::valueOf)
            .collect(Collectors.joining(", "));
    line(
        "bfrt.pre.mgid.entry(MGID=%d, MULTICAST_NODE_ID=[%s], "
            + "MULTICAST_NODE_L1_XID_VALID=[False] * %d, MULTICAST_NODE_L1_XID=[0] * %d).push()",
        group.group(), nodes, group.copies(), group.copies());
  }

  private static Stream<String> keys(Setting.TableEntry entry) {
    Stream<String> keys =
        entry.keys().stream().map(key -> "%s=0x%x".formatted(simple(key.name()), key.value()));
    if (entry.prefixLength() == Setting.TableEntry.EXACT) {
      return keys;
    }
    String prefix =
        "%s_p_length=%d".formatted(simple(entry.keys().getFirst().name()), entry.prefixLength());
    return Stream.concat(keys, Stream.of(prefix));
  }

  private static Stream<String> parameters(List<Field> parameters) {
    return parameters.stream().map(each -> "%s=0x%x".formatted(each.name(), each.value()));
  }

  /** The last part of a name, by which the shell knows fields and actions. */
  private static String simple(String name) {
    return name.substring(name.lastIndexOf('.') + 1);
  }

  @SuppressWarnings("AnnotateFormatMethod") // an annotation is not worth a dependency
  private void line(String format, Object... values) {
    out.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}
