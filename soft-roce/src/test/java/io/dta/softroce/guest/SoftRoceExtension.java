package io.dta.softroce.guest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Boots the guest when the first test needs it; see {@link SoftRoce}. */
final class SoftRoceExtension implements ExecutionCondition, ParameterResolver, BeforeEachCallback {
  private static final String NAMESPACE_READY = "ready";
  private static final int CANNOT_BE_HAD = 77;

  /** The guest of this JVM, or why there is none. */
  private record Availability(SoftRoceGuest guest, String reason) implements AutoCloseable {
    @Override
    public void close() throws IOException {
      if (guest != null) {
        guest.close();
      }
    }
  }

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    String reason = availability(context).reason();
    return reason == null
        ? ConditionEvaluationResult.enabled("there is a guest")
        : ConditionEvaluationResult.disabled("no soft-RoCE guest: " + reason);
  }

  private static Availability availability(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(ExtensionContext.Namespace.create(SoftRoceExtension.class))
        .getOrComputeIfAbsent(Availability.class, ignored -> boot(), Availability.class);
  }

  private static Availability boot() {
    String namespace = System.getenv("DTA_NAMESPACE");
    if (!NAMESPACE_READY.equals(namespace)) {
      return unavailable(
          namespace == null || namespace.isEmpty()
              ? "this JVM was not started by soft-roce/guest/bin/java-in-namespace, as 'mvn test'"
                  + " does"
              : namespace);
    }
    Path module = Path.of(System.getProperty("basedir", "")).toAbsolutePath();
    Path built = module.resolve("target/guest");
    try {
      Process build =
          new ProcessBuilder(module.resolve("guest/build").toString(), built.toString())
              .redirectErrorStream(true)
              .start();
      build.getOutputStream().close();
      String said =
          new String(build.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      int exitCode = build.waitFor();
      if (exitCode == CANNOT_BE_HAD) {
        return unavailable(said.substring(said.lastIndexOf('\n') + 1));
      }
      if (exitCode != 0) {
        throw new IOException("guest/build ended with " + exitCode + ": " + said);
      }
      SoftRoceGuest guest = new SoftRoceGuest(built);
      guest.boot(System.getenv("DTA_TAP"));
      return new Availability(guest, null);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the guest was built", e);
    }
  }

  private static Availability unavailable(String reason) {
    System.err.println("The soft-RoCE tests are SKIPPED: " + reason);
    return new Availability(null, reason);
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    availability(context).guest().cable().repair();
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == SoftRoceGuest.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return availability(context).guest();
  }
}
