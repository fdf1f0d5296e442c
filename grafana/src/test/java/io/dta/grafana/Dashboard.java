package io.dta.grafana;

import com.fasterxml.jackson.databind.JsonNode;
import io.dta.node.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A dashboard as Grafana's JSON has it, as far as the tests look at it. */
record Dashboard(String name, JsonNode json, List<Panel> panels) {
  static final Path FOLDER = Path.of("dashboards");

  /** A threshold: the color from a value on. */
  record Threshold(double from, String color) {}

  /** A query of a panel. */
  record Target(String expression, String legend) {}

  /** A panel and its place in the grid of 24 columns. */
  record Panel(JsonNode json, int x, int y, int width, int height, List<Target> targets) {
    String type() {
      return json.path("type").asText();
    }

    String title() {
      return json.path("title").asText();
    }

    String description() {
      return json.path("description").asText();
    }

    JsonNode defaults() {
      return json.path("fieldConfig").path("defaults");
    }

    String unit() {
      return defaults().path("unit").asText();
    }

    List<Threshold> thresholds() {
      List<Threshold> all = new ArrayList<>();
      for (JsonNode step : defaults().path("thresholds").path("steps")) {
        JsonNode from = step.path("value");
        all.add(
            new Threshold(
                from.isNumber() ? from.asDouble() : Double.NEGATIVE_INFINITY,
                step.path("color").asText()));
      }
      return all;
    }
  }

  static Dashboard read(Path file) {
    try {
      JsonNode json = Json.mapper().readTree(Files.readString(file));
      List<Panel> panels = new ArrayList<>();
      for (JsonNode panel : json.path("panels")) {
        JsonNode place = panel.path("gridPos");
        List<Target> targets = new ArrayList<>();
        for (JsonNode target : panel.path("targets")) {
          targets.add(
              new Target(target.path("expr").asText(), target.path("legendFormat").asText()));
        }
        panels.add(
            new Panel(
                panel,
                place.path("x").asInt(),
                place.path("y").asInt(),
                place.path("w").asInt(),
                place.path("h").asInt(),
                targets));
      }
      String name = file.getFileName().toString().replace(".json", "");
      return new Dashboard(name, json, panels);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String toString() {
    return name;
  }

  static List<Dashboard> all() {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files.sorted().map(Dashboard::read).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
