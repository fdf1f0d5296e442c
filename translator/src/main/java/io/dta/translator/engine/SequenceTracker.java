package io.dta.translator.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.agrona.collections.Int2ObjectHashMap;

/**
 * Tracks the essential reports of every reporter, acknowledges them and asks for those that are
 * missing.
 *
 * <p>One ACK a reporter and duty cycle covers all that arrived in it. Gaps are asked for in the
 * duty cycle in which they are found, then every {@code nackInterval}, and given up after {@code
 * nackAttempts}, so that a reporter that has forgotten a report does not hold up its
 * acknowledgements for ever.
 *
 * <p>A reporter that was not heard of for {@link #EXPIRY_NS} is forgotten: it makes room for
 * others, and one that was started again in the meantime does not have its first reports taken for
 * old ones.
 */
final class SequenceTracker {
  static final long EXPIRY_NS = TimeUnit.MINUTES.toNanos(1);

  private final int maxReporters;
  private final int limit;
  private final long intervalNs;
  private final int attempts;
  private final AcknowledgementSender sender;
  private final EngineCounters counters;
  private final Int2ObjectHashMap<ReporterWindow> windows = new Int2ObjectHashMap<>();

  /** The reporters that there is something to say to. */
  private final List<ReporterWindow> queue = new ArrayList<>();

  // In the order in which they were last heard of.
  private ReporterWindow oldest;
  private ReporterWindow newest;

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
  ReporterWindow window(int address, int seqnum, long nowNs) {
    if (recent != null && recent.address() == address) {
      recent.setHeardNs(nowNs);
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
    } else {
      unlink(window);
    }
    append(window);
    window.setHeardNs(nowNs);
    recent = window;
    return window;
  }

  private void append(ReporterWindow window) {
    window.setBefore(newest);
    if (newest == null) {
      oldest = window;
    } else {
      newest.setAfter(window);
    }
    newest = window;
  }

  private void unlink(ReporterWindow window) {
    if (window.before() == null) {
      oldest = window.after();
    } else {
      window.before().setAfter(window.after());
    }
    if (window.after() == null) {
      newest = window.before();
    } else {
      window.after().setBefore(window.before());
    }
    window.setBefore(null);
    window.setAfter(null);
  }

  /** Forgets reporters that were not heard of for long and that there is nothing to say to. */
  private void expire(long nowNs) {
    while (oldest != null && nowNs - oldest.heardNs() >= EXPIRY_NS && !oldest.isQueued()) {
      ReporterWindow gone = oldest;
      unlink(gone);
      windows.remove(gone.address());
      if (gone == recent) {
        recent = null;
      }
    }
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
    expire(nowNs);
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
