package io.dta.rdma.local;

import io.dta.rdma.CompletionStatus;
import io.dta.rdma.QueuePairCounters;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Counters with one writer, whose stores are opaque: never torn, never cached for long, and as
 * cheap as plain ones.
 */
final class LocalCounters implements QueuePairCounters {
  private static final VarHandle WRITES = field("writes");
  private static final VarHandle FETCH_ADDS = field("fetchAdds");
  private static final VarHandle BYTES = field("bytes");
  private static final VarHandle INVALID = field("invalid");
  private static final VarHandle REFUSED = field("refused");

  private long writes;
  private long fetchAdds;
  private long bytes;
  private long invalid;
  private long refused;

  void wrote(int length) {
    WRITES.setOpaque(this, writes + 1);
    BYTES.setOpaque(this, bytes + length);
  }

  void added() {
    FETCH_ADDS.setOpaque(this, fetchAdds + 1);
    BYTES.setOpaque(this, bytes + Long.BYTES);
  }

  void failed(CompletionStatus status) {
    if (status == CompletionStatus.REMOTE_INVALID_REQUEST) {
      INVALID.setOpaque(this, invalid + 1);
    } else {
      REFUSED.setOpaque(this, refused + 1);
    }
  }

  @Override
  public long writes() {
    return (long) WRITES.getOpaque(this);
  }

  @Override
  public long fetchAdds() {
    return (long) FETCH_ADDS.getOpaque(this);
  }

  @Override
  public long bytes() {
    return (long) BYTES.getOpaque(this);
  }

  @Override
  public long packetsSent() {
    return 0;
  }

  @Override
  public long retransmissions() {
    return 0;
  }

  @Override
  public long sequenceErrorNaks() {
    return 0;
  }

  /** Operations that a responder would have refused; so with the next. */
  @Override
  public long invalidRequestNaks() {
    return (long) INVALID.getOpaque(this);
  }

  @Override
  public long remoteAccessNaks() {
    return (long) REFUSED.getOpaque(this);
  }

  @Override
  public long receiverNotReadyNaks() {
    return 0;
  }

  @Override
  public long timeouts() {
    return 0;
  }

  @Override
  public long badAnswers() {
    return 0;
  }

  private static VarHandle field(String name) {
    try {
      return MethodHandles.lookup().findVarHandle(LocalCounters.class, name, long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }
}
