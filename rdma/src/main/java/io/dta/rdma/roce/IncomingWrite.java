package io.dta.rdma.roce;

import static io.dta.rdma.roce.RoceHeaders.BTH_LENGTH;
import static io.dta.rdma.roce.RoceHeaders.NAK_INVALID_REQUEST;
import static io.dta.rdma.roce.RoceHeaders.RC_WRITE_FIRST;
import static io.dta.rdma.roce.RoceHeaders.RC_WRITE_MIDDLE;
import static io.dta.rdma.roce.RoceHeaders.RC_WRITE_ONLY;
import static io.dta.rdma.roce.RoceHeaders.RC_WRITE_ONLY_WITH_IMMEDIATE;
import static io.dta.rdma.roce.RoceHeaders.RETH_ADDRESS;
import static io.dta.rdma.roce.RoceHeaders.RETH_DMA_LENGTH;
import static io.dta.rdma.roce.RoceHeaders.RETH_RKEY;

import io.dta.rdma.memory.MemoryRegion;
import java.nio.ByteBuffer;

/**
 * The WRITE that a responder's queue pair is receiving, in one packet or in several, of which only
 * the first says where it goes (specification, sections 9.3.3 and 9.7.4).
 */
final class IncomingWrite {
  private final RemoteMemory memory;
  private final int pathMtu;
  private final RnicCounters counters;

  private boolean unfinished;
  private long address;
  private int rkey;
  private long length;
  private long remaining;

  IncomingWrite(RemoteMemory memory, int pathMtu, RnicCounters counters) {
    this.memory = memory;
    this.pathMtu = pathMtu;
    this.counters = counters;
  }

  /** Whether an operation begins a WRITE. */
  static boolean isFirst(int operation) {
    return operation == RC_WRITE_FIRST
        || operation == RC_WRITE_ONLY
        || operation == RC_WRITE_ONLY_WITH_IMMEDIATE;
  }

  /** Whether a WRITE of several packets was begun of which the last has not come. */
  boolean isUnfinished() {
    return unfinished;
  }

  /** Gives up what was begun and not finished; what is in memory of it stays. */
  void abandon() {
    unfinished = false;
  }

  /** The whole WRITE's length in bytes. */
  int length() {
    return (int) length;
  }

  /**
   * Carries out one packet; {@link #isUnfinished} says afterwards whether more must follow.
   *
   * @param headers the length of its BTH and extended headers
   * @param payload the length of what follows them
   * @return {@link RemoteMemory#OK} or the syndrome of a NAK
   */
  int carryOut(int operation, ByteBuffer packet, int offset, int headers, int payload) {
    boolean first = isFirst(operation);
    boolean last = operation != RC_WRITE_FIRST && operation != RC_WRITE_MIDDLE;
    if (first == unfinished || payload > pathMtu) {
      return NAK_INVALID_REQUEST;
    }
    if (first) {
      int reth = offset + BTH_LENGTH;
      address = packet.getLong(reth + RETH_ADDRESS);
      rkey = packet.getInt(reth + RETH_RKEY);
      length = packet.getInt(reth + RETH_DMA_LENGTH) & 0xFFFF_FFFFL;
      remaining = length;
    }
    boolean rightLength =
        last
            ? payload == remaining && (payload > 0 || first)
            : payload == pathMtu && payload < remaining;
    if (!rightLength || length > Integer.MAX_VALUE) {
      return NAK_INVALID_REQUEST;
    }
    if (first && !last) {
      int result = memory.check(address, rkey, length, MemoryRegion.REMOTE_WRITE);
      if (result != RemoteMemory.OK) {
        return result;
      }
    }
    int result = memory.write(address, rkey, packet, offset + headers, payload);
    if (result == RemoteMemory.OK) {
      counters.add(RnicEvent.WRITTEN_BYTES, payload);
      address += payload;
      remaining -= payload;
      unfinished = !last;
    }
    return result;
  }
}
