package io.dta.rdma.requester;

import io.dta.rdma.CompletionStatus;

/**
 * A signaled operation and the unsignaled ones before it, for which it speaks: if one of those
 * failed, so did it, and if an atomic among them took effect or may have, while another operation
 * did not succeed, it is {@link CompletionStatus#UNCERTAIN}.
 */
public final class CompletionGroup {
  private CompletionStatus status = CompletionStatus.SUCCESS;
  private boolean atomicMayHaveTakenEffect;

  /** How the first operation that did not succeed ended; success so far otherwise. */
  public CompletionStatus status() {
    return status;
  }

  /**
   * Takes an operation's end into account.
   *
   * @return what the group amounts to with it
   */
  public CompletionStatus add(boolean atomic, CompletionStatus end) {
    if (status == CompletionStatus.SUCCESS) {
      status = end;
    }
    atomicMayHaveTakenEffect |=
        atomic && (end == CompletionStatus.SUCCESS || end == CompletionStatus.UNCERTAIN);
    boolean uncertain = status != CompletionStatus.SUCCESS && atomicMayHaveTakenEffect;
    return uncertain ? CompletionStatus.UNCERTAIN : status;
  }

  /** The signaled operation has ended: the next one begins another group. */
  public void begin() {
    status = CompletionStatus.SUCCESS;
    atomicMayHaveTakenEffect = false;
  }
}
