package io.dta.p4;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.dta.node.Json;
import io.dta.node.OperatorException;
import io.dta.node.YamlConfig;
import io.dta.primitives.directory.Directory;
import io.dta.primitives.key.KeyFormat;
import io.dta.primitives.store.AppendStore;
import io.dta.primitives.store.KeyWriteStore;
import io.dta.rdma.control.QueuePairReply;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** From a description in YAML and a collector's HTTP API to the commands of a switch. */
class SwitchConnectorTest {
  private static final String YAML =
      """
      address: 10.9.0.1
      mac: 02:00:00:00:00:01
      operationsPerSecond: 1000000
      collectors:
        - {url: 'http://127.0.0.1:%d', port: 2, mac: '02:00:00:00:02:00'}
      reporters:
        - {address: 10.1.0.1, port: 3, mac: '02:00:00:00:01:00'}
      routes:
        - {to: 10.0.0.0/8, port: 4, mac: '02:00:00:00:03:00'}
      """;

  private final KeyWriteStore store =
      new KeyWriteStore(5, "values", KeyFormat.IPV4_5_TUPLE, 20, 1 << 16, 4, null, null);
  private final AppendStore events = new AppendStore(1, "events", 2, 4, 16, 8);
  private HttpServer collector;
  private JsonNode request;

  @BeforeEach
  void startCollector() throws IOException {
    collector = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    Directory directory =
        new Directory(
            "test",
            List.of(
                new Directory.Entry(
                    store, new Directory.Region(0x7F00_0000_1000L, 0xC0DE_0001, 1L << 21, null)),
                new Directory.Entry(
                    events, new Directory.Region(0x7F00_0100_0000L, 7, 1L << 16, null))));
    collector.createContext("/v1/directory", exchange -> answer(exchange, directory));
    collector.createContext(
        "/v1/append/events/heads",
        exchange -> answer(exchange, Map.of("store", "events", "next", List.of(1, 42))));
    collector.createContext(
        "/v1/queue-pairs",
        exchange -> {
          request = Json.mapper().readTree(exchange.getRequestBody());
          answer(exchange, new QueuePairReply("10.9.1.1", 4791, 0x145, 1024, 16));
        });
    collector.start();
  }

  @AfterEach
  void stopCollector() {
    collector.stop(0);
  }

  private static void answer(HttpExchange exchange, Object body) throws IOException {
    byte[] bytes = Json.compact(body).getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private SwitchConfiguration configuration() {
    return YamlConfig.parse(
        "switch.yaml", YAML.formatted(collector.getAddress().getPort()), SwitchConfiguration.class);
  }

  @Test
  void shouldMakeTheCommandsOfATranslator() {
    SwitchSettings settings = SwitchConnector.connect(configuration());
    assertEquals("10.9.0.1", request.get("address").asText());
    assertEquals(4791, request.get("udpPort").asInt());
    List<String> lines =
        SimpleSwitchCommands.of(CompiledProgram.translator(), TranslatorTables.of(settings))
            .lines()
            .toList();
    for (String expected :
        List.of(
            "table_add TranslatorIngress.reports TranslatorIngress.set_length 0x1 0x5 => 0x25",
            "table_add TranslatorIngress.key_write.stores TranslatorIngress.key_write.store 0x5 =>"
                + " 0x4 0xffff 0x18 0x18 0x1",
            "pvs_add TranslatorParser.key_8 0x105",
            "pvs_add TranslatorParser.key_4 0x105",
            "pvs_add TranslatorParser.key_1 0x105",
            "pvs_add TranslatorParser.data_16 0x105",
            "pvs_add TranslatorParser.data_4 0x105",
            "register_write TranslatorIngress.append.written 1 41",
            "table_add TranslatorEgress.requests.regions TranslatorEgress.requests.set_region"
                + " 0x0 0x1 0x5 => 0x7f0000001000 0xc0de0001",
            "table_add TranslatorEgress.requests.queue_pairs"
                + " TranslatorEgress.requests.set_queue_pair 0x0 => 0x20000000200 0x20000000001"
                + " 0xa090101 0xa090001 0x12b7 0x12b7 0x2 0x145 0x10",
            "table_add TranslatorIngress.answering TranslatorIngress.set_answering"
                + " 0xa090101 0x11 => 0x0 0x2",
            "register_write TranslatorEgress.requests.psns 0 " + request.get("startingPsn").asInt(),
            "register_write TranslatorIngress.queue_pair_up 0 1",
            "meter_set_rates TranslatorIngress.rate 0 1.000000000:10000 1.000000000:10000",
            "mc_mgrp_create 1",
            "mc_node_create 0 2",
            "mc_node_associate 1 0",
            "mirroring_add 256 3",
            "table_add TranslatorIngress.forwarding.routes TranslatorIngress.forwarding.forward"
                + " 0xa000000/8 => 0x4 0x20000000300 0x20000000001",
            "table_set_default TranslatorIngress.collectors TranslatorIngress.set_collectors"
                + " 0x1")) {
      assertTrue(lines.contains(expected), () -> expected + " is not in\n" + lines);
    }
    // Key-Write, Key-Increment and Postcarding choose the collector each on their own.
    assertEquals(
        3,
        lines.stream()
            .filter(line -> line.matches("set_crc32_parameters calc\\w* 0x27673637 .*"))
            .count());
  }

  @Test
  void shouldSayWhichStoreDoesNotFit() {
    KeyWriteStore large = new KeyWriteStore(5, "large", KeyFormat.U32, 300, 1 << 16, 4, null, null);
    SwitchSettings fits = SwitchConnector.connect(configuration());
    SwitchSettings.CollectorPort port = fits.collectors().getFirst();
    Directory directory =
        new Directory(
            "test",
            List.of(new Directory.Entry(large, new Directory.Region(0, 1, 1L << 30, null))));
    SwitchSettings settings =
        configuration()
            .settings(
                List.of(
                    new SwitchSettings.CollectorPort(
                        port.port(), port.mac(), directory, port.own(), port.peer(), Map.of())));
    String message =
        assertThrows(IllegalArgumentException.class, () -> TranslatorTables.of(settings))
            .getMessage();
    assertEquals(
        "store 'large': a switch writes at most 256 bytes at once, and this store 304", message);
  }

  @Test
  void shouldSayWhatIsWrongInAConfiguration() {
    String wrong = YAML.formatted(1).replace("mac: 02:00:00:00:00:01", "mac: nothing");
    OperatorException e =
        assertThrows(
            OperatorException.class,
            () -> YamlConfig.parse("switch.yaml", wrong, SwitchConfiguration.class));
    assertTrue(e.getMessage().contains("expected such as 02:00:00:00:00:01"), e.getMessage());
  }
}
