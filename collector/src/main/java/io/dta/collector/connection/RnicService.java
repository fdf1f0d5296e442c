package io.dta.collector.connection;

import io.dta.node.OperatorException;
import io.dta.rdma.QueuePairState;
import io.dta.rdma.control.QueuePairReply;
import io.dta.rdma.control.QueuePairRequest;
import io.dta.rdma.memory.MemoryRegionTable;
import io.dta.rdma.roce.RnicCounters;
import io.dta.rdma.roce.RnicOptions;
import io.dta.rdma.roce.SoftwareRnic;
import io.dta.rdma.udp.DatagramUdpPort;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.BackoffIdleStrategy;

/**
 * The software RNIC on its own thread, and the queue pairs that translators asked for. Usable by
 * all threads.
 */
public final class RnicService implements AutoCloseable {
  private static final System.Logger LOGGER = System.getLogger(RnicService.class.getName());

  private static final int MAX_SPINS = 100;
  private static final int MAX_YIELDS = 10;
  private static final long MIN_PARK_NANOS = TimeUnit.MICROSECONDS.toNanos(1);

  /** What a request waits at most where none came for a while. */
  private static final long MAX_PARK_NANOS = TimeUnit.MICROSECONDS.toNanos(100);

  /** A queue pair as it was asked for and granted. */
  private record Connection(QueuePairRequest request, QueuePairReply reply) {}

  private final SoftwareRnic rnic;
  private final AgentRunner runner;
  private final AtomicLong failures = new AtomicLong();
  private final Map<Integer, Connection> connections = new LinkedHashMap<>();

  /**
   * Binds the UDP port; nothing is received before {@link #start}.
   *
   * @param host the IP address that translators send to
   * @param port 0 lets the system choose
   * @throws OperatorException where the port cannot be bound
   */
  public RnicService(String host, int port, MemoryRegionTable regions) {
    this.rnic =
        new SoftwareRnic(
            bind(host, port),
            regions,
            // Reports that want the CPU's attention are written like all others, and counted by the
            // RNIC.
            (queuePairNumber, immediate, length) -> {},
            RnicOptions.defaults());
    this.runner =
        new AgentRunner(
            new BackoffIdleStrategy(MAX_SPINS, MAX_YIELDS, MIN_PARK_NANOS, MAX_PARK_NANOS),
            this::failed,
            null,
            rnic);
  }

  private static DatagramUdpPort bind(String host, int port) {
    try {
      return DatagramUdpPort.bind(InetAddress.getByName(host), port);
    } catch (UnknownHostException e) {
      throw new OperatorException(
          "rdma.host '%s' is not known: expected an IP address of this host".formatted(host), e);
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

  /** Begins to carry out requests. */
  public void start() {
    AgentRunner.startOnThread(
        runner, work -> Thread.ofPlatform().name(rnic.roleName()).daemon().unstarted(work));
  }

  /** Where translators send requests to. */
  public InetSocketAddress localAddress() {
    return rnic.localAddress();
  }

  /** What the RNIC did so far, by cause. */
  public RnicCounters counters() {
    return rnic.counters();
  }

  /** At how many requests the RNIC failed by a defect of its own. */
  public long failures() {
    return failures.get();
  }

  /** Whether requests are being carried out. */
  public boolean isRunning() {
    return runner.thread() != null && !runner.isClosed();
  }

  /**
   * Makes a queue pair, ready to receive.
   *
   * @throws IllegalArgumentException where the request makes no sense
   * @throws IllegalStateException where there is no room for one more
   */
  public QueuePairReply create(QueuePairRequest request) {
    if (request.address() == null) {
      throw new IllegalArgumentException(
          "address is missing: expected the IP address that the requester sends from");
    }
    synchronized (connections) {
      QueuePairReply reply = rnic.create(request);
      // A requester that connects anew replaces its queue pair, and one in ERROR makes way for it.
      connections.keySet().removeIf(number -> rnic.state(number) == null);
      connections.put(reply.queuePairNumber(), new Connection(request, reply));
      return reply;
    }
  }

  /**
   * Ends a queue pair.
   *
   * @return false where there is no such one
   */
  public boolean destroy(int queuePairNumber) {
    synchronized (connections) {
      connections.remove(queuePairNumber);
      return rnic.destroy(queuePairNumber);
    }
  }

  /** The queue pairs, in the order in which they were made. */
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
  }
}
