package io.dta.cli.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dta.cli.CommandRun;
import io.dta.cli.doctor.Finding.Verdict;
import io.dta.rdma.verbs.VerbsDevice;
import java.util.List;
import org.junit.jupiter.api.Test;

class RdmaExaminationTest {
  private static final RdmaState.Gid GID = new RdmaState.Gid(3, "192.0.2.10", "eth0");
  private static final VerbsDevice.Limits LIMITS =
      new VerbsDevice.Limits("22.39.1002", -1, 1 << 17, 1 << 15, 1 << 22, 16, 16, true, 4096);

  private static Finding only(RdmaState.Port port) {
    return RdmaExamination.findings(state(null, port)).getFirst();
  }

  private static RdmaState state(Long lockable, RdmaState.Port... ports) {
    return new RdmaState("44.0", null, List.of(ports), lockable);
  }

  private static RdmaState.Port port(
      String state, String linkLayer, List<RdmaState.Gid> gids, String problem) {
    return new RdmaState.Port(
        "mlx5_0", 1, state, linkLayer, gids, problem == null ? LIMITS : null, problem);
  }

  private static void assertNote(Finding finding, String found, String remedy) {
    assertEquals(Verdict.NOTE, finding.verdict(), finding::toString);
    assertTrue(finding.found().contains(found), finding::toString);
    assertTrue(finding.remedy().contains(remedy), finding::toString);
  }

  @Test
  void shouldSayWhatAPortHas() {
    Finding finding = only(port("ACTIVE", "Ethernet", List.of(GID), null));
    assertEquals(
        Finding.ok(
            "mlx5_0 port 1",
            "ACTIVE; Ethernet; RoCEv2 192.0.2.10 (GID 3, eth0); path MTU 4096; regions up to any"
                + " size; atomics; firmware 22.39.1002"),
        finding);
  }

  @Test
  void shouldSayWhatAPortLacks() {
    assertNote(only(port("DOWN", "Ethernet", List.of(GID), null)), "DOWN", "cable");
    assertNote(only(port("ACTIVE", "InfiniBand", List.of(), null)), "InfiniBand", "LINK_TYPE");
    assertNote(only(port("ACTIVE", "Ethernet", List.of(), null)), "ACTIVE", "an IP address");
    assertNote(
        only(port("ACTIVE", "Ethernet", List.of(GID), "modprobe ib_uverbs")), "GID 3", "ib_uverbs");
  }

  @Test
  void shouldSayThatNoDeviceIsNeeded() {
    List<Finding> findings = RdmaExamination.findings(state(8L << 20));
    assertNote(findings.getFirst(), "none", "'rdma.mode: software' of collectors need none");
    Finding locked = findings.get(2);
    assertEquals(Verdict.OK, locked.verdict(), locked::toString);
    assertTrue(locked.found().contains("8,388,608 bytes"), locked::toString);
  }

  @Test
  void shouldSayHowToLockMoreMemory() {
    RdmaState.Port port = port("ACTIVE", "Ethernet", List.of(GID), null);
    assertNote(RdmaExamination.findings(state(8L << 20, port)).get(2), "8,388,608", "LimitMEMLOCK");
    assertEquals(Verdict.OK, RdmaExamination.findings(state(null, port)).get(2).verdict());
  }

  @Test
  void shouldTellWithoutRdmaCore() {
    RdmaState state = new RdmaState(null, "apt-get install rdma-core", List.of(), null);
    assertNote(RdmaExamination.findings(state).get(1), "not usable", "apt-get install");
  }

  @Test
  void shouldTellScripts() {
    CommandRun run = CommandRun.of("doctor", "--json");
    assertTrue(run.json().path("rdma").path("ports").isArray(), run::toString);
    // Here rdma-core may be installed or not; one of the two says so.
    assertEquals(
        run.json().path("rdma").has("rdmaCoreProblem"),
        !run.json().path("rdma").has("rdmaCore"),
        run::toString);
  }
}
