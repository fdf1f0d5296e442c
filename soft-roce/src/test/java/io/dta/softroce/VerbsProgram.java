package io.dta.softroce;

import com.sun.management.ThreadMXBean;
import io.dta.node.HttpJsonClient;
import io.dta.rdma.CompletionListener;
import io.dta.rdma.CompletionStatus;
import io.dta.rdma.PendingQueuePair;
import io.dta.rdma.QueuePairState;
import io.dta.rdma.RdmaQueuePair;
import io.dta.rdma.RemoteRegion;
import io.dta.rdma.control.QueuePairReply;
import io.dta.rdma.control.TransportService;
import io.dta.rdma.verbs.VerbsRequester;
import io.dta.softroce.guest.GuestProcess;
import io.dta.softroce.guest.SoftRoceGuest;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.URI;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.agrona.concurrent.SystemNanoClock;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Runs in the guest: writes to a collector there with verbs on this side too. Ends with a line that
 * says so where all is as it should be, with an exception elsewhere.
 *
 * <p>Arguments: the collector's HTTP address, the port of its RDMA CM, and a region's address,
 * remote key and length.
 */
@SuppressWarnings(
    "EnumOrdinal") // its completions are counted without allocation, which is measured
final class VerbsProgram {
  private static final long PATIENCE_NANOS = GuestProcess.PATIENCE.toNanos();
  private static final int ROUNDS = 2000;

  /** What 2000 batches may allocate: less than an object each. */
  private static final long NOTHING_TO_SPEAK_OF = 4096;

  private final HttpJsonClient http;
  private final int cmPort;
  private final RemoteRegion region;
  private final VerbsRequester requester;
  private final UnsafeBuffer bytes = new UnsafeBuffer(new byte[5000]);
  private final int[] counts = new int[CompletionStatus.values().length];
  private final CompletionListener listener = (id, status) -> counts[status.ordinal()]++;

  private VerbsProgram(String[] arguments) throws Exception {
    http = new HttpJsonClient(URI.create(arguments[0]), "collector", "look at what it said");
    cmPort = Integer.parseInt(arguments[1]);
    region =
        new RemoteRegion(
            Long.parseLong(arguments[2]),
            Integer.parseInt(arguments[3]),
            Long.parseLong(arguments[4]));
    requester = VerbsRequester.open(InetAddress.ofLiteral(SoftRoceGuest.GUEST));
  }

  public static void main(String[] arguments) throws Exception {
    VerbsProgram program = new VerbsProgram(arguments);
    program.run("RDMA CM", program.byCm(), true);
    program.run("RC by hand", program.byHand(TransportService.RC), true);
    program.run("UC by hand", program.byHand(TransportService.UC), false);
    program.isRefused(program.byCm());
    program.requester.close();
    System.out.println("all is well");
  }

  private RdmaQueuePair byCm() throws Exception {
    PendingQueuePair pending =
        requester.connect(
            InetAddress.ofLiteral(SoftRoceGuest.GUEST), cmPort, listener, SystemNanoClock.INSTANCE);
    RdmaQueuePair queuePair = null;
    while (queuePair == null) {
      queuePair = pending.poll();
    }
    return queuePair;
  }

  private RdmaQueuePair byHand(TransportService service) throws Exception {
    VerbsRequester.Prepared prepared = requester.prepare(service, 4096);
    return prepared.connect(
        http.post("/v1/queue-pairs", prepared.request(), QueuePairReply.class), listener);
  }

  private void run(String how, RdmaQueuePair queuePair, boolean atomics) {
    Arrays.fill(counts, 0);
    check(queuePair.write(region, 1024, bytes, 0, 5000, 1) == RdmaQueuePair.POSTED, how);
    check(queuePair.write(region, 8192, bytes, 0, 24, 2) == RdmaQueuePair.POSTED, how);
    int added = queuePair.fetchAdd(region, 48, 1, 3);
    check(added == (atomics ? RdmaQueuePair.POSTED : RdmaQueuePair.UNSUPPORTED), how);
    drain(queuePair);
    int expected = atomics ? 3 : 2;
    check(completions().equals(Map.of(CompletionStatus.SUCCESS, expected)), how);
    writeInBatches(queuePair);
    long allocated = writeInBatches(queuePair);
    check(allocated < NOTHING_TO_SPEAK_OF, how + ": " + allocated + " bytes allocated");
    for (int i = 0; i < 500; i++) {
      int immediate = i;
      until(
          queuePair,
          () ->
              queuePair.writeImmediate(region, 64, bytes, 0, 8, immediate, 9)
                  == RdmaQueuePair.POSTED);
    }
    drain(queuePair);
    expected += 2 * ROUNDS + 500;
    check(completions().equals(Map.of(CompletionStatus.SUCCESS, expected)), how);
    queuePair.close();
    System.out.println(how + ": " + completions() + ", " + allocated + " bytes allocated");
  }

  /** 32 inline WRITEs at a time, the last of them signaled; returns the bytes allocated. */
  private long writeInBatches(RdmaQueuePair queuePair) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < ROUNDS; i++) {
      for (int j = 0; j < 31; j++) {
        while (queuePair.write(region, 8192 + 24 * j, bytes, 0, 24, RdmaQueuePair.UNSIGNALED)
            != RdmaQueuePair.POSTED) {
          queuePair.poll();
        }
      }
      while (queuePair.write(region, 4096, bytes, 0, 24, 5) != RdmaQueuePair.POSTED) {
        queuePair.poll();
      }
    }
    long after = threads.getCurrentThreadAllocatedBytes();
    drain(queuePair);
    return after - before;
  }

  private void isRefused(RdmaQueuePair queuePair) {
    Arrays.fill(counts, 0);
    RemoteRegion wrong = new RemoteRegion(region.address(), region.rkey() ^ 0x100, region.length());
    check(queuePair.write(region, 0, bytes, 0, 8, 1) == RdmaQueuePair.POSTED, "right rkey");
    check(queuePair.write(wrong, 0, bytes, 0, 8, 2) == RdmaQueuePair.POSTED, "wrong rkey");
    check(queuePair.write(region, 0, bytes, 0, 8, 3) == RdmaQueuePair.POSTED, "right rkey");
    queuePair.flush();
    until(queuePair, () -> queuePair.state() == QueuePairState.ERROR);
    check(
        queuePair.failure().status() == CompletionStatus.REMOTE_ACCESS_ERROR,
        String.valueOf(queuePair.failure()));
    queuePair.close();
    check(
        completions()
            .equals(
                Map.of(
                    CompletionStatus.SUCCESS, 1,
                    CompletionStatus.REMOTE_ACCESS_ERROR, 1,
                    CompletionStatus.FLUSHED, 1)),
        "a wrong rkey");
  }

  private Map<CompletionStatus, Integer> completions() {
    Map<CompletionStatus, Integer> completions = new EnumMap<>(CompletionStatus.class);
    for (CompletionStatus status : CompletionStatus.values()) {
      if (counts[status.ordinal()] > 0) {
        completions.put(status, counts[status.ordinal()]);
      }
    }
    return completions;
  }

  private void drain(RdmaQueuePair queuePair) {
    queuePair.flush();
    until(queuePair, () -> queuePair.outstanding() == 0);
  }

  private void until(RdmaQueuePair queuePair, BooleanSupplier condition) {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (!condition.getAsBoolean()) {
      queuePair.flush();
      queuePair.poll();
      check(System.nanoTime() < deadline, "no end");
    }
  }

  private void check(boolean holds, String what) {
    if (!holds) {
      throw new IllegalStateException(
          what + ": " + completions() + Arrays.asList(requester.device().limits()));
    }
  }
}
