package io.dta.rdma.roce;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.dta.rdma.udp.LinuxUdpPort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * What the kernel makes of the datagrams it is given: with segmentation, every packet on the wire
 * has the iCRC that fits the identification with which it left.
 */
class WireTest {
  /** A network namespace of one's own, for ordinary users too. */
  private static final List<String> NAMESPACE = List.of("unshare", "--map-root-user", "--net");

  private record Result(int exit, String output) {}

  @Test
  void shouldSealEveryPacketForTheIdentificationItLeavesWith() throws Exception {
    assumeTrue(LinuxUdpPort.isSupported(), "not Linux on x86-64 or AArch64");
    assumeTrue(Files.isWritable(Path.of("/dev/net/tun")), "/dev/net/tun is not writable");
    Result possible = inNamespace(List.of("ip", "tuntap", "add", "dta1", "mode", "tap"));
    assumeTrue(
        possible.exit() == 0,
        () -> "no network namespace with a tap interface can be made: " + possible.output());

    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Result probe =
        inNamespace(
            List.of(
                java,
                "--enable-native-access=ALL-UNNAMED",
                "--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED",
                "-cp",
                classPath,
                WireProbe.class.getName()));
    assertEquals(0, probe.exit(), probe.output());
    List<String> lines = probe.output().lines().filter(line -> line.startsWith("IPv")).toList();
    assertEquals(4, lines.size(), probe.output());
    for (String line : lines) {
      assertTrue(number(line, "packets") > 300, line);
      assertEquals(0, number(line, "wrong"), line);
      assertEquals(number(line, "packets"), number(line, "ect0"), line);
      // Twenty queue pairs saw a mark.
      assertEquals(line.contains("rnic") ? 20 : 0, number(line, "notifications"), line);
      assertEquals(line.startsWith("IPv4"), number(line, "identification") > 0, line);
    }
  }

  private static int number(String line, String name) {
    return Integer.parseInt(line.replaceFirst(".* " + name + " (\\d+).*", "$1"));
  }

  private static Result inNamespace(List<String> command) throws Exception {
    List<String> whole = new ArrayList<>(NAMESPACE);
    whole.addAll(command);
    Process process;
    try {
      process = new ProcessBuilder(whole).redirectErrorStream(true).start();
    } catch (IOException e) {
      return new Result(-1, e.getMessage());
    }
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    if (!process.waitFor(30, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      fail(command + " does not end: " + output);
    }
    return new Result(process.exitValue(), output);
  }
}
