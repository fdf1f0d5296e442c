package io.dta.p4;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The constants and headers of P4 source files, read without any P4 tool. */
final class P4Source {
  private static final Pattern CONSTANT =
      Pattern.compile("^#define (\\w+) (\\d+)w(0x[0-9A-Fa-f]+|\\d+)$", Pattern.MULTILINE);
  private static final Pattern HEADER =
      Pattern.compile("^header (\\w+) \\{\n(.*?)^\\}$", Pattern.MULTILINE | Pattern.DOTALL);
  private static final Pattern FIELD = Pattern.compile("^    bit<(\\d+)> (\\w+);$");

  private final String text;

  private P4Source(String text) {
    this.text = text;
  }

  /** Reads the files of the directory {@code include}, which all programs share. */
  static P4Source include() {
    try (Stream<Path> files = Files.list(Path.of("include"))) {
      StringBuilder text = new StringBuilder();
      for (Path file : files.sorted().toList()) {
        text.append(Files.readString(file));
      }
      return new P4Source(text.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A constant: its width in bits and its value. */
  record Constant(int width, long value) {}

  Map<String, Constant> constants() {
    Map<String, Constant> constants = new LinkedHashMap<>();
    Matcher matcher = CONSTANT.matcher(text);
    while (matcher.find()) {
      constants.put(
          matcher.group(1),
          new Constant(Integer.parseInt(matcher.group(2)), Long.decode(matcher.group(3))));
    }
    return constants;
  }

  /** How many lines begin a constant, understood or not. */
  long constantLines() {
    return text.lines().filter(line -> line.matches("#define \\w+ .*")).count();
  }

  /** The headers, in their order. */
  Map<String, P4Header> headers() {
    Map<String, P4Header> headers = new LinkedHashMap<>();
    Matcher matcher = HEADER.matcher(text);
    while (matcher.find()) {
      P4Header header = new P4Header(matcher.group(1));
      for (String line : matcher.group(2).split("\n", 0)) {
        Matcher field = FIELD.matcher(line);
        if (!field.matches()) {
          throw new IllegalStateException("header " + header.name() + ": '" + line + "'");
        }
        header.add(field.group(2), Integer.parseInt(field.group(1)));
      }
      headers.put(header.name(), header);
    }
    return headers;
  }

  /** How many lines begin a header, understood or not. */
  long headerLines() {
    return text.lines().filter(line -> line.startsWith("header ")).count();
  }
}
