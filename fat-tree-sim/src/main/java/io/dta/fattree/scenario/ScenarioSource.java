package io.dta.fattree.scenario;

import io.dta.node.Nearest;
import io.dta.node.OperatorException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * Where a scenario's text is, and the files that it names: on disk, or shipped with the product.
 *
 * @param name what errors call it
 * @param text the YAML
 * @param directory where the files are that it names; null where it is shipped
 */
public record ScenarioSource(String name, String text, Path directory) {
  private static final String RESOURCES = "/scenarios/";
  private static final String YAML = ".yaml";

  /** The shipped scenarios, in the order in which one may want to see them. */
  public static final List<String> SHIPPED =
      List.of(
          "quick-look",
          "incast",
          "int-metadata",
          "hot-rack",
          "web-search",
          "link-failure",
          "event-storm",
          "lossy-reports",
          "dart-direct",
          "dart-rocev2",
          "loopback",
          "own-flows",
          "large-k16",
          "huge-k48");

  /**
   * A file, or a shipped scenario by its name.
   *
   * @throws OperatorException where there is neither
   */
  public static ScenarioSource of(String given) {
    if (SHIPPED.contains(given)) {
      return new ScenarioSource(given + YAML, resource(given + YAML), null);
    }
    Path file = Path.of(given);
    try {
      return new ScenarioSource(given, Files.readString(file), file.toAbsolutePath().getParent());
    } catch (NoSuchFileException e) {
      throw new OperatorException(
          "'%s' is neither a file nor a shipped scenario: there are %s"
              .formatted(given, String.join(", ", Nearest.nearestFirst(given, SHIPPED))),
          e);
    } catch (IOException e) {
      throw new OperatorException("'%s' cannot be read: %s".formatted(given, e.getMessage()), e);
    }
  }

  private static String resource(String file) {
    try (InputStream in = ScenarioSource.class.getResourceAsStream(RESOURCES + file)) {
      if (in == null) {
        throw new IllegalStateException("the scenario " + file + " is missing");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException("the scenario " + file + " is not readable", e);
    }
  }

  /**
   * The lines of a file that the scenario names.
   *
   * @param key by which it names it
   */
  List<String> lines(String key, String file) {
    if (directory == null) {
      return resource(file).lines().toList();
    }
    Path path = directory.resolve(file);
    try {
      return Files.readAllLines(path, StandardCharsets.UTF_8);
    } catch (NoSuchFileException e) {
      throw new OperatorException(
          "%s: %s '%s': there is no file %s; name a CSV file, relative to the scenario"
              .formatted(name, key, file, path.toAbsolutePath().normalize()),
          e);
    } catch (IOException e) {
      throw new OperatorException(
          "%s: %s '%s' cannot be read (%s): name a CSV file, relative to the scenario"
              .formatted(name, key, file, e),
          e);
    }
  }
}
