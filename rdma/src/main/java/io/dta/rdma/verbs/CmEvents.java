package io.dta.rdma.verbs;

/** Words for what RDMA CM says. */
final class CmEvents {
  private static final String[] NAMES = {
    "address resolved",
    "address cannot be resolved: is there a route to it over an RDMA device?",
    "route resolved",
    "no route to the address",
    "connection requested",
    "connection answered",
    "connection failed",
    "no answer: does RDMA CM listen there, and does UDP port 4791 get through?",
    "rejected",
    "established",
    "disconnected",
    "the device was removed",
    "multicast joined",
    "multicast failed",
    "the address moved to another device",
    "left the time-wait state"
  };

  private CmEvents() {}

  /** What an event means. */
  static String describe(Rdmacm.Event event) {
    String name =
        event.type() >= 0 && event.type() < NAMES.length
            ? NAMES[event.type()]
            : "event " + event.type();
    if (event.type() == VerbsLayout.Value.RDMA_CM_EVENT_REJECTED) {
      return name + " (" + rejection(event.status()) + ")";
    }
    return event.status() < 0 ? name + ": " + Native.describe(-event.status()) : name;
  }

  /** Reasons of REJ (InfiniBand Architecture Specification 1.4, volume 1, section 12.6.7.2). */
  private static String rejection(int reason) {
    return switch (reason) {
      case 1 -> "no queue pair to be had";
      case 3 -> "no resources";
      case 4 -> "time-out";
      case 8 -> "nothing listens at that port";
      case 10 -> "stale connection: the peer still has the one before";
      case 28 -> "the peer does not want it";
      default -> "reason " + reason;
    };
  }
}
