package io.dta.cli.p4;

import io.dta.cli.Output;
import io.dta.cli.WrongUsage;
import io.dta.node.Json;
import io.dta.node.Logging;
import io.dta.p4.SwitchProgram;
import io.dta.p4.control.SwitchEvent;
import io.dta.p4.control.SwitchKeeper;
import io.dta.p4.control.SwitchPlan;
import java.security.SecureRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.agrona.concurrent.ShutdownSignalBarrier;
import org.agrona.concurrent.SystemNanoClock;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code dta p4 run}. */
@Command(
    name = "run",
    description = {
      "Keeps a BMv2 switch in step with collectors that come, go and are"
          + " started again: makes queue pairs, fills tables, sets PSNs.",
      "Stops at SIGINT or SIGTERM; the switch goes on, and the next 'dta p4 run' with it."
    },
    footer = {
      "",
      "Examples:",
      "  dta p4 run --switch 127.0.0.1:9090 --collector http://10.0.9.1:8040",
      "  dta p4 run --switch 127.0.0.1:9090 --config FILE --json",
      "  dta p4 run --switch 127.0.0.1:9090 --config FILE --take-down"
    })
final class RunCommand implements Callable<Integer> {
  private static final Pattern SWITCH = Pattern.compile("(.+):([0-9]{1,5})");

  @Spec private CommandSpec command;

  @Mixin private Output output;

  @Mixin private SwitchOptions options;

  @Option(
      names = "--switch",
      paramLabel = "HOST:PORT",
      required = true,
      description = "Where simple_switch's '--thrift-port' is.")
  private String device;

  @Option(
      names = "--program",
      paramLabel = "NAME",
      defaultValue = "translator",
      description = "The program that the switch runs: ${COMPLETION-CANDIDATES}.")
  private SwitchProgram program;

  @Option(
      names = "--take-down",
      description = "At the end, take the queue pairs down: the switch then writes nothing.")
  private boolean takeDown;

  private record Address(String host, int port) {
    static Address parse(String text) {
      Matcher matcher = SWITCH.matcher(text);
      if (!matcher.matches() || Integer.parseInt(matcher.group(2)) > 65_535) {
        throw new IllegalArgumentException(
            "--switch '%s': expected the form HOST:PORT, such as 127.0.0.1:9090".formatted(text));
      }
      return new Address(matcher.group(1), Integer.parseInt(matcher.group(2)));
    }
  }

  @Override
  @SuppressWarnings("try") // the barrier is there for what it does at a signal
  public Integer call() {
    Logging.configure(System.Logger.Level.INFO);
    SwitchPlan plan = options.plan(command);
    Address address = WrongUsage.check(command, () -> Address.parse(device));
    AtomicBoolean running = new AtomicBoolean(true);
    Thread keeping = Thread.currentThread();
    try (ShutdownSignalBarrier stop =
            new ShutdownSignalBarrier(
                () -> {
                  running.set(false);
                  LockSupport.unpark(keeping);
                });
        SwitchKeeper keeper =
            new SwitchKeeper(
                address.host(),
                address.port(),
                program,
                plan,
                new SecureRandom(),
                SystemNanoClock.INSTANCE,
                this::tell)) {
      while (running.get()) {
        keeper.step();
        if (running.get()) {
          LockSupport.parkNanos(plan.interval().toNanos());
        }
      }
      if (takeDown) {
        keeper.takeDown();
      }
    }
    output.remark(
        takeDown ? "stopped; the queue pairs are down" : "stopped; the switch goes on as it is");
    return 0;
  }

  private void tell(SwitchEvent event) {
    output.println(output.json() ? Json.compact(event) : event.text());
  }
}
