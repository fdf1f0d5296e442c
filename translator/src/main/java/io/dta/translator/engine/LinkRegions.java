package io.dta.translator.engine;

import io.dta.primitives.Primitive;
import io.dta.primitives.store.Store;
import io.dta.primitives.store.StoreTable;
import io.dta.primitives.wire.BaseHeader;
import io.dta.rdma.RegionTranslation.Place;
import io.dta.rdma.RemoteRegion;
import java.util.concurrent.TimeUnit;

/**
 * Where a collector's stores lie, from connection to connection, and which of them rest because the
 * collector refuses them: for a while that doubles, or until it gives them another region.
 */
final class LinkRegions {
  private static final System.Logger LOG = System.getLogger(LinkRegions.class.getName());

  /** How many stores there can be. */
  private static final int STORES = Primitive.values().length * BaseHeader.STORES;

  /** How often a rest doubles at most. */
  private static final int DOUBLINGS = 6;

  /** What a collector advertised at one time, by {@link #index}. */
  static final class Registration {
    private final RemoteRegion[] regions = new RemoteRegion[STORES];
  }

  private final CollectorTarget target;
  private final StoreTable stores;
  private final RemoteRegion[] usable = new RemoteRegion[STORES];
  private final boolean[] resting = new boolean[STORES];
  private final long[] restsUntilNs = new long[STORES];
  private final int[] rests = new int[STORES];
  private Registration registered = new Registration();
  private int restingStores;

  LinkRegions(CollectorTarget target, StoreTable stores) {
    this.target = target;
    this.stores = stores;
  }

  /** A store's place in the tables here: numbers are unique within a primitive. */
  static int index(Store store) {
    return (store.primitive().opcode() - 1) * BaseHeader.STORES + store.id();
  }

  /**
   * Where each store lies, by {@link #index}; null for one that cannot be written. Always the same
   * array.
   */
  RemoteRegion[] usable() {
    return usable;
  }

  Registration registered() {
    return registered;
  }

  /**
   * Takes over what the collector advertises now.
   *
   * @throws IllegalArgumentException where a store is missing, or has too little memory
   */
  void refresh() {
    Registration fresh = new Registration();
    for (Store store : stores.stores()) {
      fresh.regions[index(store)] = target.region(store);
    }
    for (Store store : stores.stores()) {
      int index = index(store);
      if (!fresh.regions[index].equals(registered.regions[index])) {
        rests[index] = 0;
        wake(index);
      }
      usable[index] = resting[index] ? null : fresh.regions[index];
    }
    registered = fresh;
  }

  /** The store that a range of an earlier registration belongs to; null where it is none. */
  Store find(Registration earlier, int rkey, long address) {
    for (Store store : stores.stores()) {
      RemoteRegion region = earlier.regions[index(store)];
      long offset = address - region.address();
      if (region.rkey() == rkey && offset >= 0 && offset < region.length()) {
        return store;
      }
    }
    return null;
  }

  /** Whether a store lies where it did. */
  boolean isUnchanged(Registration earlier, Store store) {
    return earlier.regions[index(store)].equals(registered.regions[index(store)]);
  }

  /** Where a range of a store is now; null where it cannot be written. */
  Place place(Registration earlier, Store store, long address) {
    RemoteRegion now = usable[index(store)];
    return now == null ? null : new Place(now, address - earlier.regions[index(store)].address());
  }

  /** Lets a store rest. */
  void rest(Store store, long nowNs) {
    int index = index(store);
    long restNs = target.reconnect().longestNs() << Math.min(rests[index], DOUBLINGS);
    restingStores += resting[index] ? 0 : 1;
    resting[index] = true;
    restsUntilNs[index] = nowNs + restNs;
    rests[index]++;
    usable[index] = null;
    LOG.log(
        System.Logger.Level.WARNING,
        "collector {0} refuses store ''{1}'' with the rkey and address of its own directory ({2}):"
            + " its reports are dropped as remote-access for {3} ms, then it is tried again; start"
            + " the collector again if this stays",
        target.name(),
        store.name(),
        registered.regions[index],
        Long.toString(TimeUnit.NANOSECONDS.toMillis(restNs)));
  }

  /**
   * Ends rests that are over.
   *
   * @return how many
   */
  int wake(long nowNs) {
    if (restingStores == 0) {
      return 0;
    }
    int woken = 0;
    for (int index = 0; index < STORES; index++) {
      if (resting[index] && nowNs - restsUntilNs[index] >= 0) {
        wake(index);
        woken++;
      }
    }
    return woken;
  }

  private void wake(int index) {
    if (resting[index]) {
      resting[index] = false;
      restingStores--;
      usable[index] = registered.regions[index];
    }
  }
}
