package io.dta.rdma.verbs;

import io.dta.rdma.CompletionListener;
import io.dta.rdma.PendingQueuePair;
import io.dta.rdma.RdmaQueuePair;
import io.dta.rdma.control.QueuePairReply;
import io.dta.rdma.control.QueuePairRequest;
import io.dta.rdma.control.TransportService;
import io.dta.rdma.provider.ProviderQueuePair;
import java.net.InetAddress;
import java.util.random.RandomGenerator;
import org.agrona.concurrent.NanoClock;

/**
 * Makes queue pairs of an RDMA device that write into remote memory: by RDMA CM, or by hand. It and
 * its queue pairs belong to one thread; no call waits for a peer.
 */
public final class VerbsRequester implements AutoCloseable {
  /** More than a device has outstanding; the field is 8 bits. */
  private static final int MOST_ATOMICS = 64;

  private static final int ROCE_PORT = 4791;
  private static final int PSN_BOUND = 1 << 24;

  private final InetAddress local;
  private final VerbsDevice device;

  private VerbsRequester(InetAddress local, VerbsDevice device) {
    this.local = local;
    this.device = device;
  }

  /**
   * Opens the device that has an IP address.
   *
   * @throws VerbsException where rdma-core is not installed, no device has the address, or it
   *     cannot be opened; with what to do
   */
  public static VerbsRequester open(InetAddress local) throws VerbsException {
    return new VerbsRequester(local, VerbsDevice.open(local, null));
  }

  /** The device. */
  public VerbsDevice device() {
    return device;
  }

  /**
   * Begins to make a reliable connection by RDMA CM.
   *
   * @param port where the peer's RDMA CM listens, in its port space TCP
   * @param listener what the queue pair delivers its completions to
   */
  public PendingQueuePair connect(
      InetAddress peer, int port, CompletionListener listener, NanoClock clock) {
    return new VerbsPendingQueuePair(device, local, peer, port, listener, clock);
  }

  /** How many atomics to have outstanding. */
  static int atomics(VerbsDevice device) {
    VerbsDevice.Limits limits = device.limits();
    return limits.atomics() ? Math.min(MOST_ATOMICS, limits.maxInitiatorAtomics()) : 0;
  }

  /**
   * Makes our end of a queue pair, to be told to the peer.
   *
   * @param pathMtu in bytes; less where the port's is
   */
  public Prepared prepare(TransportService service, int pathMtu) throws VerbsException {
    VerbsWorkQueue queue = new VerbsWorkQueue(device, service);
    try {
      queue.queuePair().init(0);
      return new Prepared(
          queue,
          new QueuePairRequest(
              service,
              local.getHostAddress(),
              ROCE_PORT,
              queue.queuePair().number(),
              RandomGenerator.getDefault().nextInt(PSN_BOUND),
              Math.min(pathMtu, device.limits().pathMtu())));
    } catch (VerbsException e) {
      queue.close();
      throw e;
    }
  }

  /** Our end of a queue pair that is connected by hand. */
  public final class Prepared implements AutoCloseable {
    private final QueuePairRequest request;
    private VerbsWorkQueue queue;

    private Prepared(VerbsWorkQueue queue, QueuePairRequest request) {
      this.queue = queue;
      this.request = request;
    }

    /** What the peer needs to know. */
    public QueuePairRequest request() {
      return request;
    }

    /**
     * Connects to what the peer answered; once.
     *
     * @throws VerbsException where the device does not reach the peer
     * @throws IllegalArgumentException where the answer makes no sense
     */
    public RdmaQueuePair connect(QueuePairReply reply, CompletionListener listener)
        throws VerbsException {
      VerbsWorkQueue connecting = queue;
      if (Integer.bitCount(reply.pathMtu()) != 1
          || reply.pathMtu() < 256
          || reply.pathMtu() > request.pathMtu()
          || reply.udpPort() != ROCE_PORT) {
        throw new IllegalArgumentException(
            "path MTU %d at UDP port %d was granted: an RDMA device sends to port %d alone, and asked for at most %d"
                .formatted(reply.pathMtu(), reply.udpPort(), ROCE_PORT, request.pathMtu()));
      }
      int atomics = Math.min(atomics(device), reply.maxDestinationAtomics());
      NativeQueuePair queuePair = connecting.queuePair();
      // The peer sends no requests: whichever PSN they would begin with.
      queuePair.readyToReceive(
          InetAddress.ofLiteral(reply.address()), reply.queuePairNumber(), 0, reply.pathMtu(), 0);
      queuePair.readyToSend(request.startingPsn(), atomics);
      queue = null;
      return new ProviderQueuePair(connecting, listener);
    }

    /** Gives up; does nothing once connected. */
    @Override
    public void close() {
      if (queue != null) {
        queue.close();
        queue = null;
      }
    }
  }

  /** Closes the device; after all queue pairs. */
  @Override
  public void close() {
    device.close();
  }
}
