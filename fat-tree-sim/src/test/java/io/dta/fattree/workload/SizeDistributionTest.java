package io.dta.fattree.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dta.primitives.analysis.Tolerance;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SizeDistributionTest {
  @TempDir Path directory;

  private Path csv(String text) throws IOException {
    return Files.writeString(directory.resolve("sizes.csv"), text);
  }

  private void expectError(String text, String message) throws IOException {
    Path file = csv(text);
    Throwable error =
        assertThrows(IllegalArgumentException.class, () -> SizeDistribution.read(file));
    assertEquals(file + message, error.getMessage());
  }

  @Test
  void shouldDrawStraightLinesBetweenThePoints() throws IOException {
    SizeDistribution sizes =
        SizeDistribution.read(csv("# mine\nbytes,probability\n\n100,0.5\n200,0.75\n1000,1\n"));
    assertEquals(100, sizes.size(0));
    assertEquals(100, sizes.size(0.4999));
    assertEquals(100, sizes.size(0.5));
    assertEquals(150, sizes.size(0.625));
    assertEquals(200, sizes.size(0.75));
    assertEquals(600, sizes.size(0.875));
    assertEquals(999, sizes.size(1 - 0x1p-53));
    assertEquals(0.5 * 100 + 0.25 * 150 + 0.25 * 600, sizes.mean());
    assertEquals("sizes.csv", sizes.name());
  }

  @Test
  void shouldNameFileAndLineOfWhatIsWrong() throws IOException {
    expectError("", ":1: the header 'bytes,probability' is missing");
    expectError("1,2\n", ":1: '1,2' is not the header 'bytes,probability'");
    expectError("bytes,probability\n1\n", ":2: 1 fields where 'bytes,probability' has 2");
    expectError("bytes,probability\nx,1\n", ":2: bytes 'x': expected 0 to 1099511627776");
    expectError(
        "bytes,probability\n\n# x\n1,1.5\n",
        ":4: probability '1.5': expected a number from 0 to 1");
    expectError(
        "bytes,probability\n5,0.5\n5,1\n", ":3: bytes 5 do not grow: the line before has 5");
    expectError(
        "bytes,probability\n5,0.5\n6,0.25\n",
        ":3: probability 0.25 falls: the line before has 0.5");
    expectError(
        "bytes,probability\n5,0.5\n",
        ":2: the last point must have probability 1 and at least 1 byte");
  }

  @ParameterizedTest
  @EnumSource(PublishedSizes.class)
  void shouldDrawWhatWasPublished(PublishedSizes published) throws IOException {
    SizeDistribution sizes = SizeDistribution.of(published);
    int n = 200_000;
    SplitMix64 random = new SplitMix64(11);
    long[] drawn = new long[n];
    for (int i = 0; i < n; i++) {
      drawn[i] = sizes.size(random.nextDouble());
      assertTrue(drawn[i] >= 1);
    }
    String text;
    try (InputStream in = SizeDistribution.class.getResourceAsStream(published.resource())) {
      text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    for (String line : text.lines().filter(l -> Character.isDigit(l.charAt(0))).toList()) {
      long bytes = Long.parseLong(line.substring(0, line.indexOf(',')));
      double probability = Double.parseDouble(line.substring(line.indexOf(',') + 1));
      long below = 0;
      for (long size : drawn) {
        below += size < Math.max(bytes, 1) ? 1 : 0;
      }
      assertTrue(below >= Tolerance.least(n, probability, 1e-6), line + ": " + below);
      assertTrue(below <= Tolerance.most(n, probability, 1e-6), line + ": " + below);
    }
  }

  /** Computed from the points by another program. */
  @ParameterizedTest
  @CsvSource({"WEB_SEARCH, 1711250", "CACHE, 701464", "HADOOP, 120972", "DATA_MINING, 12659806"})
  void shouldHaveTheMeansOfTheCurves(PublishedSizes published, double mean) {
    assertEquals(mean, SizeDistribution.of(published).mean(), 1);
  }
}
