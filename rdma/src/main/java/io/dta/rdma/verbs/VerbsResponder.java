package io.dta.rdma.verbs;

import io.dta.rdma.ImmediateListener;
import io.dta.rdma.QueuePairState;
import io.dta.rdma.RemoteRegion;
import io.dta.rdma.control.ConnectionOffer;
import io.dta.rdma.control.QueuePairReply;
import io.dta.rdma.control.QueuePairRequest;
import io.dta.rdma.control.TransportService;
import io.dta.rdma.memory.MemoryRegion;
import io.dta.rdma.sleep.FileDescriptors;
import io.dta.rdma.verbs.VerbsLayout.CompChannel;
import io.dta.rdma.verbs.VerbsLayout.Context;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import org.agrona.concurrent.SystemNanoClock;

/**
 * Lets requesters into registered memory through an RDMA device: by RDMA CM, and by hand.
 *
 * <p>The device carries requests out by itself. One thread sleeps in the kernel until something
 * happens that concerns software: an immediate arrived, RDMA CM has a word to say, a queue pair
 * failed, or the port went down. Open from construction, serving from {@link #start} to {@link
 * #close}; all other methods are for any thread.
 */
public final class VerbsResponder implements AutoCloseable {
  private static final System.Logger LOGGER = System.getLogger(VerbsResponder.class.getName());

  private static final int COMPLETIONS = 0;
  private static final int DEVICE = 1;
  private static final int CONNECTIONS = 2;

  /** What a queue pair remembers of atomics and READs to answer them again; the field is 8 bits. */
  private static final int MOST_ATOMICS = 64;

  private static final int ROCE_PORT = 4791;
  private static final int MOST_FAILURES_IN_A_ROW = 100;

  private final VerbsOptions options;
  private final VerbsDevice device;
  private final CmListener listener;
  private final String noCm;
  private final long channel;
  private final FileDescriptors descriptors;
  private final ResponderConnections connections;
  private final DeviceHealth health;

  /** Null where RDMA CM is not to be had. */
  private final ConnectionRequests requests;

  private final ResponderCounters counters = new ResponderCounters();
  private final ArrayDeque<ResponderConnection> unfinished = new ArrayDeque<>();
  private final int atomics;
  private ImmediateListener immediates;
  private Thread thread;
  private volatile boolean closing;

  /**
   * Opens the device and listens for RDMA CM.
   *
   * @throws VerbsException where rdma-core is not installed, no device has the address, or the port
   *     is taken; with what to do. Without RDMA CM in the kernel, queue pairs are made by hand
   *     alone.
   */
  public VerbsResponder(VerbsOptions options) throws VerbsException {
    this.options = options;
    Ibverbs verbs = Ibverbs.get();
    device = VerbsDevice.open(options.address(), options.device());
    VerbsDevice.Limits limits = device.limits();
    atomics = limits.atomics() ? Math.min(MOST_ATOMICS, limits.maxDestinationAtomics()) : 0;
    connections =
        new ResponderConnections(options.maxQueuePairs(), counters, SystemNanoClock.INSTANCE);
    CmListener cm = null;
    long completionChannel = 0;
    FileDescriptors set = null;
    try {
      String reason = null;
      try {
        cm = new CmListener(options.address(), options.cmPort());
      } catch (VerbsException e) {
        if (!e.isMissing()) {
          throw e;
        }
        reason = e.getMessage();
        LOGGER.log(System.Logger.Level.WARNING, "{0}; queue pairs are made by hand alone", reason);
      }
      noCm = reason;
      completionChannel = verbs.createCompChannel(device.context());
      set = descriptors(completionChannel, cm);
      health = new DeviceHealth(device, options.address(), connections, cm, counters);
    } catch (VerbsException e) {
      release(set, cm, completionChannel);
      throw e;
    }
    listener = cm;
    channel = completionChannel;
    descriptors = set;
    requests =
        cm == null
            ? null
            : new ConnectionRequests(cm, connections, health, counters, this::connection, atomics);
  }

  private FileDescriptors descriptors(long completionChannel, CmListener cm) throws VerbsException {
    FileDescriptors set;
    try {
      set = new FileDescriptors();
    } catch (IOException e) {
      throw new VerbsException(e.getMessage());
    }
    add(set, Native.readInt(completionChannel, CompChannel.FD));
    add(set, Native.readInt(device.context(), Context.ASYNC_FD));
    if (cm != null) {
      add(set, cm.fileDescriptor());
    }
    return set;
  }

  private static void add(FileDescriptors set, int descriptor) throws VerbsException {
    Native.makeNonBlocking(descriptor);
    set.add(descriptor);
  }

  /** Lets requesters access a region, which must stay mapped until the responder is closed. */
  public RemoteRegion register(MemoryRegion region) throws VerbsException {
    VerbsDevice.Registered keys =
        device.register(
            region.address(),
            region.length(),
            region.access() | VerbsLayout.Value.IBV_ACCESS_LOCAL_WRITE);
    return new RemoteRegion(region.address(), keys.remoteKey(), region.length());
  }

  /**
   * Begins to accept connections.
   *
   * @param listener told of every WRITE with immediate, on the responder's thread
   */
  public synchronized void start(ImmediateListener listener) {
    immediates = listener;
    thread = Thread.ofPlatform().name("verbs-responder").daemon().start(this::serve);
  }

  /** How requesters connect. */
  public ConnectionOffer offer() {
    return new ConnectionOffer(
        options.address().getHostAddress(),
        ROCE_PORT,
        listener == null ? null : listener.port(),
        true,
        List.of(TransportService.RC, TransportService.UC));
  }

  /** The device. */
  public VerbsDevice device() {
    return device;
  }

  public ResponderCounters counters() {
    return counters;
  }

  /** What the device's driver counts. */
  public Map<String, Long> hardwareCounters() {
    RdmaPort port = device.port();
    return RdmaDevices.ofThisHost().hardwareCounters(port.device(), port.number());
  }

  /** Why requests are not being carried out; empty when all is well. */
  public List<String> problems() {
    return health.problems();
  }

  /** Why RDMA CM is not offered; null where it is. */
  public String noCm() {
    return noCm;
  }

  /**
   * Makes a queue pair by hand, ready to receive. One that the same requester had before is
   * replaced, and where there is no room, one in ERROR makes way, or one that has carried out
   * nothing for a minute in which there was no room.
   *
   * @throws IllegalArgumentException where the request makes no sense
   * @throws IllegalStateException where there is no room, or the device refuses
   */
  public QueuePairReply create(QueuePairRequest request) {
    request.requireSensible();
    ResponderConnection.Peer peer =
        new ResponderConnection.Peer(
            InetAddress.ofLiteral(request.address()), request.queuePairNumber(), request.service());
    int pathMtu = Math.min(request.pathMtu(), device.limits().pathMtu());
    try {
      ResponderConnection connection =
          connections.add(
              peer,
              identifier -> {
                ResponderConnection made = connection(identifier, peer);
                return made.connected(() -> made.connect(request.startingPsn(), pathMtu, atomics));
              });
      counters.increment(ResponderEvent.MADE);
      return new QueuePairReply(
          options.address().getHostAddress(), ROCE_PORT, connection.number(), pathMtu, atomics);
    } catch (VerbsException e) {
      throw new IllegalStateException(
          "RDMA device %s does not connect to %s, queue pair %d: %s"
              .formatted(
                  device.port().device(),
                  request.address(),
                  request.queuePairNumber(),
                  e.getMessage()),
          e);
    }
  }

  private ResponderConnection connection(long identifier, ResponderConnection.Peer peer)
      throws VerbsException {
    return new ResponderConnection(device, channel, identifier, peer, options.receives());
  }

  /**
   * Ends a queue pair.
   *
   * @return false where there is no such one
   */
  public boolean destroy(int queuePairNumber) {
    return connections.remove(connections.byNumber(queuePairNumber));
  }

  /**
   * A queue pair.
   *
   * @param queuePairNumber its own, 24 bits
   * @param service RC or UC
   * @param state {@code ERROR} once it failed
   * @param address the requester's IP address
   * @param remoteQueuePairNumber the requester's, 24 bits
   * @param pathMtu in bytes
   */
  public record Status(
      int queuePairNumber,
      TransportService service,
      QueuePairState state,
      String address,
      int remoteQueuePairNumber,
      int pathMtu) {}

  /** The queue pairs, in the order in which they were made. */
  public List<Status> queuePairs() {
    return connections.all().stream()
        .map(
            connection ->
                new Status(
                    connection.number(),
                    connection.peer().service(),
                    connection.state(),
                    connection.peer().address().getHostAddress(),
                    connection.peer().queuePairNumber(),
                    connection.pathMtu()))
        .toList();
  }

  private void serve() {
    int failuresInARow = 0;
    while (!closing && failuresInARow < MOST_FAILURES_IN_A_ROW) {
      try {
        descriptors.await(unfinished.isEmpty() ? FileDescriptors.FOREVER : 0);
        if (descriptors.isReady(COMPLETIONS)) {
          takeCompletions();
        }
        finish();
        if (descriptors.isReady(DEVICE)) {
          health.takeEvents();
        }
        if (requests != null && descriptors.isReady(CONNECTIONS)) {
          requests.takeEvents();
        }
        failuresInARow = 0;
      } catch (VerbsException | RuntimeException e) {
        failuresInARow++;
        counters.increment(ResponderEvent.SERVICE_FAILURES);
        if (failuresInARow == 1) {
          LOGGER.log(System.Logger.Level.ERROR, "RDMA device " + device.port().device(), e);
        }
      }
    }
    if (!closing) {
      health.failed(
          "RDMA device %s failed and accepts no connections any more: restart the collector"
              .formatted(device.port().device()));
    }
  }

  private void takeCompletions() throws VerbsException {
    long identifier = device.verbs().takeCqEvent(channel);
    while (identifier >= 0) {
      ResponderConnection connection = connections.byIdentifier(identifier);
      if (connection != null) {
        drain(connection);
      }
      identifier = device.verbs().takeCqEvent(channel);
    }
  }

  private void finish() throws VerbsException {
    for (int i = unfinished.size(); i > 0; i--) {
      drain(unfinished.poll());
    }
  }

  private void drain(ResponderConnection connection) throws VerbsException {
    switch (connection.drain(immediates, counters)) {
      case ALL -> {}
      case MORE -> unfinished.add(connection);
      case FAILED -> connections.fail(connection);
    }
  }

  /** Ends all queue pairs and deregisters all memory. */
  @Override
  public synchronized void close() {
    if (closing) {
      return;
    }
    closing = true;
    if (thread != null) {
      descriptors.wake();
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    connections.close();
    release(descriptors, listener, channel);
  }

  private void release(FileDescriptors set, CmListener cm, long completionChannel) {
    if (set != null) {
      set.close();
    }
    if (cm != null) {
      cm.close();
    }
    if (completionChannel != 0) {
      VerbsDevice.release(
          "completion channel", () -> device.verbs().destroyCompChannel(completionChannel));
    }
    device.close();
  }
}
