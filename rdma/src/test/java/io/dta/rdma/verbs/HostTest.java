package io.dta.rdma.verbs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** What is told of a host before any of its RDMA devices is opened. */
class HostTest {
  private static LockedMemory limit(String soft, String capabilities) {
    String limits =
        """
        Limit                     Soft Limit           Hard Limit           Units
        Max core file size        0                    unlimited            bytes
        Max locked memory         %s              unlimited            bytes
        """
            .formatted(soft);
    return LockedMemory.of(limits, "Name:\tjava\nCapEff:\t" + capabilities + "\n");
  }

  @Test
  void shouldKnowTheLimitOfLockedMemory() {
    LockedMemory few = limit("8388608", "0000000000000000");
    assertEquals("8,388,608 bytes", few.toString());
    assertFalse(few.isUnlimited());
    assertEquals("an unlimited amount", limit("unlimited", "0000000000000000").toString());
    assertTrue(limit("65536", "0000000000004000").isUnlimited(), "CAP_IPC_LOCK");
    assertFalse(limit("65536", "000000000000bfff").isUnlimited(), "all but CAP_IPC_LOCK");
    assertEquals("an unknown amount", LockedMemory.of("", "").toString());
    assertNotEquals(LockedMemory.UNKNOWN, LockedMemory.ofThisProcess().bytes());
  }

  @Test
  void shouldTellTheVersionByTheLibrarysFile() {
    String line = "7f00-7f01 r-xp 00000000 fe:01 1 /usr/lib/x86_64-linux-gnu/%s\n";
    assertEquals(
        "44.0",
        RdmaCore.versionOf(
            line.formatted("libc.so.6") + line.formatted("libibverbs.so.1.14.44.0")));
    assertEquals("", RdmaCore.versionOf(line.formatted("libibverbs.so.1")));
  }
}
