package io.dta.rdma.provider;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.dta.rdma.CompletionStatus;
import io.dta.rdma.QueuePairFailure;
import io.dta.rdma.QueuePairState;
import io.dta.rdma.RdmaQueuePair;
import io.dta.rdma.RegionTranslation;
import io.dta.rdma.RemoteRegion;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ProviderQueuePairTest {
  private static final int DEPTH = 32;
  private static final int PAYLOADS = 1024;
  private static final int LENGTH = 4096;

  private final List<String> completions = new ArrayList<>();
  private final MemoryRnic rnic = new MemoryRnic(DEPTH, PAYLOADS);
  private final RemoteRegion region = rnic.region(5, LENGTH);
  private final ProviderQueuePair queuePair = new ProviderQueuePair(rnic, this::completed);
  private final UnsafeBuffer source = new UnsafeBuffer(new byte[2048]);

  private MemoryRnic otherRnic;
  private ProviderQueuePair successor;

  private void completed(long id, CompletionStatus status) {
    completions.add(id + " " + status);
  }

  @AfterEach
  void close() {
    queuePair.close();
    if (successor != null) {
      successor.close();
    }
  }

  private int write(String text, long offset, long id) {
    return write(region, text, offset, id);
  }

  private int write(RemoteRegion to, String text, long offset, long id) {
    source.putBytes(0, text.getBytes(US_ASCII));
    return queuePair.write(to, offset, source, 0, text.length(), id);
  }

  private RemoteRegion unknown() {
    return new RemoteRegion(region.address(), 6, LENGTH);
  }

  private void drain(RdmaQueuePair drained) {
    drained.flush();
    while (drained.poll() > 0) {}
  }

  @Test
  void shouldWriteWhatWasThereAtPosting() {
    assertEquals(RdmaQueuePair.POSTED, write("hello", 3, 1));
    source.putBytes(0, "xxxxx".getBytes(US_ASCII));
    assertEquals(0, rnic.posts);
    drain(queuePair);
    assertEquals("hello", rnic.text(region, 3, 5));
    assertEquals(List.of("1 SUCCESS"), completions);
    assertEquals(0, queuePair.outstanding());
  }

  @Test
  void shouldPostAFullChainAtOnceAndAskForOneCompletion() {
    for (int i = 1; i <= MemoryRnic.CHAIN; i++) {
      write("a", i, i);
    }
    assertEquals(1, rnic.posts);
    assertEquals(1, queuePair.poll(), "completions of the RNIC");
    assertEquals(MemoryRnic.CHAIN, completions.size());
    assertEquals("8 SUCCESS", completions.getLast());
  }

  @Test
  void shouldWriteLongPayloadsFromRegisteredMemory() {
    String text = "0123456789".repeat(20);
    write(text, 0, 1);
    drain(queuePair);
    assertEquals(text, rnic.text(region, 0, text.length()));
  }

  @Test
  void shouldAddAndSendImmediates() {
    queuePair.fetchAdd(region, 8, 40, RdmaQueuePair.UNSIGNALED);
    queuePair.fetchAdd(region, 8, 2, 1);
    source.putBytes(0, "!".getBytes(US_ASCII));
    queuePair.writeImmediate(region, 0, source, 0, 1, 0xCAFE0102, 2);
    drain(queuePair);
    assertEquals(42, rnic.counter(region, 8));
    assertEquals(List.of(0xCAFE0102), rnic.immediates);
    assertEquals(List.of("1 SUCCESS", "2 SUCCESS"), completions);
    assertEquals(1, queuePair.counters().writes());
    assertEquals(2, queuePair.counters().fetchAdds());
    assertEquals(17, queuePair.counters().bytes());
  }

  @Test
  void shouldRefuseWhatCannotBePosted() {
    assertEquals(RdmaQueuePair.OUT_OF_BOUNDS, write("hello", LENGTH - 4, 1));
    assertEquals(RdmaQueuePair.OUT_OF_BOUNDS, queuePair.fetchAdd(region, LENGTH - 4, 1, 1));
    assertEquals(RdmaQueuePair.UNSUPPORTED, queuePair.write(region, 0, source, 0, PAYLOADS + 1, 1));
    assertEquals(0, queuePair.outstanding());
  }

  @Test
  void shouldSayWhenTheQueueIsFullAndGoOnAfterwards() {
    rnic.held = true;
    for (int i = 0; i < DEPTH; i++) {
      assertEquals(RdmaQueuePair.POSTED, write("a", i, 1));
    }
    assertEquals(RdmaQueuePair.BACK_PRESSURED, write("a", 0, 1));
    assertEquals(RdmaQueuePair.BACK_PRESSURED, queuePair.fetchAdd(region, 0, 1, 1));
    rnic.carryOut(MemoryRnic.CHAIN);
    queuePair.poll();
    assertEquals(RdmaQueuePair.POSTED, write("a", 0, 1));
  }

  @Test
  void shouldKeepPayloadsUntilTheyAreAcknowledged() {
    rnic.held = true;
    int posted = 0;
    while (write("%03d".formatted(posted).repeat(34), posted * 102L, 1) == RdmaQueuePair.POSTED) {
      posted++;
    }
    assertEquals(9, posted); // 9 times 104 bytes, as payloads begin at multiples of 8.
    queuePair.flush();
    rnic.carryOut(Integer.MAX_VALUE);
    while (queuePair.poll() > 0) {}
    for (int i = 0; i < posted; i++) {
      assertEquals("%03d".formatted(i).repeat(34), rnic.text(region, i * 102, 102));
    }
    assertEquals(RdmaQueuePair.POSTED, write("again", 0, 1));
  }

  @Test
  void shouldLetTheListenerPost() {
    int[] left = {3 * DEPTH};
    ProviderQueuePair[] own = new ProviderQueuePair[1];
    MemoryRnic other = new MemoryRnic(DEPTH, PAYLOADS);
    RemoteRegion there = other.region(5, LENGTH);
    own[0] =
        new ProviderQueuePair(
            other,
            (id, status) -> {
              assertEquals(CompletionStatus.SUCCESS, status);
              if (left[0]-- > 0) {
                assertEquals(RdmaQueuePair.POSTED, own[0].fetchAdd(there, 0, 1, 1));
                own[0].flush();
                own[0].poll();
              }
            });
    own[0].fetchAdd(there, 0, 1, 1);
    drain(own[0]);
    assertEquals(3 * DEPTH + 1, other.counter(there, 0));
    own[0].close();
    assertTrue(other.closed);
  }

  @Test
  void shouldKeepWhatWasNotAcknowledgedAfterARefusal() {
    write("before", 0, 1);
    write(unknown(), "wrong", 0, 2);
    write("after", 16, 3);
    drain(queuePair);
    assertEquals(QueuePairState.ERROR, queuePair.state());
    assertEquals(
        new QueuePairFailure(CompletionStatus.REMOTE_ACCESS_ERROR, 1), queuePair.failure());
    assertEquals(List.of("1 SUCCESS"), completions);
    assertEquals(2, queuePair.outstanding());
    assertEquals(1, queuePair.counters().fatalNaks());
    assertEquals(RdmaQueuePair.NOT_CONNECTED, write("late", 0, 4));
    queuePair.close();
    assertEquals(List.of("1 SUCCESS", "2 REMOTE_ACCESS_ERROR", "3 FLUSHED"), completions);
    assertEquals(QueuePairState.RESET, queuePair.state());
    assertNull(queuePair.failure());
    assertTrue(rnic.closed);
  }

  /** Somewhere else, under another rkey. */
  private RemoteRegion connectSuccessor() {
    otherRnic = new MemoryRnic(DEPTH, PAYLOADS);
    successor = new ProviderQueuePair(otherRnic, this::completed);
    return otherRnic.region(9, LENGTH);
  }

  private RegionTranslation to(RemoteRegion there) {
    return (rkey, address) ->
        rkey == region.rkey()
            ? new RegionTranslation.Place(there, address - region.address())
            : null;
  }

  @Test
  void shouldReplayOnASuccessorWhereTheRegionsMoved() {
    rnic.held = true;
    write("one", 0, 1);
    write("two", 16, RdmaQueuePair.UNSIGNALED);
    source.putBytes(0, "3".getBytes(US_ASCII));
    queuePair.writeImmediate(region, 32, source, 0, 1, 77, 2);
    queuePair.flush();
    write("never handed over", 48, 3);
    queuePair.fetchAdd(region, 80, 7, 4);
    rnic.timeOut();
    while (queuePair.poll() > 0) {}
    assertEquals(new QueuePairFailure(CompletionStatus.RETRY_EXCEEDED, 0), queuePair.failure());
    RemoteRegion there = connectSuccessor();
    assertTrue(queuePair.replayOn(successor, to(there)));
    assertEquals(0, queuePair.outstanding());
    assertEquals(List.of(), completions);
    drain(successor);
    assertEquals(List.of("1 SUCCESS", "2 SUCCESS", "3 SUCCESS", "4 SUCCESS"), completions);
    assertEquals("one", otherRnic.text(there, 0, 3));
    assertEquals("two", otherRnic.text(there, 16, 3));
    assertEquals("never handed over", otherRnic.text(there, 48, 17));
    assertEquals(List.of(77), otherRnic.immediates);
    assertEquals(7, otherRnic.counter(there, 80));
  }

  @Test
  void shouldNotAddTwice() {
    rnic.held = true;
    queuePair.fetchAdd(region, 0, 1, 1);
    write("with", 8, RdmaQueuePair.UNSIGNALED);
    queuePair.fetchAdd(region, 16, 1, RdmaQueuePair.UNSIGNALED);
    write("atomics", 24, 2);
    queuePair.flush();
    rnic.timeOut();
    drain(queuePair);
    RemoteRegion there = connectSuccessor();
    assertTrue(queuePair.replayOn(successor, to(there)));
    drain(successor);
    assertEquals(List.of("1 UNCERTAIN", "2 UNCERTAIN"), completions);
    assertEquals(0, otherRnic.counter(there, 0));
    assertEquals("with", otherRnic.text(there, 8, 4));
    assertEquals("atomics", otherRnic.text(there, 24, 7));
  }

  @Test
  void shouldReplayAtomicsAfterARefusal() {
    write(unknown(), "wrong", 0, 1);
    queuePair.fetchAdd(region, 8, 3, 2);
    drain(queuePair);
    queuePair.dropRefused();
    assertEquals(List.of("1 REMOTE_ACCESS_ERROR"), completions);
    RemoteRegion there = connectSuccessor();
    assertTrue(queuePair.replayOn(successor, to(there)));
    drain(successor);
    assertEquals(List.of("1 REMOTE_ACCESS_ERROR", "2 SUCCESS"), completions);
    assertEquals(3, otherRnic.counter(there, 8));
  }

  @Test
  void shouldEndGroupsWhoseRegionIsGone() {
    rnic.held = true;
    write(unknown(), "gone", 0, RdmaQueuePair.UNSIGNALED);
    write("of its group", 0, 1);
    write("other", 16, 2);
    queuePair.flush();
    rnic.timeOut();
    drain(queuePair);
    RemoteRegion there = connectSuccessor();
    assertTrue(queuePair.replayOn(successor, to(there)));
    drain(successor);
    assertEquals(List.of("1 REMOTE_ACCESS_ERROR", "2 SUCCESS"), completions);
  }

  @Test
  void shouldReplayInPartsWhereTheSuccessorIsFull() {
    rnic.held = true;
    for (int i = 0; i < DEPTH; i++) {
      write("%02d".formatted(i), 2L * i, i + 1);
    }
    rnic.timeOut();
    drain(queuePair);
    RemoteRegion there = connectSuccessor();
    otherRnic.held = true;
    successor.write(there, 1024, source, 0, 1, 99);
    assertFalse(queuePair.replayOn(successor, to(there)));
    assertEquals(1, queuePair.outstanding());
    otherRnic.held = false;
    successor.flush();
    otherRnic.carryOut(Integer.MAX_VALUE);
    while (successor.poll() > 0) {}
    assertTrue(queuePair.replayOn(successor, to(there)));
    drain(successor);
    assertEquals(DEPTH + 1, completions.size());
    for (int i = 0; i < DEPTH; i++) {
      assertEquals("%02d".formatted(i), otherRnic.text(there, 2 * i, 2));
    }
  }

  @Test
  void shouldGoDownWhereTheLibraryRefuses() {
    rnic.refusing = true;
    queuePair.fetchAdd(region, 0, 1, 1);
    queuePair.flush();
    assertEquals(QueuePairState.ERROR, queuePair.state());
    queuePair.close();
    assertEquals(List.of("1 UNCERTAIN"), completions); // Some of the chain may have been posted.
  }

  @Test
  void shouldGoDownWhereCompletionsCannotBeRead() {
    write("a", 0, 1);
    rnic.broken = true;
    queuePair.flush();
    assertEquals(0, queuePair.poll());
    assertEquals(QueuePairState.ERROR, queuePair.state());
    assertEquals(1, queuePair.counters().timeouts());
  }

  @Test
  void shouldNoticeThatThePeerHasGone() {
    rnic.connected = false;
    for (int i = 0; i < 256 && queuePair.state() == QueuePairState.READY_TO_SEND; i++) {
      queuePair.poll();
    }
    assertEquals(QueuePairState.ERROR, queuePair.state());
    assertEquals(new QueuePairFailure(CompletionStatus.FLUSHED, -1), queuePair.failure());
  }

  @Test
  void shouldNotAllocateBetweenPostAndCompletion() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (QuietQueue quiet = new QuietQueue()) {
      long[] completed = {0};
      ProviderQueuePair own = new ProviderQueuePair(quiet, (id, status) -> completed[0]++);
      int rounds = 4_000;
      long before = 0;
      for (int round = 0; round < 2 * rounds; round++) {
        if (round == rounds) {
          before = threads.getCurrentThreadAllocatedBytes();
        }
        for (int i = 0; i < DEPTH; i++) {
          if (i % 4 == 0) {
            own.fetchAdd(region, 8, 1, 1);
          } else {
            own.write(region, 64, source, i, 24, 1);
          }
        }
        own.flush();
        own.poll();
      }
      long allocated = threads.getCurrentThreadAllocatedBytes() - before;
      assertEquals(2L * rounds * DEPTH, completed[0]);
      assertTrue(allocated < 32_768, allocated + " bytes for " + rounds * DEPTH + " operations");
    }
  }
}
