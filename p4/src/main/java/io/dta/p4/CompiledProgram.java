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
  private final List<Hash> hashes = new ArrayList<>();

  /** A calculation and the action that it is made in. */
  private record Hash(String action, String calculation) {}

  /**
   * @param json what the compiler wrote
   */
  CompiledProgram(String json) {
    this.json = json;
    try {
      for (JsonNode action : new ObjectMapper().readTree(json).get("actions")) {
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

  /** The compiled translator that comes with this version. */
  public static CompiledProgram translator() {
    return resource("dta_translator.json");
  }

  private static CompiledProgram resource(String name) {
    try (InputStream in = CompiledProgram.class.getResourceAsStream("/p4/bmv2/" + name)) {
      if (in == null) {
        throw new IllegalStateException("no resource p4/bmv2/" + name);
      }
      return new CompiledProgram(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
  List<String> calculations(String action) {
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
