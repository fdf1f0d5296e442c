package io.dta.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dta.node.YamlConfig;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class LoadCommandTest {
  @Test
  void shouldPrintStoresThatACollectorTakes() {
    CommandRun run = CommandRun.of("load", "--print-stores", "--k", "8", "--flows", "1000");

    assertEquals(0, run.exitCode(), run::toString);
    NodeConfiguration read = YamlConfig.parse("stores", run.out(), NodeConfiguration.class);
    assertEquals(5, read.collector().stores().size());
    CommandRun json =
        CommandRun.of("load", "--print-stores", "--k", "8", "--flows", "1000", "--json");
    assertEquals(read, YamlConfig.parse("stores", json.out(), NodeConfiguration.class));
  }

  @Test
  void shouldTakeAnotherNetworkEverySecond() {
    for (long second = 1_800_000_000L; second < 1_800_000_400L; second++) {
      int network = LoadCommand.networkOf(Instant.ofEpochSecond(second));
      assertTrue(network > 64 && network <= 254, () -> "network " + network);
      assertNotEquals(network, LoadCommand.networkOf(Instant.ofEpochSecond(second + 1)));
    }
  }

  @Test
  void shouldSayThatStoresDoNotFit() throws IOException {
    try (RunningNodes nodes = new RunningNodes(100, 1)) {
      CommandRun run =
          CommandRun.of("load", "--k", "6", "--collector", nodes.uri(), "--target", nodes.target());

      assertEquals(1, run.exitCode(), run::toString);
      assertTrue(run.sentence().contains("dta load --print-stores"), run::sentence);
    }
  }

  @Test
  void shouldSayThatNobodyAcknowledges() throws IOException {
    try (RunningNodes nodes = new RunningNodes(100, 1);
        DatagramSocket deaf = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      CommandRun run =
          CommandRun.of(
              "load",
              "--flows",
              "100",
              "--epochs",
              "1",
              "--collector",
              nodes.uri(),
              "--target",
              "127.0.0.1:" + deaf.getLocalPort(),
              "--reporter-port",
              nodes.reporterPort());

      assertEquals(1, run.exitCode(), run::toString);
      assertTrue(run.err().contains("not acknowledged for 10 seconds"), run::err);
      assertEquals(2, run.err().lines().count(), run::err);
    }
  }
}
