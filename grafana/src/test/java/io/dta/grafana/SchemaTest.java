package io.dta.grafana;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.dta.grafana.Dashboard.Panel;
import io.dta.node.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Holds the dashboards against the types that Grafana publishes as {@code @grafana/schema}. The
 * package has no JSON schema, so TypeScript's compiler compares: the dashboards as a whole, and
 * each panel's options with those of its kind.
 */
class SchemaTest {
  private static final Path FOLDER = Path.of("target", "schema");
  private static final List<String> PACKAGES =
      List.of("@grafana/schema@13.2.3", "typescript@5.9.3");

  private record Outcome(int exitCode, String output) {}

  @BeforeAll
  static void install() throws IOException, InterruptedException {
    Files.createDirectories(FOLDER);
    Outcome npm;
    try {
      npm = run(List.of("npm", "--version"));
    } catch (IOException e) {
      npm = new Outcome(1, e.getMessage());
    }
    assumeTrue(npm.exitCode() == 0, "there is no npm to get Grafana's types with");
    if (!Files.isExecutable(FOLDER.resolve("node_modules/.bin/tsc"))) {
      Files.writeString(FOLDER.resolve("package.json"), "{\"private\": true}");
      List<String> command =
          new ArrayList<>(List.of("npm", "install", "--ignore-scripts", "--no-audit", "--no-fund"));
      command.addAll(PACKAGES);
      Outcome installed = run(command);
      assumeTrue(
          installed.exitCode() == 0, "npm cannot install Grafana's types: " + installed.output());
    }
  }

  @Test
  void shouldFitWhatGrafanaPublishes() throws IOException, InterruptedException {
    StringBuilder check = new StringBuilder(resource());
    for (Dashboard dashboard : Dashboard.all()) {
      String name = dashboard.name().replace('-', '_');
      define(check, name, "Json<Dashboard>", Json.compact(dashboard.json()));
      for (Panel panel : dashboard.panels()) {
        String part = name + "_" + panel.json().path("id").asInt();
        define(
            check,
            part,
            "Partly<Json<" + panel.type() + ">>",
            Json.compact(panel.json().path("options")));
        if (panel.type().equals("timeseries")) {
          define(
              check,
              part + "_custom",
              "Partly<Json<custom>>",
              Json.compact(panel.defaults().path("custom")));
        }
      }
    }
    Files.writeString(FOLDER.resolve("check.ts"), check);
    Outcome compiled =
        run(
            List.of(
                "node_modules/.bin/tsc",
                "--noEmit",
                "--strict",
                "--skipLibCheck",
                "--target",
                "es2022",
                "--module",
                "nodenext",
                "check.ts"));
    assertEquals(0, compiled.exitCode(), compiled.output());
  }

  private static void define(StringBuilder check, String name, String type, String json) {
    check.append("export const %s: %s = %s;%n".formatted(name, type, json));
  }

  private static String resource() throws IOException {
    try (InputStream stream = SchemaTest.class.getResourceAsStream("/schema.ts")) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static Outcome run(List<String> command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command).directory(FOLDER.toFile()).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Outcome(process.waitFor(), output);
  }
}
