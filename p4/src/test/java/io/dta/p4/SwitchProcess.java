package io.dta.p4;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.fail;

import io.dta.node.OperatorException;
import io.dta.p4.thrift.SimpleSwitch;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A real {@code simple_switch} that runs a compiled program. Its ports are capture files (pcap)
 * that are named pipes, so that it needs no privilege and no waiting: what is written to port 0 is
 * received at once, and what it sends can be read at once. Whatever it receives comes in at port 0.
 */
final class SwitchProcess implements AutoCloseable {
  private static final int MAGIC = 0xA1B2C3D4;
  private static final int ETHERNET = 1;
  private static final int MAX_FRAME = 65535;
  private static final int FILE_HEADER = 24;
  private static final int PACKET_HEADER = 16;
  private static final long PATIENCE_SECONDS = 20;
  private static final int QUEUE_DEPTH = 1 << 16;

  private final Process process;
  private final Path log;
  private final int thriftPort;
  private final OutputStream input;
  private final List<BlockingQueue<byte[]>> outputs = new ArrayList<>();
  private final SimpleSwitch control;

  private SwitchProcess(Path directory, Path program, Path json, int ports)
      throws IOException, InterruptedException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      thriftPort = free.getLocalPort();
    }
    log = directory.resolve("log");
    List<String> command =
        new ArrayList<>(
            List.of(
                program.toString(),
                "--use-files",
                "0",
                "--thrift-port",
                Integer.toString(thriftPort),
                "--device-id",
                Integer.toString(thriftPort)));
    for (int port = 0; port < ports; port++) {
      Path base = directory.resolve(Integer.toString(port));
      if (port == 0) {
        makePipe(base + "_in.pcap");
      } else {
        Files.write(Path.of(base + "_in.pcap"), fileHeader());
      }
      makePipe(base + "_out.pcap");
      command.addAll(List.of("-i", port + "@" + base));
    }
    command.add(json.toString());
    process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    var _ = process.onExit().thenRun(() -> release(directory, ports));
    // In the order in which the switch opens them: each side of a pipe waits for the other.
    input = new BufferedOutputStream(Files.newOutputStream(directory.resolve("0_in.pcap")));
    input.write(fileHeader());
    input.flush();
    for (int port = 0; port < ports; port++) {
      BlockingQueue<byte[]> frames = new LinkedBlockingQueue<>();
      outputs.add(frames);
      File file = directory.resolve(port + "_out.pcap").toFile();
      DataInputStream in =
          new DataInputStream(new BufferedInputStream(Files.newInputStream(file.toPath())));
      Thread.ofPlatform().daemon().name("switch-port-" + port).start(() -> read(in, frames));
    }
    control = connect();
  }

  /**
   * Starts a switch.
   *
   * @param ports how many, from 0 on
   */
  static SwitchProcess start(Path directory, Path program, CompiledProgram compiled, int ports)
      throws IOException, InterruptedException {
    Path json = directory.resolve("program.json");
    Files.writeString(json, compiled.json());
    return new SwitchProcess(directory, program, json, ports);
  }

  /** Opens the pipes of a switch that is gone: whoever opens the other side waits for ever else. */
  private static void release(Path directory, int ports) {
    try {
      open(directory.resolve("0_in.pcap"));
      for (int port = 0; port < ports; port++) {
        open(directory.resolve(port + "_out.pcap"));
      }
    } catch (IOException e) {
      // The directory was removed, and so nobody waits.
    }
  }

  /** Opens both sides of a pipe for a moment; one that is not there is not made. */
  private static void open(Path pipe) throws IOException {
    FileChannel.open(pipe, StandardOpenOption.READ, StandardOpenOption.WRITE).close();
  }

  private static void makePipe(String name) throws IOException, InterruptedException {
    if (new ProcessBuilder("mkfifo", name).inheritIO().start().waitFor() != 0) {
      throw new IOException("mkfifo " + name + " failed");
    }
  }

  private static byte[] fileHeader() {
    return ByteBuffer.allocate(FILE_HEADER)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(MAGIC)
        .putShort((short) 2)
        .putShort((short) 4)
        .putInt(0)
        .putInt(0)
        .putInt(MAX_FRAME)
        .putInt(ETHERNET)
        .array();
  }

  private SimpleSwitch connect() throws IOException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (true) {
      try {
        SimpleSwitch connected = SimpleSwitch.connect("127.0.0.1", thriftPort);
        try {
          // The switch opens its port before it registers the service of this call, the last one.
          connected.setQueueDepth(QUEUE_DEPTH);
        } catch (OperatorException e) {
          connected.close();
          throw e;
        }
        return connected;
      } catch (OperatorException e) {
        if (!process.isAlive() || System.nanoTime() - deadline > 0) {
          process.destroyForcibly();
          throw new IOException("the switch does not come up: " + Files.readString(log), e);
        }
        Thread.onSpinWait();
      }
    }
  }

  private static void read(DataInputStream in, BlockingQueue<byte[]> frames) {
    try (in) {
      in.readFully(new byte[FILE_HEADER]);
      byte[] header = new byte[PACKET_HEADER];
      while (true) {
        in.readFully(header);
        byte[] frame = new byte[ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN).getInt(8)];
        in.readFully(frame);
        frames.add(frame);
      }
    } catch (EOFException e) {
      // The switch is gone.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Its control interface. */
  SimpleSwitch control() {
    return control;
  }

  int thriftPort() {
    return thriftPort;
  }

  /** Lets the switch receive a frame. */
  void send(byte[] frame) throws IOException {
    byte[] header =
        ByteBuffer.allocate(PACKET_HEADER)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(0)
            .putInt(0)
            .putInt(frame.length)
            .putInt(frame.length)
            .array();
    input.write(header);
    input.write(frame);
    input.flush();
  }

  /** Waits for the next frame that the switch sends on a port. */
  byte[] receive(int port) throws InterruptedException, IOException {
    byte[] frame = outputs.get(port).poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (frame == null) {
      fail(
          "the switch sends nothing on port %d (%s): %s"
              .formatted(port, process.isAlive() ? "alive" : "dead", Files.readString(log)));
    }
    assertNotNull(frame);
    return frame;
  }

  @Override
  public void close() throws IOException {
    control.close();
    process.destroyForcibly();
    try {
      input.close();
    } catch (IOException e) {
      // Nobody reads any more.
    }
    process.onExit().join();
  }
}
