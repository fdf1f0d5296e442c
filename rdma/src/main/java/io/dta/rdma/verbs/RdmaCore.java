package io.dta.rdma.verbs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The package rdma-core of this host, whose libraries reach RDMA devices. */
public final class RdmaCore {
  /** Its version ends the names of its libraries, such as {@code libibverbs.so.1.14.44.0}. */
  private static final Pattern LIBRARY =
      Pattern.compile("/libibverbs\\.so\\.\\d+\\.\\d+\\.(\\d+\\.\\d+)\\b");

  private RdmaCore() {}

  /**
   * Loads libibverbs and librdmacm, and tells their version, such as {@code 44.0}; empty where
   * their files do not say it.
   *
   * @throws VerbsException where they are not installed, or too old, with what to do
   */
  public static String version() throws VerbsException {
    Ibverbs.get();
    Native.library("librdmacm.so.1", "librdmacm1");
    try {
      return versionOf(Files.readString(Path.of("/proc/self/maps")));
    } catch (IOException e) {
      return "";
    }
  }

  /**
   * @param maps the content of {@code /proc/PID/maps}
   */
  static String versionOf(String maps) {
    Matcher library = LIBRARY.matcher(maps);
    return library.find() ? library.group(1) : "";
  }
}
