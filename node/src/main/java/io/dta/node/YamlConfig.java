package io.dta.node;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Configuration: YAML to records and back.
 *
 * <p>A record's constructor fills defaults and throws {@link IllegalArgumentException} with a
 * message that begins with the name of the component that is wrong ({@code slots 1000: expected a
 * power of two}). Whatever does not fit is an {@link OperatorException} that names the file, the
 * line and column, the key, the value and what was expected, and for an unknown key the nearest
 * known one. A key without a value, a key twice and a second document are errors too.
 */
public final class YamlConfig {
  private static final ObjectMapper MAPPER =
      Json.configure(
              YAMLMapper.builder(
                  YAMLFactory.builder()
                      .enable(YAMLParser.Feature.PARSE_BOOLEAN_LIKE_WORDS_AS_STRINGS)
                      .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
                      .disable(YAMLGenerator.Feature.SPLIT_LINES)
                      .disable(YAMLGenerator.Feature.USE_NATIVE_TYPE_ID)
                      .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
                      .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
                      .enable(YAMLGenerator.Feature.INDENT_ARRAYS_WITH_INDICATOR)
                      .build()))
          .build();

  private static final YAMLFactory TOKENS = new YAMLFactory();

  /** How SnakeYAML names a place in the lines that follow a sentence. */
  private static final Pattern PLACE = Pattern.compile("line ([0-9]+), column ([0-9]+)");

  private YamlConfig() {}

  /**
   * Reads a configuration file.
   *
   * @throws OperatorException where it cannot be read or does not fit
   */
  public static <T> T read(Path file, Class<T> type) {
    try {
      return parse(file.toString(), Files.readString(file), type);
    } catch (NoSuchFileException e) {
      throw new OperatorException("configuration file " + file + " does not exist", e);
    } catch (AccessDeniedException e) {
      throw new OperatorException(
          "configuration file " + file + " may not be read: check its permissions", e);
    } catch (MalformedInputException e) {
      throw new OperatorException("configuration file " + file + " is not UTF-8 text", e);
    } catch (IOException e) {
      throw new OperatorException(
          "configuration file " + file + " could not be read: " + e.getMessage(), e);
    }
  }

  /**
   * Parses configuration.
   *
   * @param name what errors call it, a file name as a rule
   * @throws OperatorException where it does not fit
   */
  public static <T> T parse(String name, String yaml, Class<T> type) {
    Map<String, Position> positions = new HashMap<>();
    try {
      index(name, yaml, positions);
      T value = MAPPER.readValue(yaml, type);
      if (value == null) {
        throw new OperatorException(name + " is empty: it needs at least one key");
      }
      return value;
    } catch (JsonMappingException e) {
      BindingProblem problem = BindingProblem.of(e, () -> MAPPER.readTree(yaml));
      Position position = positions.getOrDefault(problem.path(), positions.get(problem.parent()));
      String value =
          problem.lacksValue() && position != null && position.scalar() != null
              ? " instead of '" + position.scalar() + "'"
              : "";
      throw at(name, position, problem.reason() + value, e);
    } catch (JsonProcessingException e) {
      throw at(name, syntaxPosition(e), syntax(e), e);
    } catch (IOException e) {
      throw new OperatorException(name + " could not be read: " + e.getMessage(), e);
    }
  }

  /** A record as YAML, with what its constructor filled in; {@link #parse} reads it back. */
  public static String dump(Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not YAML: " + value, e);
    }
  }

  /** Where a key is, or an element of a list, and its value where that is a scalar. */
  private record Position(int line, int column, String scalar) {
    static Position of(JsonLocation location, String scalar) {
      return location == null
          ? null
          : new Position(location.getLineNr(), location.getColumnNr(), scalar);
    }
  }

  private static void index(String name, String yaml, Map<String, Position> positions)
      throws IOException {
    try (JsonParser parser = TOKENS.createParser(yaml)) {
      if (parser.nextToken() == null || parser.hasToken(JsonToken.VALUE_NULL)) {
        throw new OperatorException(name + " is empty: it needs at least one key");
      }
      indexValue(name, parser, "", positions);
      if (parser.nextToken() != null) {
        throw at(
            name,
            Position.of(parser.currentTokenLocation(), null),
            "a second document begins: one file holds one configuration",
            null);
      }
    }
  }

  private static void indexValue(
      String name, JsonParser parser, String path, Map<String, Position> positions)
      throws IOException {
    if (parser.hasToken(JsonToken.START_OBJECT)) {
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String key = BindingProblem.join(path, parser.currentName());
        JsonLocation location = parser.currentTokenLocation();
        parser.nextToken();
        Position earlier = positions.put(key, position(parser, location));
        if (earlier != null) {
          throw at(
              name,
              Position.of(location, null),
              "duplicate key '%s': it was given in line %d".formatted(key, earlier.line()),
              null);
        }
        if (parser.hasToken(JsonToken.VALUE_NULL)) {
          throw at(
              name,
              Position.of(location, null),
              "%s has no value: give it one, or remove the key".formatted(key),
              null);
        }
        indexValue(name, parser, key, positions);
      }
    } else if (parser.hasToken(JsonToken.START_ARRAY)) {
      for (int i = 0; parser.nextToken() != JsonToken.END_ARRAY; i++) {
        String key = BindingProblem.join(path, "[" + i + "]");
        positions.put(key, position(parser, parser.currentTokenLocation()));
        indexValue(name, parser, key, positions);
      }
    }
  }

  private static Position position(JsonParser parser, JsonLocation location) throws IOException {
    return Position.of(location, parser.currentToken().isScalarValue() ? parser.getText() : null);
  }

  /** The last place that a syntax error names; the parser itself is behind it. */
  private static Position syntaxPosition(JsonProcessingException e) {
    Position position = Position.of(e.getLocation(), null);
    Matcher matcher = PLACE.matcher(e.getOriginalMessage());
    while (matcher.find()) {
      position =
          new Position(
              Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)), null);
    }
    return position;
  }

  /** The parts of a syntax error that say what is wrong; the rest repeats the place. */
  private static String syntax(JsonProcessingException e) {
    return "not YAML: "
        + e.getOriginalMessage()
            .lines()
            .filter(line -> !line.isBlank() && !line.startsWith(" "))
            .collect(Collectors.joining(": "));
  }

  private static OperatorException at(
      String name, Position position, String reason, Throwable cause) {
    String place = position == null ? name : name + ":" + position.line() + ":" + position.column();
    return new OperatorException(place + ": " + reason, cause);
  }
}
