package io.dta.rdma.local;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dta.rdma.RdmaQueuePair;
import io.dta.rdma.RemoteRegion;
import io.dta.rdma.memory.MemoryRegion;
import io.dta.rdma.memory.MemoryRegionTable;
import io.dta.rdma.memory.RegionSpecification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LocalMemoryTest {
  @TempDir Path directory;

  @Test
  void shouldWriteToTheCollectorsMemoryThroughTheFile() throws IOException {
    try (MemoryRegionTable table = new MemoryRegionTable();
        LocalMemory local = new LocalMemory()) {
      MemoryRegion first =
          table.register(RegionSpecification.file(directory.resolve("first"), 1 << 20));
      MemoryRegion second =
          table.register(RegionSpecification.file(directory.resolve("second"), 12_345));
      local.map(first.remote(), first.file());
      local.map(second.remote(), second.file());
      try (LocalQueuePair queuePair = new LocalQueuePair(local, (id, status) -> {})) {
        UnsafeBuffer source = new UnsafeBuffer(new byte[] {1, 2, 3, 4, 5});

        queuePair.write(first.remote(), (1 << 20) - 5, source, 0, 5, 0);
        queuePair.fetchAdd(second.remote(), 800, 17, 0);
        queuePair.fetchAdd(second.remote(), 800, 25, 0);

        assertEquals(5, first.segment().get(JAVA_BYTE, (1 << 20) - 1));
        assertEquals(1, first.segment().get(JAVA_BYTE, (1 << 20) - 5));
        assertEquals(42, second.segment().get(JAVA_LONG, 800));
        second.segment().set(JAVA_LONG, 0, 77);
        assertEquals(77, local.resolve(second.remote()).get(JAVA_LONG, 0));
        assertEquals(
            RdmaQueuePair.OUT_OF_BOUNDS, queuePair.write(second.remote(), 12_341, source, 0, 5, 0));
      }
    }
  }

  @Test
  void shouldNotKnowOtherKeys() throws IOException {
    Path path = directory.resolve("store");
    Files.write(path, new byte[64]);
    try (LocalMemory local = new LocalMemory()) {
      local.map(new RemoteRegion(0, 5, 64), path);
      assertNull(local.resolve(new RemoteRegion(0, 6, 64)));
      assertNull(local.resolve(new RemoteRegion(0, 5, 128)));
    }
  }

  @Test
  void shouldUnmapOnce() throws IOException {
    Path path = directory.resolve("store");
    Files.write(path, new byte[64]);
    LocalMemory local = new LocalMemory();
    local.map(new RemoteRegion(0, 5, 64), path);
    local.close();
    local.close();
  }

  @Test
  void shouldRefuseFilesThatAreNotTheRegions() throws IOException {
    Path shorter = directory.resolve("short");
    Files.write(shorter, new byte[64]);
    Path absent = directory.resolve("absent");
    RemoteRegion region = new RemoteRegion(0, 5, 128);
    try (LocalMemory local = new LocalMemory()) {
      String tooShort =
          assertThrows(IOException.class, () -> local.map(region, shorter)).getMessage();
      assertTrue(tooShort.contains(shorter + " has 64 bytes"), tooShort);
      assertTrue(tooShort.contains("says 128"), tooShort);
      String notThere =
          assertThrows(IOException.class, () -> local.map(region, absent)).getMessage();
      assertTrue(notThere.contains(absent + " does not exist here"), notThere);
      assertEquals(64, Files.size(shorter));
    }
  }
}
