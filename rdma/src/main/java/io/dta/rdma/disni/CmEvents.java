package io.dta.rdma.disni;

import com.ibm.disni.verbs.RdmaCmEvent;
import com.ibm.disni.verbs.RdmaCmEvent.EventType;
import com.ibm.disni.verbs.RdmaCmId;
import com.ibm.disni.verbs.RdmaEventChannel;
import java.io.IOException;

/** The connection manager's events, and the identifiers that they are about. One thread. */
final class CmEvents implements AutoCloseable {
  private static final short PORT_SPACE_TCP = 0x0106;
  private static final EventType[] TYPES = EventType.values();

  private final RdmaEventChannel channel;
  private RdmaCmId subject;

  CmEvents() throws IOException {
    try {
      channel = RdmaEventChannel.createEventChannel();
    } catch (IOException e) {
      throw new IOException(
          "RDMA CM cannot be reached (%s): load the kernel module rdma_ucm, and look with 'rdma link' whether there is an RDMA device"
              .formatted(DisniMemory.reason(e)),
          e);
    }
  }

  RdmaCmId newId() throws IOException {
    return channel.createId(PORT_SPACE_TCP);
  }

  /** The next event, where there is one already; null otherwise, and where none can be read. */
  EventType poll() {
    return await(0);
  }

  /**
   * The next event.
   *
   * @return null where none came in time, or none can be read
   */
  EventType await(int milliseconds) {
    try {
      RdmaCmEvent event = channel.getCmEvent(milliseconds);
      if (event == null || event.getEvent() >= TYPES.length) {
        return null;
      }
      subject = event.getConnIdPriv();
      return TYPES[event.getEvent()];
    } catch (IOException e) {
      return null;
    }
  }

  /** What the last event was about. */
  RdmaCmId subject() {
    return subject;
  }

  @Override
  public void close() {
    DisniMemory.release(channel, RdmaEventChannel::destroyEventChannel);
  }
}
