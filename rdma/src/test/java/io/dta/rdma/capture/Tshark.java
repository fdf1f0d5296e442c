package io.dta.rdma.capture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Wireshark's dissectors, on a capture; what others see in our packets. */
public final class Tshark {
  /** Notes are no complaints: a packet that is sent again gets one. */
  private static final int SEVERITY_WARNING = 0x60_0000;

  private static final int TIMEOUT_S = 60;

  /**
   * A payload of which tshark believes that it begins with an EtherType and two bytes of zeros (a
   * raw packet's header, InfiniBand volume 1, section 5.3), as a slot's first bytes may; what it
   * then finds wrong is not ours.
   */
  private static final String GUESSED = ":infiniband:ethertype:";

  private final Path program;
  private final List<String> options = new ArrayList<>();

  private Tshark(Path program) {
    this.program = program;
  }

  /** The tshark of this machine; where there is none the test is skipped, and says so. */
  public static Tshark orSkip() {
    Optional<Path> program =
        Arrays.stream(System.getenv().getOrDefault("PATH", "").split(":", -1))
            .map(directory -> Path.of(directory, "tshark"))
            .filter(Files::isExecutable)
            .findFirst();
    assumeTrue(program.isPresent(), "tshark is not installed: apt-get install tshark");
    return new Tshark(program.get());
  }

  /** More options for every run: decode-as rules, scripts, preferences. */
  public Tshark with(String... more) {
    options.addAll(List.of(more));
    return this;
  }

  /** Dissects RoCEv2 on another UDP port than 4791, too. */
  public Tshark withRoceOn(int udpPort) {
    return with("-d", "udp.port==" + udpPort + ",infiniband");
  }

  /**
   * The fields of every packet.
   *
   * @return a row a packet; several values of one field are joined by commas
   */
  public List<List<String>> fields(Path capture, String... fields) {
    List<String> arguments = new ArrayList<>(List.of("-T", "fields", "-E", "separator=/t"));
    for (String field : fields) {
      arguments.addAll(List.of("-e", field));
    }
    return run(capture, arguments).lines().map(line -> List.of(line.split("\t", -1))).toList();
  }

  /** What tshark finds wrong, a line each: malformed packets, warnings, errors, wrong checksums. */
  public List<String> complaints(Path capture) {
    String filter = "_ws.malformed || _ws.expert.severity >= " + SEVERITY_WARNING;
    return run(
            capture,
            List.of(
                "-Y",
                filter,
                "-T",
                "fields",
                "-e",
                "frame.number",
                "-e",
                "_ws.col.Info",
                "-e",
                "_ws.expert.message",
                "-e",
                "frame.protocols"))
        .lines()
        .filter(line -> !line.contains(GUESSED))
        .toList();
  }

  /** Asserts that all packets dissect, and that every one is of a protocol. */
  public void assertClean(Path capture, String protocol) {
    assertEquals(List.of(), complaints(capture));
    List<List<String>> rows = fields(capture, "frame.protocols");
    for (List<String> row : rows) {
      assertTrue(row.getFirst().contains(protocol), () -> protocol + " expected: " + rows);
    }
  }

  /** What tshark prints; fails where it has anything to say on standard error. */
  public String run(Path capture, List<String> arguments) {
    List<String> command = new ArrayList<>(List.of(program.toString(), "-n", "-r", "" + capture));
    command.addAll(List.of("-o", "ip.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE"));
    command.addAll(options);
    command.addAll(arguments);
    try {
      Path errors = Files.createTempFile("tshark", ".err");
      Process process =
          new ProcessBuilder(command).redirectError(errors.toFile()).redirectInput(NULL).start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertTrue(process.waitFor(TIMEOUT_S, TimeUnit.SECONDS), "tshark does not end");
      String said =
          String.join(
              "\n",
              Files.readAllLines(errors).stream()
                  .filter(line -> !line.startsWith("Running as user"))
                  .toList());
      Files.delete(errors);
      assertEquals("", said, () -> String.join(" ", command));
      assertEquals(0, process.exitValue(), () -> String.join(" ", command));
      return output;
    } catch (IOException e) {
      throw new UncheckedIOException(String.join(" ", command), e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static final ProcessBuilder.Redirect NULL =
      ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile());
}
