package io.dta.p4;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A program as BMv2's compiler leaves it, as far as the control plane has to know it. */
public final class CompiledProgram {
  private static final String HASH = "modify_field_with_hash_based_offset";
  private static final int CALCULATION = 2;

  private final String json;
  private final String source;
  private final List<Hash> hashes = new ArrayList<>();
  private final List<String> tables = new ArrayList<>();
  private final List<ValueSet> valueSets = new ArrayList<>();
  private final List<String> registers = new ArrayList<>();

  /**
   * A value set of the parser.
   *
   * @param bits the width of its members
   */
  public record ValueSet(String name, int bits) {}

  /** A calculation and the action that it is made in. */
  private record Hash(String action, String calculation) {}

  /**
   * @param json what the compiler wrote
   */
  public CompiledProgram(String json) {
    this.json = json;
    try {
      JsonNode root = new ObjectMapper().readTree(json);
      String path = root.path("program").asText();
      source = path.substring(path.lastIndexOf('/') + 1);
      for (JsonNode pipeline : root.path("pipelines")) {
        for (JsonNode table : pipeline.path("tables")) {
          // Tables without a key, and those that the compiler makes, have no entries.
          if (!table.path("key").isEmpty() && !table.has("entries")) {
            tables.add(table.get("name").asText());
          }
        }
      }
      for (JsonNode set : root.path("parse_vsets")) {
        valueSets.add(
            new ValueSet(set.get("name").asText(), set.get("compressed_bitwidth").asInt()));
      }
      root.path("register_arrays").forEach(each -> registers.add(each.get("name").asText()));
      for (JsonNode action : root.path("actions")) {
        for (JsonNode primitive : action.get("primitives")) {
          if (primitive.get("op").asText().equals(HASH)) {
            hashes.add(
                new Hash(
                    action.get("name").asText(),
                    primitive.get("parameters").get(CALCULATION).get("value").asText()));
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A compiled program that comes with this version, by the name of its file. */
  static CompiledProgram resource(String name) {
    try (InputStream in = CompiledProgram.class.getResourceAsStream("/p4/bmv2/" + name)) {
      if (in == null) {
        throw new IllegalStateException("no resource p4/bmv2/" + name);
      }
      return new CompiledProgram(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The file that it was compiled from, such as {@code dta_translator.p4}. */
  public String source() {
    return source;
  }

  /** The tables that have entries, and no constant ones. */
  public List<String> tables() {
    return List.copyOf(tables);
  }

  /** The parser's value sets. */
  public List<ValueSet> valueSets() {
    return List.copyOf(valueSets);
  }

  /** The registers. */
  public List<String> registers() {
    return List.copyOf(registers);
  }

  /** What {@code simple_switch} is started with. */
  public String json() {
    return json;
  }

  /**
   * The names of the calculations that an action makes; several where its control is used several
   * times.
   *
   * @param action the end of its name
   */
  public List<String> calculations(String action) {
    List<String> calculations =
        hashes.stream()
            .filter(hash -> hash.action().endsWith("." + action))
            .map(Hash::calculation)
            .toList();
    if (calculations.isEmpty()) {
      throw new IllegalStateException("no action '" + action + "' calculates a hash");
    }
    return calculations;
  }
}
