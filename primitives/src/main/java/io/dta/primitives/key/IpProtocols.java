package io.dta.primitives.key;

/**
 * The names of the IP protocols that carry what telemetry is about; others go by their number
 * (IANA's registry).
 */
enum IpProtocols {
  ICMP(1),
  IGMP(2),
  TCP(6),
  UDP(17),
  GRE(47),
  ESP(50),
  AH(51),
  ICMPV6(58),
  OSPF(89),
  PIM(103),
  SCTP(132);

  private final int number;

  IpProtocols(int number) {
    this.number = number;
  }

  private String label() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }

  /** The number of a protocol, given its name in any case or a number from 0 to 255. */
  static int parse(String text) {
    for (IpProtocols protocol : values()) {
      if (protocol.name().equalsIgnoreCase(text)) {
        return protocol.number;
      }
    }
    if (text.matches("[0-9]{1,3}") && Integer.parseInt(text) <= 0xFF) {
      return Integer.parseInt(text);
    }
    StringBuilder names = new StringBuilder();
    for (IpProtocols protocol : values()) {
      names.append(protocol.label()).append(", ");
    }
    throw new IllegalArgumentException(
        "protocol '" + text + "': expected " + names + "or a number from 0 to 255");
  }

  static String print(int number) {
    for (IpProtocols protocol : values()) {
      if (protocol.number == number) {
        return protocol.label();
      }
    }
    return Integer.toString(number);
  }
}
