package io.dta.fattree.witness;

import io.dta.fattree.network.Hop;
import java.util.ArrayList;
import java.util.List;
import org.agrona.collections.Long2LongHashMap;

/** How often the packets of flows came to a switch, or left it, another way than before. */
final class WayChanges {
  private static final int SWITCH_BITS = 12;
  private static final int PORT_BITS = 6;
  private static final int WAY_BITS = 2 * PORT_BITS;
  private static final long UNKNOWN = -1;

  private final Long2LongHashMap ways = new Long2LongHashMap(UNKNOWN);
  private final Long2LongHashMap changes = new Long2LongHashMap(0);

  void onHop(Hop hop, int flow) {
    long place = (long) flow << SWITCH_BITS | hop.switchId();
    long way = (long) hop.ingressPort() << PORT_BITS | hop.egressPort();
    long before = ways.put(place, way);
    if (before != UNKNOWN && before != way) {
      long change = place << WAY_BITS | way;
      changes.put(change, changes.get(change) + 1);
    }
  }

  /** All of them, in no order. */
  List<Witness.WayChange> all() {
    List<Witness.WayChange> all = new ArrayList<>(changes.size());
    changes.forEachLong(
        (change, count) -> {
          int way = (int) change & ((1 << WAY_BITS) - 1);
          long place = change >>> WAY_BITS;
          all.add(
              new Witness.WayChange(
                  (int) (place >>> SWITCH_BITS),
                  (int) place & ((1 << SWITCH_BITS) - 1),
                  way >>> PORT_BITS,
                  way & ((1 << PORT_BITS) - 1),
                  count));
        });
    return all;
  }
}
