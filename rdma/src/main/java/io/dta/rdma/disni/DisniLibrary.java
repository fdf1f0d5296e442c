package io.dta.rdma.disni;

import com.ibm.disni.util.MemoryUtils;
import com.ibm.disni.verbs.RdmaVerbs;
import java.io.File;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/** DiSNI's native library: whether it is there, and why it cannot be used. */
public final class DisniLibrary {
  /** Names the library, or its folder; the command {@code dta} gives it to the JVM. */
  public static final String VARIABLE = "DISNI_LIBRARY";

  private static final String FILE_NAME = System.mapLibraryName("disni");
  private static final String SEARCH_PATH = "java.library.path";

  private DisniLibrary() {}

  /** The library that this JVM would load. */
  public static Optional<Path> find() {
    return find(System.getProperty(SEARCH_PATH, ""));
  }

  static Optional<Path> find(String searchPath) {
    for (String folder : searchPath.split(File.pathSeparator, -1)) {
      try {
        Path library = Path.of(folder.isEmpty() ? "." : folder, FILE_NAME);
        if (Files.exists(library)) {
          return Optional.of(library.toAbsolutePath());
        }
      } catch (InvalidPathException e) {
        // The JVM skips what is no path, and so do we.
      }
    }
    return Optional.empty();
  }

  /**
   * Loads the library.
   *
   * @throws IOException with a sentence for the operator: where it was looked for, or why it cannot
   *     be used
   */
  public static void load() throws IOException {
    String searchPath = System.getProperty(SEARCH_PATH, "");
    Path library = find(searchPath).orElseThrow(() -> new IOException(missing(searchPath)));
    try {
      MemoryUtils.getAddress(ByteBuffer.allocateDirect(1));
      RdmaVerbs.open();
    } catch (IllegalAccessError e) {
      throw new IOException(
          "DiSNI needs the JVM option --add-exports java.base/sun.nio.ch=ALL-UNNAMED, which the"
              + " command dta sets",
          e);
    } catch (LinkageError | IOException e) {
      throw new IOException(
          "%s cannot be used: %s; it must be DiSNI 2.1's, built on this machine with its rdma-core"
              .formatted(library, e.getMessage()),
          e);
    }
  }

  private static String missing(String searchPath) {
    return "%s not found: it is not in %s (%s); build it from the sources of DiSNI 2.1 and set %s to where it is, or use 'verbs', which needs Debian's rdma-core alone"
        .formatted(
            FILE_NAME, searchPath.isEmpty() ? "the empty path" : searchPath, SEARCH_PATH, VARIABLE);
  }

  /** An address that DiSNI can reach, which must be IPv4. */
  static InetSocketAddress requireIpv4(InetAddress address, int port) throws IOException {
    if (!(address instanceof Inet4Address)) {
      throw new IOException(
          "%s is an IPv6 address, and DiSNI knows IPv4 alone: use an IPv4 address, or 'verbs'"
              .formatted(address.getHostAddress()));
    }
    return new InetSocketAddress(address, port);
  }
}
