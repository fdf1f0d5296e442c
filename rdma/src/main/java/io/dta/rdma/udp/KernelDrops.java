package io.dta.rdma.udp;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the kernel dropped in front of a socket because its receive buffer was full: the {@code
 * drops} column of {@code /proc/net/udp} and {@code udp6} (Linux, net/ipv4/udp.c).
 *
 * <p>Reports that are dropped there were never received in the sense of the accounting; a
 * reporter's essential reports among them are asked for again, others are lost. Answers and RDMA
 * requests are sent again.
 */
public final class KernelDrops {
  private static final Path SELF = Path.of("/proc/self");
  private static final Pattern SOCKET = Pattern.compile("socket:\\[(\\d+)]");
  private static final int ADDRESS_COLUMN = 1;
  private static final int INODE_COLUMN = 9;
  private static final int DROPS_COLUMN = 12;

  private final int column;
  private final String wanted;

  private KernelDrops(int column, String wanted) {
    this.column = column;
    this.wanted = wanted;
  }

  /**
   * Of a socket of this process.
   *
   * @throws IOException where the descriptor is none
   */
  public static KernelDrops of(int fileDescriptor) throws IOException {
    String target =
        Files.readSymbolicLink(SELF.resolve("fd").resolve(Integer.toString(fileDescriptor)))
            .toString();
    Matcher matcher = SOCKET.matcher(target);
    if (!matcher.matches()) {
      throw new IOException("file descriptor " + fileDescriptor + " is " + target + ", no socket");
    }
    return new KernelDrops(INODE_COLUMN, matcher.group(1));
  }

  /** Of the socket that is bound to an address and port, and to no wildcard. */
  public static KernelDrops of(InetSocketAddress local) {
    return new KernelDrops(ADDRESS_COLUMN, inTheKernelsForm(local));
  }

  /** The kernel prints an address as 32-bit words in the host's byte order. */
  private static String inTheKernelsForm(InetSocketAddress local) {
    StringBuilder text = new StringBuilder();
    ByteBuffer words =
        ByteBuffer.wrap(local.getAddress().getAddress()).order(ByteOrder.nativeOrder());
    int count = local.getAddress() instanceof Inet4Address ? 1 : 4;
    for (int i = 0; i < count; i++) {
      text.append(String.format(Locale.ROOT, "%08X", words.getInt()));
    }
    return text.append(String.format(Locale.ROOT, ":%04X", local.getPort())).toString();
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
        if (columns.length > DROPS_COLUMN && columns[column].equals(wanted)) {
          return Long.parseLong(columns[DROPS_COLUMN]);
        }
      }
      return -1;
    } catch (IOException e) {
      return -1; // No IPv6 on this host, or no procfs: there is nothing to read.
    }
  }
}
