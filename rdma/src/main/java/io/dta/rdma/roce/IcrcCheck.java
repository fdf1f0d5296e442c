package io.dta.rdma.roce;

import java.util.Locale;

/**
 * What is done with packets whose {@linkplain Icrc iCRC} does not fit. A UDP socket does not show
 * the IP header, so the identification that the iCRC covers is not known. IPv6 has none, and the
 * iCRC is checked in full whatever is asked for.
 */
public enum IcrcCheck {
  /**
   * Drop and count those whose iCRC is not the one for identification 0: for peers that are known
   * to send that, as an unconnected Linux socket with the don't-fragment flag does that sends its
   * datagrams one by one. All 32 bits are checked.
   */
  REQUIRED,
  /**
   * Drop and count those whose iCRC is not right for any identification: for all peers, RNICs and
   * the kernel's soft-RoCE among them, which count it up, with the don't-fragment flag or without.
   * 15 of the 32 bits are checked: one damaged packet in 32,768 passes, of those that the UDP
   * checksum and the link's own check sequence let through.
   */
  ANY_IDENTIFICATION,
  /**
   * Count those whose iCRC is not right for any identification, and go on: for peers that do not
   * compute it, such as switches.
   */
  COUNTED;

  /** The name in configurations: {@code required}, {@code any-identification}, {@code counted}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * The check of a {@link #label}.
   *
   * @throws IllegalArgumentException where there is none, with those that there are
   */
  public static IcrcCheck of(String label) {
    for (IcrcCheck check : values()) {
      if (check.label().equals(label)) {
        return check;
      }
    }
    throw new IllegalArgumentException(
        "icrc '%s': expected required, any-identification or counted".formatted(label));
  }
}
