package io.dta.softroce.guest;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * A command that runs in the guest. Its output is kept; closing it kills it and what it started.
 *
 * <p>The protocol is described in {@code guest/agent.c}.
 */
public final class GuestProcess implements AutoCloseable {
  /** How long anything in the guest may take, which is emulated and shares two cores. */
  public static final Duration PATIENCE = Duration.ofMinutes(6);

  private static final int CONNECT_MILLIS = 10_000;
  private static final int CHUNK = 32768;
  private static final int SIGKILL = 9;

  private final String command;
  private final Socket socket;
  private final DataOutputStream out;
  private final ByteArrayOutputStream standardOutput = new ByteArrayOutputStream();
  private final ByteArrayOutputStream partialLine = new ByteArrayOutputStream();
  private final List<String> lines = new ArrayList<>();
  private boolean ended;
  private int exitCode = -1;

  private GuestProcess(String command, Socket socket) throws IOException {
    this.command = command;
    this.socket = socket;
    out = new DataOutputStream(socket.getOutputStream());
  }

  static GuestProcess start(InetSocketAddress agent, String command) throws IOException {
    Socket socket = new Socket();
    try {
      socket.setTcpNoDelay(true);
      socket.connect(agent, CONNECT_MILLIS);
      GuestProcess process = new GuestProcess(command, socket);
      byte[] bytes = command.getBytes(StandardCharsets.UTF_8);
      process.out.writeInt(bytes.length);
      process.out.write(bytes);
      Thread.ofPlatform().daemon().name("guest: " + command).start(process::receive);
      return process;
    } catch (IOException e) {
      socket.close();
      throw new IOException("the guest's agent does not answer: " + e.getMessage(), e);
    }
  }

  private void receive() {
    try {
      DataInputStream in = new DataInputStream(socket.getInputStream());
      while (true) {
        int type = in.readByte();
        byte[] bytes = in.readNBytes(in.readInt());
        onFrame(type, bytes);
      }
    } catch (IOException e) {
      synchronized (this) { // It ended, was closed, or the guest has gone.
        ended = true;
        notifyAll();
      }
    }
  }

  private synchronized void onFrame(int type, byte[] bytes) {
    switch (type) {
      case 'o', 'e' -> {
        if (type == 'o') {
          standardOutput.writeBytes(bytes);
        }
        for (byte one : bytes) {
          if (one == '\n') {
            endLine();
          } else {
            partialLine.write(one);
          }
        }
      }
      case 'x' -> {
        endLine();
        exitCode =
            (bytes[0] & 0xFF) << 24
                | (bytes[1] & 0xFF) << 16
                | (bytes[2] & 0xFF) << 8
                | (bytes[3] & 0xFF);
        ended = true;
      }
      default -> throw new IllegalStateException("frame of type " + type + " from the agent");
    }
    notifyAll();
  }

  private void endLine() {
    if (partialLine.size() > 0) {
      lines.add(partialLine.toString(StandardCharsets.UTF_8).stripTrailing());
      partialLine.reset();
    }
  }

  /** Writes to the command's standard input. */
  public void write(byte[] bytes) throws IOException {
    synchronized (out) {
      for (int from = 0; from < bytes.length; from += CHUNK) {
        int length = Math.min(CHUNK, bytes.length - from);
        frame('i', bytes, from, length);
      }
    }
  }

  /** Writes a line to the command's standard input. */
  public void writeLine(String line) throws IOException {
    write((line + "\n").getBytes(StandardCharsets.UTF_8));
  }

  /** The command's standard input ends. */
  public void endInput() throws IOException {
    synchronized (out) {
      frame('c', new byte[0], 0, 0);
    }
  }

  /** Sends a signal to the command's process group. */
  public void signal(int number) throws IOException {
    synchronized (out) {
      frame('s', new byte[] {(byte) number}, 0, 1);
    }
  }

  private void frame(int type, byte[] bytes, int from, int length) throws IOException {
    ByteArrayOutputStream frame = new ByteArrayOutputStream(5 + length);
    DataOutputStream header = new DataOutputStream(frame);
    header.writeByte(type);
    header.writeInt(length);
    header.write(bytes, from, length);
    out.write(frame.toByteArray());
  }

  /** The lines of the standard output and the standard error so far, from one on. */
  public synchronized List<String> lines(int from) {
    return List.copyOf(lines.subList(Math.min(from, lines.size()), lines.size()));
  }

  /** All lines of the standard output and the standard error so far. */
  public synchronized String output() {
    return String.join("\n", lines);
  }

  /** What the standard output has brought so far. */
  public synchronized byte[] standardOutput() {
    return standardOutput.toByteArray();
  }

  /** Waits for a line that contains a text, and returns it. */
  public String awaitLine(String text) throws IOException {
    return awaitLine(0, line -> line.contains(text), "a line with '" + text + "'");
  }

  /**
   * Waits for a line.
   *
   * @param from how many lines to leave out
   * @param what is being waited for, for the message where it does not come
   */
  public synchronized String awaitLine(int from, Predicate<String> wanted, String what)
      throws IOException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    int next = from;
    while (true) {
      for (; next < lines.size(); next++) {
        if (wanted.test(lines.get(next))) {
          return lines.get(next);
        }
      }
      if (ended || !await(deadline)) {
        throw new IOException(
            "'%s' in the guest %s without %s; it said:%n%s"
                .formatted(command, ended ? "ended with " + exitCode : "runs", what, output()));
      }
    }
  }

  /** Waits for the end; returns the exit code, 128 and the signal's number where it was killed. */
  public int awaitEnd() throws IOException {
    return awaitEnd(PATIENCE);
  }

  /** Waits so long for the end. */
  public synchronized int awaitEnd(Duration patience) throws IOException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (!ended) {
      if (!await(deadline)) {
        throw new IOException(
            "'%s' in the guest still runs after %d s; it said:%n%s"
                .formatted(command, patience.toSeconds(), output()));
      }
    }
    return exitCode;
  }

  public synchronized boolean hasEnded() {
    return ended;
  }

  @SuppressWarnings("WaitNotInLoop") // Its callers loop.
  private boolean await(long deadline) {
    long millis = (deadline - System.nanoTime()) / 1_000_000L;
    if (millis <= 0) {
      return false;
    }
    try {
      wait(millis);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Override
  public void close() {
    try {
      if (!hasEnded()) {
        signal(SIGKILL);
      }
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
