package io.dta.translator.source;

import io.dta.rdma.capture.PacketCapture;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/** Hands every report's datagram and every answer of a channel to a capture, and passes it on. */
final class CaptureHandler extends ChannelDuplexHandler {
  private final PacketCapture capture;

  /** Where reports arrive; of a socket that is bound to all addresses, as the last one said. */
  private InetSocketAddress local;

  CaptureHandler(PacketCapture capture) {
    this.capture = capture;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    DatagramPacket packet = (DatagramPacket) message;
    InetSocketAddress recipient = packet.recipient();
    local = recipient != null ? recipient : (InetSocketAddress) context.channel().localAddress();
    ByteBuffer bytes = packet.content().nioBuffer();
    capture.received(
        packet.sender(),
        local,
        0,
        PacketCapture.UNKNOWN_IDENTIFICATION,
        bytes,
        bytes.position(),
        bytes.remaining());
    context.fireChannelRead(message);
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    DatagramPacket packet = (DatagramPacket) message;
    ByteBuffer bytes = packet.content().nioBuffer();
    capture.sent(
        local, // An answer follows a report.
        packet.recipient(),
        0,
        PacketCapture.UNKNOWN_IDENTIFICATION,
        bytes,
        bytes.position(),
        bytes.remaining());
    var _ = context.write(message, promise);
  }
}
