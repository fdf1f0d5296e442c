package io.dta.translator.engine;

import java.util.ArrayList;
import java.util.List;
import org.agrona.collections.Int2ObjectHashMap;

/**
 * Tracks the essential reports of every reporter, acknowledges them and asks for those that are
 * missing.
 *
 * <p>One ACK a reporter and duty cycle covers all that arrived in it. Gaps are asked for in the
 * duty cycle in which they are found, then every {@code nackInterval}, and given up after {@code
 * nackAttempts}, so that a reporter that has forgotten a report does not hold up its
 * acknowledgements for ever.
 */
final class SequenceTracker {
  private final int maxReporters;
  private final int limit;
  private final long intervalNs;
  private final int attempts;
  private final AcknowledgementSender sender;
  private final EngineCounters counters;
  private final Int2ObjectHashMap<ReporterWindow> windows = new Int2ObjectHashMap<>();

  /** The reporters that there is something to say to. */
  private final List<ReporterWindow> queue = new ArrayList<>();

  /** The reporter that was looked up last: a datagram's reports all have the same. */
  private ReporterWindow recent;

  SequenceTracker(EngineSettings settings, AcknowledgementSender sender, EngineCounters counters) {
    this.maxReporters = settings.maxReporters();
    this.limit = settings.reporterWindow();
    this.intervalNs = settings.nackInterval().toNanos();
    this.attempts = settings.nackAttempts();
    this.sender = sender;
    this.counters = counters;
  }

  /**
   * The window of a reporter; a new one for a reporter that is seen for the first time.
   *
   * @param seqnum of the report at hand
   * @return null where the address is unknown or there are too many reporters
   */
  ReporterWindow window(int address, int seqnum) {
    if (recent != null && recent.address() == address) {
      return recent;
    }
    if (address == 0) {
      return null;
    }
    ReporterWindow window = windows.get(address);
    if (window == null) {
      if (windows.size() >= maxReporters) {
        return null;
      }
      window = new ReporterWindow(address, limit, seqnum);
      windows.put(address, window);
    }
    recent = window;
    return window;
  }

  /** Takes a report that has arrived before: its reporter has not seen the ACK. */
  void duplicate(ReporterWindow window) {
    window.setAcknowledgementDue(true);
    queue(window);
  }

  /**
   * Takes a report that has not arrived before.
   *
   * @param arrived false where its reporter has to send it again
   */
  void take(ReporterWindow window, int seqnum, boolean arrived, long nowNs) {
    boolean hadGaps = window.hasGaps();
    int givenUp = window.take(seqnum, arrived);
    if (givenUp > 0) {
      counters.event(EngineEvent.ABANDONED, givenUp);
    }
    if (window.hasGaps() && !hadGaps) {
      window.setNackDueNs(nowNs);
    }
    queue(window);
  }

  /**
   * Asks a reporter for its gaps, and for the next report, which it may have sent without our
   * knowledge.
   */
  void ask(int address) {
    ReporterWindow window = windows.get(address);
    if (window != null) {
      window.setAsking(true);
      queue(window);
    }
  }

  private void queue(ReporterWindow window) {
    if (!window.isQueued()) {
      window.setQueued(true);
      queue.add(window);
    }
  }

  /** Sends the ACKs and NACKs that are due. */
  int doWork(long nowNs) {
    int sent = 0;
    for (int i = queue.size() - 1; i >= 0; i--) {
      ReporterWindow window = queue.get(i);
      sent += answer(window, nowNs);
      if (!window.hasGaps() && !window.isAcknowledgementDue()) {
        window.setQueued(false);
        ReporterWindow last = queue.removeLast();
        if (last != window) {
          queue.set(i, last);
        }
      }
    }
    return sent;
  }

  private int answer(ReporterWindow window, long nowNs) {
    int sent = 0;
    boolean asking = window.isAsking();
    if (window.hasGaps() && (asking || nowNs - window.nackDueNs() >= 0)) {
      window.setNackDueNs(nowNs + intervalNs);
      if (window.countAttempt() > attempts) {
        counters.event(EngineEvent.ABANDONED, window.giveUp());
      }
      sent += nackGaps(window);
    }
    if (asking) {
      window.setAsking(false);
      nack(window, window.next());
      sent++;
    }
    if (window.isAcknowledgementDue()) {
      window.setAcknowledgementDue(false);
      sender.send(window.address(), window.acknowledged(), false);
      counters.event(EngineEvent.ACKS);
      sent++;
    }
    return sent;
  }

  private int nackGaps(ReporterWindow window) {
    int sent = 0;
    for (int ahead = 0; ahead < window.span(); ahead++) {
      if (window.isGap(ahead)) {
        nack(window, window.number(ahead));
        sent++;
      }
    }
    return sent;
  }

  private void nack(ReporterWindow window, int seqnum) {
    sender.send(window.address(), seqnum, true);
    counters.event(EngineEvent.NACKS);
  }
}
