package io.dta.cli;

import io.dta.collector.CollectorContext;
import io.dta.node.OperatorException;
import io.dta.node.YamlConfig;
import io.dta.p4.control.SwitchPlan;
import io.dta.translator.TranslatorContext;
import java.nio.file.Path;

/**
 * The configuration file of a node: one YAML document that configures a collector, a translator, a
 * switch, or several of them.
 *
 * @param collector null where the node is none
 * @param translator null where the node is none
 * @param p4 the switch that the node is the control plane of; null where it is none
 */
public record NodeConfiguration(
    CollectorContext collector, TranslatorContext translator, SwitchPlan p4) {
  public NodeConfiguration {
    if (collector == null && translator == null && p4 == null) {
      throw new IllegalArgumentException(
          "collector, translator or p4 is missing: a node is at least one of them");
    }
  }

  /** A node that is a collector, a translator, or both. */
  public NodeConfiguration(CollectorContext collector, TranslatorContext translator) {
    this(collector, translator, null);
  }

  /** Reads a file. */
  public static NodeConfiguration read(Path file) {
    return YamlConfig.read(file, NodeConfiguration.class);
  }

  /** The collector of a file. */
  static CollectorContext collector(Path file) {
    CollectorContext collector = read(file).collector();
    if (collector == null) {
      throw new OperatorException(
          file + " configures no collector: add a section 'collector', or name another file");
    }
    return collector;
  }

  /** The translator of a file. */
  static TranslatorContext translator(Path file) {
    TranslatorContext translator = read(file).translator();
    if (translator == null) {
      throw new OperatorException(
          file + " configures no translator: add a section 'translator', or name another file");
    }
    return translator;
  }
}
