package io.dta.softroce;

import com.fasterxml.jackson.databind.JsonNode;
import io.dta.cli.Dta;
import io.dta.node.HttpJsonClient;
import io.dta.softroce.guest.GuestProcess;
import io.dta.softroce.guest.SoftRoceGuest;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code dta collector}, {@code dta translator} or another program of ours, run in the guest by the
 * JVM of these tests.
 */
final class GuestNode implements AutoCloseable {
  static final int HTTP_PORT = 8040;

  private static final int SIGTERM = 15;

  private final GuestProcess process;

  private GuestNode(GuestProcess process) {
    this.process = process;
  }

  /**
   * Starts {@code dta}.
   *
   * @param command such as {@code collector}, which answers HTTP at port {@link #HTTP_PORT}
   */
  static GuestNode start(SoftRoceGuest guest, String command, String yaml) throws IOException {
    String config = "/run/%s.yaml".formatted(command);
    guest.write(config, yaml.getBytes(StandardCharsets.UTF_8));
    return run(guest, Dta.class, command, "--config", config);
  }

  /**
   * Starts a collector and waits until it has answered what translators ask it, patiently: a first
   * answer takes an emulated JVM longer than they wait where the host is busy.
   */
  static GuestNode collector(SoftRoceGuest guest, String yaml) throws IOException {
    GuestNode collector = start(guest, "collector", yaml).awaitStart();
    for (String path : List.of("/readyz", "/v1/directory", "/v1/rdma", "/v1/queue-pairs")) {
      http().get(path, JsonNode.class);
    }
    return collector;
  }

  /** Starts a program. */
  static GuestNode run(SoftRoceGuest guest, Class<?> main, String... arguments) throws IOException {
    return new GuestNode(guest.start(command(guest, main, arguments)));
  }

  /** The command that starts a program, for the guest's {@code /bin/sh}. */
  static String command(SoftRoceGuest guest, Class<?> main, String... arguments)
      throws IOException {
    List<String> options = new ArrayList<>();
    options.add(guest.jvm().archive(Training::run));
    if (DisniTest.hasLibrary()) {
      options.add("-Djava.library.path=" + DisniTest.libraryFolder());
    }
    return guest.jvm().command(options, main, arguments);
  }

  /** Waits until it says that it is there. */
  GuestNode awaitStart() throws IOException {
    process.awaitLine("answers at");
    return this;
  }

  /** Waits until it ends, and returns its exit code. */
  int awaitEnd() throws IOException {
    return process.awaitEnd();
  }

  /** Ends it as an operator would, and returns its exit code. */
  int stop() throws IOException {
    process.signal(SIGTERM);
    return process.awaitEnd();
  }

  /** All that it has said. */
  String output() {
    return process.output();
  }

  /** The HTTP API of the collector. */
  static HttpJsonClient http() {
    return http(HTTP_PORT);
  }

  /** The HTTP API of what answers at a port. */
  static HttpJsonClient http(int port) {
    return new HttpJsonClient(
        uri(port), "node in the guest", "look at what it said", GuestProcess.PATIENCE);
  }

  /** Where the collector answers. */
  static URI uri() {
    return uri(HTTP_PORT);
  }

  private static URI uri(int port) {
    return URI.create("http://%s:%d".formatted(SoftRoceGuest.GUEST, port));
  }

  @Override
  public void close() {
    process.close();
  }
}
