package io.dta.p4;

import io.dta.primitives.store.Store;
import io.dta.primitives.store.StoreTable;
import io.dta.primitives.wire.HeaderFormat;
import io.dta.rdma.RemoteRegion;
import io.dta.rdma.control.QueuePairReply;
import io.dta.rdma.control.QueuePairRequest;
import io.dta.rdma.control.TransportService;
import io.dta.rdma.roce.IcrcCheck;
import io.dta.rdma.roce.RetransmissionPolicy;
import io.dta.rdma.roce.RoceRequester;
import io.dta.rdma.udp.DatagramHandler;
import io.dta.rdma.udp.UdpPort;
import io.dta.translator.engine.CollectorTarget;
import io.dta.translator.engine.EngineContext;
import io.dta.translator.engine.EngineSettings;
import io.dta.translator.engine.TranslationEngine;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;

/** The software translator over RoCEv2, whose packets are kept instead of sent. */
final class SoftwareTranslator implements AutoCloseable {
  private static final int WINDOW = 1 << 16;

  private final List<Collector> collectors;
  private final List<Packet> packets = new ArrayList<>();
  private final List<String> acknowledgements = new ArrayList<>();
  private final TranslationEngine engine;
  private long nowNs;

  /** A collector and both ends of the queue pair to it. */
  record Collector(
      String name, QueuePairRequest own, QueuePairReply peer, Map<String, RemoteRegion> regions) {}

  /**
   * A packet that was sent.
   *
   * @param collector by its index
   * @param payload of UDP: from the BTH to the iCRC
   */
  @SuppressWarnings("ArrayRecordComponent") // handed over, not compared
  record Packet(int collector, byte[] payload) {}

  SoftwareTranslator(List<Store> stores, List<Collector> collectors, int acknowledgeEvery) {
    this.collectors = collectors;
    List<CollectorTarget> targets = new ArrayList<>();
    for (int i = 0; i < collectors.size(); i++) {
      targets.add(target(i, acknowledgeEvery));
    }
    engine =
        new TranslationEngine(
            new EngineContext(
                new StoreTable(stores),
                HeaderFormat.FULL,
                targets,
                EngineSettings.DEFAULTS,
                (address, seqnum, nack) -> acknowledgements.add((nack ? "NACK " : "ACK ") + seqnum),
                () -> nowNs));
  }

  private CollectorTarget target(int index, int acknowledgeEvery) {
    Collector collector = collectors.get(index);
    RetransmissionPolicy policy =
        new RetransmissionPolicy(TimeUnit.HOURS.toNanos(1), 1, 7, acknowledgeEvery, WINDOW, WINDOW);
    RoceRequester requester =
        new RoceRequester(new Port(index), () -> nowNs, IcrcCheck.ANY_IDENTIFICATION);
    return CollectorTarget.fixed(
        collector.name(),
        listener -> requester.connect(collector.own(), collector.peer(), listener, policy),
        collector.regions(),
        Map.of());
  }

  /** What an end of a queue pair that is connected by hand is described by. */
  static QueuePairRequest own(String address, int udpPort, int number, int startingPsn) {
    return new QueuePairRequest(TransportService.RC, address, udpPort, number, startingPsn, 1024);
  }

  /** Translates a datagram of one reporter. */
  void translate(byte[] datagram, int reporter) {
    engine.onDatagram(new UnsafeBuffer(datagram.clone()), 0, datagram.length, reporter);
  }

  /** Sends acknowledgements and requests that wait. */
  void doWork() {
    engine.doWork(nowNs);
  }

  /** Writes what is held. */
  void flush() {
    engine.flush();
  }

  /** The packets that were sent since the last call. */
  List<Packet> takePackets() {
    List<Packet> taken = List.copyOf(packets);
    packets.clear();
    return taken;
  }

  /** The acknowledgements that were sent since the last call, such as {@code NACK 7}. */
  List<String> takeAcknowledgements() {
    List<String> taken = List.copyOf(acknowledgements);
    acknowledgements.clear();
    return taken;
  }

  @Override
  public void close() {
    engine.close();
  }

  private final class Port implements UdpPort {
    private final int collector;

    Port(int collector) {
      this.collector = collector;
    }

    @Override
    public InetSocketAddress localAddress() {
      QueuePairRequest own = collectors.get(collector).own();
      try {
        return new InetSocketAddress(InetAddress.getByName(own.address()), own.udpPort());
      } catch (UnknownHostException e) {
        throw new IllegalArgumentException(e);
      }
    }

    @Override
    public boolean send(ByteBuffer buffer, int offset, int length, InetSocketAddress destination) {
      byte[] payload = new byte[length];
      buffer.get(offset, payload);
      packets.add(new Packet(collector, payload));
      return true;
    }

    @Override
    public int nextIdentification(int length, InetSocketAddress destination) {
      return 0;
    }

    @Override
    public void flush() {}

    @Override
    public int receive(DatagramHandler handler, int limit) {
      return 0;
    }

    @Override
    public long errors() {
      return 0;
    }

    @Override
    public void close() {}
  }
}
