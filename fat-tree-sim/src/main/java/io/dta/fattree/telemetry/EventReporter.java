package io.dta.fattree.telemetry;

import io.dta.fattree.send.Reporter;
import io.dta.primitives.store.AppendStore;
import java.io.IOException;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * NetSeer's flow events as Append. They are essential: each tells of packets that will not come
 * again.
 */
public final class EventReporter {
  private final AppendStore store;
  private final UnsafeBuffer entry = new UnsafeBuffer(new byte[NetworkEvent.LENGTH]);

  public EventReporter(AppendStore store) {
    this.store = store;
  }

  /**
   * Reports an event.
   *
   * @param reporter that of the switch where it happened
   * @return the entry, valid until the next call
   */
  public DirectBuffer report(
      Reporter reporter, int list, DirectBuffer flows, int key, QueueModel.Incident incident)
      throws IOException {
    NetworkEvent.put(entry, 0, flows, key, incident.switchId(), incident.type(), incident.detail());
    reporter.append(store, list, entry, 0);
    return entry;
  }
}
