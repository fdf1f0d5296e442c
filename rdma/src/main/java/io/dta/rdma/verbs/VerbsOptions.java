package io.dta.rdma.verbs;

import java.net.InetAddress;

/**
 * What a {@link VerbsResponder} is to be.
 *
 * @param address an IP address of the device's port
 * @param device the device's name; null for the one that has the address
 * @param cmPort where RDMA CM listens; 0 lets the system choose
 * @param maxQueuePairs the most queue pairs, 1 to 65536
 * @param receives how many WRITEs with immediate a requester may have under way before one was
 *     told, 1 to 16384; one more has to be sent again (RC), or is lost (UC)
 */
public record VerbsOptions(
    InetAddress address, String device, int cmPort, int maxQueuePairs, int receives) {
  public VerbsOptions {
    requireRange("cmPort", cmPort, 0, 65535);
    requireRange("maxQueuePairs", maxQueuePairs, 1, 1 << 16);
    requireRange("receives", receives, 1, 1 << 14);
  }

  private static void requireRange(String name, int value, int from, int to) {
    if (value < from || value > to) {
      throw new IllegalArgumentException(
          "%s %d: expected %d to %d".formatted(name, value, from, to));
    }
  }

  /** 256 queue pairs of 256 receives each. */
  public static VerbsOptions of(InetAddress address, String device, int cmPort) {
    return new VerbsOptions(address, device, cmPort, 256, 256);
  }
}
