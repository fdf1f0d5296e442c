package io.dta.rdma;

/**
 * A queue pair that is being connected. Belongs to the thread that will own the queue pair; what
 * has to wait, such as a request over HTTP, does so on another thread.
 */
public interface PendingQueuePair extends AutoCloseable {
  /**
   * Drives the connection, as far as this thread has to, and looks whether it is there. Never
   * blocks.
   *
   * @return the queue pair, in {@link QueuePairState#READY_TO_SEND}, once; null while it is under
   *     way
   * @throws ConnectionException where it cannot be connected; the attempt is over then
   */
  RdmaQueuePair poll() throws ConnectionException;

  /**
   * Gives up where {@link #poll} has given no queue pair yet, and releases what was used for it;
   * does nothing otherwise, and nothing the second time. Never blocks.
   */
  @Override
  void close();

  /** A queue pair that needs no time to connect; closed where nobody wants it. */
  static PendingQueuePair ready(RdmaQueuePair queuePair) {
    return new PendingQueuePair() {
      private RdmaQueuePair left = queuePair;

      @Override
      public RdmaQueuePair poll() {
        RdmaQueuePair taken = left;
        left = null;
        return taken;
      }

      @Override
      public void close() {
        if (left != null) {
          left.close();
          left = null;
        }
      }
    };
  }

  /** A queue pair that cannot be had, for a reason that is known at once. */
  static PendingQueuePair refused(String sentence) {
    return new PendingQueuePair() {
      @Override
      public RdmaQueuePair poll() throws ConnectionException {
        throw new ConnectionException(sentence);
      }

      @Override
      public void close() {}
    };
  }
}
