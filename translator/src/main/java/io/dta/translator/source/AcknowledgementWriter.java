package io.dta.translator.source;

import io.dta.primitives.wire.Acknowledgement;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.agrona.collections.Int2ObjectHashMap;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Writes ACKs and NACKs to a channel, as one sendmmsg(2) for all that were handed over since the
 * last flush. There are only 512 different ones; each is made once, as is a reporter's address.
 */
final class AcknowledgementWriter {
  private static final int SEQNUMS = 256;

  /** Beyond as many reporters the addresses are forgotten, and made again. */
  private static final int MAX_ADDRESSES = 1 << 16;

  private final int reporterPort;
  private final SourceCounters counters;
  private final ByteBuf[] payloads = new ByteBuf[2 * SEQNUMS];
  private final Int2ObjectHashMap<InetSocketAddress> addresses = new Int2ObjectHashMap<>();
  private Channel channel;
  private int pending;

  AcknowledgementWriter(int reporterPort, SourceCounters counters) {
    this.reporterPort = reporterPort;
    this.counters = counters;
    ByteBuf all = Unpooled.directBuffer(payloads.length * Acknowledgement.LENGTH);
    UnsafeBuffer encoder = new UnsafeBuffer(new byte[Acknowledgement.LENGTH]);
    for (int i = 0; i < payloads.length; i++) {
      Acknowledgement.put(encoder, 0, i & (SEQNUMS - 1), i >= SEQNUMS);
      all.writeBytes(encoder.byteArray());
      payloads[i] =
          Unpooled.unreleasableBuffer(
              all.slice(i * Acknowledgement.LENGTH, Acknowledgement.LENGTH));
    }
  }

  void open(Channel newChannel) {
    this.channel = newChannel;
  }

  void send(int address, int seqnum, boolean nack) {
    if (channel == null || !channel.isWritable() || address == 0) {
      counters.lostAcknowledgement();
      return;
    }
    ByteBuf payload = payloads[(nack ? SEQNUMS : 0) + (seqnum & (SEQNUMS - 1))];
    var _ = channel.write(new DatagramPacket(payload, reporter(address)), channel.voidPromise());
    counters.acknowledged();
    pending++;
  }

  /** Sends what was written; how many that were. */
  int flush() {
    int flushed = pending;
    if (flushed > 0) {
      channel.flush();
      pending = 0;
    }
    return flushed;
  }

  private InetSocketAddress reporter(int address) {
    InetSocketAddress known = addresses.get(address);
    if (known == null) {
      if (addresses.size() == MAX_ADDRESSES) {
        addresses.clear();
      }
      known = new InetSocketAddress(toAddress(address), reporterPort);
      addresses.put(address, known);
    }
    return known;
  }

  private static InetAddress toAddress(int address) {
    try {
      return InetAddress.getByAddress(
          new byte[] {
            (byte) (address >> 24), (byte) (address >> 16), (byte) (address >> 8), (byte) address
          });
    } catch (UnknownHostException e) {
      throw new AssertionError("four bytes are an IPv4 address", e);
    }
  }
}
