package io.dta.primitives;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;

/**
 * The golden vectors, shared with the tests of the P4 programs. Each file says how it was made, and
 * none was made by the code under test.
 */
public final class Vectors {
  public static final ObjectMapper JSON = new ObjectMapper();

  private static final Path FOLDER = Path.of("..", "p4", "vectors");

  private Vectors() {}

  /** A file of vectors, such as {@code hashes.json}. */
  public static JsonNode read(String file) {
    try {
      return JSON.readTree(Files.readString(FOLDER.resolve(file)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The bytes of a hexadecimal text. */
  public static byte[] bytes(JsonNode hexadecimal) {
    return HexFormat.of().parseHex(hexadecimal.asText());
  }

  /** The 32 bits of a hexadecimal text. */
  public static int bits(JsonNode hexadecimal) {
    return HexFormat.fromHexDigits(hexadecimal.asText());
  }
}
