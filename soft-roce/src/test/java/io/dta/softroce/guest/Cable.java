package io.dta.softroce.guest;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;

/**
 * The cable between the tests' tap interface and the guest's network card, on which accidents can
 * be arranged.
 *
 * <pre>
 * UDP sockets ─ tap ─ Cable (toGuest, toHost) ─ unix socket ─ QEMU -netdev stream ─ virtio_net ─ rxe
 * </pre>
 *
 * <p>Without faults it loses nothing: QEMU's stream has back-pressure, and the tap has a long
 * queue.
 */
public final class Cable implements AutoCloseable {
  private static final int MAX_FRAME = 65536 + 64;
  private static final long TICK_NANOS = 1_000_000L;

  private final Tap tap;
  private final ServerSocketChannel listener;
  private final Lane toGuest;
  private final Lane toHost;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment outgoing = arena.allocate(MAX_FRAME);
  private final ByteBuffer packed = ByteBuffer.allocateDirect(Integer.BYTES + MAX_FRAME);
  private volatile SocketChannel guest;
  private volatile boolean closed;

  Cable(String tapName, Path socket) throws IOException {
    tap = Tap.attach(tapName);
    listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    listener.bind(UnixDomainSocketAddress.of(socket));
    toGuest = new Lane(this::writeToGuest);
    toHost = new Lane(this::writeToHost);
  }

  void start() {
    Thread.ofPlatform().daemon().name("cable-to-host").start(this::fromGuest);
    Thread.ofPlatform().daemon().name("cable-to-guest").start(this::fromHost);
    Thread.ofPlatform().daemon().name("cable-release").start(this::releaseHeld);
  }

  /** What the host sends. */
  public Lane toGuest() {
    return toGuest;
  }

  /** What the guest sends. */
  public Lane toHost() {
    return toHost;
  }

  /** The same faults in both directions, differently drawn. */
  public void set(Faults faults) {
    toGuest.set(faults);
    toHost.set(
        new Faults(~faults.seed(), faults.loss(), faults.duplication(), faults.reordering()));
  }

  /** No RoCEv2 frame arrives any more, in either direction. */
  public void cut() {
    toGuest.drop(frame -> true);
    toHost.drop(frame -> true);
  }

  /** As new. */
  public void repair() {
    toGuest.repair();
    toHost.repair();
  }

  /** Captures the RoCEv2 frames that arrive in both directions until the file is closed. */
  public PcapFile capture(Path path) throws IOException {
    PcapFile file = new PcapFile(path);
    toGuest.capture(file);
    toHost.capture(file);
    return file;
  }

  /** Captures no more; before the file is closed. */
  public void stopCapture() {
    toGuest.capture(null);
    toHost.capture(null);
  }

  private void fromHost() {
    MemorySegment buffer = arena.allocate(MAX_FRAME);
    try {
      while (!closed) {
        long length = tap.read(buffer);
        if (length > 0) {
          toGuest.forward(buffer.asSlice(0, length).toArray(JAVA_BYTE));
        }
      }
    } catch (IOException e) {
      failUnlessClosed(e);
    }
  }

  private void fromGuest() {
    ByteBuffer length = ByteBuffer.allocate(Integer.BYTES);
    try (SocketChannel channel = listener.accept()) {
      guest = channel;
      while (!closed) {
        readFully(channel, length.clear());
        ByteBuffer frame = ByteBuffer.allocate(length.getInt(0));
        readFully(channel, frame);
        toHost.forward(frame.array());
      }
    } catch (EOFException | ClosedChannelException e) {
      guest = null; // The guest has gone.
    } catch (IOException e) {
      failUnlessClosed(e);
    }
  }

  private static void readFully(SocketChannel channel, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      if (channel.read(buffer) < 0) {
        throw new EOFException();
      }
    }
  }

  private void failUnlessClosed(IOException e) {
    if (!closed) {
      throw new UncheckedIOException("the cable to the guest broke", e);
    }
  }

  private void releaseHeld() {
    try {
      while (!closed) {
        toGuest.release();
        toHost.release();
        LockSupport.parkNanos(TICK_NANOS);
      }
    } catch (IOException e) {
      failUnlessClosed(e);
    }
  }

  /** Called by one lane only, which is locked. */
  private void writeToGuest(byte[] frame) throws IOException {
    SocketChannel channel = guest;
    if (channel == null) {
      return;
    }
    packed.clear().putInt(frame.length).put(frame).flip();
    while (packed.hasRemaining()) {
      channel.write(packed);
    }
  }

  /** Called by one lane only, which is locked. */
  private void writeToHost(byte[] frame) {
    MemorySegment.copy(frame, 0, outgoing, JAVA_BYTE, 0, frame.length);
    if (!tap.write(outgoing, frame.length) && !closed) {
      throw new IllegalStateException("the tap took no frame of " + frame.length + " bytes");
    }
  }

  @Override
  public void close() throws IOException {
    closed = true;
    SocketChannel channel = guest;
    if (channel != null) {
      channel.close();
    }
    listener.close();
    // The tap is left to the end of the process: a thread is blocked in reading it.
  }
}
