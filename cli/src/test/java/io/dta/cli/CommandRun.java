package io.dta.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.dta.node.Json;
import java.io.PrintWriter;
import java.io.StringWriter;

/** What a command printed, and its exit code. */
public record CommandRun(int exitCode, String out, String err) {
  /** Runs a command in this process. */
  public static CommandRun of(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exitCode = Dta.run(new PrintWriter(out), new PrintWriter(err), arguments);
    return new CommandRun(exitCode, out.toString(), err.toString());
  }

  /** The last line of standard output as JSON. */
  public JsonNode json() {
    String last = out.lines().reduce("", (first, second) -> second);
    try {
      return Json.mapper().readTree(last);
    } catch (JsonProcessingException e) {
      throw new AssertionError("not JSON: " + this, e);
    }
  }

  /** The one sentence on standard error. */
  public String sentence() {
    if (err.lines().count() != 1 || !err.startsWith("dta: ")) {
      throw new AssertionError("expected one sentence: " + this);
    }
    return err.strip();
  }
}
