package io.dta.p4;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Settings as commands of {@code simple_switch_CLI}, for a switch that has just been started: the
 * handles of its multicast nodes count from 0.
 */
public final class SimpleSwitchCommands {
  private static final double MICROS_PER_SECOND = 1e6;

  private final CompiledProgram program;
  private final StringBuilder out = new StringBuilder();
  private int nodes;

  private SimpleSwitchCommands(CompiledProgram program) {
    this.program = program;
  }

  /** The commands, one a line. */
  public static String of(CompiledProgram program, List<Setting> settings) {
    SimpleSwitchCommands commands = new SimpleSwitchCommands(program);
    settings.forEach(commands::add);
    return commands.out.toString();
  }

  private void add(Setting setting) {
    switch (setting) {
      case Setting.TableEntry each ->
          line(
              "table_add %s %s %s=> %s"
                  .formatted(each.table(), each.action(), keys(each), values(each.parameters())));
      case Setting.DefaultAction each ->
          line(
              "table_set_default %s %s %s"
                  .formatted(each.table(), each.action(), values(each.parameters())));
      case Setting.ValueSetMember each ->
          line("pvs_add %s 0x%x".formatted(each.valueSet(), each.value().value()));
      case Setting.MulticastGroup each -> {
        line("mc_mgrp_create %d".formatted(each.group()));
        for (int copy = 0; copy < each.copies(); copy++) {
          line("mc_node_create %d %d".formatted(copy, each.port()));
          line("mc_node_associate %d %d".formatted(each.group(), nodes++));
        }
      }
      case Setting.MirrorSession each ->
          line("mirroring_add %d %d".formatted(each.session(), each.port()));
      case Setting.MirrorToGroup each ->
          line("mirroring_add_mc %d %d".formatted(each.session(), each.group()));
      case Setting.PortRate each ->
          line("set_queue_rate %d %d".formatted(each.perSecond(), each.port()));
      case Setting.RegisterValue each ->
          line("register_write %s %d %d".formatted(each.register(), each.index(), each.value()));
      case Setting.MeterRate each -> {
        String rate =
            String.format(
                Locale.ROOT, "%.9f:%d", each.perSecond() / MICROS_PER_SECOND, each.burst());
        line("meter_set_rates %s %d %s %s".formatted(each.meter(), each.index(), rate, rate));
      }
      case Setting.Polynomial each -> {
        for (String calculation : program.calculations(each.action())) {
          line(
              "set_crc32_parameters %s 0x%08x 0xffffffff 0xffffffff 1 1"
                  .formatted(calculation, each.polynomial()));
        }
      }
    }
  }

  private static String keys(Setting.TableEntry entry) {
    if (entry.prefixLength() != Setting.TableEntry.EXACT) {
      return "0x%x/%d ".formatted(entry.keys().getFirst().value(), entry.prefixLength());
    }
    return entry.keys().stream()
        .map(key -> "0x%x ".formatted(key.value()))
        .collect(Collectors.joining());
  }

  private static String values(List<Field> fields) {
    return fields.stream()
        .map(field -> "0x%x".formatted(field.value()))
        .collect(Collectors.joining(" "));
  }

  private void line(String line) {
    out.append(line.stripTrailing()).append('\n');
  }
}
