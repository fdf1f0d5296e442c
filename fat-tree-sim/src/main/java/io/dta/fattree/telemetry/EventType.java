package io.dta.fattree.telemetry;

/** What happened to a packet in a switch's queue. */
public enum EventType {
  /** It met a long queue; the detail is the queue's depth in packets. */
  CONGESTION(1, "congestion"),
  /** The queue was full; the detail is how many packets of the flow were dropped. */
  QUEUE_FULL_DROP(2, "drop, queue full");

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
    throw new IllegalArgumentException("event type " + code + ": expected 1 or 2");
  }
}
