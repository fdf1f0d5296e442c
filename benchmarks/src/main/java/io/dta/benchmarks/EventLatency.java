package io.dta.benchmarks;

import io.dta.collector.Collector;
import io.dta.collector.CollectorContext;
import io.dta.collector.event.EventFilter;
import io.dta.collector.event.EventSubscription;
import io.dta.primitives.datagram.DatagramBuilder;
import io.dta.primitives.key.KeyFormat;
import io.dta.primitives.store.KeyWriteStore;
import io.dta.primitives.wire.BaseHeader;
import io.dta.primitives.wire.HeaderFormat;
import io.dta.translator.Translator;
import io.dta.translator.TranslatorContext;
import io.dta.translator.TranslatorContext.Idle;
import io.dta.translator.TranslatorContext.Threads;
import io.dta.translator.connection.RdmaSettings;
import io.dta.translator.connection.RdmaSettings.Transport;
import io.dta.translator.source.SourceSettings;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * How long after a reporter sends a report with the immediate flag a subscriber is told: one report
 * at a time through real sockets, translator, RDMA, memory and event stream, all in one JVM but
 * over the loopback interface, after a pause in which everything falls asleep.
 */
public final class EventLatency {
  private static final KeyWriteStore STORE =
      new KeyWriteStore(0, "values", KeyFormat.U32, 20, 1 << 16, 1, null, null);
  private static final int WARM_UP = 3_000;
  private static final int MEASURED = 10_000;
  private static final long PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final String HOST = "127.0.0.1";

  private final Path directory;
  private final DatagramSocket reporter;
  private final UnsafeBuffer datagram = new UnsafeBuffer(new byte[64]);
  private final DatagramBuilder builder = new DatagramBuilder(HeaderFormat.FULL);
  private final UnsafeBuffer key = new UnsafeBuffer(new byte[4]);
  private final UnsafeBuffer value = new UnsafeBuffer(new byte[20]);

  /** When each event was told, nanoseconds of the JVM's clock. */
  private final SynchronousQueue<Long> told = new SynchronousQueue<>();

  private EventLatency(Path directory) throws IOException {
    this.directory = directory;
    this.reporter = new DatagramSocket(0, InetAddress.getLoopbackAddress());
  }

  /** Prints a table. */
  public static void main(String[] arguments) throws Exception {
    Path directory =
        Files.createTempDirectory(
            Files.isDirectory(Path.of("/dev/shm")) ? Path.of("/dev/shm") : null, "dta-latency-");
    System.out.printf(
        "From the report's datagram to the subscriber, µs; %,d reports, one at a time, after %d ms"
            + " of silence each%n%n",
        MEASURED, TimeUnit.NANOSECONDS.toMillis(PAUSE_NS));
    System.out.println(
        "| transport | translator idles | subscriber | p50 | p90 | p99 | p99.9 | max |");
    System.out.println("|---|---|---|---:|---:|---:|---:|---:|");
    try {
      for (Transport transport : new Transport[] {Transport.ROCEV2, Transport.LOCAL}) {
        for (Idle idle : new Idle[] {Idle.BACKOFF, Idle.BUSY_SPIN}) {
          new EventLatency(directory).run(transport, idle);
        }
      }
    } finally {
      try (Stream<Path> files = Files.walk(directory)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  private void run(Transport transport, Idle idle) throws Exception {
    boolean local = transport == Transport.LOCAL;
    CollectorContext collectorContext =
        new CollectorContext(
            "latency",
            new CollectorContext.Http(HOST, 0),
            new CollectorContext.Rdma(
                HOST,
                0,
                local ? CollectorContext.RdmaMode.NONE : CollectorContext.RdmaMode.SOFTWARE,
                null,
                null),
            local
                ? new CollectorContext.Regions(
                    CollectorContext.Backing.FILE, directory.toString(), null)
                : null,
            List.of(STORE),
            null);
    try (reporter;
        Collector collector = new Collector(collectorContext)) {
      collector.start();
      TranslatorContext context =
          new TranslatorContext(
              new SourceSettings(HOST, 0, 1, null),
              null,
              List.of(collector.uri().toString()),
              new RdmaSettings(transport, null, null, 0, null),
              new Threads(null, null, null, null, idle),
              new TranslatorContext.Http(HOST, 0),
              null,
              null);
      try (Translator translator = new Translator(context)) {
        translator.start();
        String row =
            "| %s | %s".formatted(name(transport), idle == Idle.BACKOFF ? "backoff" : "busy-spin");
        try (EventSubscription _ = collector.subscribe(EventFilter.ALL, event -> tell())) {
          print(row + " | Java callback", measure(translator.port()));
        }
        HttpURLConnection connection =
            (HttpURLConnection) collector.uri().resolve("/v1/events").toURL().openConnection();
        BufferedReader events =
            new BufferedReader(
                new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8));
        events.readLine(); // Subscribed.
        Thread.ofPlatform().daemon().start(() -> follow(events)); // Ends with the collector.
        print(row + " | SSE client", measure(translator.port()));
      }
    }
  }

  private static String name(Transport transport) {
    return transport.name().toLowerCase(Locale.ROOT);
  }

  private void tell() {
    try {
      told.put(System.nanoTime());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void follow(BufferedReader events) {
    try {
      for (String line = events.readLine(); line != null; line = events.readLine()) {
        if (line.startsWith("data: ")) {
          tell();
        }
      }
    } catch (IOException e) {
      // The collector has closed.
    }
  }

  private Histogram measure(int port) throws IOException, InterruptedException {
    Histogram histogram = new Histogram(TimeUnit.SECONDS.toNanos(10), 3);
    for (int i = -WARM_UP; i < MEASURED; i++) {
      LockSupport.parkNanos(PAUSE_NS);
      key.putInt(0, i);
      builder.wrap(datagram, 0, datagram.capacity());
      builder.keyWrite(STORE, BaseHeader.IMMEDIATE_FLAG, 0, 1, key, 0, value, 0);
      DatagramPacket packet =
          new DatagramPacket(
              datagram.byteArray(), builder.length(), InetAddress.getLoopbackAddress(), port);
      long sent = System.nanoTime();
      reporter.send(packet);
      Long heard = told.poll(5, TimeUnit.SECONDS);
      if (heard == null) {
        throw new IOException("report " + i + " was not told of");
      }
      if (i >= 0) {
        histogram.recordValue(heard - sent);
      }
    }
    return histogram;
  }

  private static void print(String row, Histogram histogram) {
    System.out.printf(
        "%s | %s | %s | %s | %s | %s |%n",
        row,
        us(histogram.getValueAtPercentile(50)),
        us(histogram.getValueAtPercentile(90)),
        us(histogram.getValueAtPercentile(99)),
        us(histogram.getValueAtPercentile(99.9)),
        us(histogram.getMaxValue()));
  }

  private static long us(long nanoseconds) {
    return Math.round(nanoseconds / 1e3);
  }
}
