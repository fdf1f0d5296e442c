package io.dta.collector.region;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.dta.node.Json;
import io.dta.primitives.store.Store;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * The configuration of the store that a region file was made for, in {@code NAME.region.json}
 * beside it. A region is a plain array: read with another layout of the same length, it would
 * answer nonsense.
 */
final class LayoutFile {
  private final Path region;
  private final Path file;
  private final Store store;

  LayoutFile(Path region, Store store) {
    this.region = region;
    this.file = region.resolveSibling(region.getFileName() + ".json");
    this.store = store;
  }

  /**
   * Refuses a region that was made for another layout. A region without this file is taken as it
   * is.
   *
   * @throws IOException with a sentence for the operator
   */
  void check() throws IOException {
    if (!Files.exists(file) || !Files.exists(region)) {
      return;
    }
    String text = Files.readString(file);
    Store written;
    try {
      written = Json.mapper().readValue(text, Store.class);
    } catch (JsonProcessingException | IllegalArgumentException e) {
      throw new IOException(
          "%s does not say what %s was made for; move both away to start empty"
              .formatted(file, region),
          e);
    }
    if (!written.equals(store)) {
      throw new IOException(
          "%s was made for %s, and the configuration now says %s; restore the configuration, or move %s and %s away to start empty"
              .formatted(region, text.strip(), json(), region, file));
    }
  }

  /** Writes the file anew, whole or not at all. */
  void write() throws IOException {
    Path temporary = file.resolveSibling(file.getFileName() + ".new");
    Files.write(temporary, (json() + "\n").getBytes(StandardCharsets.UTF_8));
    Files.move(
        temporary, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }

  private String json() throws JsonProcessingException {
    return Json.mapper().writerFor(Store.class).writeValueAsString(store);
  }
}
