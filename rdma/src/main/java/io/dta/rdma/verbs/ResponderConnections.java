package io.dta.rdma.verbs;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The queue pairs of a responder, by the identifier that their completion events carry. There is a
 * most of them: a requester that connects anew replaces its queue pair, and one in ERROR makes way.
 * For any thread.
 */
final class ResponderConnections implements AutoCloseable {
  private final int capacity;
  private final ResponderCounters counters;
  private final Map<Long, ResponderConnection> connections = new LinkedHashMap<>();
  private long nextIdentifier;
  private int making;

  ResponderConnections(int capacity, ResponderCounters counters) {
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
        take(ResponderConnection::isFailed, leaving);
      }
      if (connections.size() + making >= capacity) {
        throw new IllegalStateException(
            "all %d queue pairs are taken: DELETE /v1/queue-pairs/… one first".formatted(capacity));
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
