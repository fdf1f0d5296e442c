package io.dta.experiment.page;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NumbersTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "300|300",
        "0.99871|0.99871",
        "0.5|0.5000",
        "0.00000123|1.23e-06",
        "1234.5|1,234.50",
        "-0.25|-0.2500"
      })
  void shouldShowTheDigitsThatMatter(double value, String text) {
    assertEquals(text, Numbers.text(value));
  }

  @ParameterizedTest
  @CsvSource({"999, 999 B", "24e6, 24.0 MB", "12.9e9, 12.9 GB"})
  void shouldShowBytes(double bytes, String text) {
    assertEquals(text, Numbers.bytes(bytes));
  }

  @ParameterizedTest
  @CsvSource({"0.2, 1 s", "119, 119 s", "200, 3 min 20 s", "7300, 2 h 1 min"})
  void shouldShowDurations(double seconds, String text) {
    assertEquals(text, Numbers.seconds(seconds));
  }
}
