package io.dta.p4;

import io.dta.primitives.directory.Directory;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** The programs for switches, and what the control plane has to know of each. */
public enum SwitchProgram {
  /** Reports in, RDMA requests out. */
  TRANSLATOR("dta_translator", TranslatorTables::of, TranslatorTables.NAMES),

  /** Forwards traffic, and reports on it. */
  REPORTER("dta_reporter", settings -> ReporterTables.of(settings.reporter()), null),

  /** No translator: the paths of packets that leave to hosts are written to collectors' memory. */
  DART_SWITCH("dart_switch", DartTables::of, DartTables.NAMES);

  private final String source;

  @SuppressWarnings("ImmutableEnumChecker") // a method reference
  private final Function<SwitchSettings, List<Setting>> tables;

  @SuppressWarnings("ImmutableEnumChecker") // a record of a string
  private final QueuePairNames queuePairs;

  SwitchProgram(
      String source, Function<SwitchSettings, List<Setting>> tables, QueuePairNames queuePairs) {
    this.source = source;
    this.tables = tables;
    this.queuePairs = queuePairs;
  }

  /** The name of its source file, without the {@code .p4}. */
  public String source() {
    return source;
  }

  /** The compiled program for BMv2 that comes with this version. */
  public CompiledProgram compiled() {
    return CompiledProgram.resource(source + ".json");
  }

  /**
   * Everything that the program needs before the first packet.
   *
   * @throws IllegalArgumentException where something does not fit the program, with what to change
   */
  public List<Setting> settings(SwitchSettings settings) {
    return tables.apply(settings);
  }

  /**
   * Where the program has its queue pairs; null where it has none, because it writes to no
   * collector's memory: its tables are then filled from the collectors' {@linkplain Directory
   * directories} alone.
   */
  public QueuePairNames queuePairs() {
    return queuePairs;
  }

  /** The name that the command line has for it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
