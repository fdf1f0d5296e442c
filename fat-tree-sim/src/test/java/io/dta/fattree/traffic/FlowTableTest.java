package io.dta.fattree.traffic;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dta.fattree.topology.FatTree;
import io.dta.primitives.key.FiveTuple;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.zip.CRC32;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class FlowTableTest {
  private static final FatTree TREE = new FatTree(4);

  @Test
  void shouldDrawDistinctFlowsBetweenDifferentHosts() {
    FlowTable flows = FlowTable.generate(TREE, 20_000, 4, 1);
    Set<String> keys = new HashSet<>();
    for (int flow = 0; flow < flows.size(); flow++) {
      FiveTuple key = FiveTuple.fromBytes(flows.key(flow));
      assertTrue(keys.add(key.print()), key.print());
      assertNotEquals(flows.source(flow), flows.destination(flow));
      assertEquals(TREE.hostAddress(flows.source(flow)), address(key.source().getAddress()));
      assertEquals(
          TREE.hostAddress(flows.destination(flow)), address(key.destination().getAddress()));
      assertTrue(flows.packets(flow) >= 1 && flows.packets(flow) <= 10_000);
      assertTrue(flows.bytes(flow) >= 64L * flows.packets(flow));
      assertTrue(flows.bytes(flow) <= 1500L * flows.packets(flow));
    }
  }

  @Test
  void shouldBeTheSameForASeedOnEveryMachine() {
    FlowTable flows = FlowTable.generate(TREE, 1000, 1, 7);
    CRC32 crc = new CRC32();
    crc.update(flows.keys().byteArray());
    for (int flow = 0; flow < flows.size(); flow++) {
      crc.update(Long.toString(flows.bytes(flow)).getBytes(UTF_8));
    }
    assertEquals(0xDFB418D0L, crc.getValue());
    assertNotEquals(
        flows.keys(), FlowTable.generate(TREE, 1000, 1, 8).keys(), "another seed, other flows");
  }

  @Test
  void shouldHaveFewFlowsThatCarryMostBytes() {
    FlowTable flows = FlowTable.generate(TREE, 20_000, 1, 3);
    long[] bytes = new long[flows.size()];
    Arrays.setAll(bytes, flows::bytes);
    Arrays.sort(bytes);
    long total = Arrays.stream(bytes).sum();
    long ofLargestTenth = Arrays.stream(bytes, bytes.length * 9 / 10, bytes.length).sum();
    assertTrue(ofLargestTenth > total / 2, ofLargestTenth + " of " + total);
  }

  @Property(tries = 100)
  void shouldPutEveryFlowInOneEpoch(
      @ForAll @IntRange(min = 1, max = 300) int size,
      @ForAll @IntRange(min = 1, max = 40) int epochs) {
    FlowTable flows = FlowTable.generate(TREE, size, epochs, 5);
    assertEquals(0, flows.firstFlow(0));
    assertEquals(size, flows.firstFlow(epochs));
    for (int epoch = 0; epoch < epochs; epoch++) {
      for (int flow = flows.firstFlow(epoch); flow < flows.firstFlow(epoch + 1); flow++) {
        assertEquals(epoch, flows.epoch(flow));
      }
    }
  }

  @Test
  void shouldRefuseSizesOutOfRange() {
    assertThrows(IllegalArgumentException.class, () -> FlowTable.generate(TREE, 0, 1, 1));
    assertThrows(IllegalArgumentException.class, () -> FlowTable.generate(TREE, 1 << 25, 1, 1));
    assertThrows(IllegalArgumentException.class, () -> FlowTable.generate(TREE, 1, 0, 1));
  }

  private static int address(byte[] bytes) {
    return ByteBuffer.wrap(bytes).getInt();
  }
}
