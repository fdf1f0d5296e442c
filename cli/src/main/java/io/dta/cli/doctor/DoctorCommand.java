package io.dta.cli.doctor;

import io.dta.cli.Output;
import io.dta.cli.terminal.Table;
import io.dta.node.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code dta doctor}. */
@Command(
    name = "doctor",
    description = "Looks at this machine and says what would not work, or work better.",
    footer = {
      "",
      "Exit code 1 when something will not work.",
      "",
      "Examples:",
      "  dta doctor",
      "  dta doctor --json | jq '.findings[] | select(.verdict != \"ok\")'",
      "  dta doctor --json | jq '.rdma.ports[] | {device, state, roceV2}'"
    })
public final class DoctorCommand implements Callable<Integer> {
  @Mixin private Output output;

  /** What {@code --json} prints. */
  record Diagnosis(boolean ok, List<Finding> findings, RdmaState rdma) {}

  @Override
  public Integer call() {
    RdmaState rdma = RdmaState.examine();
    List<Finding> findings = new ArrayList<>(Examination.run());
    findings.addAll(RdmaExamination.findings(rdma));
    boolean ok = findings.stream().noneMatch(f -> f.verdict() == Finding.Verdict.FAIL);
    if (output.json()) {
      output.println(Json.compact(new Diagnosis(ok, findings, rdma)));
    } else {
      Table table = new Table("", "CHECK", "FOUND");
      for (Finding finding : findings) {
        table.row(mark(finding.verdict()), finding.check(), finding.found());
      }
      output.print(table.render(0));
      for (Finding finding : findings) {
        if (finding.remedy() != null) {
          output.println("");
          output.println(finding.check() + ": " + finding.remedy());
        }
      }
    }
    return ok ? 0 : 1;
  }

  private static String mark(Finding.Verdict verdict) {
    return switch (verdict) {
      case OK -> "ok";
      case NOTE -> "note";
      case FAIL -> "FAIL";
    };
  }
}
