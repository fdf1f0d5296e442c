package io.dta.translator.source;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ManualIoEventLoop;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.unix.SegmentedDatagramPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/** Sends many datagrams of one size by one system call (UDP_SEGMENT), on the caller's thread. */
final class SegmentingSender implements AutoCloseable {
  private final ManualIoEventLoop loop =
      new ManualIoEventLoop(Thread.currentThread(), EpollIoHandler.newFactory());
  private final Channel channel;
  private final InetSocketAddress target;

  SegmentingSender(int port) {
    this.target = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    Bootstrap bootstrap =
        new Bootstrap()
            .group(loop)
            .channelFactory(() -> new EpollDatagramChannel(SocketProtocolFamily.INET))
            .handler(new ChannelInboundHandlerAdapter());
    this.channel = await(bootstrap.bind(InetAddress.getLoopbackAddress(), 0)).channel();
  }

  /** Sends bytes as datagrams of {@code segmentLength} bytes, the last of which may be shorter. */
  void send(byte[] bytes, int segmentLength) {
    ByteBuf content = Unpooled.directBuffer(bytes.length).writeBytes(bytes);
    var _ =
        await(channel.writeAndFlush(new SegmentedDatagramPacket(content, segmentLength, target)));
  }

  private ChannelFuture await(ChannelFuture future) {
    while (!future.isDone()) {
      loop.runNow();
    }
    if (!future.isSuccess()) {
      throw new AssertionError("the kernel refuses to send segments", future.cause());
    }
    return future;
  }

  @Override
  public void close() {
    var _ = await(channel.close());
    var _ = loop.shutdownGracefully(0, 0, TimeUnit.NANOSECONDS);
    while (!loop.isTerminated()) {
      loop.runNow();
    }
  }
}
