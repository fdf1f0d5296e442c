package io.dta.rdma.memory;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MemoryRegionTableTest {
  private static final long MIB = 1 << 20;

  @TempDir Path directory;

  private final MemoryRegionTable table = new MemoryRegionTable();

  @AfterEach
  void close() {
    table.close();
  }

  @Test
  void shouldMapZeroedAlignedMemory() throws IOException {
    for (long length : new long[] {1, 4096, 4097, 2 * MIB, 5 * MIB + 24}) {
      MemoryRegion region = table.register(RegionSpecification.anonymous(length));

      assertEquals(length, region.length());
      assertEquals(length, region.segment().byteSize());
      assertEquals(0, region.address() % (2 * MIB), "address " + region.address());
      assertEquals(region.address(), region.segment().address());
      assertNull(region.file());
      for (long offset = 0; offset < length; offset++) {
        assertEquals(0, region.segment().get(JAVA_BYTE, offset), "offset " + offset);
      }
      region.segment().set(JAVA_BYTE, length - 1, (byte) 7);
      assertEquals(7, region.segment().get(JAVA_BYTE, length - 1));
    }
  }

  @Test
  void shouldReportHugePagesAsTheKernelGrantsThem() throws IOException {
    MemoryRegion asked = table.register(RegionSpecification.anonymous(8 * MIB));
    MemoryRegion small = table.register(RegionSpecification.anonymous(MIB));
    MemoryRegion unasked =
        table.register(RegionSpecification.anonymous(8 * MIB).withHugePages(false));

    Path setting = Path.of("/sys/kernel/mm/transparent_hugepage/enabled");
    boolean never = !Files.exists(setting) || Files.readString(setting).contains("[never]");
    if (never) {
      assertEquals(HugePages.REFUSED, asked.hugePages());
    } else {
      assertNotEquals(HugePages.NOT_REQUESTED, asked.hugePages());
    }
    assertEquals(HugePages.NOT_REQUESTED, small.hugePages());
    assertEquals(HugePages.NOT_REQUESTED, unasked.hugePages());
    assertEquals(0, ProcessMemory.hugePageBytes(unasked.address(), 8 * MIB));
  }

  @Test
  void shouldMapMoreThanTwoGibibytesWithoutTouchingThem() throws IOException {
    long length = (3L << 30) + 8;
    MemoryRegion anonymous = table.register(RegionSpecification.anonymous(length).withTouch(false));
    MemoryRegion file =
        table.register(
            RegionSpecification.file(directory.resolve("large"), length).withTouch(false));

    for (MemoryRegion region : List.of(anonymous, file)) {
      region.segment().set(JAVA_LONG, length - 8, 42);
      assertEquals(42, region.segment().get(JAVA_LONG, length - 8));
      assertEquals(0, region.segment().get(JAVA_LONG, 1L << 31));
    }
  }

  @Test
  void shouldCreateAFileOfExactlyTheLength() throws IOException {
    Path path = directory.resolve("store");
    MemoryRegion region = table.register(RegionSpecification.file(path, 3 * MIB + 5));

    assertEquals(path, region.file());
    assertEquals(3 * MIB + 5, Files.size(path));
    assertEquals(HugePages.NOT_REQUESTED, region.hugePages());
  }

  @Test
  void shouldKeepWhatIsInAFile() throws IOException {
    Path path = directory.resolve("store");
    MemoryRegion region = table.register(RegionSpecification.file(path, MIB));
    region.segment().set(JAVA_LONG, 4096, 42);
    int rkey = region.rkey();
    assertTrue(table.deregister(region));

    MemoryRegion again = table.register(RegionSpecification.file(path, MIB));

    assertEquals(42, again.segment().get(JAVA_LONG, 4096));
    assertNotEquals(rkey, again.rkey());
  }

  @Test
  void shouldFillTheHolesOfASparseFile() throws IOException {
    Path path = directory.resolve("sparse");
    Files.write(path, new byte[0]);
    try (var channel =
        java.nio.channels.FileChannel.open(path, java.nio.file.StandardOpenOption.WRITE)) {
      channel.write(java.nio.ByteBuffer.wrap(new byte[] {9}), MIB - 1);
    }

    MemoryRegion region = table.register(RegionSpecification.file(path, MIB));

    assertEquals(9, region.segment().get(JAVA_BYTE, MIB - 1));
    assertEquals(0, region.segment().get(JAVA_BYTE, 0));
  }

  @Test
  void shouldRefuseAFileOfAnotherLength() throws IOException {
    Path path = directory.resolve("store");
    Files.write(path, new byte[4096]);

    String message = refusal(RegionSpecification.file(path, 8192));

    assertTrue(message.contains(path + " has 4,096 bytes, but its store needs 8,192"), message);
    assertEquals(4096, Files.size(path));
  }

  @Test
  void shouldRefuseAFileThatDoesNotFitOnTheDisk() throws IOException {
    Path path = directory.resolve("store");
    long length = Files.getFileStore(directory).getTotalSpace() + MIB;

    String message = refusal(RegionSpecification.file(path, length));

    assertTrue(message.contains("no space for region file " + path), message);
    assertTrue(message.contains("it needs %,d bytes and".formatted(length)), message);
    assertFalse(Files.exists(path), "the file should be gone");
  }

  @Test
  void shouldRefuseAFileThatIsInUse() throws IOException {
    Path path = directory.resolve("store");
    MemoryRegion region = table.register(RegionSpecification.file(path, 4096));

    String message = refusal(RegionSpecification.file(path, 4096));

    assertTrue(message.contains(path + " is in use by another collector"), message);
    table.deregister(region);
    assertEquals(4096, table.register(RegionSpecification.file(path, 4096)).length());
  }

  @Test
  void shouldRefuseADirectoryThatIsNotThere() {
    Path path = directory.resolve("absent").resolve("store");

    String message = refusal(RegionSpecification.file(path, 4096));

    assertTrue(message.contains(path + " could not be opened"), message);
  }

  @Test
  void shouldRefuseMoreMemoryThanThereIs() {
    String message = refusal(RegionSpecification.anonymous(1L << 46));

    assertTrue(message.contains("70,368,744,177,664 bytes does not fit"), message);
  }

  @Test
  void shouldRefuseSenselessSpecifications() {
    assertThrows(IllegalArgumentException.class, () -> RegionSpecification.anonymous(0));
    assertThrows(
        IllegalArgumentException.class, () -> RegionSpecification.anonymous(8).withAccess(1));
  }

  @Test
  void shouldFindRegionsByKeyUntilTheyAreDeregistered() throws IOException {
    MemoryRegion first = table.register(RegionSpecification.anonymous(64));
    MemoryRegion second =
        table.register(RegionSpecification.anonymous(64).withAccess(MemoryRegion.REMOTE_READ));

    assertSame(first, table.find(first.rkey()));
    assertSame(second, table.find(second.rkey()));
    assertEquals(List.of(first, second), table.regions());
    assertNull(table.find(0));
    assertNull(table.find(first.rkey() ^ (1 << 31)));
    assertNull(table.find(first.rkey() + 2));
    assertTrue(first.allows(MemoryRegion.REMOTE_WRITE | MemoryRegion.REMOTE_ATOMIC));
    assertFalse(second.allows(MemoryRegion.REMOTE_WRITE));
    assertTrue(second.allows(MemoryRegion.REMOTE_READ));

    assertTrue(table.deregister(first));
    assertFalse(table.deregister(first));
    assertNull(table.find(first.rkey()));
    assertThrows(IllegalStateException.class, () -> first.segment().get(JAVA_BYTE, 0));
    assertSame(second, table.find(second.rkey()));
  }

  @Test
  void shouldNeverGiveOutKeyZeroAndReuseIndexesUnderNewKeys() throws IOException {
    Random zeros =
        new Random(1) {
          private static final long serialVersionUID = 1;
          private int calls;

          @Override
          public int nextInt() {
            return calls++ < 3 ? 0 : super.nextInt();
          }
        };
    try (MemoryRegionTable keys = new MemoryRegionTable(zeros)) {
      MemoryRegion first = keys.register(RegionSpecification.anonymous(8));
      assertNotEquals(0, first.rkey());
      keys.deregister(first);
      MemoryRegion second = keys.register(RegionSpecification.anonymous(8));
      assertEquals(
          first.rkey() & (MemoryRegionTable.CAPACITY - 1),
          second.rkey() & (MemoryRegionTable.CAPACITY - 1));
      assertNotEquals(first.rkey(), second.rkey());
    }
  }

  @Test
  void shouldTranslateAddressesWithinTheRegionOnly() throws IOException {
    MemoryRegion region = table.register(RegionSpecification.anonymous(100));

    assertEquals(0, region.offsetOf(region.address(), 100));
    assertEquals(99, region.offsetOf(region.address() + 99, 1));
    assertEquals(100, region.offsetOf(region.address() + 100, 0));
    assertEquals(-1, region.offsetOf(region.address() - 1, 1));
    assertEquals(-1, region.offsetOf(region.address() + 99, 2));
    assertEquals(-1, region.offsetOf(region.address() + 1, Long.MAX_VALUE));
    assertEquals(-1, region.offsetOf(region.address(), -1));
    assertEquals(-1, region.offsetOf(0, 8));
    assertEquals(-1, region.offsetOf(-1, 8));
    assertEquals(region.rkey(), region.remote().rkey());
    assertEquals(region.address(), region.remote().address());
    assertEquals(100, region.remote().length());
  }

  private String refusal(RegionSpecification specification) {
    return assertThrows(IOException.class, () -> table.register(specification)).getMessage();
  }
}
