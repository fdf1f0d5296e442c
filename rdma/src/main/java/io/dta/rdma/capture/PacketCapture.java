package io.dta.rdma.capture;

import io.dta.rdma.roce.Icrc;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.MessageHandler;
import org.agrona.concurrent.OffsetEpochNanoClock;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.ManyToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;

/**
 * Writes UDP datagrams as whole IP packets to a pcapng file.
 *
 * <p>Any thread hands datagrams over: they are copied into a bounded ring, and a thread of its own
 * writes them. What finds the ring full is not captured and counted as {@link #missed}. Where the
 * limit is reached or the file cannot be written, one line in the log says so, and everything from
 * then on is counted as missed; those who hand over never wait and get no error.
 */
public final class PacketCapture implements AutoCloseable {
  /** 1 GiB. */
  public static final long DEFAULT_LIMIT = 1L << 30;

  /** For {@code identification}: what the packet had is not known. */
  public static final int UNKNOWN_IDENTIFICATION = -1;

  /**
   * For {@code identification}: not known either, but the datagram is a RoCEv2 packet, whose iCRC
   * says it.
   */
  public static final int SEALED_IDENTIFICATION = -2;

  private static final System.Logger LOGGER = System.getLogger(PacketCapture.class.getName());
  private static final int RING = 16 << 20;
  private static final int PACKET = 1;
  private static final int BATCH = 1024;
  private static final long IDLE_NS = TimeUnit.MILLISECONDS.toNanos(1);

  // A datagram in the ring.
  private static final int TIME = 0;
  private static final int FLAGS = 8;
  private static final int IDENTIFICATION = 12;
  private static final int TRAFFIC_CLASS = 16;
  private static final int SOURCE_PORT = 20;
  private static final int DESTINATION_PORT = 24;
  private static final int SOURCE = 28;
  private static final int DESTINATION = 44;
  private static final int PAYLOAD = 60;

  private static final int IPV6 = 1;
  private static final int OUTBOUND = 2;
  private static final int MAX_PACKET = 65_535 + IpUdpHeaders.MAX_LENGTH;

  private final Path file;
  private final long limit;
  private final PcapngWriter writer;
  private final ManyToOneRingBuffer ring =
      new ManyToOneRingBuffer(
          new UnsafeBuffer(ByteBuffer.allocateDirect(RING + RingBufferDescriptor.TRAILER_LENGTH)));
  private final MessageHandler handler = this::write;
  private final OffsetEpochNanoClock clock = new OffsetEpochNanoClock();
  private final IpUdpHeaders.Flow flow = new IpUdpHeaders.Flow();
  private final ByteBuffer packet = ByteBuffer.allocateDirect(MAX_PACKET);
  private final AtomicLong captured = new AtomicLong();
  private final AtomicLong missed = new AtomicLong();
  private final Thread thread;
  private volatile boolean closing;
  private volatile String ended;

  private PacketCapture(Path file, FileChannel channel, long limit) {
    this.file = file;
    this.limit = limit;
    this.writer = new PcapngWriter(channel, "dta");
    this.thread = Thread.ofPlatform().name("packet-capture").daemon().unstarted(this::run);
  }

  /**
   * Makes the file, or empties the one that is there, and starts.
   *
   * @param limit the longest that the file may become, in bytes
   * @throws IOException with a sentence for the operator, where it cannot be written
   */
  public static PacketCapture open(Path file, long limit) throws IOException {
    if (limit < 1) {
      throw new IllegalArgumentException("a capture of " + limit + " bytes: expected 1 or more");
    }
    FileChannel channel;
    try {
      channel =
          FileChannel.open(
              file,
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE,
              StandardOpenOption.TRUNCATE_EXISTING);
    } catch (IOException e) {
      throw new IOException(
          "packets cannot be captured to '%s' (%s): name a file in a directory that can be written"
              .formatted(file, e),
          e);
    }
    PacketCapture capture = new PacketCapture(file, channel, limit);
    try {
      capture.writer.flush();
    } catch (IOException e) {
      channel.close();
      throw new IOException(
          "packets cannot be captured to '%s' (%s): name a file on a disk with room"
              .formatted(file, e.getMessage()),
          e);
    }
    capture.thread.start();
    return capture;
  }

  /**
   * A datagram that was sent.
   *
   * @param trafficClass the TOS byte or traffic class: DSCP and, in the two lowest bits, ECN
   * @param identification the IPv4 identification, {@link #UNKNOWN_IDENTIFICATION} or {@link
   *     #SEALED_IDENTIFICATION}
   * @param payload its position and limit are not used
   */
  public void sent(
      InetSocketAddress source,
      InetSocketAddress destination,
      int trafficClass,
      int identification,
      ByteBuffer payload,
      int offset,
      int length) {
    put(OUTBOUND, source, destination, trafficClass, identification, payload, offset, length);
  }

  /** A datagram that was received; parameters as for {@link #sent}. */
  public void received(
      InetSocketAddress source,
      InetSocketAddress destination,
      int trafficClass,
      int identification,
      ByteBuffer payload,
      int offset,
      int length) {
    put(0, source, destination, trafficClass, identification, payload, offset, length);
  }

  private void put(
      int direction,
      InetSocketAddress source,
      InetSocketAddress destination,
      int trafficClass,
      int identification,
      ByteBuffer payload,
      int offset,
      int length) {
    InetAddress from = source.getAddress();
    InetAddress to = destination.getAddress();
    if (ended != null || closing || from == null || to == null) {
      missed.getAndIncrement();
      return;
    }
    byte[] fromBytes = from.getAddress();
    byte[] toBytes = to.getAddress();
    if (fromBytes.length != toBytes.length) {
      missed.getAndIncrement();
      return;
    }
    int index = ring.tryClaim(PACKET, PAYLOAD + length);
    if (index <= 0) {
      missed.getAndIncrement();
      return;
    }
    UnsafeBuffer buffer = (UnsafeBuffer) ring.buffer();
    buffer.putLong(index + TIME, clock.nanoTime());
    buffer.putInt(index + FLAGS, direction | (fromBytes.length == 4 ? 0 : IPV6));
    buffer.putInt(index + IDENTIFICATION, identification);
    buffer.putInt(index + TRAFFIC_CLASS, trafficClass);
    buffer.putInt(index + SOURCE_PORT, source.getPort());
    buffer.putInt(index + DESTINATION_PORT, destination.getPort());
    buffer.putBytes(index + SOURCE, fromBytes);
    buffer.putBytes(index + DESTINATION, toBytes);
    buffer.putBytes(index + PAYLOAD, payload, offset, length);
    ring.commit(index);
  }

  private void run() {
    while (true) {
      boolean last = closing;
      if (ring.read(handler, BATCH) > 0) {
        continue;
      }
      flush();
      if (last) {
        break;
      }
      LockSupport.parkNanos(IDLE_NS);
    }
    finish();
  }

  private void write(int type, MutableDirectBuffer buffer, int index, int length) {
    if (ended != null) {
      missed.getAndIncrement();
      return;
    }
    int flags = buffer.getInt(index + FLAGS);
    flow.ipv6 = (flags & IPV6) != 0;
    int header = IpUdpHeaders.length(flow.ipv6);
    int payload = length - PAYLOAD;
    if (writer.length() + PcapngWriter.blockLength(header + payload) > limit) {
      end("it has reached its limit of %,d bytes".formatted(limit));
      missed.getAndIncrement();
      return;
    }
    flow.trafficClass = buffer.getInt(index + TRAFFIC_CLASS);
    flow.identification = Math.max(0, buffer.getInt(index + IDENTIFICATION));
    flow.sourcePort = buffer.getInt(index + SOURCE_PORT);
    flow.destinationPort = buffer.getInt(index + DESTINATION_PORT);
    buffer.getBytes(index + SOURCE, flow.source);
    buffer.getBytes(index + DESTINATION, flow.destination);
    packet.clear();
    buffer.getBytes(index + PAYLOAD, packet, header, payload);
    packet.limit(header + payload);
    IpUdpHeaders.write(packet, flow);
    if (!flow.ipv6 && buffer.getInt(index + IDENTIFICATION) == SEALED_IDENTIFICATION) {
      byte[] whole = new byte[header + payload];
      packet.get(0, whole);
      flow.identification = Icrc.sealedIdentification(whole);
      IpUdpHeaders.write(packet, flow);
    }
    try {
      writer.packet(buffer.getLong(index + TIME), (flags & OUTBOUND) != 0, packet);
      captured.lazySet(captured.getPlain() + 1);
    } catch (IOException e) {
      missed.getAndIncrement();
      fail(e);
    }
  }

  private void flush() {
    if (ended == null) {
      try {
        writer.flush();
      } catch (IOException e) {
        fail(e);
      }
    }
  }

  private void fail(IOException e) {
    int lost = writer.lostPackets();
    captured.lazySet(captured.getPlain() - lost);
    missed.getAndAdd(lost);
    end("it cannot be written: " + e.getMessage());
  }

  private void end(String reason) {
    ended = reason;
    LOGGER.log(
        Level.WARNING,
        "the capture to {0} ends with {1} packets: {2}; the service goes on without",
        file,
        captured.getPlain(),
        reason);
  }

  private void finish() {
    try (writer) {
      writer.statistics(clock.nanoTime(), captured() + missed(), missed());
      writer.flush();
    } catch (IOException e) {
      // The line that a capture ends with was written, or nothing is left to write.
      LOGGER.log(Level.DEBUG, "the capture has no statistics", e);
    }
    if (missed() > 0) {
      LOGGER.log(
          Level.WARNING,
          "{0} has {1} packets, {2} more were not captured",
          file,
          captured(),
          missed());
    }
  }

  /** The file that packets are written to. */
  public Path file() {
    return file;
  }

  /** Packets in the file. */
  public long captured() {
    return captured.get();
  }

  /** Packets that are not: the ring was full, or the capture has ended. */
  public long missed() {
    return missed.get();
  }

  /** Why the capture has ended before it was closed; null while it goes on. */
  public String ended() {
    return ended;
  }

  /** Writes what was handed over, and closes the file. */
  @Override
  public void close() {
    closing = true;
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
