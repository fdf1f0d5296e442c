package io.dta.fattree.output;

import io.dta.fattree.send.KeyWrites;
import io.dta.fattree.send.Reporters;
import io.dta.fattree.verify.CollectorAnswers;
import java.io.IOException;

/** How the reports of a run leave, and how one asks where they arrived. */
public interface Outlet extends AutoCloseable {
  /** Where switches report values by key. */
  KeyWrites values();

  /** The switches' reporters; null where switches write by themselves. */
  Reporters reporters();

  /**
   * Makes leave what waits in datagrams and queues.
   *
   * @param nanos of simulated time
   */
  void flush(long nanos) throws IOException;

  /** Waits until everything has arrived, essential reports acknowledged. */
  void drain() throws IOException;

  /** Where the reports are. */
  Delivery delivery();

  /** Asks the collectors; after {@link #drain}. */
  CollectorAnswers answers() throws IOException;

  @Override
  void close();
}
