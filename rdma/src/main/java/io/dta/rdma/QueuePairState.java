package io.dta.rdma;

/**
 * States of a queue pair (InfiniBand Architecture Specification 1.4, volume 1, section 10.3.1),
 * those of a requester.
 */
public enum QueuePairState {
  RESET,
  INIT,
  READY_TO_RECEIVE,
  READY_TO_SEND,
  ERROR
}
