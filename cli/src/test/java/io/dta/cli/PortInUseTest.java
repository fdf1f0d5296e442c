package io.dta.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PortInUseTest {
  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

  @TempDir Path directory;

  @Test
  void shouldSayThatTheHttpPortIsTaken() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, LOOPBACK)) {
      shouldSayThatPortIsTaken(
          "collector", collector(taken.getLocalPort(), 0), taken.getLocalPort());
    }
  }

  @Test
  void shouldSayThatTheRoceV2PortIsTaken() throws IOException {
    try (DatagramSocket taken = new DatagramSocket(0, LOOPBACK)) {
      shouldSayThatPortIsTaken(
          "collector", collector(0, taken.getLocalPort()), taken.getLocalPort());
    }
  }

  @Test
  void shouldSayThatTheReportPortIsTaken() throws IOException {
    try (RunningNodes nodes = new RunningNodes(100, 1);
        DatagramSocket taken = new DatagramSocket(0, LOOPBACK)) {
      shouldSayThatPortIsTaken(
          "translator", translator(nodes, taken.getLocalPort(), 0), taken.getLocalPort());
    }
  }

  @Test
  void shouldSayThatTheTranslatorsHttpPortIsTaken() throws IOException {
    try (RunningNodes nodes = new RunningNodes(100, 1);
        ServerSocket taken = new ServerSocket(0, 1, LOOPBACK)) {
      shouldSayThatPortIsTaken(
          "translator", translator(nodes, 0, taken.getLocalPort()), taken.getLocalPort());
    }
  }

  private void shouldSayThatPortIsTaken(String command, String yaml, int port) throws IOException {
    Path file = Files.writeString(directory.resolve("node.yaml"), yaml);

    CommandRun run = CommandRun.of(command, "--config", file.toString());

    assertEquals(1, run.exitCode(), run::toString);
    assertEquals("", run.out());
    assertTrue(run.sentence().contains(String.valueOf(port)), run::sentence);
  }

  private static String collector(int http, int rdma) {
    return """
        collector:
          http: {port: %d}
          rdma: {port: %d}
          stores:
            - {primitive: key-increment, id: 0, name: bytes, key: u32, counters: 1024}
        """
        .formatted(http, rdma);
  }

  private static String translator(RunningNodes nodes, int reports, int http) {
    return """
        translator:
          listen: {host: 127.0.0.1, port: %d}
          collectors: ["%s"]
          rdma: {address: 127.0.0.3, port: 0}
          http: {host: 127.0.0.1, port: %d}
        """
        .formatted(reports, nodes.uri(), http);
  }
}
