package io.dta.cli.p4;

import picocli.CommandLine.Command;

/** {@code dta p4}. */
@Command(
    name = "p4",
    description = "Switches that run the P4 programs: what goes into their tables.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {EntriesCommand.class, RunCommand.class, CompileCommand.class},
    footer = {
      "",
      "Examples:",
      "  dta p4 entries --collector http://10.0.9.1:8040 --target tofino > entries.py",
      "  dta p4 run --switch 127.0.0.1:9090 --collector http://10.0.9.1:8040",
      "  dta p4 compile"
    })
public final class P4Command {}
