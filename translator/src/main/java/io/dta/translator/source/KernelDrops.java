package io.dta.translator.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the kernel dropped in front of a socket because its receive buffer was full: the {@code
 * drops} column of {@code /proc/net/udp} and {@code udp6} (Linux, net/ipv4/udp.c).
 *
 * <p>Such datagrams were never received in the sense of the accounting; a reporter's essential
 * reports among them are asked for again, others are lost.
 */
public final class KernelDrops {
  private static final Path SELF = Path.of("/proc/self");
  private static final Pattern SOCKET = Pattern.compile("socket:\\[(\\d+)]");
  private static final int INODE_COLUMN = 9;
  private static final int DROPS_COLUMN = 12;

  private final String inode;

  /**
   * @param fileDescriptor a socket of this process
   * @throws IOException where it is none
   */
  KernelDrops(int fileDescriptor) throws IOException {
    String target =
        Files.readSymbolicLink(SELF.resolve("fd").resolve(Integer.toString(fileDescriptor)))
            .toString();
    Matcher matcher = SOCKET.matcher(target);
    if (!matcher.matches()) {
      throw new IOException("file descriptor " + fileDescriptor + " is " + target + ", no socket");
    }
    this.inode = matcher.group(1);
  }

  /** Datagrams dropped since the socket was opened, 0 after it was closed; reads a small file. */
  public long read() {
    for (String table : List.of("udp", "udp6")) {
      long drops = find(SELF.resolve("net").resolve(table));
      if (drops >= 0) {
        return drops;
      }
    }
    return 0;
  }

  private long find(Path table) {
    try {
      for (String line : Files.readAllLines(table)) {
        String[] columns = line.trim().split("\\s+", -1);
        if (columns.length > DROPS_COLUMN && columns[INODE_COLUMN].equals(inode)) {
          return Long.parseLong(columns[DROPS_COLUMN]);
        }
      }
      return -1;
    } catch (IOException e) {
      return -1; // No IPv6 on this host, or no procfs: there is nothing to read.
    }
  }
}
