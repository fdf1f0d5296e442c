package io.dta.rdma.verbs;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.dta.rdma.verbs.VerbsLayout.DeviceAttr;
import io.dta.rdma.verbs.VerbsLayout.Mr;
import io.dta.rdma.verbs.VerbsLayout.PortAttr;
import io.dta.rdma.verbs.VerbsLayout.Value;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * An RDMA device, opened, with a protection domain and the memory registered in it. Usable by all
 * threads, closed by one after all that was made of it.
 */
public final class VerbsDevice implements AutoCloseable {
  private static final System.Logger LOGGER = System.getLogger(VerbsDevice.class.getName());

  private final Ibverbs verbs;
  private final RdmaPort port;
  private final RdmaPort.Gid gid;
  private final long context;
  private final long domain;
  private final Limits limits;
  private final Deque<Long> regions = new ArrayDeque<>();

  /**
   * What a device can do.
   *
   * @param firmware its version; empty where it has none
   * @param maxRegion the longest memory region, in bytes
   * @param maxQueuePairs queue pairs
   * @param maxWorkRequests in a queue
   * @param maxCompletions in a completion queue
   * @param maxDestinationAtomics atomics and READs that a peer may have outstanding at a queue pair
   * @param maxInitiatorAtomics those that a queue pair may have outstanding at a peer
   * @param atomics whether it does atomics
   * @param pathMtu of its port, in bytes
   */
  public record Limits(
      String firmware,
      long maxRegion,
      int maxQueuePairs,
      int maxWorkRequests,
      int maxCompletions,
      int maxDestinationAtomics,
      int maxInitiatorAtomics,
      boolean atomics,
      int pathMtu) {}

  /** Memory that a device may access, by its keys. */
  record Registered(long handle, int localKey, int remoteKey) {}

  private VerbsDevice(Ibverbs verbs, RdmaPort port, RdmaPort.Gid gid, long context)
      throws VerbsException {
    this.verbs = verbs;
    this.port = port;
    this.gid = gid;
    this.context = context;
    this.limits = queryLimits();
    this.domain = verbs.allocPd(context);
  }

  /**
   * Opens the device that has an IP address.
   *
   * @param device the device's name; null for any
   * @throws VerbsException where rdma-core is not installed, no device has the address, or it
   *     cannot be opened; with what to do
   */
  public static VerbsDevice open(InetAddress address, String device) throws VerbsException {
    Ibverbs verbs = Ibverbs.get();
    RdmaPort port = RdmaDevices.ofThisHost().find(address, device);
    return open(verbs, port, port.roceV2Gid(address));
  }

  /** Opens the device of a port, to look at it. */
  public static VerbsDevice open(RdmaPort port) throws VerbsException {
    return open(Ibverbs.get(), port, null);
  }

  private static VerbsDevice open(Ibverbs verbs, RdmaPort port, RdmaPort.Gid gid)
      throws VerbsException {
    long context;
    try {
      context = verbs.openDevice(port.device());
    } catch (VerbsException e) {
      throw new VerbsException(
          "RDMA device %s cannot be opened, %s: modprobe ib_uverbs, and let the user read and write /dev/infiniband/uverbs*"
              .formatted(port.device(), e.getMessage()),
          e);
    }
    if (context == 0) {
      throw new VerbsException(
          "libibverbs has no driver for RDMA device %s: apt-get install ibverbs-providers, modprobe ib_uverbs"
              .formatted(port.device()));
    }
    try {
      return new VerbsDevice(verbs, port, gid, context);
    } catch (VerbsException e) {
      verbs.closeDevice(context);
      throw e;
    }
  }

  private Limits queryLimits() throws VerbsException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment device = arena.allocate(DeviceAttr.SIZE, Long.BYTES);
      verbs.queryDevice(context, device);
      return new Limits(
          device.getString(DeviceAttr.FW_VER),
          device.get(JAVA_LONG, DeviceAttr.MAX_MR_SIZE),
          device.get(JAVA_INT, DeviceAttr.MAX_QP),
          device.get(JAVA_INT, DeviceAttr.MAX_QP_WR),
          device.get(JAVA_INT, DeviceAttr.MAX_CQE),
          device.get(JAVA_INT, DeviceAttr.MAX_QP_RD_ATOM),
          device.get(JAVA_INT, DeviceAttr.MAX_QP_INIT_RD_ATOM),
          device.get(JAVA_INT, DeviceAttr.ATOMIC_CAP) != Value.IBV_ATOMIC_NONE,
          128 << portAttribute(arena, PortAttr.ACTIVE_MTU));
    }
  }

  private int portAttribute(Arena arena, int offset) throws VerbsException {
    MemorySegment attributes = arena.allocate(PortAttr.SIZE, Long.BYTES);
    verbs.queryPort(context, port.number(), attributes);
    return attributes.get(JAVA_INT, offset);
  }

  /** Whether the port's link is up now. */
  boolean isPortActive() throws VerbsException {
    try (Arena arena = Arena.ofConfined()) {
      return portAttribute(arena, PortAttr.STATE) == Value.IBV_PORT_ACTIVE;
    }
  }

  Ibverbs verbs() {
    return verbs;
  }

  long context() {
    return context;
  }

  long protectionDomain() {
    return domain;
  }

  /** The port that it was opened for. */
  public RdmaPort port() {
    return port;
  }

  /** The address that packets leave from. */
  RdmaPort.Gid gid() {
    return gid;
  }

  public Limits limits() {
    return limits;
  }

  /**
   * Lets the device access memory, which must stay where it is until the device is closed.
   *
   * @param access {@code ibv_access_flags}
   * @throws VerbsException where the device, or the limit of locked memory, does not allow it
   */
  Registered register(long address, long length, int access) throws VerbsException {
    long region;
    try {
      region = verbs.regMr(domain, address, length, access);
    } catch (VerbsException e) {
      throw new VerbsException(registrationFailure(length, e), e);
    }
    synchronized (regions) {
      regions.push(region);
    }
    return new Registered(region, Native.readInt(region, Mr.LKEY), Native.readInt(region, Mr.RKEY));
  }

  /** Ends the device's access to memory. */
  void deregister(Registered registered) {
    boolean mine;
    synchronized (regions) {
      mine = regions.remove(registered.handle());
    }
    if (mine) {
      release("memory region", () -> verbs.deregMr(registered.handle()));
    }
  }

  private String registrationFailure(long length, VerbsException e) {
    String what =
        "%,d bytes could not be registered at RDMA device %s, %s"
            .formatted(length, port.device(), e.getMessage());
    if (Long.compareUnsigned(length, limits.maxRegion()) > 0) {
      return "%s: the device takes regions up to %s bytes; make the stores smaller"
          .formatted(what, Long.toUnsignedString(limits.maxRegion()));
    }
    if (e.errno() == Native.ENOMEM) {
      LockedMemory lockable = LockedMemory.ofThisProcess();
      return lockable.isUnlimited()
          ? what + ": the device or the host is out of memory; make the stores smaller"
          : "%s: registered memory is locked, and this process may lock %s in all; %s"
              .formatted(what, lockable, LockedMemory.REMEDY);
    }
    return what;
  }

  /** Deregisters all memory and closes the device. */
  @Override
  public void close() {
    synchronized (regions) {
      while (!regions.isEmpty()) {
        long region = regions.pop();
        release("memory region", () -> verbs.deregMr(region));
      }
    }
    release("protection domain", () -> verbs.deallocPd(domain));
    release("device", () -> verbs.closeDevice(context));
  }

  /** Something that ends. */
  @FunctionalInterface
  interface Release {
    void run() throws VerbsException;
  }

  /** Ends something, and says so where that failed: what comes after still must end. */
  static void release(String what, Release release) {
    try {
      release.run();
    } catch (VerbsException e) {
      LOGGER.log(System.Logger.Level.WARNING, "a {0} was not released: {1}", what, e.getMessage());
    }
  }
}
