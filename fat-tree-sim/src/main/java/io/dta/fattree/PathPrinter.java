package io.dta.fattree;

import io.dta.fattree.routing.IntPath;
import io.dta.fattree.topology.FatTree;
import io.dta.primitives.key.KeyFormat;
import java.util.StringJoiner;

/** Draws paths for people. */
public final class PathPrinter {
  private static final String LINK = " ─ ";
  private static final String UNKNOWN = "?";

  private final FatTree tree;

  public PathPrinter(FatTree tree) {
    this.tree = tree;
  }

  /**
   * A flow and its path, hop by hop: {@code 10.0.0.2:40001>10.3.1.3:443/tcp edge-0.0 ─ agg-0.1 ─
   * core-3 ─ agg-3.1 ─ edge-3.1}.
   *
   * @param key a 13-byte 5-tuple
   */
  public String print(byte[] key, IntPath path) {
    return KeyFormat.IPV4_5_TUPLE.printKey(key) + "  " + print(path);
  }

  /** A path, hop by hop. */
  public String print(IntPath path) {
    int[] switches = new int[path.length()];
    for (int i = 0; i < switches.length; i++) {
      switches[i] = path.switchAt(i + 1);
    }
    return print(switches);
  }

  /** An answer's hops; what is no switch is drawn as {@code ?}. */
  public String print(int... switches) {
    StringJoiner line = new StringJoiner(LINK);
    for (int switchId : switches) {
      boolean known = switchId >= 1 && switchId <= tree.switches();
      line.add(known ? tree.name(switchId) : UNKNOWN);
    }
    return line.toString();
  }
}
