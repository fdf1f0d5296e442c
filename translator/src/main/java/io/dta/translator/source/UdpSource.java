package io.dta.translator.source;

import io.dta.node.OperatorException;
import io.dta.rdma.capture.PacketCapture;
import io.dta.rdma.udp.KernelDrops;
import io.dta.translator.engine.AcknowledgementSender;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ManualIoEventLoop;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.socket.SocketProtocolFamily;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/**
 * Receives reports over UDP and sends ACKs and NACKs from the same socket.
 *
 * <p>An Agrona duty cycle drives Netty's native epoll transport on the caller's own thread. One
 * system call, recvmmsg(2), brings up to {@link #MESSAGES_PER_READ} messages, and with UDP_GRO each
 * of them may hold many datagrams of one size that a sender passed to its kernel at once
 * (UDP_SEGMENT) or that the NIC's driver put together. Every datagram goes to the sink where it
 * lies in {@link ReceiveMemory}.
 *
 * <p>A reporter is known by its IPv4 address. The thread that calls {@link #open()} owns the source
 * and calls all other methods, except {@link #counters()}, {@link #port()} and {@link
 * #kernelDrops()}.
 */
public final class UdpSource implements AcknowledgementSender, AutoCloseable {
  /** The most messages that one system call brings. */
  public static final int MESSAGES_PER_READ = 16;

  private static final int READS_PER_CYCLE = 4;
  private static final System.Logger LOG = System.getLogger(UdpSource.class.getName());

  private final SourceSettings settings;
  private final ReceiveMemory memory;
  private final DatagramSink sink;
  private final PacketCapture capture;
  private final SourceCounters counters = new SourceCounters();
  private final AcknowledgementWriter acknowledgements;

  private ManualIoEventLoop loop;
  private EpollDatagramChannel channel;
  private volatile KernelDrops kernelDrops;
  private volatile int port;
  private Throwable failure;
  private int received;

  public UdpSource(SourceSettings settings, ReceiveMemory memory, DatagramSink sink) {
    this(settings, memory, sink, null);
  }

  /**
   * @param capture gets a copy of all that is received and sent; null for none
   */
  public UdpSource(
      SourceSettings settings, ReceiveMemory memory, DatagramSink sink, PacketCapture capture) {
    this.settings = settings;
    this.memory = memory;
    this.sink = sink;
    this.capture = capture;
    this.acknowledgements = new AcknowledgementWriter(settings.reporterPort(), counters);
  }

  /**
   * Binds the socket; from then on datagrams wait in its receive buffer for {@link #doWork()}.
   *
   * @throws OperatorException where the platform has no native epoll, or the address cannot be
   *     bound
   */
  public void open() {
    if (!Epoll.isAvailable()) {
      throw new OperatorException(
          "the UDP source needs Linux with epoll on x86-64 or AArch64 and Netty's native library,"
              + " which"
              + " could not be loaded on %s %s: %s"
                  .formatted(
                      System.getProperty("os.name"),
                      System.getProperty("os.arch"),
                      Epoll.unavailabilityCause()));
    }
    InetSocketAddress address = settings.address();
    if (address.isUnresolved()) {
      throw new OperatorException(
          "host '%s' is unknown: set an address of this host to listen at"
              .formatted(settings.host()));
    }
    SocketProtocolFamily family =
        address.getAddress() instanceof Inet6Address
            ? SocketProtocolFamily.INET6
            : SocketProtocolFamily.INET;
    loop = new ManualIoEventLoop(Thread.currentThread(), EpollIoHandler.newFactory());
    Bootstrap bootstrap =
        new Bootstrap()
            .group(loop)
            .channelFactory(() -> new EpollDatagramChannel(family))
            .option(ChannelOption.RECVBUF_ALLOCATOR, memory.allocator(READS_PER_CYCLE))
            .option(ChannelOption.SO_RCVBUF, (int) settings.receiveBuffer().bytes())
            .option(EpollChannelOption.MAX_DATAGRAM_PAYLOAD_SIZE, ReceiveMemory.SLOT_LENGTH)
            .option(EpollChannelOption.UDP_GRO, true)
            // Up to Netty 4.2.18 recvmmsg only asks for control messages, and so learns the segment
            // size of UDP_GRO, where this option is set (netty/netty#17492).
            .option(EpollChannelOption.IP_RECVORIGDSTADDR, true)
            .handler(handler());
    ChannelFuture bound = bootstrap.bind(address);
    while (!bound.isDone()) {
      loop.runNow();
    }
    if (!bound.isSuccess()) {
      closeLoop();
      throw bindFailure(bound.cause());
    }
    channel = (EpollDatagramChannel) bound.channel();
    acknowledgements.open(channel);
    port = channel.localAddress().getPort();
    try {
      kernelDrops = KernelDrops.of(channel.fd().intValue());
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, "datagrams that the kernel drops cannot be counted", e);
    }
    checkReceiveBuffer();
  }

  private ChannelHandler handler() {
    Receiver receiver = new Receiver();
    if (capture == null) {
      return receiver;
    }
    return new ChannelInitializer<>() {
      @Override
      protected void initChannel(Channel made) {
        made.pipeline().addLast(new CaptureHandler(capture), receiver);
      }
    };
  }

  private OperatorException bindFailure(Throwable cause) {
    String where = "UDP port %d of %s".formatted(settings.port(), settings.host());
    String message = String.valueOf(cause.getMessage());
    if (message.contains("in use")) {
      return new OperatorException(
          "%s is in use: stop the other process ('ss -ulpn sport = :%d' names it), or set another port"
              .formatted(where, settings.port()));
    }
    if (message.contains("assign requested address")) {
      return new OperatorException(
          "%s cannot be bound: this host has no such address; 'ip address' lists those it has"
              .formatted(where));
    }
    return new OperatorException("%s cannot be bound: %s".formatted(where, message));
  }

  private void checkReceiveBuffer() {
    int granted =
        channel.config().getReceiveBufferSize() / 2; // The kernel doubles what it is asked.
    if (granted < settings.receiveBuffer().bytes()) {
      LOG.log(
          System.Logger.Level.WARNING,
          "the kernel grants the socket a receive buffer of {0} bytes instead of {1}: bursts beyond"
              + " it are lost; run ''sysctl -w net.core.rmem_max={1}''",
          Integer.toString(granted),
          Long.toString(settings.receiveBuffer().bytes()));
    }
  }

  /**
   * Receives what is there, without waiting, and sends the answers that were handed over.
   *
   * @return how much was done, 0 where there was nothing to do
   * @throws RuntimeException what the sink has thrown
   */
  public int doWork() {
    if (channel == null) {
      return 0;
    }
    received = 0;
    int answers = acknowledgements.flush();
    loop.runNow();
    if (failure != null) {
      Throwable thrown = failure;
      failure = null;
      throw new IllegalStateException("the sink failed: " + thrown, thrown);
    }
    return received + answers;
  }

  /**
   * Receives what has arrived until now, and nothing any more; answers can still be sent. Where
   * reports keep arriving, it ends after as many bytes as the receive buffer holds.
   */
  public void stopReceiving() {
    if (channel != null && channel.config().isAutoRead()) {
      long mostBytes = receiveBufferLength();
      long before = counters.bytes();
      do {
        doWork();
      } while (received > 0 && counters.bytes() - before < mostBytes);
      ignoreWhatArrives();
    }
  }

  /** Receives nothing any more; answers can still be sent. */
  public void ignoreWhatArrives() {
    if (channel != null) {
      channel.config().setAutoRead(false);
    }
  }

  /** How many bytes may wait in the socket's receive buffer, with the kernel's own; 0 if closed. */
  public long receiveBufferLength() {
    return channel == null ? 0 : channel.config().getReceiveBufferSize();
  }

  @Override
  public void send(int address, int seqnum, boolean nack) {
    acknowledgements.send(address, seqnum, nack);
  }

  /** The UDP port that the socket is bound to, 0 before {@link #open()}; from any thread. */
  public int port() {
    return port;
  }

  /** The socket, for a thread to sleep on until it can be read; negative while it is not open. */
  public int descriptor() {
    return channel == null ? -1 : channel.fd().intValue();
  }

  /** What the source did; from any thread. */
  public SourceCounters counters() {
    return counters;
  }

  /** Datagrams that the kernel dropped because the receive buffer was full; from any thread. */
  public long kernelDrops() {
    KernelDrops drops = kernelDrops;
    return drops == null ? 0 : drops.read();
  }

  /** Sends what is handed over and closes the socket. What is in its receive buffer is lost. */
  @Override
  public void close() {
    if (channel != null) {
      acknowledgements.flush();
      ChannelFuture closed = channel.close();
      while (!closed.isDone()) {
        loop.runNow();
      }
      channel = null;
      closeLoop();
    }
  }

  private void closeLoop() {
    var _ = loop.shutdownGracefully(0, 0, TimeUnit.NANOSECONDS);
    while (!loop.isTerminated()) {
      loop.runNow();
    }
  }

  private final class Receiver extends ChannelInboundHandlerAdapter {
    private InetSocketAddress lastSender;
    private int lastAddress;
    private long datagrams;
    private long bytes;
    private long unknown;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      DatagramPacket packet = (DatagramPacket) message;
      ByteBuf content = packet.content();
      int length = content.readableBytes();
      int source = sourceAddress(packet.sender());
      datagrams++;
      bytes += length;
      if (source == 0) {
        unknown++;
      }
      try {
        if (length > 0) {
          sink.onDatagram(memory.buffer(), memory.offset(content), length, source);
        }
      } finally {
        packet.release();
      }
    }

    /** The datagrams of one message share their sender's object. */
    @SuppressWarnings("ReferenceEquality")
    private int sourceAddress(InetSocketAddress sender) {
      if (sender != lastSender) {
        lastSender = sender;
        lastAddress = toInt(sender.getAddress());
      }
      return lastAddress;
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
      counters.read(datagrams, bytes, unknown);
      received += (int) datagrams;
      datagrams = 0;
      bytes = 0;
      unknown = 0;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      if (cause instanceof IOException) {
        counters.lostAcknowledgement(); // The one thing that is written: an answer was refused.
      } else if (failure == null) {
        failure = cause;
      }
    }
  }

  private static int toInt(InetAddress address) {
    if (!(address instanceof Inet4Address)) {
      return 0;
    }
    byte[] bytes = address.getAddress();
    return bytes[0] << 24 | (bytes[1] & 0xFF) << 16 | (bytes[2] & 0xFF) << 8 | (bytes[3] & 0xFF);
  }

  /** The channel, for tests. */
  Channel channel() {
    return channel;
  }
}
