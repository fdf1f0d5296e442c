package io.dta.rdma.verbs;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.dta.rdma.control.TransportService;
import io.dta.rdma.provider.WorkQueue;
import io.dta.rdma.provider.WorkRequestChain;
import io.dta.rdma.provider.WorkRequestLayout;
import io.dta.rdma.verbs.VerbsLayout.ContextOps;
import io.dta.rdma.verbs.VerbsLayout.Value;
import io.dta.rdma.verbs.VerbsLayout.Wc;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The send queue of a device's queue pair, its completion queue and a slab of registered memory.
 * Posting and polling are one call each, through the pointers in the device's context, and allocate
 * nothing.
 */
final class VerbsWorkQueue implements WorkQueue {
  private static final int MOST_REQUESTS = 1024;
  private static final int CHAIN = 32;

  /** A Key-Write slot or a frame of short entries; not every device carries as much. */
  private static final int INLINE = 128;

  private static final int BATCH = 32;
  private static final int SLAB_BYTES = 1 << 20;
  private static final int ALIGNMENT = 4096;

  private final VerbsDevice device;
  private final TransportService service;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment slab = arena.allocate(SLAB_BYTES, ALIGNMENT);
  private final MemorySegment completions = arena.allocate((long) BATCH * Wc.SIZE, Long.BYTES);
  private final MemorySegment bad = arena.allocate(JAVA_LONG);
  private final MemorySegment pollFunction;
  private final MemorySegment sendFunction;
  private final WorkRequestChain chain;
  private final int depth;
  private final VerbsDevice.Registered registered;
  private final long completionQueue;
  private final NativeQueuePair queuePair;
  private CmConnection connection;
  private boolean closed;

  /** Makes a queue pair in state RESET. */
  VerbsWorkQueue(VerbsDevice device, TransportService service) throws VerbsException {
    this.device = device;
    this.service = service;
    pollFunction = Ibverbs.operation(device.context(), ContextOps.POLL_CQ);
    sendFunction = Ibverbs.operation(device.context(), ContextOps.POST_SEND);
    depth = Integer.highestOneBit(Math.min(MOST_REQUESTS, device.limits().maxWorkRequests()));
    int chainLength = WorkRequestChain.memoryLength(CHAIN, WorkRequestLayout.WORK_REQUEST_LENGTH);
    chain =
        new WorkRequestChain(
            arena.allocate(chainLength, Long.BYTES).address(),
            CHAIN,
            WorkRequestLayout.WORK_REQUEST_LENGTH);
    VerbsDevice.Registered memory = null;
    long queue = 0;
    try {
      memory = device.register(slab.address(), SLAB_BYTES, Value.IBV_ACCESS_LOCAL_WRITE);
      // Where the queue pair fails, every request completes.
      queue = device.verbs().createCq(device.context(), depth + 1, 0, 0);
      queuePair = queuePair(queue);
    } catch (VerbsException e) {
      release(memory, queue);
      throw e;
    }
    registered = memory;
    completionQueue = queue;
  }

  private NativeQueuePair queuePair(long queue) throws VerbsException {
    try {
      return new NativeQueuePair(device, service, queue, queue, depth, 1, INLINE);
    } catch (VerbsException e) {
      if (e.errno() != Native.EINVAL) {
        throw e;
      }
      return new NativeQueuePair(device, service, queue, queue, depth, 1, 0);
    }
  }

  NativeQueuePair queuePair() {
    return queuePair;
  }

  TransportService service() {
    return service;
  }

  /** The connection that RDMA CM made ends with the queue. */
  void connectedBy(CmConnection made) {
    connection = made;
  }

  @Override
  public WorkRequestChain chain() {
    return chain;
  }

  @Override
  public boolean post() {
    return Ibverbs.postSend(sendFunction, queuePair.address(), chain.address(), bad.address()) == 0;
  }

  @Override
  public int depth() {
    return depth;
  }

  @Override
  public int maxInline() {
    return queuePair.maxInline();
  }

  @Override
  public boolean hasAtomics() {
    return service == TransportService.RC && device.limits().atomics();
  }

  @Override
  public MemorySegment registered() {
    return slab;
  }

  @Override
  public int localKey() {
    return registered.localKey();
  }

  @Override
  public int poll() {
    return Ibverbs.pollCq(pollFunction, completionQueue, BATCH, completions.address());
  }

  @Override
  public long workRequestId(int index) {
    return completions.get(JAVA_LONG, (long) index * Wc.SIZE + Wc.WR_ID);
  }

  @Override
  public int status(int index) {
    return completions.get(JAVA_INT, (long) index * Wc.SIZE + Wc.STATUS);
  }

  @Override
  public boolean isConnected() {
    return connection == null || connection.isConnected();
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (connection != null) {
      connection.disconnect();
    }
    queuePair.destroy();
    release(registered, completionQueue);
    if (connection != null) {
      connection.close();
    }
  }

  private void release(VerbsDevice.Registered memory, long queue) {
    if (queue != 0) {
      VerbsDevice.release("completion queue", () -> device.verbs().destroyCq(queue));
    }
    if (memory != null) {
      device.deregister(memory);
    }
    arena.close();
  }
}
