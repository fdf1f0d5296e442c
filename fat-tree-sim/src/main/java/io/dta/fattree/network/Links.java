package io.dta.fattree.network;

import io.dta.fattree.topology.SwitchRole;
import io.dta.fattree.topology.Wiring;
import java.util.Arrays;

/**
 * The state of every port's queue and link, one array a field; a link is the number of the port
 * that sends on it.
 */
final class Links {
  static final int HOST = 0;
  static final int POD = 1;
  static final int CORE = 2;

  /** By kind of link. */
  final long[] picosPerByte = new long[3];

  final long[] delay = new long[3];
  final long[] bufferTime = new long[3];
  final long[] markTime = new long[3];

  final byte[] kind;

  /** When the last bit of all that is queued has left; in the past where nothing is. */
  final long[] freeAt;

  /** The packets that are queued or on the link, in order: a list by {@link PacketPool#next}. */
  final int[] first;

  final int[] last;

  /** What came to the end of the link. */
  final long[] packets;

  final long[] bytes;

  /** Packets that the queue, or the failure of the link, lost. */
  final long[] drops;

  final long[] marks;

  /** The most that was queued at once, as time. */
  final long[] peak;

  Links(Wiring wiring, NetworkConfig config) {
    set(HOST, config.hostLinks());
    set(POD, config.podLinks());
    set(CORE, config.coreLinks());
    int ports = wiring.ports();
    kind = new byte[ports];
    freeAt = new long[ports];
    first = new int[ports];
    last = new int[ports];
    packets = new long[ports];
    bytes = new long[ports];
    drops = new long[ports];
    marks = new long[ports];
    peak = new long[ports];
    Arrays.fill(first, PacketPool.NONE);
    Arrays.fill(last, PacketPool.NONE);
    for (int port = 0; port < ports; port++) {
      kind[port] = (byte) kindOf(wiring, port);
    }
  }

  private void set(int linkKind, LinkProfile profile) {
    picosPerByte[linkKind] = profile.picosPerByte();
    delay[linkKind] = profile.delay();
    bufferTime[linkKind] = profile.bufferBytes() * profile.picosPerByte();
    markTime[linkKind] =
        profile.markBytes() == LinkProfile.NO_MARKS
            ? Long.MAX_VALUE
            : profile.markBytes() * profile.picosPerByte();
  }

  private static int kindOf(Wiring wiring, int port) {
    int peer = wiring.peer(port);
    if (wiring.isHostPort(port) || wiring.isHostPort(peer)) {
      return HOST;
    }
    return wiring.tree().role(wiring.switchOf(port)) == SwitchRole.CORE
            || wiring.tree().role(wiring.switchOf(peer)) == SwitchRole.CORE
        ? CORE
        : POD;
  }

  /** The bytes that are queued at a time, one that is on its way out included in part. */
  int queued(int port, long now) {
    long time = Math.max(0, freeAt[port] - now);
    long perByte = picosPerByte[kind[port]];
    return (int) ((time + perByte - 1) / perByte);
  }

  /** The most bytes that were ever queued, the packet that came last included. */
  int peakBytes(int port) {
    long perByte = picosPerByte[kind[port]];
    return (int) ((peak[port] + perByte - 1) / perByte);
  }
}
