package io.dta.rdma.memory;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the kernel says of memory: how much there is, and what a mapping is made of. */
public final class ProcessMemory {
  private static final Path MEMORY_INFORMATION = Path.of("/proc/meminfo");
  private static final Path CONTAINER_LIMIT = Path.of("/sys/fs/cgroup/memory.max");
  private static final Path MAPPINGS = Path.of("/proc/self/smaps");

  private static final String AVAILABLE = "MemAvailable:";
  private static final String HUGE_PAGES = "AnonHugePages:";

  private ProcessMemory() {}

  /**
   * The bytes that can be made present without swapping; {@link Long#MAX_VALUE} where the kernel
   * does not say.
   */
  public static long availableBytes() throws IOException {
    long available = Long.MAX_VALUE;
    if (Files.isReadable(MEMORY_INFORMATION)) {
      for (String line : Files.readAllLines(MEMORY_INFORMATION, StandardCharsets.US_ASCII)) {
        if (line.startsWith(AVAILABLE)) {
          available = kibibytes(line, AVAILABLE);
        }
      }
    }
    if (Files.isReadable(CONTAINER_LIMIT)) {
      String limit = Files.readString(CONTAINER_LIMIT, StandardCharsets.US_ASCII).strip();
      if (!limit.equals("max")) {
        available = Math.min(available, Long.parseLong(limit));
      }
    }
    return available;
  }

  /** How many bytes of a mapping of its own are in huge pages; 0 where the kernel does not say. */
  static long hugePageBytes(long address, long length) throws IOException {
    if (!Files.isReadable(MAPPINGS)) {
      return 0;
    }
    long bytes = 0;
    try (BufferedReader reader = Files.newBufferedReader(MAPPINGS, StandardCharsets.UTF_8)) {
      boolean inside = false;
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        if (isHeader(line)) {
          long first = Long.parseUnsignedLong(line, 0, line.indexOf('-'), 16);
          inside = first >= address && first < address + length;
        } else if (inside && line.startsWith(HUGE_PAGES)) {
          bytes += kibibytes(line, HUGE_PAGES);
        }
      }
    }
    return bytes;
  }

  /**
   * A mapping begins with "7f0000000000-7f0000200000 rw-p …"; its attributes with a capital letter.
   */
  private static boolean isHeader(String line) {
    char first = line.charAt(0);
    return (first >= '0' && first <= '9') || (first >= 'a' && first <= 'f');
  }

  private static long kibibytes(String line, String name) {
    return Long.parseLong(line.substring(name.length(), line.length() - " kB".length()).strip())
        << 10;
  }
}
