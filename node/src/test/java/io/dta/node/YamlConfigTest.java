package io.dta.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class YamlConfigTest {
  private static final String VALID =
      """
      name: rack-1
      memory: 64 MiB
      flush: 10ms
      mode: fast-mode
      stores:
        - primitive: ring
          id: 3
          slots: 1024
          key: u32
        - primitive: list
          id: 4
          lists: 7
      """;

  @TempDir Path directory;

  enum Mode {
    @JsonProperty("fast-mode")
    FAST,
    @JsonProperty("slow-mode")
    SLOW
  }

  record Node(
      String name,
      ByteSize memory,
      Duration flush,
      Mode mode,
      List<Store> stores,
      @JsonProperty("http-port") int httpPort,
      boolean verbose,
      double load) {
    Node {
      if (name == null) {
        throw new IllegalArgumentException("name is missing");
      }
      memory = memory == null ? new ByteSize(1 << 20) : memory;
      flush = flush == null ? Duration.ofMillis(1) : flush;
      mode = mode == null ? Mode.SLOW : mode;
      stores = stores == null ? List.of() : List.copyOf(stores);
      httpPort = httpPort == 0 ? 8080 : httpPort;
    }
  }

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "primitive")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Ring.class, name = "ring"),
    @JsonSubTypes.Type(value = Lists.class, name = "list")
  })
  sealed interface Store permits Ring, Lists {}

  record Ring(int id, long slots, Format key) implements Store {
    Ring {
      if (Long.bitCount(slots) != 1) {
        throw new IllegalArgumentException(
            "slots " + slots + ": expected a power of two, such as 512 or 1024");
      }
    }
  }

  record Lists(int id, @JsonProperty(required = true) int lists) implements Store {}

  record Format(String text) {
    @JsonCreator
    static Format parse(String text) {
      if (!text.equals("u32")) {
        throw new IllegalArgumentException("key format '" + text + "': expected u32");
      }
      return new Format(text);
    }

    @JsonValue
    @Override
    public String toString() {
      return text;
    }
  }

  @Test
  void shouldReadRecords() {
    Node node = YamlConfig.parse("dta.yaml", VALID, Node.class);

    assertEquals(
        new Node(
            "rack-1",
            new ByteSize(64 << 20),
            Duration.ofMillis(10),
            Mode.FAST,
            List.of(new Ring(3, 1024, new Format("u32")), new Lists(4, 7)),
            8080,
            false,
            0),
        node);
  }

  @Test
  void shouldDumpWhatItReadsBackWithDefaultsFilled() {
    Node node = YamlConfig.parse("dta.yaml", VALID, Node.class);
    String dump = YamlConfig.dump(node);

    assertEquals(
        """
        name: rack-1
        memory: 64 MiB
        flush: 10ms
        mode: fast-mode
        stores:
          - primitive: ring
            id: 3
            slots: 1024
            key: u32
          - primitive: list
            id: 4
            lists: 7
        http-port: 8080
        verbose: false
        load: 0.0
        """,
        dump);
    assertEquals(node, YamlConfig.parse("dump", dump, Node.class));
  }

  @Property(tries = 200)
  void shouldReadBackAnyTextThatItDumps(
      @ForAll @CharRange(from = ' ', to = '~') @StringLength(min = 1, max = 12) String name) {
    Node node = new Node(name, null, null, null, null, 1, true, 0.5);
    assertEquals(node, YamlConfig.parse("dump", YamlConfig.dump(node), Node.class));
  }

  @Property(tries = 500)
  void shouldExplainWhateverIsNotConfiguration(@ForAll @StringLength(max = 60) String text) {
    try {
      YamlConfig.parse("dta.yaml", text, Node.class);
    } catch (OperatorException e) {
      assertTrue(e.getMessage().startsWith("dta.yaml"), e.getMessage());
    }
  }

  @Property(tries = 500)
  void shouldExplainWhateverBreaksConfiguration(
      @ForAll int place, @ForAll @StringLength(max = 5) String inserted, @ForAll int removed) {
    int at = Math.floorMod(place, VALID.length());
    int end = Math.min(VALID.length(), at + Math.floorMod(removed, 12));
    String text = VALID.substring(0, at) + inserted + VALID.substring(end);
    try {
      YamlConfig.parse("dta.yaml", text, Node.class);
    } catch (OperatorException e) {
      assertTrue(e.getMessage().startsWith("dta.yaml"), e.getMessage());
      assertFalse(e.getMessage().contains("io.dta"), "no class names: " + e.getMessage());
      assertFalse(e.getMessage().contains("\n "), "one sentence: " + e.getMessage());
    }
  }

  @Test
  void shouldNameTheNearestKeyAndThePlaceOfAnUnknownOne() {
    assertError(
        VALID.replace("flush: 10ms", "flsh: 10ms"),
        "dta.yaml:3:1: unknown key 'flsh'; did you mean 'flush'?");
    assertError("naem: x", "dta.yaml:1:1: unknown key 'naem'; did you mean 'name'?");
    assertError(
        VALID.replace("    slots", "    solts"),
        "dta.yaml:8:5: unknown key 'solts' in stores[0]; did you mean 'slots'?");
    assertError(
        "name: x\nzzzzzzzz: 1",
        "dta.yaml:2:1: unknown key 'zzzzzzzz'; expected one of name, memory, flush, mode, stores,"
            + " http-port, verbose, load");
  }

  @Test
  void shouldNameThePlaceAndTheValueThatAConstructorRefused() {
    assertError(
        VALID.replace("1024", "1000"),
        "dta.yaml:8:5: stores[0]: slots 1000: expected a power of two, such as 512 or 1024");
    assertError(
        VALID.replace("u32", "u33"), "dta.yaml:9:5: stores[0].key: key format 'u33': expected u32");
    assertError("memory: 1 KiB", "dta.yaml: name is missing");
  }

  @Test
  void shouldNameTheValueAndTheTypeThatWasExpected() {
    assertError(
        VALID.replace("id: 3", "id: three"),
        "dta.yaml:7:5: stores[0].id: expected a whole number instead of 'three'");
    assertError(
        VALID.replace("id: 3", "id: 3.5"),
        "dta.yaml:7:5: stores[0].id: expected a whole number instead of '3.5'");
    assertError(
        VALID.replace("id: 3", "id: '3'"),
        "dta.yaml:7:5: stores[0].id: expected a whole number instead of '3'");
    assertError(
        VALID.replace("id: 3", "id: 99999999999"),
        "dta.yaml:7:5: stores[0].id: the number is out of range of int instead of '99999999999'");
    assertError(
        VALID.replace("id: 3", "id: [3]"), "dta.yaml:7:5: stores[0].id: expected a whole number");
    assertError(
        VALID.replace("mode: fast-mode", "mode: fast"),
        "dta.yaml:4:1: mode: expected one of fast-mode, slow-mode instead of 'fast'");
    assertError(
        "name: x\nverbose: yes", "dta.yaml:2:1: verbose: expected true or false instead of 'yes'");
    assertError("name: x\nload: high", "dta.yaml:2:1: load: expected a number instead of 'high'");
    assertError("name: x\nstores: 5", "dta.yaml:2:1: stores: expected a list instead of '5'");
    assertError("name: [x]", "dta.yaml:1:1: name: expected text");
    assertError(
        "just text",
        "dta.yaml: expected the keys name, memory, flush, mode, stores, http-port, verbose, load");
    assertError(
        "name: x\nflush: 10 parsecs",
        "dta.yaml:2:1: flush: duration '10 parsecs': expected a whole number and one of ns, us, ms, s,"
            + " m or h, such as 10ms");
    assertError(
        "name: x\nmemory: lots",
        "dta.yaml:2:1: memory: size 'lots': expected a whole number of bytes, such as 64 MiB, 2 GiB or"
            + " 4096");
  }

  @Test
  void shouldNameTheKindsOfAStore() {
    assertError(
        VALID.replace("primitive: ring", "primitive: rong"),
        "dta.yaml:6:5: stores[0].primitive is 'rong'; did you mean 'ring'?");
    assertError(
        VALID.replace("  - primitive: ring\n    id: 3", "  - id: 3"),
        "dta.yaml:6:5: stores[0].primitive is missing: expected one of ring, list");
  }

  @Test
  void shouldNameARequiredKeyThatIsMissing() {
    assertError(VALID.replace("    lists: 7\n", ""), "dta.yaml:10:5: stores[1].lists is missing");
  }

  @Test
  void shouldRefuseDuplicatesAndKeysWithoutValues() {
    assertError(
        VALID + "flush: 5ms\n", "dta.yaml:13:1: duplicate key 'flush': it was given in line 3");
    assertError(
        VALID.replace("id: 3", "id:"),
        "dta.yaml:7:5: stores[0].id has no value: give it one, or remove the key");
    assertError(
        VALID + "---\nname: y\n",
        "dta.yaml:14:1: a second document begins: one file holds one configuration");
  }

  @Test
  void shouldRefuseEmptyFiles() {
    for (String text : List.of("", "\n\n", "# only a comment\n", "---\n", "~")) {
      assertError(text, "dta.yaml is empty: it needs at least one key");
    }
  }

  @Test
  void shouldPointAtSyntaxErrors() {
    assertError(
        "name: {a: 1\n",
        "dta.yaml:2:1: not YAML: while parsing a flow mapping: expected ',' or '}', but got <stream end>");
    String tab = error("name: x\n\tflush: 1ms\n");
    assertTrue(tab.startsWith("dta.yaml:2:1: not YAML: "), tab);
  }

  @Test
  void shouldSayWhichFileCannotBeRead() throws IOException {
    Path absent = directory.resolve("absent.yaml");
    assertEquals("configuration file " + absent + " does not exist", error(absent));
    assertEquals(
        "configuration file " + directory + " could not be read: Is a directory", error(directory));
    Path binary = directory.resolve("binary.yaml");
    Files.write(binary, new byte[] {(byte) 0xC3, (byte) 0x28});
    assertEquals("configuration file " + binary + " is not UTF-8 text", error(binary));
    Path locked = directory.resolve("locked.yaml");
    Files.writeString(locked, VALID);
    Files.setPosixFilePermissions(locked, PosixFilePermissions.fromString("---------"));
    if (!Files.isReadable(locked)) { // Root may read everything.
      assertEquals(
          "configuration file " + locked + " may not be read: check its permissions",
          error(locked));
    }
    Path valid = directory.resolve("valid.yaml");
    Files.writeString(valid, VALID);
    assertEquals("rack-1", YamlConfig.read(valid, Node.class).name());
  }

  private static void assertError(String yaml, String expected) {
    assertEquals(expected, error(yaml));
  }

  private static String error(String yaml) {
    return assertThrows(
            OperatorException.class, () -> YamlConfig.parse("dta.yaml", yaml, Node.class))
        .getMessage();
  }

  private static String error(Path file) {
    return assertThrows(OperatorException.class, () -> YamlConfig.read(file, Node.class))
        .getMessage();
  }
}
