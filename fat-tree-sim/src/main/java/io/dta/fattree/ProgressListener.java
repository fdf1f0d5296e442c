package io.dta.fattree;

/** Is told how far a run is; called on the thread of the run, many times. */
@FunctionalInterface
public interface ProgressListener {
  /**
   * Says how far the run is.
   *
   * @param flows whose reports were sent
   * @param of all flows
   * @param reports sent so far, retransmissions included
   */
  void onProgress(int flows, int of, long reports);
}
