package io.dta.fattree.send;

import io.dta.primitives.datagram.DecodeStatus;
import io.dta.primitives.datagram.ReportDecoder;
import io.dta.primitives.store.StoreTable;
import io.dta.primitives.wire.Acknowledgement;
import io.dta.primitives.wire.HeaderFormat;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A translator on a real socket that takes every essential report once, loses some on arrival, and
 * some of its own acknowledgements. Written without a look at the real one's bookkeeping.
 */
public final class LossyTranslator implements AutoCloseable {
  private static final HexFormat HEX = HexFormat.of();

  private final DatagramChannel channel;
  private final ReportDecoder decoder;
  private final double loss;
  private final SplittableRandom random;
  private final Thread thread = new Thread(this::receive, "lossy-translator");
  private final Map<SocketAddress, Source> sources = new HashMap<>();
  private final AtomicLong received = new AtomicLong();

  /** One reporter: what has come of it, by sequence numbers that do not wrap. */
  private static final class Source {
    private final Map<Long, String> essential = new HashMap<>();
    private final List<String> others = new ArrayList<>();
    private long next;
    private long highest = -1;
  }

  public LossyTranslator(StoreTable stores, double loss, long seed) throws IOException {
    channel = DatagramChannel.open();
    channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    decoder = new ReportDecoder(HeaderFormat.FULL, stores);
    this.loss = loss;
    random = new SplittableRandom(seed);
  }

  public void start() {
    thread.start();
  }

  public InetSocketAddress address() throws IOException {
    return (InetSocketAddress) channel.getLocalAddress();
  }

  /** Reports that came in, lost ones included. */
  public long received() {
    return received.get();
  }

  /**
   * The essential reports of all reporters, header included, in hexadecimal; after {@link #close}.
   */
  public List<String> essential() {
    List<String> reports = new ArrayList<>();
    sources.values().forEach(source -> reports.addAll(source.essential.values()));
    return reports;
  }

  /** The other reports; after {@link #close}. */
  public List<String> others() {
    List<String> reports = new ArrayList<>();
    sources.values().forEach(source -> reports.addAll(source.others));
    return reports;
  }

  /** How many addresses sent something; after {@link #close}. */
  public int sources() {
    return sources.size();
  }

  private void receive() {
    ByteBuffer bytes = ByteBuffer.allocate(2048);
    try {
      while (true) {
        bytes.clear();
        SocketAddress from = channel.receive(bytes);
        take(new UnsafeBuffer(bytes.array()), bytes.position(), from);
      }
    } catch (ClosedChannelException e) {
      // Closed by the test.
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private void take(UnsafeBuffer datagram, int length, SocketAddress from) throws IOException {
    Source source = sources.computeIfAbsent(from, address -> new Source());
    long count = 0;
    boolean answer = false;
    decoder.wrap(datagram, 0, length);
    while (decoder.next()) {
      count++;
      if (decoder.status() != DecodeStatus.OK) {
        throw new IllegalStateException("a datagram that is " + decoder.status());
      }
      int start = decoder.reportOffset();
      String report = HEX.formatHex(datagram.byteArray(), start, start + decoder.reportLength());
      if (!decoder.hasSeqnum()) {
        source.others.add(report);
        continue;
      }
      answer = true;
      if (random.nextDouble() >= loss) {
        take(source, decoder.seqnum(), report);
      }
    }
    if (answer) {
      answer(source, from);
    }
    received.addAndGet(count);
  }

  private static void take(Source source, int seqnum, String report) {
    long ahead = (seqnum - source.next) & 0xFF;
    if (ahead < 128) {
      source.essential.putIfAbsent(source.next + ahead, report);
      source.highest = Math.max(source.highest, source.next + ahead);
      while (source.essential.containsKey(source.next)) {
        source.next++;
      }
    }
  }

  private void answer(Source source, SocketAddress to) throws IOException {
    if (source.next > 0) {
      send(source.next - 1, false, to);
    }
    for (long missing = source.next; missing < source.highest; missing++) {
      if (!source.essential.containsKey(missing)) {
        send(missing, true, to);
      }
    }
  }

  private void send(long sequence, boolean nack, SocketAddress to) throws IOException {
    if (random.nextDouble() < loss) {
      return;
    }
    UnsafeBuffer answer = new UnsafeBuffer(new byte[Acknowledgement.LENGTH]);
    Acknowledgement.put(answer, 0, (int) sequence & 0xFF, nack);
    channel.send(ByteBuffer.wrap(answer.byteArray()), to);
  }

  @Override
  public void close() throws IOException {
    channel.close();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
