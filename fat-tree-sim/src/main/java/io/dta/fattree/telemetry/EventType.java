package io.dta.fattree.telemetry;

/** What happened to a packet at a switch. */
public enum EventType {
  /** It met a long queue; the detail is the queue's depth in packets. */
  CONGESTION(1, "congestion"),
  /** The queue was full; the detail is how many packets of the flow were dropped. */
  QUEUE_FULL_DROP(2, "drop, queue full"),
  /** The link had failed; the detail is how many packets of the flow were dropped. */
  LINK_DOWN_DROP(3, "drop, link down"),
  /** The switch knew no way; the detail is how many packets of the flow were dropped. */
  NO_ROUTE_DROP(4, "drop, no route"),
  /** The flow takes another way; the detail is the new ingress port · 256 + the new egress port. */
  PATH_CHANGE(5, "path change");

  private final int code;
  private final String label;

  EventType(int code, String label) {
    this.code = code;
    this.label = label;
  }

  /** The code in an event's bytes. */
  public int code() {
    return code;
  }

  /** For people. */
  public String label() {
    return label;
  }

  /**
   * The type of a code.
   *
   * @throws IllegalArgumentException where no type has it
   */
  public static EventType ofCode(int code) {
    for (EventType type : values()) {
      if (type.code == code) {
        return type;
      }
    }
    throw new IllegalArgumentException("event type " + code + ": expected 1 to 5");
  }
}
