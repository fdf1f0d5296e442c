package io.dta.rdma.roce;

import static io.dta.rdma.roce.RoceHeaders.IMMEDIATE_LENGTH;
import static io.dta.rdma.roce.RoceHeaders.MIGRATION_REQUEST;

import io.dta.rdma.control.TransportService;
import java.nio.ByteBuffer;
import org.agrona.DirectBuffer;

/**
 * Writes request packets into a send queue, all but the acknowledge request and the iCRC, which
 * sending adds.
 */
final class RequestEncoder {
  private final SendQueue queue;
  private final ByteBuffer memory;
  private final int service;
  private final int peerNumber;
  private final int pathMtu;

  RequestEncoder(SendQueue queue, TransportService service, int peerNumber, int pathMtu) {
    this.queue = queue;
    this.memory = queue.memory();
    this.service = service == TransportService.UC ? RoceHeaders.UC : 0;
    this.peerNumber = peerNumber;
    this.pathMtu = pathMtu;
  }

  /** How many packets a WRITE of this length takes. */
  int packets(int length) {
    return length <= pathMtu ? 1 : (int) (((long) length + pathMtu - 1) / pathMtu);
  }

  /** Appends the packets of a WRITE; the queue has room for them. */
  void write(
      long address,
      int rkey,
      DirectBuffer source,
      int index,
      int length,
      boolean withImmediate,
      int immediate,
      long workRequestId) {
    int from = 0;
    boolean last;
    do {
      boolean first = from == 0;
      int payload = Math.min(pathMtu, length - from);
      last = from + payload == length;
      int padding = RoceHeaders.padding(payload);
      int start = queue.offset(queue.next());
      int opcode = service + opcode(first, last, withImmediate);
      int at = bth(start, opcode, padding);
      if (first) {
        at = PacketWriter.reth(memory, at, address, rkey, length);
      }
      if (last && withImmediate) {
        memory.putInt(at, immediate);
        at += IMMEDIATE_LENGTH;
      }
      source.getBytes(index + from, memory, at, payload);
      at = PacketWriter.pad(memory, at + payload, padding);
      queue.append(at - start, false, last, workRequestId);
      from += payload;
    } while (!last);
  }

  private static int opcode(boolean first, boolean last, boolean withImmediate) {
    if (last) {
      int opcode = first ? RoceHeaders.RC_WRITE_ONLY : RoceHeaders.RC_WRITE_LAST;
      return withImmediate ? opcode + 1 : opcode;
    }
    return first ? RoceHeaders.RC_WRITE_FIRST : RoceHeaders.RC_WRITE_MIDDLE;
  }

  /** Appends a FETCH_ADD packet; the queue has room for it. */
  void fetchAdd(long address, int rkey, long addend, long workRequestId) {
    int start = queue.offset(queue.next());
    int at = bth(start, RoceHeaders.RC_FETCH_ADD, 0);
    at = PacketWriter.atomic(memory, at, address, rkey, addend, 0);
    queue.append(at - start, true, true, workRequestId);
  }

  private int bth(int start, int opcode, int padding) {
    int flags = MIGRATION_REQUEST | (padding << 4);
    return PacketWriter.bth(memory, start, opcode, flags, peerNumber, queue.psn(queue.next()));
  }
}
