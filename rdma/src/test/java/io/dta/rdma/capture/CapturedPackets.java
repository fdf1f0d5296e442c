package io.dta.rdma.capture;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Reads pcapng, sharing no code with what writes it. */
public final class CapturedPackets {
  private static final int ENHANCED_PACKET = 6;
  private static final int STATISTICS = 5;

  private CapturedPackets() {}

  /** A packet of a capture. */
  public static final class Packet {
    private final long timeNs;
    private final boolean outbound;
    private final byte[] ip;

    Packet(long timeNs, boolean outbound, byte[] ip) {
      this.timeNs = timeNs;
      this.outbound = outbound;
      this.ip = ip;
    }

    /** Since the epoch. */
    public long timeNs() {
      return timeNs;
    }

    public boolean outbound() {
      return outbound;
    }

    /** The IP header's length, 20 or 40. */
    public int ipHeader() {
      return ip[0] >>> 4 == 4 ? 20 : 40;
    }

    /** Of the IPv4 header. */
    public int identification() {
      return ByteBuffer.wrap(ip).getShort(4) & 0xFFFF;
    }

    public int sourcePort() {
      return ByteBuffer.wrap(ip).getShort(ipHeader()) & 0xFFFF;
    }

    public int destinationPort() {
      return ByteBuffer.wrap(ip).getShort(ipHeader() + 2) & 0xFFFF;
    }

    /** The UDP payload. */
    public byte[] payload() {
      return Arrays.copyOfRange(ip, ipHeader() + 8, ip.length);
    }

    /** The last four bytes, least significant first. */
    public int icrc() {
      return ByteBuffer.wrap(ip).order(ByteOrder.LITTLE_ENDIAN).getInt(ip.length - 4);
    }

    /**
     * What the iCRC has to be (InfiniBand Architecture Specification 1.4, volume 1, annex A17.3.3),
     * computed bit by bit.
     */
    public int expectedIcrc() {
      byte[] masked = new byte[8 + ip.length - 4];
      Arrays.fill(masked, 0, 8, (byte) 0xFF);
      System.arraycopy(ip, 0, masked, 8, ip.length - 4);
      int[] ones =
          ipHeader() == 20
              ? new int[] {1, 8, 10, 11, 20 + 6, 20 + 7, 28 + 4}
              : new int[] {1, 2, 3, 7, 40 + 6, 40 + 7, 48 + 4};
      for (int index : ones) {
        masked[8 + index] = (byte) 0xFF;
      }
      if (ipHeader() == 40) {
        masked[8] |= 0x0F;
      }
      int crc = -1;
      for (byte each : masked) {
        crc ^= each & 0xFF;
        for (int bit = 0; bit < 8; bit++) {
          crc = (crc & 1) != 0 ? (crc >>> 1) ^ 0xEDB88320 : crc >>> 1;
        }
      }
      return ~crc;
    }
  }

  /** All packets of a file. */
  public static List<Packet> read(Path file) throws IOException {
    List<Packet> packets = new ArrayList<>();
    for (ByteBuffer block : blocks(file)) {
      if (block.getInt(0) == ENHANCED_PACKET) {
        long time = ((long) block.getInt(12) << 32) | (block.getInt(16) & 0xFFFF_FFFFL);
        byte[] ip = new byte[block.getInt(20)];
        block.get(28, ip);
        int flags = block.getInt(28 + ((ip.length + 3) & ~3) + 4);
        packets.add(new Packet(time, (flags & 3) == 2, ip));
      }
    }
    return packets;
  }

  /** Packets seen and packets missed, as the last block says. */
  public static List<Long> statistics(Path file) throws IOException {
    ByteBuffer block = blocks(file).getLast();
    return block.getInt(0) == STATISTICS ? List.of(block.getLong(24), block.getLong(36)) : null;
  }

  private static List<ByteBuffer> blocks(Path file) throws IOException {
    ByteBuffer all = ByteBuffer.wrap(Files.readAllBytes(file));
    List<ByteBuffer> blocks = new ArrayList<>();
    for (int at = 0; at < all.capacity(); ) {
      int length = all.getInt(at + 4);
      if (all.getInt(at + length - 4) != length) {
        throw new IOException("block at " + at + " has two lengths");
      }
      blocks.add(all.slice(at, length));
      at += length;
    }
    return blocks;
  }
}
