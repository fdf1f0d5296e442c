package io.dta.translator.engine;

import org.agrona.concurrent.NanoClock;

/**
 * How long reports take from their datagram to the acknowledgement of their write.
 *
 * <p>A work request's identifier says when its reports arrived. Those that arrived in one duty
 * cycle mostly complete one after the other: they are summed up and recorded at once, so that a
 * report costs a comparison and an addition, and the clock is hardly ever read. The time ends with
 * the duty cycle that saw the acknowledgement, so that it is too long by less than a cycle, and
 * never too short. One thread's.
 */
final class ReportLatency {
  private final NanoClock clock;
  private final EngineCounters counters;

  // By opcode: reports that are acknowledged and not recorded yet, and when they arrived.
  private final long[] arrived = new long[EngineCounters.ROWS];
  private final long[] reports = new long[EngineCounters.ROWS];
  private boolean pending;

  ReportLatency(NanoClock clock, EngineCounters counters) {
    this.clock = clock;
    this.counters = counters;
  }

  /** A work request was acknowledged. */
  void completed(long workRequestId, int opcode, int completedReports) {
    long when = WorkRequest.arrived(workRequestId);
    if (arrived[opcode] != when) {
      if (reports[opcode] > 0) {
        record(opcode, clock.nanoTime());
      }
      arrived[opcode] = when;
    }
    reports[opcode] += completedReports;
    if (!pending) { // A store that is not needed takes room from one that is.
      pending = true;
    }
  }

  /** A duty cycle begins: what completed in the one before has taken until now. */
  void advance(long nowNs) {
    if (pending) {
      pending = false;
      for (int opcode = 0; opcode < reports.length; opcode++) {
        if (reports[opcode] > 0) {
          record(opcode, nowNs);
        }
      }
    }
  }

  private void record(int opcode, long nowNs) {
    counters.latency(opcode).record(WorkRequest.ageNs(arrived[opcode], nowNs), reports[opcode]);
    reports[opcode] = 0;
  }
}
