package io.dta.softroce;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.management.ThreadMXBean;
import io.dta.rdma.CompletionStatus;
import io.dta.rdma.ConnectionException;
import io.dta.rdma.PendingQueuePair;
import io.dta.rdma.QueuePairState;
import io.dta.rdma.RdmaQueuePair;
import io.dta.rdma.RegionTranslation;
import io.dta.rdma.RemoteRegion;
import io.dta.rdma.disni.DisniConnector;
import io.dta.rdma.disni.DisniResponder;
import io.dta.rdma.memory.MemoryRegion;
import io.dta.rdma.memory.MemoryRegionTable;
import io.dta.rdma.memory.RegionSpecification;
import io.dta.softroce.guest.GuestProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.SystemNanoClock;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Both sides of DiSNI in the guest, in a JVM there; speaks as {@code guest/peer.c} does: one
 * command a line, one answer a line, "event …" in between.
 *
 * <pre>
 *   open ADDRESS                               a responder; says its RDMA CM port
 *   region NAME LENGTH                         registers memory with it; before listen
 *   listen                                     accepts; immediates are events
 *   accepted                                   its connections, by state
 *   end                                        ends all of its connections
 *   get NAME OFFSET LENGTH                     memory
 *   connect ADDRESS PORT                       a queue pair: q0, q1, …
 *   write Q ADDRESS RKEY HEX [IMMEDIATE]       posts, unsent
 *   fadd Q ADDRESS RKEY ADDEND                 posts, unsent
 *   finish Q                                   sends; what completed, the state, what is outstanding
 *   burst Q ADDRESS RKEY LENGTH COUNT          so many writes; the bytes allocated for them
 *   replay Q SUCCESSOR RKEY NEW-RKEY           posts what Q holds on the successor, under another rkey
 *   close Q
 * </pre>
 */
final class DisniProgram {
  private static final Duration TIMEOUT = Duration.ofSeconds(3);
  private static final long PATIENCE_NANOS = GuestProcess.PATIENCE.toNanos();
  private static final long PAUSE_NANOS = 50_000L;
  private static final long ANYWHERE = Long.MAX_VALUE;

  private final PrintStream out = new PrintStream(System.out, true, UTF_8);
  private final MemoryRegionTable table = new MemoryRegionTable();
  private final Map<String, MemoryRegion> regions = new HashMap<>();
  private final List<RdmaQueuePair> queuePairs = new ArrayList<>();
  private final Map<CompletionStatus, long[]> completions = new EnumMap<>(CompletionStatus.class);
  private DisniResponder responder;

  private DisniProgram() {
    for (CompletionStatus status : CompletionStatus.values()) {
      completions.put(status, new long[1]);
    }
  }

  public static void main(String[] arguments) throws IOException {
    new DisniProgram().serve();
  }

  private void serve() throws IOException {
    BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    say("event ready");
    for (String line = commands.readLine(); line != null; line = commands.readLine()) {
      try {
        say(("ok " + answer(line.split(" ", -1))).strip());
      } catch (IOException | ConnectionException | RuntimeException e) {
        say("error " + e.getMessage());
      }
    }
    queuePairs.forEach(RdmaQueuePair::close);
    if (responder != null) {
      responder.close();
    }
    table.close();
  }

  private synchronized void say(String line) {
    out.println(line);
  }

  private String answer(String[] words) throws IOException, ConnectionException {
    return switch (words[0]) {
      case "open" -> {
        responder = new DisniResponder(InetAddress.ofLiteral(words[1]), 0);
        yield "port=" + responder.cmPort();
      }
      case "region" -> region(words[1], Long.parseLong(words[2]));
      case "listen" -> {
        responder.start(
            (number, immediate, length) ->
                say(
                    "event immediate qpn=%d value=0x%08x length=%d"
                        .formatted(number, immediate, length)));
        yield "";
      }
      case "accepted" -> accepted();
      case "end" -> {
        responder.connections().forEach(each -> responder.disconnect(each.queuePairNumber()));
        yield "";
      }
      case "get" -> get(words[1], Long.parseLong(words[2]), Integer.parseInt(words[3]));
      case "connect" -> connect(words[1], Integer.parseInt(words[2]));
      case "write" -> write(words);
      case "fadd" -> {
        long addend = Long.parseLong(words[4]);
        yield "posted=" + queuePair(words).fetchAdd(remote(words), 0, addend, 1);
      }
      case "finish" -> finish(queuePair(words));
      case "burst" -> burst(words);
      case "replay" -> replay(words);
      case "close" -> {
        queuePair(words).close();
        yield counts();
      }
      default -> throw new IllegalArgumentException("unknown command " + words[0]);
    };
  }

  private RdmaQueuePair queuePair(String[] words) {
    return queuePairs.get(Integer.parseInt(words[1].substring(1)));
  }

  /** A region that begins at the address of a command. */
  private static RemoteRegion remote(String[] words) {
    return new RemoteRegion(Long.decode(words[2]), Long.decode(words[3]).intValue(), ANYWHERE);
  }

  private String region(String name, long length) throws IOException {
    MemoryRegion region =
        table.register(RegionSpecification.anonymous(length).withHugePages(false));
    regions.put(name, region);
    RemoteRegion remote = responder.register(region);
    return "address=0x%x rkey=0x%x".formatted(remote.address(), remote.rkey());
  }

  private String accepted() {
    List<DisniResponder.Connection> all = responder.connections();
    long ready =
        all.stream().filter(each -> each.state() == QueuePairState.READY_TO_RECEIVE).count();
    return "ready=%d failed=%d accepted=%d problems=%d"
        .formatted(ready, all.size() - ready, responder.accepted(), responder.problems().size());
  }

  private String get(String name, long offset, int length) {
    byte[] bytes =
        regions.get(name).segment().asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE);
    return "bytes=" + HexFormat.of().formatHex(bytes);
  }

  private String connect(String address, int port) throws IOException, ConnectionException {
    DisniConnector connector =
        new DisniConnector(InetAddress.ofLiteral(address), port, TIMEOUT, SystemNanoClock.INSTANCE);
    try (PendingQueuePair pending =
        connector.connect((id, status) -> completions.get(status)[0]++)) {
      RdmaQueuePair made = pending.poll();
      while (made == null) {
        LockSupport.parkNanos(PAUSE_NANOS);
        made = pending.poll();
      }
      queuePairs.add(made);
      return "queue-pair=q" + (queuePairs.size() - 1);
    }
  }

  private String write(String[] words) {
    byte[] bytes = HexFormat.of().parseHex(words[4]);
    UnsafeBuffer source = new UnsafeBuffer(bytes);
    int result =
        words.length > 5
            ? queuePair(words)
                .writeImmediate(
                    remote(words), 0, source, 0, bytes.length, Long.decode(words[5]).intValue(), 1)
            : queuePair(words).write(remote(words), 0, source, 0, bytes.length, 1);
    return "posted=" + result;
  }

  /** Drives a queue pair until all is complete, or it failed and will deliver no more. */
  private String finish(RdmaQueuePair queuePair) {
    queuePair.flush();
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (queuePair.outstanding() > 0
        && queuePair.state() == QueuePairState.READY_TO_SEND
        && System.nanoTime() < deadline) {
      if (queuePair.poll() == 0) {
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
    return "state=%s outstanding=%d failure=%s %s"
        .formatted(
            queuePair.state(),
            queuePair.outstanding(),
            queuePair.failure() == null ? "none" : queuePair.failure().status(),
            counts());
  }

  /** What completed since the last time. */
  private String counts() {
    StringBuilder text = new StringBuilder();
    completions.forEach(
        (status, count) -> {
          text.append(status).append('=').append(count[0]).append(' ');
          count[0] = 0;
        });
    return text.toString().strip();
  }

  private String burst(String[] words) {
    RdmaQueuePair queuePair = queuePair(words);
    RemoteRegion region = remote(words);
    int length = Integer.parseInt(words[4]);
    int count = Integer.parseInt(words[5]);
    UnsafeBuffer source = new UnsafeBuffer(new byte[length + 1]);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < count; i++) {
      source.putByte(0, (byte) i);
      while (queuePair.write(region, (long) length * i, source, 0, length, 1)
          == RdmaQueuePair.BACK_PRESSURED) {
        queuePair.flush();
        queuePair.poll();
      }
    }
    queuePair.flush();
    while (queuePair.outstanding() > 0 && queuePair.state() == QueuePairState.READY_TO_SEND) {
      queuePair.poll();
    }
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    return "allocated=%d %s".formatted(allocated, counts());
  }

  private String replay(String[] words) {
    int from = Long.decode(words[3]).intValue();
    int to = Long.decode(words[4]).intValue();
    boolean done =
        queuePair(words)
            .replayOn(
                queuePairs.get(Integer.parseInt(words[2].substring(1))),
                (rkey, address) ->
                    new RegionTranslation.Place(
                        new RemoteRegion(address, rkey == from ? to : rkey, ANYWHERE), 0));
    return "done=%b %s".formatted(done, counts());
  }
}
