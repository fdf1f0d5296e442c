package io.dta.grafana;

import io.dta.collector.Collector;
import io.dta.collector.CollectorContext;
import io.dta.primitives.key.KeyFormat;
import io.dta.primitives.store.AppendStore;
import io.dta.primitives.store.KeyIncrementStore;
import io.dta.primitives.store.KeyWriteStore;
import io.dta.primitives.wire.DtaPorts;
import io.dta.translator.Translator;
import io.dta.translator.TranslatorContext;
import io.dta.translator.connection.RdmaSettings;
import io.dta.translator.source.SourceSettings;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;

/** A collector and a translator in this process, with stores that are too small for anything. */
final class SmallRack implements AutoCloseable {
  private static final String HOST = "127.0.0.1";
  private static final int FRAMES = 2;
  private static final int RING = 256;

  private final HttpClient client = HttpClient.newHttpClient();
  private Collector collector;
  private final Translator translator;

  SmallRack() {
    collector = collector(0);
    collector.start();
    translator =
        new Translator(
            new TranslatorContext(
                new SourceSettings(HOST, 0, DtaPorts.ACKNOWLEDGEMENTS, null),
                null,
                List.of(collector.uri().toString()),
                new RdmaSettings(null, null, "127.0.0.3", 0, null),
                new TranslatorContext.Threads(
                    TranslatorContext.Threading.DISRUPTOR, 1, RING, null, null),
                new TranslatorContext.Http(HOST, 0),
                null,
                null));
    translator.start();
  }

  private static Collector collector(int port) {
    return new Collector(
        new CollectorContext(
            "small",
            new CollectorContext.Http(HOST, port),
            new CollectorContext.Rdma(HOST, 0, null, null, null),
            null,
            List.of(
                new KeyWriteStore(0, "few-slots", KeyFormat.U32, 4, 256, 2, null, null),
                new KeyIncrementStore(0, "few-counters", KeyFormat.U32, 256, 2),
                new AppendStore(0, "few-frames", 1, 4, 1, FRAMES)),
            null,
            new CollectorContext.Plan(0.1, Duration.ofMinutes(10))));
  }

  URI collectorUri() {
    return collector.uri();
  }

  URI translatorUri() {
    return translator.uri();
  }

  /** Writes so many keys, one after the other. */
  void writeKeys(int first, int count) throws IOException {
    try (DatagramSocket socket = new DatagramSocket()) {
      for (int key = first; key < first + count; key++) {
        send(
            socket,
            ByteBuffer.allocate(12).put(new byte[] {1, 0, 0, 2}).putInt(key).putInt(key).array());
      }
    }
  }

  /** Increments the counters of one key, so many times. */
  void increment(int count) throws IOException {
    byte[] report =
        ByteBuffer.allocate(16).put(new byte[] {3, 0, 0, 2}).putInt(1).putLong(1).array();
    try (DatagramSocket socket = new DatagramSocket()) {
      for (int i = 0; i < count; i++) {
        send(socket, report);
      }
    }
  }

  /** Appends so many entries, each a frame of its own. */
  void append(int count) throws IOException {
    try (DatagramSocket socket = new DatagramSocket()) {
      for (int entry = 0; entry < count; entry++) {
        send(
            socket,
            ByteBuffer.allocate(11).put(new byte[] {2, 0, 0}).putInt(0).putInt(entry).array());
      }
    }
  }

  private void send(DatagramSocket socket, byte[] report) throws IOException {
    socket.send(
        new DatagramPacket(
            report, report.length, InetAddress.getLoopbackAddress(), translator.port()));
  }

  /** Asks for the list from a position on, as the reader {@code slow}. */
  String readList(long from) throws IOException, InterruptedException {
    URI uri = URI.create(collector.uri() + "/v1/append/few-frames/0?reader=slow&from=" + from);
    HttpResponse<String> response =
        client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
    if (response.statusCode() != 200) {
      throw new AssertionError(response.body());
    }
    return response.body();
  }

  /** The collector dies; the translator does not. */
  void loseCollector() {
    collector.close();
  }

  /** Another comes in its place, with empty memory. */
  void replaceCollector() {
    int port = collector.uri().getPort();
    collector.close();
    collector = collector(port);
    collector.start();
  }

  @Override
  public void close() {
    translator.close();
    collector.close();
  }
}
