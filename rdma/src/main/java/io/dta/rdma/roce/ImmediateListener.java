package io.dta.rdma.roce;

/**
 * Told of WRITEs with immediate data; on the thread of the {@link SoftwareRnic}, once each, after
 * the data is in memory.
 */
@FunctionalInterface
public interface ImmediateListener {
  /**
   * A WRITE with immediate has ended.
   *
   * @param queuePairNumber the responder's
   * @param immediate the 32 bits that came with it
   * @param length what the whole WRITE put into memory, in bytes
   */
  void onImmediate(int queuePairNumber, int immediate, int length);
}
