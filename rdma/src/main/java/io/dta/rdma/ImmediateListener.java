package io.dta.rdma;

/**
 * Told of WRITEs with immediate data by whatever owns the memory: a software RNIC, an RNIC's
 * completion queue, or the doorbell of shared memory. Called once for each, after the data is in
 * memory, on the thread that received it: an implementation neither blocks nor throws.
 */
@FunctionalInterface
public interface ImmediateListener {
  /**
   * A WRITE with immediate has ended.
   *
   * @param queuePairNumber the responder's; 0 for shared memory, which has none
   * @param immediate the 32 bits that came with it
   * @param length what the whole WRITE put into memory, in bytes
   */
  void onImmediate(int queuePairNumber, int immediate, int length);
}
