package io.dta.p4.control;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.dta.p4.P4Tools;
import io.dta.p4.thrift.SimpleSwitch;
import io.dta.p4.thrift.SwitchGoneException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A {@code simple_switch} without ports that runs the compiled translator. */
final class BareSwitch implements AutoCloseable {
  private static final String HOST = "127.0.0.1";
  private static final long DEADLINE_NS = TimeUnit.SECONDS.toNanos(30);

  private final Path executable;
  private final int port;
  private Process process;

  private BareSwitch(Path executable, int port) {
    this.executable = executable;
    this.port = port;
  }

  /** Starts one; the test is skipped where this machine has none. */
  static BareSwitch start() {
    Path executable = P4Tools.SIMPLE_SWITCH.find();
    assumeTrue(executable != null, P4Tools.SIMPLE_SWITCH.missing());
    BareSwitch started = new BareSwitch(executable, freePort());
    started.startAgain();
    return started;
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts it again at the same port, with nothing in its tables. */
  void startAgain() {
    close();
    Path program = Path.of("bmv2", "compiled", "dta_translator.json");
    try {
      process =
          new ProcessBuilder(
                  executable.toString(),
                  program.toString(),
                  "--thrift-port",
                  Integer.toString(port),
                  "--device-id",
                  Integer.toString(port))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    long startNs = System.nanoTime();
    while (true) {
      try (SimpleSwitch device = SimpleSwitch.connect(HOST, port)) {
        device.register("TranslatorEgress.requests.psns", 0);
        return;
      } catch (SwitchGoneException e) {
        if (!process.isAlive() || System.nanoTime() - startNs > DEADLINE_NS) {
          throw new IllegalStateException("simple_switch did not start", e);
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
      }
    }
  }

  int port() {
    return port;
  }

  SimpleSwitch connect() {
    return SimpleSwitch.connect(HOST, port);
  }

  @Override
  public void close() {
    if (process != null) {
      process.destroyForcibly();
      try {
        process.waitFor();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
