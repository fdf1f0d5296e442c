package io.dta.fattree.routing;

import static java.nio.ByteOrder.BIG_ENDIAN;

import io.dta.fattree.topology.FatTree;
import java.util.Arrays;
import org.agrona.MutableDirectBuffer;

/**
 * The switches that a packet passes, from its source's edge switch to its destination's: 1, 3 or 5
 * of them.
 */
public final class IntPath {
  /** The length in bytes of a path as a Key-Write value: five u32 switch numbers, unused ones 0. */
  public static final int VALUE_LENGTH = FatTree.MAX_HOPS * Integer.BYTES;

  private final int[] switches;

  /**
   * A path.
   *
   * @param switches the switches in order, 1 to 5
   */
  public IntPath(int... switches) {
    if (switches.length < 1 || switches.length > FatTree.MAX_HOPS) {
      throw new IllegalArgumentException("a path of " + switches.length + " hops: expected 1 to 5");
    }
    this.switches = switches.clone();
  }

  public int length() {
    return switches.length;
  }

  /**
   * The switch at a hop.
   *
   * @param hop from 1
   */
  public int switchAt(int hop) {
    return switches[hop - 1];
  }

  /** The switch that delivers the packet to its host. */
  public int sink() {
    return switches[switches.length - 1];
  }

  /**
   * Writes the path as a Key-Write value, {@link #VALUE_LENGTH} bytes.
   *
   * <pre>
   * +---------------+---------------+---------------+---------------+---------------+
   * |  hop 1 u32    |  hop 2 u32    |  hop 3 u32    |  hop 4 u32    |  hop 5 u32    |   big-endian, 0 where
   * +---------------+---------------+---------------+---------------+---------------+   there is no such hop
   * </pre>
   */
  public void putValue(MutableDirectBuffer buffer, int index) {
    for (int i = 0; i < FatTree.MAX_HOPS; i++) {
      int value = i < switches.length ? switches[i] : 0;
      buffer.putInt(index + i * Integer.BYTES, value, BIG_ENDIAN);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof IntPath path && Arrays.equals(switches, path.switches);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(switches);
  }

  @Override
  public String toString() {
    return Arrays.toString(switches);
  }
}
