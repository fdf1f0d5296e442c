package io.dta.p4;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dta.primitives.directory.Directory;
import io.dta.primitives.key.KeyFormat;
import io.dta.primitives.store.AppendStore;
import io.dta.primitives.store.KeyIncrementStore;
import io.dta.primitives.store.KeyWriteStore;
import io.dta.primitives.store.PathVerification;
import io.dta.primitives.store.PostcardingStore;
import io.dta.primitives.store.SketchKind;
import io.dta.primitives.store.SketchStore;
import io.dta.primitives.store.Store;
import io.dta.rdma.control.QueuePairReply;
import io.dta.rdma.control.QueuePairRequest;
import io.dta.rdma.control.TransportService;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the control plane sets is in the compiled program, by these names and with these widths. */
class SettingNamesTest {
  private static final List<Store> STORES =
      List.of(
          new KeyWriteStore(1, "flows", KeyFormat.IPV4_5_TUPLE, 20, 1024, 4, null, null),
          new AppendStore(2, "drops", 3, 18, 4, 8),
          new KeyIncrementStore(3, "hosts", KeyFormat.U32, 1024, 2),
          new PostcardingStore(
              4, "paths", KeyFormat.IPV4_5_TUPLE, 5, 1024, 2, PathVerification.CHECKSUM, List.of()),
          new SketchStore(
              5, "sizes", KeyFormat.IPV4_5_TUPLE, SketchKind.COUNT_MIN, 4, 1024, 8, 16, 16));

  private JsonNode program;
  private List<Setting> settings;

  private void use(SwitchProgram which) throws IOException {
    program = new ObjectMapper().readTree(which.compiled().json());
    settings = which.settings(switchSettings());
  }

  private static SwitchSettings switchSettings() {
    List<Directory.Entry> entries = new ArrayList<>();
    for (Store store : STORES) {
      entries.add(
          new Directory.Entry(
              store, new Directory.Region(1L << 40, -1, store.regionLength(), null)));
    }
    SwitchSettings.CollectorPort collector =
        new SwitchSettings.CollectorPort(
            1,
            2,
            new Directory("test", null, entries),
            new QueuePairRequest(TransportService.RC, "10.0.0.1", 4791, 0xFFFFFE, 0xFFFFFD, 1024),
            new QueuePairReply("10.0.0.2", 4791, 0xFFFFFC, 1024, 16),
            Map.of("drops", new int[] {1, 5, 1}));
    return new SwitchSettings(
        0x0A000001,
        3,
        2,
        64,
        1000,
        64,
        new HoldTimes(Duration.ofMillis(10), Duration.ofMillis(50), Duration.ofSeconds(2)),
        List.of(collector),
        List.of(new SwitchSettings.ReporterPort(0x0A000009, 2, 4)),
        List.of(new SwitchSettings.Route(0x0A000000, 8, 3, 5)),
        reporterSettings(),
        new SwitchSettings.Dart(7, null, true, List.of(4, 5), 23, 500_000));
  }

  private static ReporterSettings reporterSettings() {
    return new ReporterSettings(
        -1,
        -1,
        0x0A000001,
        3,
        List.of(new ReporterSettings.NextHop(0x0A000002, 1, 5)),
        List.of(new ReporterSettings.Route(0x0A000000, 8, List.of(new ReporterSettings.Way(2, 6)))),
        List.of(2),
        List.of(510),
        List.of(0x0A000003),
        new ReporterSettings.Paths((KeyWriteStore) STORES.get(0), 63, 65535, 1L << 40, 65536),
        new ReporterSettings.Postcards((PostcardingStore) STORES.get(3), 1, 255),
        new ReporterSettings.HostBytes((KeyIncrementStore) STORES.get(2), Long.MAX_VALUE, 65536),
        new ReporterSettings.Events((AppendStore) STORES.get(1), 2, 65535, 65536, 1, 9, 1000),
        new ReporterSettings.Sketch(
            new SketchStore(
                5, "sizes", KeyFormat.IPV4_5_TUPLE, SketchKind.COUNT_MIN, 8, 4096, 2, 4, 0),
            3));
  }

  private static JsonNode named(JsonNode array, String name) {
    for (JsonNode each : array) {
      if (each.path("name").asText().equals(name)) {
        return each;
      }
    }
    throw new AssertionError("the program has no " + name);
  }

  private JsonNode table(String name) {
    for (JsonNode pipeline : program.get("pipelines")) {
      for (JsonNode table : pipeline.get("tables")) {
        if (table.get("name").asText().equals(name)) {
          return table;
        }
      }
    }
    throw new AssertionError("the program has no table " + name);
  }

  /** The width of a table's key. */
  private int bits(JsonNode key) {
    String header = key.get("target").get(0).asText();
    String type = named(program.get("headers"), header).get("header_type").asText();
    for (JsonNode field : named(program.get("header_types"), type).get("fields")) {
      if (field.get(0).asText().equals(key.get("target").get(1).asText())) {
        return field.get(1).asInt();
      }
    }
    throw new AssertionError("no field " + key);
  }

  private void requireAction(String table, String action, List<Field> parameters) {
    Map<Integer, String> ids = new HashMap<>();
    for (JsonNode id : table(table).get("action_ids")) {
      ids.put(id.asInt(), "");
    }
    JsonNode found = null;
    for (JsonNode each : program.get("actions")) {
      if (each.get("name").asText().equals(action) && ids.containsKey(each.get("id").asInt())) {
        found = each;
      }
    }
    assertNotNull(found, () -> table + " has no action " + action);
    assertEquals(found.get("runtime_data").size(), parameters.size(), action);
    for (int i = 0; i < parameters.size(); i++) {
      JsonNode data = found.get("runtime_data").get(i);
      assertEquals(data.get("name").asText(), parameters.get(i).name(), action);
      assertEquals(data.get("bitwidth").asInt(), parameters.get(i).bits(), action + " " + data);
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldNameTablesKeysActionsAndParametersAsTheProgramDoes(SwitchProgram which)
      throws IOException {
    use(which);
    int entries = 0;
    for (Setting setting : settings) {
      if (setting instanceof Setting.TableEntry entry) {
        JsonNode keys = table(entry.table()).get("key");
        assertEquals(keys.size(), entry.keys().size(), entry::table);
        for (int i = 0; i < keys.size(); i++) {
          Field key = entry.keys().get(i);
          assertEquals(keys.get(i).get("name").asText(), key.name(), entry::table);
          assertEquals(bits(keys.get(i)), key.bits(), entry::table);
          assertEquals(
              entry.prefixLength() == Setting.TableEntry.EXACT ? "exact" : "lpm",
              keys.get(i).get("match_type").asText(),
              entry::table);
        }
        requireAction(entry.table(), entry.action(), entry.parameters());
        entries++;
      } else if (setting instanceof Setting.DefaultAction action) {
        requireAction(action.table(), action.action(), action.parameters());
      }
    }
    assertTrue(entries > 2, () -> "too few entries: " + settings);
  }

  @ParameterizedTest
  @EnumSource
  void shouldNameRegistersMetersAndValueSetsAsTheProgramDoes(SwitchProgram which)
      throws IOException {
    use(which);
    for (Setting setting : settings) {
      switch (setting) {
        case Setting.RegisterValue value -> {
          JsonNode register = named(program.get("register_arrays"), value.register());
          assertTrue(value.index() < register.get("size").asInt(), value::toString);
          assertEquals(0, value.value() >>> register.get("bitwidth").asInt(), value::toString);
        }
        case Setting.MeterRate rate ->
            assertEquals(
                "packets", named(program.get("meter_arrays"), rate.meter()).get("type").asText());
        case Setting.ValueSetMember member ->
            assertEquals(
                named(program.get("parse_vsets"), member.valueSet())
                    .get("compressed_bitwidth")
                    .asInt(),
                member.value().bits());
        default -> {}
      }
    }
    QueuePairNames names = which.queuePairs();
    if (names != null) {
      for (String register : List.of(names.psns(), names.sinceAsked(), names.up())) {
        named(program.get("register_arrays"), register);
      }
      table(names.table());
      table(names.answering());
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldFindACalculationForEveryPolynomialAndAPolynomialForEveryCalculation(
      SwitchProgram which) throws IOException {
    use(which);
    CompiledProgram compiled = which.compiled();
    List<String> set = new ArrayList<>();
    for (Setting setting : settings) {
      if (setting instanceof Setting.Polynomial polynomial) {
        set.addAll(compiled.calculations(polynomial.action()));
      }
    }
    List<String> custom = new ArrayList<>();
    for (JsonNode calculation : program.get("calculations")) {
      if (calculation.get("algo").asText().equals("crc32_custom")) {
        custom.add(calculation.get("name").asText());
      }
    }
    assertEquals(custom.stream().sorted().toList(), set.stream().sorted().toList());
  }

  @Test
  void shouldPrintEverySettingForBothTargets() throws IOException {
    use(SwitchProgram.TRANSLATOR);
    String commands = SimpleSwitchCommands.of(SwitchProgram.TRANSLATOR.compiled(), settings);
    String script = BfrtPython.of("dta_translator", settings);

    assertTrue(
        commands.contains(
            "table_add TranslatorIngress.reports TranslatorIngress.set_length 0x1 0x1 => 0x25\n"),
        commands);
    assertTrue(commands.contains("register_write TranslatorEgress.requests.psns 0 16777213\n"));
    assertTrue(
        script.contains(
            "p4.TranslatorIngress.reports.add_with_set_length(opcode=0x1, store=0x1,"
                + " length=0x25)\n"),
        script);
    assertTrue(
        script.contains(
            "p4.TranslatorIngress.forwarding.routes.add_with_forward(destination=0xa000000, "
                + "destination_p_length=8, port=0x3, mac=0x5, source_mac=0x3)\n"),
        script);
    assertTrue(
        script.contains("p4.TranslatorEgress.requests.psns.mod(REGISTER_INDEX=0, f1=0xfffffd)\n"),
        script);
    assertTrue(script.contains("set_polynomial('slot_hash_0', 0x1edc6f41)\n"), script);
    assertTrue(
        script.contains("p4.TranslatorParser.key_8.add(f1=0x101, f1_mask=0xffff)\n"), script);
    assertTrue(
        script.contains(
            "bfrt.pre.mgid.entry(MGID=2, MULTICAST_NODE_ID=[2, 3],"
                + " MULTICAST_NODE_L1_XID_VALID=[False] * 2, MULTICAST_NODE_L1_XID=[0] *"
                + " 2).push()\n"),
        script);
  }
}
