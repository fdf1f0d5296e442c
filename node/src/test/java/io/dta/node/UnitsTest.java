package io.dta.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

final class UnitsTest {
  @Test
  void shouldParseSizes() {
    assertEquals(4096, ByteSize.parse("4096").bytes());
    assertEquals(4096, ByteSize.parse("4096 B").bytes());
    assertEquals(64L << 20, ByteSize.parse("64 MiB").bytes());
    assertEquals(64L << 20, ByteSize.parse(" 64MiB ").bytes());
    assertEquals(3L << 30, ByteSize.parse("3GiB").bytes());
    assertEquals(1L << 50, ByteSize.parse("1 PiB").bytes());
    assertEquals(2_000, ByteSize.parse("2 kB").bytes());
    assertEquals(2_000_000_000_000L, ByteSize.parse("2TB").bytes());
    assertEquals(0, ByteSize.parse("0").bytes());
  }

  @Test
  void shouldRefuseWhatIsNotASize() {
    for (String text :
        new String[] {
          "",
          "MiB",
          "-1",
          "1.5 GiB",
          "64 MB/s",
          "64 Mi",
          "64 miB",
          "8192 PiB",
          "99999999999999999999"
        }) {
      assertThrows(IllegalArgumentException.class, () -> ByteSize.parse(text), text);
    }
    assertThrows(IllegalArgumentException.class, () -> ByteSize.of(-1));
  }

  @Property
  void shouldReadTheSizesThatItPrints(@ForAll @LongRange(min = 0) long bytes) {
    assertEquals(bytes, ByteSize.parse(ByteSize.of(bytes).toString()).bytes());
    long round = bytes >>> 24 << 20;
    assertEquals(round, ByteSize.parse(ByteSize.of(round).toString()).bytes());
  }

  @Test
  void shouldPrintSizesInTheLargestUnitThatDividesThem() {
    assertEquals("64 MiB", ByteSize.of(64 << 20).toString());
    assertEquals("1025 KiB", ByteSize.of(1025 << 10).toString());
    assertEquals("1023 B", ByteSize.of(1023).toString());
    assertEquals("0 B", ByteSize.of(0).toString());
  }

  @Test
  void shouldParseDurations() {
    assertEquals(Duration.ofMillis(10), Durations.parse("10ms"));
    assertEquals(Duration.ofMillis(10), Durations.parse("10 ms"));
    assertEquals(Duration.ofNanos(250_000), Durations.parse("250us"));
    assertEquals(Duration.ofNanos(7), Durations.parse("7ns"));
    assertEquals(Duration.ofSeconds(1), Durations.parse("1s"));
    assertEquals(Duration.ofMinutes(5), Durations.parse("5m"));
    assertEquals(Duration.ofHours(2), Durations.parse("2h"));
  }

  @Test
  void shouldRefuseWhatIsNotADuration() {
    for (String text :
        new String[] {"", "10", "ms", "-1s", "1.5s", "1 day", "999999999999999h", "1s 5ms"}) {
      assertThrows(IllegalArgumentException.class, () -> Durations.parse(text), text);
    }
  }

  @Property
  void shouldReadTheDurationsThatItPrints(@ForAll @LongRange(min = 0) long nanos) {
    Duration exact = Duration.ofNanos(nanos);
    assertEquals(exact, Durations.parse(Durations.print(exact)));
    Duration round = Duration.ofNanos(nanos / 3_600_000_000_000L * 3_600_000_000_000L);
    assertEquals(round, Durations.parse(Durations.print(round)));
  }

  @Test
  void shouldMeasureTheDistanceOfNames() {
    assertEquals(0, Nearest.distance("slots", "slots"));
    assertEquals(1, Nearest.distance("solts", "slots"));
    assertEquals(1, Nearest.distance("slot", "slots"));
    assertEquals(1, Nearest.distance("slotss", "slots"));
    assertEquals(2, Nearest.distance("slats!", "slots"));
    assertEquals(5, Nearest.distance("", "slots"));
  }

  @Test
  void shouldNotGuessWhatALongNameMeant() {
    assertEquals(
        "; expected one of key, policy", Nearest.hint("x".repeat(300), List.of("key", "policy")));
  }
}
