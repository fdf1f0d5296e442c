package io.dta.cli.doctor;

import io.dta.rdma.verbs.LockedMemory;
import io.dta.rdma.verbs.RdmaCore;
import io.dta.rdma.verbs.RdmaDevices;
import io.dta.rdma.verbs.RdmaPort;
import io.dta.rdma.verbs.VerbsDevice;
import io.dta.rdma.verbs.VerbsException;
import java.util.List;

/**
 * What this host has for RDMA; in JSON, what is null is left out.
 *
 * @param rdmaCore the version of rdma-core, empty where its libraries do not tell it; null where it
 *     is not installed
 * @param rdmaCoreProblem why it cannot be used; null where it can
 * @param ports of all devices
 * @param lockedMemoryBytes how much memory this process may lock; null for any amount
 */
record RdmaState(
    String rdmaCore, String rdmaCoreProblem, List<Port> ports, Long lockedMemoryBytes) {

  /**
   * An address that RoCEv2 packets leave from.
   *
   * @param index in the port's GID table
   * @param networkDevice empty where unknown
   */
  record Gid(int index, String address, String networkDevice) {}

  /**
   * A port of a device.
   *
   * @param state such as {@code ACTIVE}
   * @param linkLayer such as {@code Ethernet}
   * @param roceV2 its addresses
   * @param limits what the device can do; null where it could not be opened
   * @param problem why it could not be opened; null where it could, or rdma-core is missing
   */
  record Port(
      String device,
      int number,
      String state,
      String linkLayer,
      List<Gid> roceV2,
      VerbsDevice.Limits limits,
      String problem) {
    String name() {
      return "%s port %d".formatted(device, number);
    }
  }

  /** Of this host. */
  static RdmaState examine() {
    String version = null;
    String problem = null;
    try {
      version = RdmaCore.version();
    } catch (VerbsException e) {
      problem = e.getMessage();
    }
    boolean usable = problem == null;
    LockedMemory lockable = LockedMemory.ofThisProcess();
    return new RdmaState(
        version,
        problem,
        RdmaDevices.ofThisHost().ports().stream().map(port -> examine(port, usable)).toList(),
        lockable.isUnlimited() ? null : lockable.bytes());
  }

  private static Port examine(RdmaPort port, boolean usable) {
    VerbsDevice.Limits limits = null;
    String problem = null;
    if (usable) {
      try (VerbsDevice device = VerbsDevice.open(port)) {
        limits = device.limits();
      } catch (VerbsException e) {
        problem = e.getMessage();
      }
    }
    List<Gid> gids =
        port.gids().stream()
            .filter(RdmaPort.Gid::isRoceV2)
            .map(gid -> new Gid(gid.index(), gid.address().getHostAddress(), gid.networkDevice()))
            .toList();
    return new Port(
        port.device(), port.number(), port.state(), port.linkLayer(), gids, limits, problem);
  }
}
