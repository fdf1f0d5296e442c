package io.dta.rdma.verbs;

import java.net.InetAddress;
import java.util.List;

/**
 * A port of an RDMA device.
 *
 * @param device such as {@code mlx5_0}
 * @param number from 1
 * @param state such as {@code ACTIVE} or {@code DOWN}
 * @param linkLayer {@code Ethernet} or {@code InfiniBand}
 * @param gids its addresses
 */
public record RdmaPort(String device, int number, String state, String linkLayer, List<Gid> gids) {
  static final String ROCE_V2 = "RoCE v2";

  public RdmaPort {
    gids = List.copyOf(gids);
  }

  /**
   * An address of a port.
   *
   * @param index in the port's GID table
   * @param address the GID as an IP address
   * @param type such as {@code RoCE v2}
   * @param networkDevice such as {@code eth0}; empty where unknown
   */
  public record Gid(int index, InetAddress address, String type, String networkDevice) {
    /** Whether RoCEv2 packets leave from it. */
    public boolean isRoceV2() {
      return type.equals(ROCE_V2);
    }
  }

  /** Whether the link is up. */
  public boolean isActive() {
    return state.equals("ACTIVE");
  }

  /**
   * The RoCEv2 GID of an IP address.
   *
   * @return null where it has none
   */
  public Gid roceV2Gid(InetAddress address) {
    for (Gid gid : gids) {
      if (gid.isRoceV2() && gid.address().equals(address)) {
        return gid;
      }
    }
    return null;
  }

  /** Such as {@code mlx5_0 port 1 (ACTIVE; 10.0.0.1)}. */
  @Override
  public String toString() {
    List<String> addresses =
        gids.stream().filter(Gid::isRoceV2).map(gid -> gid.address().getHostAddress()).toList();
    return "%s port %d (%s; %s)"
        .formatted(
            device,
            number,
            state,
            addresses.isEmpty() ? "no RoCEv2 address" : String.join(", ", addresses));
  }
}
