package io.dta.rdma.memory;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The huge pages of the default size that the system has set aside (hugetlbfs, {@code
 * vm.nr_hugepages}).
 *
 * @param pageBytes the length of a page; 0 where the kernel has none
 * @param reserved how many were set aside
 * @param free how many of these neither hold anything nor are promised to a mapping
 */
public record ReservedHugePages(long pageBytes, long reserved, long free) {
  private static final Path MEMORY_INFORMATION = Path.of("/proc/meminfo");

  /** Of this host, now. */
  public static ReservedHugePages ofThisHost() throws IOException {
    return Files.isReadable(MEMORY_INFORMATION)
        ? of(Files.readString(MEMORY_INFORMATION, StandardCharsets.US_ASCII))
        : new ReservedHugePages(0, 0, 0);
  }

  /**
   * @param memoryInformation the content of {@code /proc/meminfo}
   */
  static ReservedHugePages of(String memoryInformation) {
    long pageKibibytes = 0;
    long reserved = 0;
    long free = 0;
    long promised = 0;
    for (String line : memoryInformation.lines().toList()) {
      if (line.startsWith("Hugepagesize:")) {
        pageKibibytes = number(line);
      } else if (line.startsWith("HugePages_Total:")) {
        reserved = number(line);
      } else if (line.startsWith("HugePages_Free:")) {
        free = number(line);
      } else if (line.startsWith("HugePages_Rsvd:")) {
        promised = number(line);
      }
    }
    return new ReservedHugePages(pageKibibytes << 10, reserved, free - promised);
  }

  private static long number(String line) {
    return Long.parseLong(line.substring(line.indexOf(':') + 1).replace("kB", "").strip());
  }

  /** How many pages memory of a length takes. */
  public long pages(long length) {
    return Math.ceilDiv(length, pageBytes);
  }

  /**
   * Why a number of pages cannot be had, and what to do about it; null where it can.
   *
   * @param pages in all that is to be mapped
   */
  public String lacking(long pages) {
    if (pageBytes == 0) {
      return "this kernel has no huge pages that can be reserved (CONFIG_HUGETLBFS)";
    }
    if (pages <= free) {
      return null;
    }
    return ("%,d huge pages of %,d KiB are needed, and %,d of the %,d that are reserved are free;"
            + " as root: sysctl -w vm.nr_hugepages=%d, or at boot, before memory is fragmented")
        .formatted(pages, pageBytes >> 10, free, reserved, reserved - free + pages);
  }
}
