package io.dta.rdma;

/**
 * Why a queue pair went to {@link QueuePairState#ERROR}.
 *
 * @param status {@link CompletionStatus#RETRY_EXCEEDED}, how the responder refused an operation, or
 *     {@link CompletionStatus#FLUSHED} where its side ended the connection
 * @param operation how many operations had been posted to the queue pair before the one that it
 *     failed at, unsignaled ones included; negative where that is not known
 */
public record QueuePairFailure(CompletionStatus status, long operation) {
  /** Whether the responder refused an operation, rather than be silent. */
  public boolean isRefusal() {
    return status == CompletionStatus.REMOTE_ACCESS_ERROR
        || status == CompletionStatus.REMOTE_INVALID_REQUEST
        || status == CompletionStatus.REMOTE_OPERATIONAL_ERROR;
  }
}
