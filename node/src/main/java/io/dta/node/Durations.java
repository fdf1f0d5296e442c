package io.dta.node;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdScalarSerializer;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Durations as people write them: {@code 10ms}, {@code 250 us}, {@code 1s}, {@code 5m}, {@code 2h}.
 */
public final class Durations {
  private static final Pattern FORM = Pattern.compile("([0-9]{1,19})\\s*([a-z]*)");

  /** Nanoseconds of each unit, the longest first. */
  private static final Map<String, Long> UNITS = new LinkedHashMap<>();

  static {
    UNITS.put("h", 3_600_000_000_000L);
    UNITS.put("m", 60_000_000_000L);
    UNITS.put("s", 1_000_000_000L);
    UNITS.put("ms", 1_000_000L);
    UNITS.put("us", 1_000L);
    UNITS.put("ns", 1L);
  }

  private Durations() {}

  /**
   * Parses a whole number and one of the units ns, us, ms, s, m and h.
   *
   * @throws IllegalArgumentException naming the form
   */
  public static Duration parse(String text) {
    Matcher matcher = FORM.matcher(text.strip());
    if (matcher.matches()) {
      Long unit = UNITS.get(matcher.group(2));
      if (unit != null) {
        try {
          return Duration.ofNanos(Math.multiplyExact(Long.parseLong(matcher.group(1)), unit));
        } catch (ArithmeticException | NumberFormatException e) {
          throw new IllegalArgumentException(
              "duration '" + text + "': expected at most 292 years", e);
        }
      }
    }
    throw new IllegalArgumentException(
        "duration '"
            + text
            + "': expected a whole number and one of ns, us, ms, s, m or h, such as 10ms");
  }

  /** The form that {@link #parse} reads, in the largest unit that divides it. */
  public static String print(Duration duration) {
    long nanos = duration.toNanos();
    if (nanos == 0) {
      return "0s";
    }
    for (Map.Entry<String, Long> unit : UNITS.entrySet()) {
      if (nanos % unit.getValue() == 0) {
        return nanos / unit.getValue() + unit.getKey();
      }
    }
    throw new AssertionError("every duration is a number of nanoseconds");
  }

  /** Reads and writes durations in this form, in JSON and YAML. */
  static SimpleModule module() {
    SimpleModule module = new SimpleModule("durations");
    module.addDeserializer(Duration.class, new Reader());
    module.addSerializer(Duration.class, new Writer());
    return module;
  }

  private static final class Reader extends StdScalarDeserializer<Duration> {
    private static final long serialVersionUID = 1;

    Reader() {
      super(Duration.class);
    }

    @Override
    public Duration deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      String text = parser.getText();
      if (!parser.hasToken(JsonToken.VALUE_STRING)
          && !parser.hasToken(JsonToken.VALUE_NUMBER_INT)) {
        return (Duration) context.handleUnexpectedToken(Duration.class, parser);
      }
      try {
        return parse(text);
      } catch (IllegalArgumentException e) {
        return (Duration) context.handleInstantiationProblem(Duration.class, text, e);
      }
    }
  }

  private static final class Writer extends StdScalarSerializer<Duration> {
    private static final long serialVersionUID = 1;

    Writer() {
      super(Duration.class);
    }

    @Override
    public void serialize(Duration value, JsonGenerator generator, SerializerProvider provider)
        throws IOException {
      generator.writeString(print(value));
    }
  }
}
