package io.dta.collector.connection;

import io.dta.collector.CollectorContext;
import io.dta.node.OperatorException;
import io.dta.rdma.ImmediateListener;
import io.dta.rdma.QueuePairState;
import io.dta.rdma.RemoteRegion;
import io.dta.rdma.capture.CapturingUdpPort;
import io.dta.rdma.capture.PacketCapture;
import io.dta.rdma.cm.CmSettings;
import io.dta.rdma.cm.ConnectionListener;
import io.dta.rdma.cm.ConnectionManager;
import io.dta.rdma.cm.PrivateData;
import io.dta.rdma.cm.RejectReason;
import io.dta.rdma.cm.ServiceId;
import io.dta.rdma.control.ConnectionOffer;
import io.dta.rdma.control.QueuePairReply;
import io.dta.rdma.control.QueuePairRequest;
import io.dta.rdma.control.TransportService;
import io.dta.rdma.memory.MemoryRegion;
import io.dta.rdma.memory.MemoryRegionTable;
import io.dta.rdma.roce.RnicOptions;
import io.dta.rdma.roce.RoceHeaders;
import io.dta.rdma.roce.SoftwareRnic;
import io.dta.rdma.sleep.SleepingIdleStrategy;
import io.dta.rdma.udp.KernelDrops;
import io.dta.rdma.udp.UdpPort;
import io.dta.rdma.udp.UdpPortOptions;
import io.dta.rdma.udp.UdpPorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.SystemNanoClock;

/**
 * The software RNIC on its own thread, and the queue pairs that translators asked for. Usable by
 * all threads.
 */
public final class SoftwareRnicService implements Rnic {
  private static final System.Logger LOGGER = System.getLogger(SoftwareRnicService.class.getName());

  private static final int SPINS = 100;
  private static final int YIELDS = 10;

  /** A request ends the sleep; RDMA CM's time-outs and endings are looked at as often. */
  private static final long LONGEST_SLEEP_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  /** What a request waits at most where the system cannot wake the thread for it. */
  private static final long LONGEST_PARK_NANOS = TimeUnit.MICROSECONDS.toNanos(100);

  /** A queue pair as it was asked for and granted. */
  private record Connection(QueuePairRequest request, QueuePairReply reply) {}

  private final SoftwareRnic rnic;

  /** Null where RDMA CM is not served: it knows no UDP port but 4791. */
  private final ConnectionManager cm;

  private final int cmPort;
  private final IdleStrategy idle;
  private final AgentRunner runner;
  private final KernelDrops kernelDrops;
  private volatile ImmediateListener immediates = (queuePairNumber, immediate, length) -> {};
  private final AtomicLong failures = new AtomicLong();
  private final Map<Integer, Connection> connections = new LinkedHashMap<>();

  /**
   * Binds the UDP port; nothing is received before {@link #start}.
   *
   * @param rdma where translators send to, and where RDMA CM listens, which is where the UDP port
   *     is 4791; a {@code cmPort} of 0 lets this choose
   * @param capture gets a copy of every packet; null for none
   * @throws OperatorException where the port cannot be bound
   */
  public SoftwareRnicService(
      CollectorContext.Rdma rdma, MemoryRegionTable regions, PacketCapture capture) {
    UdpPort udpPort = captured(bind(rdma), rdma.udpPortOptions(), capture);
    this.cmPort = rdma.cmPort() == 0 ? CollectorContext.Rdma.DEFAULT_CM_PORT : rdma.cmPort();
    this.rnic =
        new SoftwareRnic(
            udpPort,
            regions,
            (queuePairNumber, immediate, length) ->
                this.immediates.onImmediate(queuePairNumber, immediate, length),
            RnicOptions.defaults().withRequestCheck(rdma.icrcCheck()));
    this.kernelDrops = KernelDrops.of(udpPort.localAddress());
    this.idle = idle(udpPort);
    this.runner = new AgentRunner(idle, this::failed, null, rnic);
    this.cm = udpPort.localAddress().getPort() == RoceHeaders.UDP_PORT ? manager(udpPort) : null;
  }

  private static IdleStrategy idle(UdpPort udpPort) {
    if (udpPort.descriptor() < 0) {
      return new BackoffIdleStrategy(SPINS, YIELDS, 1, LONGEST_PARK_NANOS);
    }
    try {
      SleepingIdleStrategy idle = new SleepingIdleStrategy(SPINS, YIELDS, LONGEST_SLEEP_NANOS);
      idle.wakeOn(udpPort.descriptor());
      return idle;
    } catch (IOException e) {
      udpPort.close();
      throw new OperatorException(e.getMessage(), e);
    }
  }

  private static UdpPort captured(UdpPort udpPort, UdpPortOptions options, PacketCapture capture) {
    return capture == null ? udpPort : new CapturingUdpPort(udpPort, options, capture);
  }

  private ConnectionManager manager(UdpPort udpPort) {
    ConnectionManager manager =
        new ConnectionManager(
            udpPort, SystemNanoClock.INSTANCE, new SecureRandom(), CmSettings.defaults());
    for (TransportService service : TransportService.values()) {
      manager.listen(ServiceId.of(service, cmPort), new CmListener());
    }
    rnic.manageWith(manager);
    return manager;
  }

  /** Queue pairs that are made and ended by RDMA CM, on the RNIC's thread. */
  private final class CmListener implements ConnectionListener {
    @Override
    public Answer onRequest(QueuePairRequest request, PrivateData privateData) {
      try {
        return new Accepted(create(request), PrivateData.NONE);
      } catch (IllegalStateException e) {
        return new Refused(RejectReason.NO_QUEUE_PAIR, PrivateData.NONE);
      } catch (IllegalArgumentException e) {
        return new Refused(RejectReason.UNSUPPORTED_REQUEST, PrivateData.NONE);
      }
    }

    @Override
    public void onEnded(int queuePairNumber) {
      destroy(queuePairNumber);
    }
  }

  private static UdpPort bind(CollectorContext.Rdma rdma) {
    try {
      return UdpPorts.bind(InetAddress.getByName(rdma.host()), rdma.port(), rdma.udpPortOptions());
    } catch (UnknownHostException e) {
      throw new OperatorException(
          "rdma.host '%s' is not known: expected an IP address of this host".formatted(rdma.host()),
          e);
    } catch (UncheckedIOException e) {
      throw new OperatorException(
          "%s Change rdma.host or rdma.port, or end what uses the port.".formatted(e.getMessage()),
          e);
    }
  }

  private void failed(Throwable failure) {
    if (failures.getAndIncrement() == 0) {
      LOGGER.log(System.Logger.Level.ERROR, "the software RNIC failed at a request", failure);
    }
  }

  /** The RNIC looks regions up in the table that it was made with. */
  @Override
  public RemoteRegion register(MemoryRegion region) {
    return region.remote();
  }

  @Override
  public void start(ImmediateListener listener) {
    immediates = listener;
    AgentRunner.startOnThread(
        runner, work -> Thread.ofPlatform().name(rnic.roleName()).daemon().unstarted(work));
  }

  @Override
  public ConnectionOffer offer() {
    InetSocketAddress address = rnic.localAddress();
    return new ConnectionOffer(
        address.getAddress().getHostAddress(),
        address.getPort(),
        cm == null ? null : cmPort,
        true,
        List.of(TransportService.RC, TransportService.UC));
  }

  @Override
  public List<String> problems() {
    return runner.thread() != null && !runner.isClosed()
        ? List.of()
        : List.of("the software RNIC is not running");
  }

  @Override
  public Map<String, Long> events() {
    Map<String, Long> events = SoftwareRnicMetrics.events(rnic.counters());
    if (cm != null) {
      events.putAll(SoftwareRnicMetrics.events(cm.counters()));
    }
    return events;
  }

  @Override
  public List<RnicMetric> metrics() {
    List<RnicMetric> metrics =
        new ArrayList<>(SoftwareRnicMetrics.of(rnic.counters(), failures::get, kernelDrops::read));
    if (cm != null) {
      metrics.add(SoftwareRnicMetrics.of(cm.counters()));
    }
    return metrics;
  }

  @Override
  public QueuePairReply create(QueuePairRequest request) {
    if (request.address() == null) {
      throw new IllegalArgumentException(
          "address is missing: expected the IP address that the requester sends from");
    }
    synchronized (connections) {
      QueuePairReply reply = rnic.create(request);
      // A requester that connects anew replaces its queue pair, and one in ERROR makes way for it.
      connections.keySet().removeIf(this::isGone);
      connections.put(reply.queuePairNumber(), new Connection(request, reply));
      return reply;
    }
  }

  private boolean isGone(int queuePairNumber) {
    boolean gone = rnic.state(queuePairNumber) == null;
    if (gone) {
      disconnect(queuePairNumber);
    }
    return gone;
  }

  /** Tells the requester, where RDMA CM made the queue pair. */
  private void disconnect(int queuePairNumber) {
    if (cm != null) {
      cm.onClosed(queuePairNumber);
    }
  }

  @Override
  public boolean destroy(int queuePairNumber) {
    synchronized (connections) {
      connections.remove(queuePairNumber);
      disconnect(queuePairNumber);
      return rnic.destroy(queuePairNumber);
    }
  }

  @Override
  public List<QueuePairStatus> queuePairs() {
    List<QueuePairStatus> all = new ArrayList<>();
    synchronized (connections) {
      connections.forEach(
          (number, connection) -> {
            QueuePairState state = rnic.state(number);
            if (state != null) {
              all.add(status(number, state, connection));
            }
          });
    }
    return all;
  }

  private static QueuePairStatus status(int number, QueuePairState state, Connection connection) {
    QueuePairRequest request = connection.request();
    return new QueuePairStatus(
        number,
        request.service(),
        state,
        request.address(),
        request.udpPort(),
        request.queuePairNumber(),
        connection.reply().pathMtu());
  }

  /** Stops the thread and closes the port. */
  @Override
  public void close() {
    runner.close();
    rnic.close();
    if (idle instanceof SleepingIdleStrategy sleeping) {
      sleeping.close();
    }
  }
}
