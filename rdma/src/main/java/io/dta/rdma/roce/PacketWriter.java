package io.dta.rdma.roce;

import static io.dta.rdma.roce.RoceHeaders.AETH_LENGTH;
import static io.dta.rdma.roce.RoceHeaders.ATOMIC_ADDRESS;
import static io.dta.rdma.roce.RoceHeaders.ATOMIC_COMPARE;
import static io.dta.rdma.roce.RoceHeaders.ATOMIC_LENGTH;
import static io.dta.rdma.roce.RoceHeaders.ATOMIC_RKEY;
import static io.dta.rdma.roce.RoceHeaders.ATOMIC_SWAP_OR_ADD;
import static io.dta.rdma.roce.RoceHeaders.BTH_FLAGS;
import static io.dta.rdma.roce.RoceHeaders.BTH_LENGTH;
import static io.dta.rdma.roce.RoceHeaders.BTH_OPCODE;
import static io.dta.rdma.roce.RoceHeaders.BTH_PARTITION_KEY;
import static io.dta.rdma.roce.RoceHeaders.BTH_PSN;
import static io.dta.rdma.roce.RoceHeaders.BTH_QUEUE_PAIR;
import static io.dta.rdma.roce.RoceHeaders.DEFAULT_PARTITION_KEY;
import static io.dta.rdma.roce.RoceHeaders.MASK_24;
import static io.dta.rdma.roce.RoceHeaders.RETH_ADDRESS;
import static io.dta.rdma.roce.RoceHeaders.RETH_DMA_LENGTH;
import static io.dta.rdma.roce.RoceHeaders.RETH_LENGTH;
import static io.dta.rdma.roce.RoceHeaders.RETH_RKEY;

import java.nio.ByteBuffer;

/**
 * Writes the headers of {@link RoceHeaders} into big-endian buffers. Each method answers the offset
 * after what it wrote.
 */
public final class PacketWriter {
  private PacketWriter() {}

  /**
   * Base Transport Header, version 0, default partition.
   *
   * @param flags {@link RoceHeaders#MIGRATION_REQUEST} and the pad count shifted left by 4
   * @param psnWord the PSN, with {@link RoceHeaders#ACKNOWLEDGE_REQUEST} where an acknowledgement
   *     is asked for
   */
  public static int bth(
      ByteBuffer packet, int offset, int opcode, int flags, int queuePair, int psnWord) {
    packet.put(offset + BTH_OPCODE, (byte) opcode);
    packet.put(offset + BTH_FLAGS, (byte) flags);
    packet.putShort(offset + BTH_PARTITION_KEY, (short) DEFAULT_PARTITION_KEY);
    packet.putInt(offset + BTH_QUEUE_PAIR, queuePair & MASK_24);
    packet.putInt(offset + BTH_PSN, psnWord);
    return offset + BTH_LENGTH;
  }

  /** RDMA Extended Transport Header. */
  public static int reth(ByteBuffer packet, int offset, long address, int rkey, int length) {
    packet.putLong(offset + RETH_ADDRESS, address);
    packet.putInt(offset + RETH_RKEY, rkey);
    packet.putInt(offset + RETH_DMA_LENGTH, length);
    return offset + RETH_LENGTH;
  }

  /** Atomic Extended Transport Header. */
  public static int atomic(
      ByteBuffer packet, int offset, long address, int rkey, long swapOrAdd, long compare) {
    packet.putLong(offset + ATOMIC_ADDRESS, address);
    packet.putInt(offset + ATOMIC_RKEY, rkey);
    packet.putLong(offset + ATOMIC_SWAP_OR_ADD, swapOrAdd);
    packet.putLong(offset + ATOMIC_COMPARE, compare);
    return offset + ATOMIC_LENGTH;
  }

  /** ACK Extended Transport Header. */
  public static int aeth(ByteBuffer packet, int offset, int syndrome, int messageSequenceNumber) {
    packet.putInt(offset, (syndrome << 24) | (messageSequenceNumber & MASK_24));
    return offset + AETH_LENGTH;
  }

  /** The zeros that bring a payload to a multiple of 4. */
  public static int pad(ByteBuffer packet, int offset, int padding) {
    for (int i = 0; i < padding; i++) {
      packet.put(offset + i, (byte) 0);
    }
    return offset + padding;
  }
}
