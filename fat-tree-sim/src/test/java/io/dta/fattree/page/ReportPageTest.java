package io.dta.fattree.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.dta.fattree.scenario.Scenario;
import io.dta.fattree.scenario.ScenarioResult;
import io.dta.fattree.scenario.ScenarioRun;
import io.dta.fattree.scenario.ScenarioSource;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReportPageTest {
  private static final List<String> BROWSERS =
      List.of("chromium", "chromium-browser", "google-chrome");

  @TempDir private Path directory;

  private ScenarioResult run(int k) throws IOException {
    String yaml =
        """
        about: A <test> & "more".
        topology: {k: %d}
        traffic: {sizes: 20 kB, load: 0.5, flows: 400}
        failures: {events: [{at: 20us, fails: agg-0.0}]}
        telemetry: {intMd: {}, netSeer: {}}
        until: 100us
        tick: 5us
        """
            .formatted(k);
    ScenarioSource source = new ScenarioSource("some/where/s.yaml", yaml, directory);
    return new ScenarioRun(source, Scenario.parse(source))
        .run(null, directory, status -> {}, () -> false);
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 16, 18})
  void shouldNeedNothingFromElsewhere(int k) throws Exception {
    String page = ReportPage.of(run(k));

    assertTrue(page.startsWith("<!DOCTYPE html>"));
    assertTrue(page.contains("<h1>s</h1>"));
    assertTrue(page.contains("A &lt;test&gt; &amp; &quot;more&quot;."));
    assertFalse(page.contains("<script"), page);
    assertFalse(page.contains("http"), page);
    assertFalse(page.contains("NaN") || page.contains("Infinity"), page);
    assertTrue(page.contains("failed for a time"), page);
    Matcher drawings = Pattern.compile("<svg.*?</svg>", Pattern.DOTALL).matcher(page);
    int count = 0;
    while (drawings.find()) {
      byte[] xml = drawings.group().getBytes(StandardCharsets.UTF_8);
      DocumentBuilderFactory.newInstance()
          .newDocumentBuilder()
          .parse(new ByteArrayInputStream(xml));
      count++;
    }
    assertEquals(5, count);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0 %",
    "1, 100 %",
    "0.5, 50.0 %",
    "0.99995, > 99.99 %",
    "0.00001, < 0.01 %",
    "0.99, 99.0 %"
  })
  void shouldNotRoundToAllOrNothing(double share, String text) {
    assertEquals(text, Text.percent(share));
  }

  @Test
  void shouldLoadInABrowserWithoutComplaints() throws Exception {
    String browser = browser();
    assumeTrue(browser != null, "no Chromium is installed");
    Path page = directory.resolve("page.html");
    Files.writeString(page, ReportPage.of(run(4)));
    File log = directory.resolve("log").toFile();
    Process process =
        new ProcessBuilder(
                browser,
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--enable-logging=stderr",
                "--user-data-dir=" + directory.resolve("profile"),
                "--dump-dom",
                page.toUri().toString())
            .redirectError(log)
            .redirectOutput(directory.resolve("dom").toFile())
            .start();
    assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    String complaints =
        Files.readString(log.toPath())
            .lines()
            .filter(line -> line.contains(":CONSOLE"))
            .reduce("", (one, other) -> one + "\n" + other);
    assertEquals("", complaints);
    assertTrue(Files.readString(directory.resolve("dom")).contains("Where the reports went"));
  }

  private static String browser() {
    for (String folder : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
      for (String name : BROWSERS) {
        if (Files.isExecutable(Path.of(folder, name))) {
          return Path.of(folder, name).toString();
        }
      }
    }
    return null;
  }
}
