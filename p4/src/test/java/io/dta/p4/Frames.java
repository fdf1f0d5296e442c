package io.dta.p4;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32;

/** Ethernet frames that carry UDP over IPv4. */
final class Frames {
  static final int ETHERNET = 14;
  static final int IPV4 = 20;
  static final int UDP = 8;
  static final int PAYLOAD = ETHERNET + IPV4 + UDP;
  private static final int LEAST_FRAME = 60;
  private static final short DONT_FRAGMENT = 0x4000;

  private Frames() {}

  /** What a datagram's headers say; addresses are IPv4. */
  record Flow(
      long sourceMac,
      long mac,
      int source,
      int destination,
      int sourcePort,
      int destinationPort,
      int trafficClass) {}

  /** A frame as it is on the wire: never shorter than 60 bytes. */
  static byte[] frame(Flow flow, byte[] payload) {
    byte[] exact = exactFrame(flow, payload);
    return exact.length < LEAST_FRAME ? Arrays.copyOf(exact, LEAST_FRAME) : exact;
  }

  /** A frame without what brings it to 60 bytes. The UDP checksum is 0: not calculated. */
  static byte[] exactFrame(Flow flow, byte[] payload) {
    ByteBuffer out = ByteBuffer.allocate(PAYLOAD + payload.length);
    out.putShort((short) (flow.mac >>> 32)).putInt((int) flow.mac);
    out.putShort((short) (flow.sourceMac >>> 32)).putInt((int) flow.sourceMac);
    out.putShort((short) 0x0800);
    out.put((byte) 0x45).put((byte) flow.trafficClass);
    out.putShort((short) (IPV4 + UDP + payload.length));
    out.putShort((short) 0).putShort(DONT_FRAGMENT);
    out.put((byte) 64).put((byte) 17).putShort((short) 0);
    out.putInt(flow.source).putInt(flow.destination);
    out.putShort(ETHERNET + 10, checksum(out, ETHERNET));
    out.putShort((short) flow.sourcePort).putShort((short) flow.destinationPort);
    out.putShort((short) (UDP + payload.length)).putShort((short) 0);
    out.put(payload);
    return out.array();
  }

  /** RFC 1071 over an IPv4 header whose checksum is 0. */
  private static short checksum(ByteBuffer frame, int header) {
    int sum = 0;
    for (int i = 0; i < IPV4; i += 2) {
      sum += frame.getShort(header + i) & 0xFFFF;
    }
    while (sum >>> 16 != 0) {
      sum = (sum & 0xFFFF) + (sum >>> 16);
    }
    return (short) ~sum;
  }

  /** The UDP payload of a frame. */
  static byte[] payload(byte[] frame) {
    int length = ByteBuffer.wrap(frame).getShort(ETHERNET + IPV4 + 4) & 0xFFFF;
    return Arrays.copyOfRange(frame, PAYLOAD, ETHERNET + IPV4 + length);
  }

  /**
   * The iCRC of a RoCEv2 frame as it should be, from its definition (annex A17.3.3): zlib's CRC-32
   * over eight bytes of ones and the packet, with ones for what routers change.
   */
  static byte[] icrc(byte[] frame) {
    byte[] packet = Arrays.copyOfRange(frame, ETHERNET, frame.length - 4);
    for (int masked : new int[] {1, 8, 10, 11, IPV4 + 6, IPV4 + 7, IPV4 + UDP + 4}) {
      packet[masked] = -1;
    }
    CRC32 crc = new CRC32();
    crc.update(new byte[] {-1, -1, -1, -1, -1, -1, -1, -1});
    crc.update(packet);
    return ByteBuffer.allocate(4).putInt(Integer.reverseBytes((int) crc.getValue())).array();
  }
}
