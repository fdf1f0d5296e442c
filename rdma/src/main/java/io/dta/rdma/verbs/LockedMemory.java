package io.dta.rdma.verbs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How much memory this process may lock (RLIMIT_MEMLOCK): registered memory counts against it.
 *
 * @param bytes the soft limit; {@link #UNLIMITED}, or {@link #UNKNOWN}
 * @param exempt whether the process has CAP_IPC_LOCK, so that the limit does not hold for it
 */
public record LockedMemory(long bytes, boolean exempt) {
  public static final long UNLIMITED = Long.MAX_VALUE;
  public static final long UNKNOWN = -1;

  /** What to do where the limit is too low. */
  public static final String REMEDY =
      "'ulimit -l unlimited', LimitMEMLOCK=infinity in its systemd unit, or --ulimit memlock=-1 of"
          + " its container";

  private static final Pattern LIMIT = Pattern.compile("(?m)^Max locked memory\\s+(\\S+)");
  private static final Pattern CAPABILITIES =
      Pattern.compile("(?m)^CapEff:\\s+(\\p{XDigit}{1,16})$");
  private static final int CAP_IPC_LOCK = 14;

  /** Of this process. */
  public static LockedMemory ofThisProcess() {
    return of(read("/proc/self/limits"), read("/proc/self/status"));
  }

  /**
   * @param limits the content of {@code /proc/PID/limits}
   * @param status that of {@code /proc/PID/status}
   */
  static LockedMemory of(String limits, String status) {
    Matcher limit = LIMIT.matcher(limits);
    Matcher capabilities = CAPABILITIES.matcher(status);
    return new LockedMemory(
        limit.find() ? bytes(limit.group(1)) : UNKNOWN,
        capabilities.find()
            && (Long.parseUnsignedLong(capabilities.group(1), 16) >>> CAP_IPC_LOCK & 1) == 1);
  }

  private static long bytes(String text) {
    if (text.equals("unlimited")) {
      return UNLIMITED;
    }
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      return UNKNOWN;
    }
  }

  private static String read(String file) {
    try {
      return Files.readString(Path.of(file));
    } catch (IOException e) {
      return "";
    }
  }

  /** Whether any amount may be locked. */
  public boolean isUnlimited() {
    return exempt || bytes == UNLIMITED;
  }

  /** Such as {@code 8,388,608 bytes} or {@code an unlimited amount}. */
  @Override
  public String toString() {
    if (isUnlimited()) {
      return "an unlimited amount";
    }
    return bytes == UNKNOWN ? "an unknown amount" : "%,d bytes".formatted(bytes);
  }
}
