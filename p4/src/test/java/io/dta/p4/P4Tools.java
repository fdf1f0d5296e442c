package io.dta.p4;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;

/** The tools of P4, which may be missing: by their variable, or on the PATH. */
public final class P4Tools {
  /** p4c's compiler for BMv2. */
  public static final P4Tools P4C = new P4Tools("P4C", "p4c-bm2-ss");

  /** BMv2's switch. */
  public static final P4Tools SIMPLE_SWITCH = new P4Tools("SIMPLE_SWITCH", "simple_switch");

  private final String variable;
  private final String name;

  private P4Tools(String variable, String name) {
    this.variable = variable;
    this.name = name;
  }

  /** Where it is, null where it is missing. */
  public Path find() {
    String set = System.getenv(variable);
    if (set != null) {
      Path path = Path.of(set);
      if (!Files.isExecutable(path)) {
        throw new IllegalStateException("%s is '%s', which is no program".formatted(variable, set));
      }
      return path;
    }
    for (String directory : System.getenv("PATH").split(File.pathSeparator, -1)) {
      Path path = Path.of(directory, name);
      if (Files.isExecutable(path)) {
        return path;
      }
    }
    return null;
  }

  /** Why a test is skipped. */
  public String missing() {
    return "%s is neither on the PATH nor named by %s".formatted(name, variable);
  }
}
