package io.dta.p4;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dta.node.OperatorException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Compiles the BMv2 programs. What the compiler writes is kept beside the sources, in {@code
 * compiled}, for those who have no compiler, with the digest of the sources that it is made of.
 */
public final class ProgramCompiler {
  private static final Pattern INCLUDE =
      Pattern.compile("^#include \"([^\"]+)\"", Pattern.MULTILINE);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path directory;

  /**
   * @param directory with the sources, {@code p4/bmv2}
   */
  public ProgramCompiler(Path directory) {
    this.directory = directory;
  }

  /** Where a compiled program is kept. */
  public Path compiledFile(String program) {
    return directory.resolve("compiled").resolve(program + ".json");
  }

  /** Where the digest of its sources is kept. */
  public Path digestFile(String program) {
    return directory.resolve("compiled").resolve(program + ".sha256");
  }

  /** The SHA-256 of a program's source and of all that it includes, in the order of first use. */
  public String digest(String program) {
    Map<Path, String> sources = new LinkedHashMap<>();
    addSource(directory.resolve(program + ".p4").normalize(), sources);
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      sources.forEach(
          (file, text) -> {
            sha.update(file.getFileName().toString().getBytes(StandardCharsets.UTF_8));
            sha.update((byte) 0);
            sha.update(text.getBytes(StandardCharsets.UTF_8));
            sha.update((byte) 0);
          });
      return HexFormat.of().formatHex(sha.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  private static void addSource(Path file, Map<Path, String> sources) {
    if (sources.containsKey(file)) {
      return;
    }
    String text = read(file);
    sources.put(file, text);
    Matcher matcher = INCLUDE.matcher(text);
    while (matcher.find()) {
      addSource(file.resolveSibling(matcher.group(1)).normalize(), sources);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Compiles a program.
   *
   * @param compiler p4c's {@code p4c-bm2-ss}
   * @return what it writes, without the places in the source
   * @throws OperatorException with what the compiler says where it finds fault, if only a warning
   */
  public String compile(String program, Path compiler) {
    try {
      Path out = Files.createTempFile(program, ".json");
      try {
        List<String> command = new ArrayList<>();
        command.add(compiler.toString());
        // BMv2 leaves headers that are not valid out of calculations, and the programs count on it.
        command.add("--Wdisable=invalid-header");
        command.addAll(List.of("-o", out.toString(), program + ".p4"));
        Process process =
            new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0 || !said.isBlank()) {
          throw new OperatorException("%s of %s says: %s".formatted(compiler, program, said));
        }
        JsonNode compiled = JSON.readTree(out.toFile());
        forget(compiled);
        ((ObjectNode) compiled).put("program", program + ".p4");
        return JSON.writeValueAsString(compiled) + '\n';
      } finally {
        Files.delete(out);
      }
    } catch (IOException e) {
      throw new OperatorException("cannot run %s: %s".formatted(compiler, e.getMessage()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new OperatorException("interrupted while compiling " + program, e);
    }
  }

  private static void forget(JsonNode node) {
    if (node instanceof ObjectNode object) {
      object.remove("source_info");
    }
    node.forEach(ProgramCompiler::forget);
  }

  /** Compiles a program and keeps it. */
  public void update(String program, Path compiler) {
    String compiled = compile(program, compiler);
    try {
      Files.createDirectories(compiledFile(program).getParent());
      Files.writeString(compiledFile(program), compiled);
      Files.writeString(digestFile(program), digest(program) + '\n');
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
