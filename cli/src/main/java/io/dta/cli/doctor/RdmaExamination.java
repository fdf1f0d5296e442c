package io.dta.cli.doctor;

import io.dta.rdma.disni.DisniLibrary;
import io.dta.rdma.verbs.LockedMemory;
import io.dta.rdma.verbs.VerbsDevice;
import java.util.ArrayList;
import java.util.List;

/**
 * Says whether {@code rdma.mode} and {@code rdma.transport} may be {@code verbs} or {@code disni}.
 */
final class RdmaExamination {
  private static final String ACTIVE = "ACTIVE";
  private static final String ETHERNET = "Ethernet";
  private static final String NO_DEVICE_NEEDED =
      "'rdma.transport: rocev2' of translators and 'rdma.mode: software' of collectors need none";

  private RdmaExamination() {}

  static List<Finding> findings(RdmaState state) {
    List<Finding> findings = new ArrayList<>();
    if (state.ports().isEmpty()) {
      findings.add(
          Finding.note(
              "RDMA devices",
              "none",
              NO_DEVICE_NEEDED
                  + "; for 'verbs' load the NIC's driver, such as mlx5_ib, or as root the kernel's"
                  + " soft-RoCE: modprobe rdma_rxe && rdma link add rxe0 type rxe netdev eth0"));
    } else {
      state.ports().forEach(port -> findings.add(port(port)));
    }
    findings.add(rdmaCore(state));
    findings.add(lockedMemory(state));
    findings.add(disni());
    return findings;
  }

  private static Finding port(RdmaState.Port port) {
    String found = describe(port);
    if (!port.state().equals(ACTIVE)) {
      return Finding.note(
          port.name(), found, "nothing passes it: check cable, switch and network interface");
    }
    if (!port.linkLayer().equals(ETHERNET)) {
      return Finding.note(
          port.name(),
          found,
          "RoCEv2 needs a port whose link layer is Ethernet; NICs that have both change it by"
              + " their firmware's settings (mlxconfig: LINK_TYPE_P1)");
    }
    if (port.roceV2().isEmpty()) {
      return Finding.note(
          port.name(),
          found,
          "it has no RoCEv2 address: give its network interface an IP address, which 'rdma.host'"
              + " and 'rdma.address' then name");
    }
    if (port.problem() != null) {
      return Finding.note(port.name(), found, port.problem());
    }
    return Finding.ok(port.name(), found);
  }

  private static String describe(RdmaState.Port port) {
    List<String> parts = new ArrayList<>();
    parts.add(port.state());
    parts.add(port.linkLayer());
    for (RdmaState.Gid gid : port.roceV2()) {
      parts.add(
          "RoCEv2 %s (GID %d%s)"
              .formatted(
                  gid.address(),
                  gid.index(),
                  gid.networkDevice().isEmpty() ? "" : ", " + gid.networkDevice()));
    }
    VerbsDevice.Limits limits = port.limits();
    if (limits != null) {
      parts.add("path MTU " + limits.pathMtu());
      parts.add("regions up to " + size(limits.maxRegion()));
      parts.add(limits.atomics() ? "atomics" : "no atomics: no Key-Increment");
      if (!limits.firmware().isEmpty()) {
        parts.add("firmware " + limits.firmware());
      }
    }
    return String.join("; ", parts);
  }

  /** Bytes, unsigned, as drivers mean them. */
  private static String size(long bytes) {
    if (bytes < 0 || bytes >>> 50 != 0) {
      return "any size";
    }
    return bytes >>> 30 == 0 ? (bytes >> 20) + " MiB" : (bytes >> 30) + " GiB";
  }

  private static Finding rdmaCore(RdmaState state) {
    if (state.rdmaCoreProblem() != null) {
      return Finding.note("rdma-core", "not usable", state.rdmaCoreProblem());
    }
    return Finding.ok("rdma-core", state.rdmaCore().isEmpty() ? "present" : state.rdmaCore());
  }

  private static Finding lockedMemory(RdmaState state) {
    Long limit = state.lockedMemoryBytes();
    if (limit == null) {
      return Finding.ok("locked memory", "unlimited");
    }
    String found =
        limit == LockedMemory.UNKNOWN ? "limit unknown" : "at most %,d bytes".formatted(limit);
    return state.ports().isEmpty()
        ? Finding.ok("locked memory", found + "; it matters with an RDMA device alone")
        : Finding.note(
            "locked memory",
            found,
            "an RDMA device's memory is locked: 'verbs' and 'disni' need as much as all stores"
                + " together: "
                + LockedMemory.REMEDY);
  }

  private static Finding disni() {
    return DisniLibrary.find()
        .map(library -> Finding.ok("DiSNI", library.toString()))
        .orElseGet(
            () ->
                Finding.note(
                    "DiSNI",
                    "libdisni.so not found",
                    "only 'disni' needs it, and 'verbs' does all that it does; docs/rdma.md says"
                        + " how to build it, "
                        + DisniLibrary.VARIABLE
                        + " says where it is"));
  }
}
