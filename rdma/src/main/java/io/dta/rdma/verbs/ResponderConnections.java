package io.dta.rdma.verbs;

import io.dta.rdma.QueuePairState;
import io.dta.rdma.responder.IdleQueuePairs;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.agrona.concurrent.NanoClock;

/**
 * The queue pairs of a responder, by the identifier that their completion events carry. There is a
 * most of them: a requester that connects anew replaces its queue pair, and where there is no room
 * one in ERROR makes way, or one whose requester has vanished.
 *
 * <p>Nothing tells a responder that a requester has vanished. What a device lets one see is the PSN
 * that a queue pair expects next: {@code ibv_query_qp} has it in {@code rq_psn} (of mlx5 and mlx4
 * the queue pair's {@code next_rcv_psn}, of soft-RoCE {@code resp.psn}). A driver that tells the
 * first PSN for ever makes a busy queue pair look like a quiet one; where that has to make way its
 * requester connects again.
 *
 * <p>For any thread.
 */
final class ResponderConnections implements AutoCloseable {
  private final int capacity;
  private final ResponderCounters counters;
  private final Map<Long, ResponderConnection> connections = new LinkedHashMap<>();
  private final NanoClock clock;
  private final IdleQueuePairs<ResponderConnection> idle =
      new IdleQueuePairs<>(ResponderConnection::expectedPsn);
  private long nextIdentifier;
  private int making;

  ResponderConnections(int capacity, ResponderCounters counters, NanoClock clock) {
    this.clock = clock;
    this.capacity = capacity;
    this.counters = counters;
  }

  /** Makes a connected queue pair. */
  @FunctionalInterface
  interface Maker {
    ResponderConnection make(long identifier) throws VerbsException;
  }

  /**
   * Makes and adds a queue pair. Those that are there can be used meanwhile.
   *
   * @throws IllegalStateException where there is no room
   */
  ResponderConnection add(ResponderConnection.Peer peer, Maker maker) throws VerbsException {
    long identifier = reserve(peer);
    ResponderConnection made = null;
    try {
      made = maker.make(identifier);
      return made;
    } finally {
      synchronized (this) {
        making--;
        if (made != null) {
          // The device may give the number of one that failed and is gone to another.
          int number = made.number();
          connections.values().removeIf(other -> other.number() == number);
          connections.put(identifier, made);
        }
      }
    }
  }

  private long reserve(ResponderConnection.Peer peer) {
    List<ResponderConnection> leaving = new ArrayList<>();
    long identifier;
    synchronized (this) {
      take(connection -> connection.peer().equals(peer), leaving);
      if (connections.size() + making >= capacity) {
        take(connection -> connection.state() == QueuePairState.ERROR, leaving);
      }
      if (connections.size() + making >= capacity) {
        ResponderConnection vanished = idle.longestIdle(connections.values(), clock.nanoTime());
        take(connection -> connection == vanished, leaving);
      }
      if (connections.size() + making >= capacity) {
        throw new IllegalStateException(
            "all %d queue pairs are in use: DELETE /v1/queue-pairs/… one, or wait until one has been idle for %d s"
                .formatted(capacity, TimeUnit.NANOSECONDS.toSeconds(IdleQueuePairs.IDLE_NS)));
      }
      making++;
      identifier = nextIdentifier++;
    }
    leaving.forEach(ResponderConnection::close);
    return identifier;
  }

  private void take(Predicate<ResponderConnection> which, List<ResponderConnection> taken) {
    connections
        .values()
        .removeIf(
            connection -> {
              boolean matches = which.test(connection);
              if (matches) {
                taken.add(connection);
              }
              return matches;
            });
  }

  /** Null where there is none, or none any more; as with the others. */
  synchronized ResponderConnection byIdentifier(long identifier) {
    return connections.get(identifier);
  }

  ResponderConnection byNumber(int number) {
    return first(connection -> connection.number() == number);
  }

  ResponderConnection byNative(long queuePair) {
    return first(connection -> connection.isNative(queuePair));
  }

  ResponderConnection byCmId(long id) {
    return first(connection -> connection.cmId() == id);
  }

  private ResponderConnection first(Predicate<ResponderConnection> which) {
    for (ResponderConnection connection : all()) {
      if (which.test(connection)) {
        return connection;
      }
    }
    return null;
  }

  /** In the order in which they were added. */
  synchronized List<ResponderConnection> all() {
    return new ArrayList<>(connections.values());
  }

  /** Ends a queue pair that is in ERROR; it stays in the list until there is no room. */
  void fail(ResponderConnection connection) {
    if (!connection.isFailed()) {
      counters.increment(ResponderEvent.FAILED);
      connection.fail();
    }
  }

  /**
   * Ends a queue pair and forgets it.
   *
   * @param connection may be null
   * @return false where it is not in the list
   */
  boolean remove(ResponderConnection connection) {
    boolean removed;
    synchronized (this) {
      removed = connection != null && connections.values().remove(connection);
    }
    if (removed) {
      counters.increment(ResponderEvent.ENDED);
      connection.close();
    }
    return removed;
  }

  /** Ends all. */
  @Override
  public void close() {
    all().forEach(ResponderConnection::close);
    synchronized (this) {
      connections.clear();
    }
  }
}
