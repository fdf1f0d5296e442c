package io.dta.rdma.provider;

import io.dta.rdma.CompletionStatus;

/**
 * {@code enum ibv_wc_status} of {@code <infiniband/verbs.h>}: how an RNIC says that a work request
 * ended (InfiniBand Architecture Specification 1.4, volume 1, section 11.6.2).
 */
public final class WorkCompletionStatus {
  public static final int SUCCESS = 0;
  public static final int FLUSHED = 5;
  public static final int REMOTE_INVALID_REQUEST = 9;
  public static final int REMOTE_ACCESS_ERROR = 10;
  public static final int REMOTE_OPERATIONAL_ERROR = 11;
  public static final int RETRY_EXCEEDED = 12;
  public static final int RECEIVER_NOT_READY_RETRY_EXCEEDED = 13;

  private WorkCompletionStatus() {}

  /** What it means to whoever posted the work request. */
  public static CompletionStatus of(int status) {
    return switch (status) {
      case SUCCESS -> CompletionStatus.SUCCESS;
      case REMOTE_INVALID_REQUEST -> CompletionStatus.REMOTE_INVALID_REQUEST;
      case REMOTE_ACCESS_ERROR -> CompletionStatus.REMOTE_ACCESS_ERROR;
      case REMOTE_OPERATIONAL_ERROR -> CompletionStatus.REMOTE_OPERATIONAL_ERROR;
      case RETRY_EXCEEDED, RECEIVER_NOT_READY_RETRY_EXCEEDED -> CompletionStatus.RETRY_EXCEEDED;
      default -> CompletionStatus.FLUSHED;
    };
  }
}
