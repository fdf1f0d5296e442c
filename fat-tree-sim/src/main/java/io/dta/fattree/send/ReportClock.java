package io.dta.fattree.send;

import java.util.concurrent.locks.LockSupport;

/** The time by which reporters retransmit, and how they wait for it to pass. */
public interface ReportClock {
  /** That of the machine. */
  ReportClock SYSTEM =
      new ReportClock() {
        @Override
        public long nanoTime() {
          return System.nanoTime();
        }

        @Override
        public void pause(long nanos) {
          LockSupport.parkNanos(nanos);
        }
      };

  /** Nanoseconds from any start. */
  long nanoTime();

  /** Lets about so many nanoseconds pass. */
  void pause(long nanos);
}
