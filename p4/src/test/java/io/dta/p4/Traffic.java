package io.dta.p4;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A packet of the traffic that reporters forward, with or without INT, put together after INT's
 * specification.
 *
 * @param timeToLive as the packet has it now
 * @param options of TCP, a multiple of four bytes
 * @param hops of INT, the last switch first; null where it carries no INT
 * @param remaining hops that INT allows yet
 * @param intDscp what marks INT
 */
@SuppressWarnings("ArrayRecordComponent") // not compared
record Traffic(
    int source,
    int destination,
    int sourcePort,
    int destinationPort,
    int protocol,
    int timeToLive,
    int trafficClass,
    int identification,
    byte[] options,
    List<Integer> hops,
    int remaining,
    boolean exceeded,
    int intDscp,
    byte[] payload) {
  static final int TCP = 6;
  static final int UDP = 17;
  static final int DOMAIN = 0x1234;
  private static final int ETHERNET = 14;
  private static final int IPV4 = 20;
  private static final int LEAST_FRAME = 60;

  static Traffic of(
      int source, int destination, int sourcePort, int destinationPort, int protocol, int payload) {
    return new Traffic(
        source,
        destination,
        sourcePort,
        destinationPort,
        protocol,
        64,
        0xB9,
        0,
        new byte[0],
        null,
        0,
        false,
        0,
        new byte[payload]);
  }

  static Traffic random(SplittableRandom random, int source, int destination) {
    boolean tcp = random.nextBoolean();
    byte[] payload = new byte[random.nextInt(20, 80)];
    random.nextBytes(payload);
    byte[] options = new byte[tcp ? 4 * random.nextInt(0, 11) : 0];
    random.nextBytes(options);
    return new Traffic(
        source,
        destination,
        random.nextInt(1024, 40000),
        random.nextInt(1, 1024),
        tcp ? TCP : UDP,
        64,
        (random.nextInt(0, 46) << 2) | random.nextInt(4),
        random.nextInt(65536),
        options,
        null,
        0,
        false,
        0,
        payload);
  }

  long addresses() {
    return (long) source << 32 | Integer.toUnsignedLong(destination);
  }

  long ports() {
    return (long) sourcePort << 24 | (long) destinationPort << 8 | protocol;
  }

  byte[] key() {
    return ByteBuffer.allocate(13)
        .putLong(addresses())
        .putShort((short) sourcePort)
        .putShort((short) destinationPort)
        .put((byte) protocol)
        .array();
  }

  Traffic withTimeToLive(int value) {
    return with(value, trafficClass, hops, remaining, exceeded, intDscp);
  }

  /** As it leaves a switch that forwards it. */
  Traffic forwarded() {
    return withTimeToLive(timeToLive - 1);
  }

  /** As it leaves a switch that adds itself to the path, the first one included. */
  Traffic via(int switchId, int dscp) {
    List<Integer> longer = new ArrayList<>();
    longer.add(switchId);
    if (hops != null) {
      if (remaining == 0) {
        return with(timeToLive - 1, trafficClass, hops, 0, true, dscp);
      }
      longer.addAll(hops);
    }
    int left = hops == null ? 4 : remaining - 1;
    return with(timeToLive - 1, trafficClass, longer, left, false, dscp);
  }

  /** As it leaves the switch that takes INT out. */
  Traffic sunk() {
    return with(timeToLive - 1, trafficClass, null, 0, false, 0);
  }

  private Traffic with(
      int newTimeToLive,
      int newClass,
      List<Integer> newHops,
      int newRemaining,
      boolean newExceeded,
      int newDscp) {
    return new Traffic(
        source,
        destination,
        sourcePort,
        destinationPort,
        protocol,
        newTimeToLive,
        newClass,
        identification,
        options,
        newHops,
        newRemaining,
        newExceeded,
        newDscp,
        payload);
  }

  /** The bytes that the packet takes on the wire. */
  int wireLength() {
    return Math.max(84, ipLength() + 38);
  }

  private int ipLength() {
    int transport = protocol == TCP ? 20 + options.length : 8;
    return IPV4 + transport + (hops == null ? 0 : 16 + 4 * hops.size()) + payload.length;
  }

  /** The frame, as short as it may be: 60 bytes without INT. */
  byte[] frame(long sourceMac, long mac) {
    ByteBuffer out = ByteBuffer.allocate(ETHERNET + ipLength());
    out.putShort((short) (mac >>> 32)).putInt((int) mac);
    out.putShort((short) (sourceMac >>> 32)).putInt((int) sourceMac);
    out.putShort((short) 0x0800);
    int shown = hops == null ? trafficClass : (intDscp << 2) | (trafficClass & 3);
    out.put((byte) 0x45).put((byte) shown).putShort((short) ipLength());
    out.putShort((short) identification).putShort((short) 0x4000);
    out.put((byte) timeToLive).put((byte) protocol).putShort((short) 0);
    out.putInt(source).putInt(destination);
    out.putShort(ETHERNET + 10, checksum(out));
    out.putShort((short) sourcePort).putShort((short) destinationPort);
    if (protocol == TCP) {
      out.putInt(0x01020304).putInt(0x05060708);
      out.put((byte) ((5 + options.length / 4) << 4)).put((byte) 0x10);
      out.putShort((short) 0x2000).putShort((short) 0xABCD).putShort((short) 0);
      out.put(options);
    } else {
      out.putShort((short) (ipLength() - IPV4)).putShort((short) 0xCDEF);
    }
    if (hops != null) {
      out.put((byte) 0x10).put((byte) (3 + hops.size()));
      out.put((byte) 0).put((byte) (trafficClass & 0xFC));
      out.put((byte) (exceeded ? 0x24 : 0x20)).putShort((short) 0x0000);
      out.put(out.position() - 1, (byte) 1).put((byte) remaining);
      out.putShort((short) 0x8000).putShort((short) DOMAIN).putInt(0);
      hops.forEach(out::putInt);
    }
    out.put(payload);
    byte[] bytes = out.array();
    return bytes.length < LEAST_FRAME && hops == null ? Arrays.copyOf(bytes, LEAST_FRAME) : bytes;
  }

  private static short checksum(ByteBuffer frame) {
    int sum = 0;
    for (int i = 0; i < IPV4; i += 2) {
      sum += frame.getShort(ETHERNET + i) & 0xFFFF;
    }
    while (sum >>> 16 != 0) {
      sum = (sum & 0xFFFF) + (sum >>> 16);
    }
    return (short) ~sum;
  }
}
