package io.dta.rdma.roce;

/**
 * What is done with packets whose {@linkplain Icrc iCRC} does not fit. A UDP socket does not show
 * the IP header, so the identification that the iCRC covers has to be assumed: 0, as an unconnected
 * Linux socket with the don't-fragment flag sends it.
 */
public enum IcrcCheck {
  /**
   * Drop and count them: for peers that are known to send identification 0, such as this package's
   * own.
   */
  REQUIRED,
  /**
   * Count them and go on: for RNICs and the kernel's soft-RoCE, which count the identification up.
   * Damage on the way is still found by the UDP checksum and the link's own check sequence.
   */
  COUNTED
}
