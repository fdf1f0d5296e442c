package io.dta.rdma.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** What the kernel says is parsed here; regions of such pages are made in the soft-RoCE guest. */
class ReservedHugePagesTest {
  private static final String SOME =
      """
      MemTotal:        8123456 kB
      AnonHugePages:         0 kB
      HugePages_Total:      16
      HugePages_Free:        9
      HugePages_Rsvd:        2
      HugePages_Surp:        0
      Hugepagesize:       2048 kB
      Hugetlb:           32768 kB
      """;

  @Test
  void shouldCountWhatIsPromisedToOthersAsTaken() {
    assertEquals(new ReservedHugePages(2 << 20, 16, 7), ReservedHugePages.of(SOME));
  }

  @Test
  void shouldSayHowManyToReserve() {
    ReservedHugePages huge = ReservedHugePages.of(SOME);

    assertEquals(1, huge.pages(1));
    assertEquals(1, huge.pages(2 << 20));
    assertEquals(2, huge.pages((2 << 20) + 1));
    assertNull(huge.lacking(7));
    String lacking = huge.lacking(8);
    assertTrue(
        lacking.startsWith("8 huge pages of 2,048 KiB are needed, and 7 of the 16"), lacking);
    // Nine are taken, and eight are to come.
    assertTrue(lacking.contains("sysctl -w vm.nr_hugepages=17"), lacking);
  }

  @Test
  void shouldSayThatAKernelHasNone() {
    ReservedHugePages none = ReservedHugePages.of("MemTotal: 8123456 kB\n");

    assertTrue(none.lacking(0).contains("CONFIG_HUGETLBFS"), none.lacking(0));
  }

  @Test
  void shouldRefuseARegionThatReservedPagesDoNotHold() throws IOException {
    ReservedHugePages huge = ReservedHugePages.ofThisHost();
    long length = (huge.free() + 1) * Math.max(huge.pageBytes(), 1);
    try (MemoryRegionTable table = new MemoryRegionTable()) {
      RegionSpecification specification =
          RegionSpecification.anonymous(length).withPages(Pages.RESERVED_HUGE);
      IOException e = assertThrows(IOException.class, () -> table.register(specification));
      assertTrue(e.getMessage().contains("in reserved huge pages"), e.getMessage());
    }
  }
}
