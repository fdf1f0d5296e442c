package io.dta.rdma.disni;

import com.ibm.disni.verbs.IbvMr;
import com.ibm.disni.verbs.IbvPd;
import com.ibm.disni.verbs.RdmaCmEvent.EventType;
import com.ibm.disni.verbs.RdmaCmId;
import io.dta.rdma.ImmediateListener;
import io.dta.rdma.QueuePairState;
import io.dta.rdma.RemoteRegion;
import io.dta.rdma.memory.MemoryRegion;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The responder's side through DiSNI: registered memory, and a listener of RDMA CM whose reliable
 * connections may write it. The RNIC does the rest; this process wakes up for connections and for
 * immediates alone.
 *
 * <p>Two threads: one for the connection manager's events, one that waits for immediates. Methods
 * may be called on any thread.
 */
public final class DisniResponder implements AutoCloseable {
  private static final System.Logger LOGGER = System.getLogger(DisniResponder.class.getName());

  private static final int BACKLOG = 64;

  /** How long a thread waits before it looks whether it shall end. */
  private static final int WAIT_MS = 100;

  private final CmEvents events;
  private final RdmaCmId listener;
  private final IbvPd protectionDomain;
  private final int cmPort;
  private final List<IbvMr> regions = new ArrayList<>();
  private final AtomicLong refused = new AtomicLong();
  private final AtomicLong accepted = new AtomicLong();

  private AcceptedConnections connections;
  private Thread eventThread;
  private volatile boolean running;
  private volatile boolean deviceRemoved;

  /** A queue pair of a requester. */
  public record Connection(int queuePairNumber, QueuePairState state, InetSocketAddress peer) {}

  /**
   * Loads the native library and binds the port; nothing is accepted before {@link #start}.
   *
   * @param address of the RDMA device's port, IPv4
   * @param port in RDMA CM's port space TCP; 0 lets the system choose
   * @throws IOException with a sentence for the operator
   */
  public DisniResponder(InetAddress address, int port) throws IOException {
    InetSocketAddress local = DisniLibrary.requireIpv4(address, port);
    DisniLibrary.load();
    events = new CmEvents();
    RdmaCmId id = null;
    IbvPd domain = null;
    try {
      id = events.newId();
      bind(id, local);
      if (id.getVerbs() == null) {
        throw new IOException(noDevice(local));
      }
      domain = id.getVerbs().allocPd();
      cmPort = ((InetSocketAddress) id.getSource()).getPort();
    } catch (IOException | RuntimeException | Error e) {
      DisniMemory.release(domain, IbvPd::deallocPd);
      DisniMemory.release(id, RdmaCmId::destroyId);
      events.close();
      throw e;
    }
    listener = id;
    protectionDomain = domain;
  }

  private static void bind(RdmaCmId id, InetSocketAddress local) throws IOException {
    try {
      id.bindAddr(local);
    } catch (IOException e) {
      throw new IOException(
          "RDMA CM cannot listen at port %d of %s (%s): another collector may, or %s"
              .formatted(
                  local.getPort(),
                  local.getAddress().getHostAddress(),
                  DisniMemory.reason(e),
                  noDevice(local)),
          e);
    }
  }

  private static String noDevice(InetSocketAddress local) {
    return "no RDMA device has the address %s: 'rdma link' must show one on the interface that 'ip address' shows with it"
        .formatted(local.getAddress().getHostAddress());
  }

  /**
   * Registers a region with the access that it allows.
   *
   * @return it as requesters address it
   * @throws IOException with a sentence for the operator: too long for DiSNI, or no locked memory
   */
  public synchronized RemoteRegion register(MemoryRegion region) throws IOException {
    requireLength(region.length());
    IbvMr registered =
        DisniMemory.register(
            protectionDomain,
            region.address(),
            (int) region.length(),
            // MemoryRegion's flags have the values of verbs; to be written to remotely, memory must
            // be writable locally (InfiniBand Architecture Specification, volume 1, 10.6.3.1).
            region.access() | IbvMr.IBV_ACCESS_LOCAL_WRITE);
    regions.add(registered);
    return new RemoteRegion(region.address(), registered.getRkey(), region.length());
  }

  static void requireLength(long length) throws IOException {
    if (length > Integer.MAX_VALUE) {
      throw new IOException(
          "a region of %,d bytes is too long for DiSNI, which ends at %,d: make the store smaller, or use 'verbs'"
              .formatted(length, Integer.MAX_VALUE));
    }
  }

  /** Begins to accept connections; {@code immediates} is told on a thread of the responder. */
  public synchronized void start(ImmediateListener immediates) throws IOException {
    connections = new AcceptedConnections(listener.getVerbs(), protectionDomain, immediates);
    running = true;
    listener.listen(BACKLOG);
    connections.start(() -> running, WAIT_MS);
    eventThread = Thread.ofPlatform().name("disni-cm").daemon().start(this::serve);
  }

  private void serve() {
    while (running) {
      EventType event = events.await(WAIT_MS);
      if (event != null) {
        on(event, events.subject());
      }
    }
  }

  private void on(EventType event, RdmaCmId id) {
    switch (event) {
      case RDMA_CM_EVENT_CONNECT_REQUEST -> accept(id);
      case RDMA_CM_EVENT_DEVICE_REMOVAL -> deviceRemoved = true;
      case RDMA_CM_EVENT_DISCONNECTED,
          RDMA_CM_EVENT_CONNECT_ERROR,
          RDMA_CM_EVENT_UNREACHABLE,
          RDMA_CM_EVENT_REJECTED ->
          connections.remove(id);
      default -> {}
    }
  }

  private void accept(RdmaCmId id) {
    try {
      connections.accept(id);
      accepted.incrementAndGet();
    } catch (IOException | RuntimeException e) {
      if (refused.getAndIncrement() == 0) {
        LOGGER.log(System.Logger.Level.WARNING, "a connection was refused: {0}", e.getMessage());
      }
      DisniMemory.release(id, RdmaCmId::destroyId); // Not accepted before: the kernel rejects it.
    }
  }

  /** Where RDMA CM listens. */
  public int cmPort() {
    return cmPort;
  }

  /** The connections, in the order in which they were made. */
  public List<Connection> connections() {
    AcceptedConnections current = connections;
    return current == null ? List.of() : current.list();
  }

  /**
   * Ends a connection.
   *
   * @return false where there is no queue pair of that number
   */
  public boolean disconnect(int queuePairNumber) {
    AcceptedConnections current = connections;
    return current != null && current.disconnect(queuePairNumber);
  }

  /** Connections accepted so far. */
  public long accepted() {
    return accepted.get();
  }

  /** Connections that there was no room or no memory for. */
  public long refused() {
    return refused.get();
  }

  /** Immediates received so far. */
  public long immediates() {
    AcceptedConnections current = connections;
    return current == null ? 0 : current.immediates();
  }

  /** Why requests are not being carried out, in sentences; empty when all is well. */
  public List<String> problems() {
    if (deviceRemoved) {
      return List.of("the RDMA device was removed: restart when it is back");
    }
    if (!running || !eventThread.isAlive() || !connections.isRunning()) {
      return List.of("the threads of DiSNI's connections are not running");
    }
    return List.of();
  }

  /** Ends all connections, deregisters the memory and frees the port. */
  @Override
  public synchronized void close() {
    running = false;
    join(eventThread);
    DisniMemory.release(connections, AcceptedConnections::close);
    regions.forEach(region -> DisniMemory.release(region, r -> r.deregMr().execute().free()));
    regions.clear();
    DisniMemory.release(protectionDomain, IbvPd::deallocPd);
    DisniMemory.release(listener, RdmaCmId::destroyId);
    events.close();
  }

  static void join(Thread thread) {
    boolean interrupted = false;
    while (thread != null && thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
