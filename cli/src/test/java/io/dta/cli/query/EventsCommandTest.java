package io.dta.cli.query;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dta.cli.CommandRun;
import io.dta.cli.RunningNodes;
import io.dta.fattree.DemoStores;
import io.dta.primitives.datagram.DatagramBuilder;
import io.dta.primitives.store.AppendStore;
import io.dta.primitives.store.Store;
import io.dta.primitives.wire.BaseHeader;
import io.dta.primitives.wire.HeaderFormat;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** From a report's datagram to a line of {@code dta events}. */
@Timeout(60)
class EventsCommandTest {
  private static RunningNodes nodes;

  @BeforeAll
  static void start() throws IOException {
    nodes = new RunningNodes(100, 1);
  }

  @AfterAll
  static void stop() {
    nodes.close();
  }

  /** Runs the command, and sends reports until it has seen enough. */
  private static CommandRun follow(String... arguments) throws Exception {
    CompletableFuture<CommandRun> run =
        CompletableFuture.supplyAsync(() -> CommandRun.of(arguments));
    AppendStore events = (AppendStore) store(DemoStores.EVENTS);
    UnsafeBuffer buffer = new UnsafeBuffer(new byte[100]);
    DatagramBuilder builder = new DatagramBuilder(HeaderFormat.FULL);
    String[] target = nodes.target().split(":", 2);
    InetSocketAddress address =
        new InetSocketAddress(InetAddress.ofLiteral(target[0]), Integer.parseInt(target[1]));
    try (DatagramSocket socket = new DatagramSocket()) {
      while (true) {
        builder.wrap(buffer, 0, 100);
        UnsafeBuffer entry = new UnsafeBuffer(new byte[events.entryLength()]);
        entry.putByte(0, (byte) 0xAB);
        assertTrue(builder.append(events, BaseHeader.IMMEDIATE_FLAG, 0, 3, entry, 0));
        socket.send(new DatagramPacket(buffer.byteArray(), builder.length(), address));
        try {
          return run.get(5, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
          // It may not have subscribed yet: once more.
        }
      }
    }
  }

  private static Store store(String name) {
    return DemoStores.forTopology(4, 100, 1).all().stream()
        .filter(store -> store.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void shouldPrintALineAnEvent() throws Exception {
    CommandRun run =
        follow("events", "--collector", nodes.uri(), "--store", "events", "--count", "2");
    assertEquals(0, run.exitCode(), run::toString);
    assertEquals(2, run.out().lines().count(), run::toString);
    assertTrue(run.out().lines().allMatch(line -> line.endsWith("Z  events  list 3")), run::out);
  }

  @Test
  void shouldPrintWhatTheListHasGot() throws Exception {
    CommandRun run =
        follow(
            "events",
            "--collector",
            nodes.uri(),
            "--primitive",
            "append",
            "--content",
            "--json",
            "--count",
            "1");
    assertEquals(0, run.exitCode(), run::toString);
    assertEquals("append", run.json().get("primitive").asText());
    assertEquals(3, run.json().get("list").get("list").asInt());
    assertTrue(
        run.json().get("list").get("entries").get(0).asText().startsWith("ab"), run::toString);
  }

  @Test
  void shouldSayWhichStoresThereAre() {
    CommandRun run =
        CommandRun.of("events", "--collector", nodes.uri(), "--store", "event", "--count", "1");
    assertEquals(1, run.exitCode());
    assertTrue(run.sentence().contains("there are: events"), run::toString);
  }

  @Test
  void shouldSayThatNobodyAnswers() {
    CommandRun run = CommandRun.of("events", "--collector", "http://127.0.0.1:1");
    assertEquals(1, run.exitCode());
    assertTrue(run.sentence().contains("no collector answers"), run::toString);
  }
}
