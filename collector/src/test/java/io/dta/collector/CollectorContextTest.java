package io.dta.collector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dta.collector.CollectorContext.Backing;
import io.dta.collector.CollectorContext.RdmaMode;
import io.dta.node.OperatorException;
import io.dta.node.YamlConfig;
import io.dta.primitives.Primitive;
import io.dta.primitives.store.Store;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CollectorContextTest {
  private static final Path EXAMPLE = Path.of("../docs/examples/collector.yaml");
  private static final String STORE =
      "stores: [{primitive: key-increment, id: 0, name: hosts, key: u32, counters: 1024}]\n";

  /** The section of a node's file. */
  record Node(CollectorContext collector) {}

  private static CollectorContext parse(String yaml) {
    return YamlConfig.parse("node.yaml", yaml, CollectorContext.class);
  }

  private static String failure(String yaml) {
    return assertThrows(OperatorException.class, () -> parse(yaml)).getMessage();
  }

  @Test
  void shouldBindTheExample() {
    CollectorContext example = YamlConfig.read(EXAMPLE, Node.class).collector();
    assertEquals("collector-1", example.name());
    assertEquals(8040, example.http().port());
    assertEquals(4791, example.rdma().port());
    assertEquals(RdmaMode.SOFTWARE, example.rdma().mode());
    assertEquals(Backing.ANONYMOUS, example.regions().backing());
    assertEquals(
        List.of("paths", "postcards", "events", "host-bytes", "flow-sizes"),
        example.stores().stream().map(Store::name).toList());
    assertEquals(
        List.of(
            Primitive.KEY_WRITE,
            Primitive.POSTCARDING,
            Primitive.APPEND,
            Primitive.KEY_INCREMENT,
            Primitive.SKETCH_MERGE),
        example.stores().stream().map(Store::primitive).toList());
  }

  @Test
  void shouldHaveTheDefaultsThatTheExampleNames() {
    CollectorContext example = YamlConfig.read(EXAMPLE, Node.class).collector();
    CollectorContext least = parse(STORE);
    assertEquals("collector", least.name());
    assertEquals(example.http(), least.http());
    assertEquals(example.rdma(), least.rdma());
    assertEquals(example.regions(), least.regions());
    assertEquals(example.limits(), least.limits());
  }

  @Test
  void shouldReadBackWhatItWrites() {
    CollectorContext example = YamlConfig.read(EXAMPLE, Node.class).collector();
    assertEquals(example, parse(YamlConfig.dump(example)));
  }

  @Test
  void shouldKnowTheSoftwareRnicByItsShortName() {
    assertEquals(RdmaMode.SOFTWARE, parse(STORE + "rdma: {mode: soft}\n").rdma().mode());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          http: {port: 70000}                 | port 70000: expected 0 to 65535
          rdma: {host: 0.0.0.0}               | host '0.0.0.0': expected the address that translators send to, not a wildcard
          rdma: {mode: hardware}              | mode
          rdma: {mode: verbs, port: 4000}     | port 4000: RDMA devices receive at UDP port 4791 alone
          rdma: {mode: soft, device: mlx5_0}  | device 'mlx5_0' is given, but 'mode: software' does not use it
          rdma: {cmPort: -1}                  | cmPort -1: expected 0 to 65535
          rdma: {icrc: none}                  | icrc 'none': expected required, any-identification or counted
          regions: {backing: file}            | directory is missing: 'backing: file' needs a directory for the files
          regions: {directory: /tmp}          | directory '/tmp' is given, but 'backing: anonymous' does not use it
          regions: {backing: hugetlb, directory: /tmp} | directory '/tmp' is given, but 'backing: hugetlb' does not use it
          regions: {hugePage: true}           | did you mean 'hugePages'?
          limits: {batch: 0}                  | batch 0: expected 1 to 1048576
          name: a b                           | name 'a b'
          """)
  void shouldSayWhatIsWrongAndWhere(String line, String expected) {
    String message = failure(STORE + line + "\n");
    assertTrue(message.startsWith("node.yaml:2:"), message);
    assertTrue(message.contains(expected), message);
  }

  @Test
  void shouldWantStoresThatDifferInNameAndNumber() {
    assertTrue(failure("name: c\n").contains("stores is missing"));
    String twice = STORE.replace("]", ", " + STORE.substring(STORE.indexOf('{'))).strip();
    assertTrue(failure(twice + "\n").contains("stores 'hosts' and 'hosts' are both"), twice);
  }

  @Test
  void shouldSayWhatIsWrongWithAStore() {
    String message = failure(STORE.replace("1024", "1000"));
    assertTrue(
        message.contains("counters 1000: expected a power of two, such as 512 or 1024"), message);
  }
}
