package io.dta.rdma.roce;

/**
 * The limits of a {@link SoftwareRnic}.
 *
 * @param maxQueuePairs how many queue pairs there may be, a power of two from 1 to 65536
 * @param maxPathMtu the largest path MTU granted: 256, 512, 1024, 2048 or 4096
 * @param maxDestinationAtomics how many atomics a queue pair remembers to replay their answers, 1
 *     to 1024
 * @param maxReadLength the longest READ carried out, in bytes, at least 0; its response packets
 *     leave in one go
 * @param requestCheck what happens to requests with another iCRC than expected
 */
public record RnicOptions(
    int maxQueuePairs,
    int maxPathMtu,
    int maxDestinationAtomics,
    int maxReadLength,
    IcrcCheck requestCheck) {
  public RnicOptions {
    require(
        maxQueuePairs >= 1 && maxQueuePairs <= 1 << 16 && Integer.bitCount(maxQueuePairs) == 1,
        "maxQueuePairs",
        maxQueuePairs,
        "a power of two from 1 to 65536");
    require(
        RoceHeaders.isPathMtu(maxPathMtu),
        "maxPathMtu",
        maxPathMtu,
        "256, 512, 1024, 2048 or 4096");
    require(
        maxDestinationAtomics >= 1 && maxDestinationAtomics <= 1024,
        "maxDestinationAtomics",
        maxDestinationAtomics,
        "1 to 1024");
    require(maxReadLength >= 0, "maxReadLength", maxReadLength, "at least 0");
  }

  private static void require(boolean holds, String name, int value, String expected) {
    if (!holds) {
      throw new IllegalArgumentException("%s is %d, expected %s".formatted(name, value, expected));
    }
  }

  /**
   * 256 queue pairs, path MTU up to 4096, 64 atomics, READs up to 64 KiB, iCRC of any
   * identification.
   */
  public static RnicOptions defaults() {
    return new RnicOptions(
        256, RoceHeaders.MAX_PATH_MTU, 64, 64 * 1024, IcrcCheck.ANY_IDENTIFICATION);
  }

  /** The same with another iCRC check. */
  public RnicOptions withRequestCheck(IcrcCheck newRequestCheck) {
    return new RnicOptions(
        maxQueuePairs, maxPathMtu, maxDestinationAtomics, maxReadLength, newRequestCheck);
  }
}
