package io.dta.translator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dta.node.ByteSize;
import io.dta.node.OperatorException;
import io.dta.node.YamlConfig;
import io.dta.primitives.wire.HeaderFormat;
import io.dta.translator.TranslatorContext.Idle;
import io.dta.translator.TranslatorContext.Threading;
import io.dta.translator.connection.RdmaSettings;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TranslatorContextTest {
  @Test
  void shouldHaveDefaults() {
    TranslatorContext context = parse("collectors: ['http://127.0.0.1:8040']");
    assertEquals(TranslatorContext.of(List.of("http://127.0.0.1:8040")), context);
    assertEquals("0.0.0.0", context.listen().host());
    assertEquals(40040, context.listen().port());
    assertEquals(40044, context.listen().reporterPort());
    assertEquals(HeaderFormat.FULL, context.header());
    assertEquals(RdmaSettings.Transport.ROCEV2, context.rdma().transport());
    assertEquals(RdmaSettings.Service.RC, context.rdma().service());
    assertEquals(4791, context.rdma().port());
    assertEquals(Threading.SHARED, context.threads().threading());
    assertEquals(8041, context.http().port());
  }

  @Test
  void shouldBeConfiguredInYaml() {
    TranslatorContext context =
        parse(
            """
            listen: {host: '::', port: 5000, reporterPort: 5001, receiveBuffer: 8 MiB}
            header: compact
            collectors: ['http://a:1', 'http://b:2']
            rdma: {transport: rocev2, service: uc, address: 10.0.0.1, port: 0, pathMtu: 4096}
            threads: {threading: disruptor, shards: 4, acknowledge: false, ringSize: 1024, receiveSlots: 64, idle: busy-spin}
            http: {host: 10.0.0.1, port: 0}
            engine: {appendFlush: 20ms}
            shutdownTimeout: 1s
            """);
    assertEquals(ByteSize.of(8 << 20), context.listen().receiveBuffer());
    assertEquals(HeaderFormat.COMPACT, context.header());
    assertEquals(RdmaSettings.Service.UC, context.rdma().service());
    assertEquals(4, context.threads().shards());
    assertEquals(Idle.BUSY_SPIN, context.threads().idle());
    assertEquals(Duration.ofMillis(20), context.engine().appendFlush());
    assertEquals(Duration.ofSeconds(1), context.shutdownTimeout());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "collectors: []                            | collectors is missing",
        "header: full                              | collectors is missing",
        "collectors: ['127.0.0.1:8040']            | collectors '127.0.0.1:8040': expected its"
            + " HTTP",
        "collectors: ['http://a', 'http://a']      | one is named twice",
        "{collectors: ['http://a'], listen: {port: 65536}}           | port 65536",
        "{collectors: ['http://a'], listen: {receiveBuffer: 1 KiB}}  | receiveBuffer 1 KiB",
        "{collectors: ['http://a'], threads: {shards: 2}}            | shards 2 with",
        "{collectors: ['http://a'], threads: {threading: disruptor, shards: 2, acknowledge: false}}"
            + " | rdma port 4791 with 2",
        "{collectors: ['http://a'], threads: {threading: disruptor, shards: 2}} | 'acknowledge:"
            + " false'",
        "{collectors: ['http://a'], threads: {ringSize: 1000}}       | such as 512 or 1024",
        "{collectors: ['http://a'], threads: {idle: fast}}           | idle",
        "{collectors: ['http://a'], rdma: {pathMtu: 1500}}           | 256, 512, 1024",
        "{collectors: ['http://a'], rdma: {transport: rocev1}}       | rocev1",
        "{collectors: ['http://a'], shutdownTimeout: 11m}            | shutdownTimeout",
        "{collectors: ['http://a'], colectors: 1}                    | colectors"
      })
  void shouldSayWhatIsWrong(String yaml, String message) {
    String said = assertThrows(OperatorException.class, () -> parse(yaml)).getMessage();
    assertTrue(said.contains(message), said);
  }

  private static TranslatorContext parse(String yaml) {
    return YamlConfig.parse("test.yaml", yaml, TranslatorContext.class);
  }
}
