package io.dta.softroce.guest;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A virtual machine whose kernel runs the soft-RoCE driver {@code rdma_rxe}, booted once for all
 * tests; see {@link SoftRoce}. Commands run in it with the host's root directory, read-only, as
 * theirs: every program and library of the host is there at the same path. {@code /run} is its own
 * and may be written to.
 */
public final class SoftRoceGuest implements AutoCloseable {
  /** The tests' end of the cable. */
  public static final String HOST = "10.77.0.1";

  /** The guest's end of the cable, and the address of its RDMA device {@code rxe0}. */
  public static final String GUEST = "10.77.0.2";

  /** The MTU of the Ethernet between them; the RDMA path MTU follows from it: 1024. */
  public static final int MTU = 1500;

  private static final int AGENT_PORT = 514;
  private static final int MEMORY_MIB = 2048;
  private static final Duration BOOT = GuestProcess.PATIENCE;
  private static final String READY = "DTA-GUEST-READY";

  private final Path built;
  private final Path sockets;
  private final Path console;
  private Cable cable;
  private GuestJvm jvm;
  private Process qemu;
  private int boots;
  private boolean ended;

  SoftRoceGuest(Path built) throws IOException {
    this.built = built;
    sockets = Files.createTempDirectory("dta-guest-");
    console = built.resolve("console.log");
  }

  void boot(String tapName) throws IOException {
    Path network = sockets.resolve("network");
    cable = new Cable(tapName, network);
    cable.start();
    List<String> command =
        new ArrayList<>(List.of("setpriv", "--pdeathsig", "KILL", "qemu-system-x86_64"));
    String accelerator = System.getProperty("dta.guest.accelerator", "tcg,thread=multi");
    String arguments =
        "console=ttyS0 quiet panic=-1 mitigations=off nokaslr tsc=reliable"
            + " dta.address=%s/24 dta.mtu=%d dta.agent=%d".formatted(GUEST, MTU, AGENT_PORT);
    command.addAll(List.of("-accel", accelerator, "-cpu", "max", "-M", "q35"));
    command.addAll(
        List.of(
            "-m", Integer.toString(MEMORY_MIB), "-smp", System.getProperty("dta.guest.cpus", "1")));
    command.addAll(List.of("-nodefaults", "-no-user-config", "-display", "none"));
    command.addAll(List.of("-serial", "stdio"));
    command.addAll(
        List.of("-monitor", "unix:" + sockets.resolve("monitor") + ",server=on,wait=off"));
    command.addAll(List.of("-kernel", built.resolve("vmlinux").toString()));
    command.addAll(List.of("-initrd", built.resolve("initramfs.img").toString()));
    command.addAll(List.of("-append", arguments));
    command.addAll(
        List.of("-netdev", "stream,id=cable,server=off,addr.type=unix,addr.path=" + network));
    command.addAll(
        List.of("-device", "virtio-net-pci,netdev=cable,mac=52:54:00:77:00:02,romfile="));
    command.addAll(
        List.of(
            "-fsdev",
            "local,id=host,path=/,security_model=none,readonly=on,multidevs=remap",
            "-device",
            "virtio-9p-pci,fsdev=host,mount_tag=host"));
    // QEMU dies with the thread that started it, so that is the one which reads its console.
    Thread.ofPlatform()
        .daemon()
        .name("guest-console")
        .start(() -> runQemu(new ProcessBuilder(command).redirectErrorStream(true)));
    awaitBoot(1);
  }

  private void runQemu(ProcessBuilder builder) {
    try (BufferedWriter log = Files.newBufferedWriter(console)) {
      qemu = builder.start();
      try (BufferedReader reader = qemu.inputReader(StandardCharsets.ISO_8859_1)) {
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
          log.write(line);
          log.newLine();
          log.flush();
          if (line.contains(READY)) {
            onReady();
          }
        }
      }
    } catch (IOException e) {
      System.getLogger("guest").log(System.Logger.Level.ERROR, "QEMU", e);
    } finally {
      synchronized (this) {
        ended = true;
        notifyAll();
      }
    }
  }

  private synchronized void onReady() {
    boots++;
    notifyAll();
  }

  private synchronized void awaitBoot(int which) throws IOException {
    long deadline = System.nanoTime() + BOOT.toNanos();
    try {
      while (boots < which) {
        long millis = (deadline - System.nanoTime()) / 1_000_000L;
        if (ended || millis <= 0) {
          throw new IOException(
              "the guest %s; its console (%s) ends with:%n%s"
                  .formatted(
                      ended ? "ended before it had booted" : "has not booted after " + BOOT,
                      console,
                      tail()));
        }
        wait(millis);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while the guest boots", e);
    }
  }

  private String tail() throws IOException {
    List<String> lines = Files.readAllLines(console, StandardCharsets.UTF_8);
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
  }

  /** The way to the guest, and what can go wrong on it. */
  public Cable cable() {
    return cable;
  }

  /** Where the guest's build lies: {@code peer} is there. */
  public Path built() {
    return built;
  }

  /** Starts a command, for {@code /bin/sh}. */
  public GuestProcess start(String command) throws IOException {
    return GuestProcess.start(new InetSocketAddress(GUEST, AGENT_PORT), command);
  }

  /**
   * Runs a command to its end, for {@code /bin/sh}, and returns what it printed.
   *
   * @throws IOException where its exit code is not 0, with what it printed
   */
  public String run(String command) throws IOException {
    try (GuestProcess process = start(command)) {
      int exitCode = process.awaitEnd();
      if (exitCode != 0) {
        throw new IOException(
            "'%s' in the guest ended with %d:%n%s".formatted(command, exitCode, process.output()));
      }
      return process.output();
    }
  }

  /** Writes a file in the guest, whose folder must exist there: below {@code /run}. */
  public void write(String path, byte[] bytes) throws IOException {
    try (GuestProcess process = start("cat >'" + path + "'")) {
      process.write(bytes);
      process.endInput();
      if (process.awaitEnd() != 0) {
        throw new IOException(path + " in the guest cannot be written: " + process.output());
      }
    }
  }

  /** Reads a file in the guest. */
  public byte[] read(String path) throws IOException {
    try (GuestProcess process = start("cat '" + path + "'")) {
      if (process.awaitEnd() != 0) {
        throw new IOException(path + " in the guest cannot be read: " + process.output());
      }
      return process.standardOutput();
    }
  }

  /** A program in the guest that owns memory and speaks verbs. */
  public VerbsPeer peer() throws IOException {
    return peer("exec " + built.resolve("peer"));
  }

  /** A program of another kind that takes and answers commands in the same way. */
  public VerbsPeer peer(String command) throws IOException {
    return new VerbsPeer(start(command));
  }

  /** How JVMs are started in the guest. */
  public synchronized GuestJvm jvm() throws IOException {
    if (jvm == null) {
      jvm = new GuestJvm(built);
    }
    return jvm;
  }

  /** Turns the power off and on; all that ran in the guest is gone. Returns when it has booted. */
  public void reboot() throws IOException {
    reset();
    awaitReboot();
  }

  /** Waits until the guest has booted since the last {@link #reset}. */
  public void awaitReboot() throws IOException {
    awaitBoot(1);
  }

  /** Turns the power off and on, and returns while the guest boots. */
  public void reset() throws IOException {
    synchronized (this) {
      boots = 0;
    }
    try (SocketChannel monitor = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      monitor.connect(UnixDomainSocketAddress.of(sockets.resolve("monitor")));
      monitor.write(ByteBuffer.wrap("system_reset\n".getBytes(StandardCharsets.US_ASCII)));
      ByteBuffer answer = ByteBuffer.allocate(4096);
      StringBuilder said = new StringBuilder();
      while (!said.toString().contains("system_reset") || !said.toString().endsWith("(qemu) ")) {
        if (monitor.read(answer.clear()) < 0) {
          throw new IOException("QEMU's monitor hung up: " + said);
        }
        said.append(StandardCharsets.US_ASCII.decode(answer.flip()));
      }
    }
  }

  @Override
  public void close() throws IOException {
    Process process = qemu;
    if (process != null) {
      process.destroyForcibly();
    }
    cable.close();
    for (String name : List.of("network", "monitor")) {
      Files.deleteIfExists(sockets.resolve(name));
    }
    Files.deleteIfExists(sockets);
  }
}
