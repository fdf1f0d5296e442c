package io.dta.rdma.udp;

/**
 * How a {@link UdpPort} sends.
 *
 * @param ecnCapable whether what it sends is marked ECT(0), so that switches mark congestion
 *     instead of dropping; the iCRC does not cover the mark
 * @param segmentation whether the kernel or the NIC may cut several datagrams off one batch
 *     (generic segmentation offload), which is many times as fast; they leave with identifications
 *     that count up from 0
 */
public record UdpPortOptions(boolean ecnCapable, boolean segmentation) {
  /** ECT(0), and segmentation where the system has it. */
  public static final UdpPortOptions DEFAULTS = new UdpPortOptions(true, true);

  /** The same with or without the ECT(0) mark. */
  public UdpPortOptions withEcnCapable(boolean newEcnCapable) {
    return new UdpPortOptions(newEcnCapable, segmentation);
  }

  /** The same with or without segmentation. */
  public UdpPortOptions withSegmentation(boolean newSegmentation) {
    return new UdpPortOptions(ecnCapable, newSegmentation);
  }
}
