package io.dta.translator.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dta.translator.engine.EngineFixture.Answer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SequenceTrackerTest {
  private static final int A = 0x0A000001;
  private static final int B = 0x0A000002;
  private static final long INTERVAL = Duration.ofMillis(10).toNanos();

  private final List<Answer> answers = new ArrayList<>();
  private final EngineCounters counters = new EngineCounters();
  private SequenceTracker tracker = tracker(128, 2, 20);
  private long nowNs;

  private SequenceTracker tracker(int window, int reporters, int attempts) {
    EngineSettings settings =
        new EngineSettings(null, 0, 0, null, 0, null, 0, 0, reporters, window, null, attempts);
    return new SequenceTracker(
        settings,
        (address, seqnum, nack) -> answers.add(new Answer(address, seqnum, nack)),
        counters);
  }

  /** Hands over a report; whether it is new. */
  private boolean report(int address, int seqnum) {
    ReporterWindow window = tracker.window(address, seqnum, nowNs);
    if (window.hasArrived(seqnum)) {
      tracker.duplicate(window);
      return false;
    }
    tracker.take(window, seqnum, true, nowNs);
    return true;
  }

  private List<Answer> answers() {
    answers.clear();
    tracker.doWork(nowNs);
    return List.copyOf(answers);
  }

  private long events(EngineEvent event) {
    counters.publish();
    return counters.snapshot().count(event);
  }

  @Test
  void shouldAcknowledgeAllThatArrivedInADutyCycleAtOnce() {
    for (int seqnum = 0; seqnum < 600; seqnum++) {
      assertTrue(report(A, seqnum & 0xFF));
      if (seqnum % 100 == 99) {
        assertTrue(report(B, seqnum / 100));
        assertEquals(
            List.of(new Answer(B, seqnum / 100, false), new Answer(A, seqnum & 0xFF, false)),
            answers());
      }
    }
  }

  @Test
  void shouldAskForAGapAtOnceAndThenEveryInterval() {
    report(A, 0);
    report(A, 3);
    assertEquals(
        List.of(new Answer(A, 1, true), new Answer(A, 2, true), new Answer(A, 0, false)),
        answers());
    assertEquals(List.of(), answers());
    report(A, 2);
    nowNs = INTERVAL - 1;
    assertEquals(List.of(), answers());
    nowNs = INTERVAL;
    assertEquals(List.of(new Answer(A, 1, true)), answers());
    assertTrue(report(A, 1));
    assertEquals(List.of(new Answer(A, 3, false)), answers());
    nowNs += 10 * INTERVAL;
    assertEquals(List.of(), answers());
  }

  @Test
  void shouldAcknowledgeADuplicateAgain() {
    report(A, 0);
    report(A, 1);
    answers();
    assertFalse(report(A, 0));
    assertEquals(List.of(new Answer(A, 1, false)), answers());
  }

  @Test
  void shouldAskForAReportThatWasRefused() {
    ReporterWindow window = tracker.window(A, 0, nowNs);
    tracker.take(window, 0, false, nowNs);
    assertFalse(window.hasArrived(0));
    assertEquals(List.of(new Answer(A, 0, true)), answers());
    assertTrue(report(A, 0));
    assertEquals(List.of(new Answer(A, 0, false)), answers());
  }

  @Test
  void shouldTakeALowFirstNumberForAGapAndAHighOneForARestart() {
    report(A, 2);
    assertEquals(List.of(new Answer(A, 0, true), new Answer(A, 1, true)), answers());
    report(B, 200);
    assertEquals(List.of(new Answer(B, 200, false)), answers());
  }

  @Test
  void shouldGiveUpAReportThatItsReporterHasForgotten() {
    tracker = tracker(128, 2, 3);
    report(A, 1);
    for (int attempt = 0; attempt < 3; attempt++) {
      assertEquals(List.of(new Answer(A, 0, true)), answers());
      nowNs += INTERVAL;
    }
    assertEquals(List.of(new Answer(A, 1, false)), answers());
    assertEquals(1, events(EngineEvent.ABANDONED));
    assertFalse(report(A, 0), "what was given up counts as arrived");
  }

  @Test
  void shouldGiveUpTheOldestWhereAReporterRunsAheadOfItsWindow() {
    tracker = tracker(16, 2, 20);
    for (int seqnum = 1; seqnum <= 16; seqnum++) {
      assertTrue(report(A, seqnum));
    }
    assertEquals(1, events(EngineEvent.ABANDONED));
    assertEquals(List.of(new Answer(A, 16, false)), answers());
  }

  @Test
  void shouldAskForGapsAndTheNextWhenTold() {
    for (int seqnum : new int[] {0, 1, 3}) {
      report(A, seqnum);
    }
    answers();
    tracker.ask(A);
    tracker.ask(B);
    assertEquals(List.of(new Answer(A, 2, true), new Answer(A, 4, true)), answers());
    assertEquals(List.of(), answers());
  }

  @Test
  void shouldNotTrackMoreReportersThanItMay() {
    report(A, 0);
    report(B, 0);
    assertNull(tracker.window(3, 0, nowNs));
    assertNull(tracker.window(0, 0, nowNs));
    assertTrue(report(A, 1));
  }

  @Test
  void shouldForgetAReporterThatIsSilentForLong() {
    tracker = tracker(128, 2, 20);
    report(A, 0);
    report(B, 200);
    nowNs += SequenceTracker.EXPIRY_NS - 1;
    assertTrue(report(A, 1));
    answers();
    assertFalse(report(B, 200), "one that is not forgotten yet");
    assertNull(tracker.window(3, 0, nowNs));
    answers();
    nowNs += SequenceTracker.EXPIRY_NS - 1;
    assertTrue(report(A, 2));
    answers();
    nowNs += 1;
    answers(); // B is forgotten.
    assertTrue(report(3, 0));
    assertTrue(report(A, 3));
    assertNull(tracker.window(B, 0, nowNs));
    nowNs += SequenceTracker.EXPIRY_NS;
    answers();
    answers();
    assertTrue(report(B, 0), "it was started again, and counts from 0");
  }

  /**
   * Reporters keep what is not acknowledged and send it again when asked; the network loses,
   * doubles and reorders in both directions. Every report must be taken exactly once, over many
   * rounds of the 256 numbers.
   */
  @Test
  void shouldTakeEveryReportOnceWhateverTheNetworkDoes() {
    for (long seed = 1; seed <= 20; seed++) {
      answers.clear();
      tracker = tracker(128, 2, 1000);
      new Network(seed).run(2000);
    }
  }

  private final class Network {
    private final long seed;
    private final SplittableRandom random;
    private final Map<Integer, Integer> taken = new HashMap<>();
    private final List<Integer> wire = new ArrayList<>();
    private final double loss;
    private int firstUnacknowledged;
    private int next;

    private Network(long seed) {
      this.seed = seed;
      this.random = new SplittableRandom(seed);
      this.loss = random.nextDouble(0.3);
    }

    private void run(int reports) {
      long rounds = 0;
      while (firstUnacknowledged < reports) {
        while (next < reports && next - firstUnacknowledged < 128 && random.nextInt(8) != 0) {
          transmit(next++);
        }
        deliver();
        tracker.doWork(nowNs);
        answers.forEach(this::answer);
        answers.clear();
        nowNs += random.nextLong(INTERVAL);
        assertTrue(rounds++ < 100_000, "no end, seed " + seed);
        if (next == reports && rounds % 100 == 0) {
          transmit(
              reports - 1); // its reporter's own time-out: nobody else can know of the last one
        }
      }
      for (int report = 0; report < reports; report++) {
        assertEquals(1, taken.get(report), "report " + report + ", seed " + seed);
      }
      assertEquals(0, events(EngineEvent.ABANDONED), "seed " + seed);
    }

    private void transmit(int report) {
      if (random.nextDouble() >= loss) {
        wire.add(report);
        if (random.nextInt(10) == 0) {
          wire.add(report);
        }
      }
    }

    /** Delivers the wire's reports, each up to 20 places from where it was sent. */
    private void deliver() {
      for (int i = 0; i < wire.size(); i++) {
        int j = Math.min(wire.size() - 1, i + random.nextInt(20));
        Integer moved = wire.get(i);
        wire.set(i, wire.get(j));
        wire.set(j, moved);
      }
      for (int report : wire) {
        if (report(A, report & 0xFF)) {
          taken.merge(report, 1, Integer::sum);
        }
      }
      wire.clear();
    }

    private void answer(Answer answer) {
      if (random.nextDouble() < loss) {
        return;
      }
      int distance = (byte) (answer.seqnum() - firstUnacknowledged);
      int report = firstUnacknowledged + distance;
      if (!answer.nack()) {
        firstUnacknowledged = Math.max(firstUnacknowledged, report + 1);
        assertTrue(firstUnacknowledged <= next, "acknowledged what was not sent, seed " + seed);
      } else if (report < next && report >= firstUnacknowledged) {
        transmit(report);
      }
    }
  }
}
