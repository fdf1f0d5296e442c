package io.dta.softroce.guest;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.spi.ToolProvider;

/**
 * How JVMs in the guest are started. Emulated, a start takes half a minute of one core; a
 * class-data archive from a training run on the host halves it, one compiler and the simplest
 * collector help, and more than one processor in the guest makes it three times slower.
 */
public final class GuestJvm {
  private static final List<String> OPTIONS =
      List.of(
          "-XX:TieredStopAtLevel=1",
          "-XX:+UseSerialGC",
          "-XX:-UsePerfData",
          "-Xmx320m",
          "-Xlog:aot=off",
          "-Xlog:cds=off",
          "--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED",
          "--add-exports=java.base/sun.nio.ch=ALL-UNNAMED",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow");

  private final Path built;
  private final String classPath;
  private String archive;

  /** Makes a class-data archive, by {@link #train}. */
  public interface Trainer {
    String train(GuestJvm jvm, Path folder) throws IOException;
  }

  /**
   * Packs what lies in folders, which a class-data archive cannot speak for.
   *
   * @param built where to
   */
  GuestJvm(Path built) throws IOException {
    this.built = built;
    List<String> packed = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      Path path = Path.of(entry);
      if (Files.isRegularFile(path)) {
        packed.add(entry);
      } else if (Files.isDirectory(path)) {
        packed.add(pack(path, built.resolve("lib-" + packed.size() + ".jar")).toString());
      }
    }
    classPath = String.join(File.pathSeparator, packed);
  }

  private static Path pack(Path folder, Path jar) throws IOException {
    int result =
        ToolProvider.findFirst("jar")
            .orElseThrow()
            .run(
                System.out,
                System.err,
                "--create",
                "--no-manifest",
                "--file",
                jar.toString(),
                "-C",
                folder.toString(),
                ".");
    if (result != 0) {
      throw new IOException(folder + " cannot be packed into " + jar);
    }
    return jar;
  }

  /** A command line for {@code /bin/sh} with the classes of these tests and what they need. */
  public String command(List<String> options, Class<?> main, String... arguments) {
    List<String> all = new ArrayList<>(options);
    all.add("-Djava.io.tmpdir=/run/tmp"); // where it may write
    List<String> words = words(all, main.getName());
    words.addAll(List.of(arguments));
    return "exec '" + String.join("' '", words) + "'";
  }

  private List<String> words(List<String> options, String main) {
    List<String> words = new ArrayList<>();
    words.add(System.getProperty("java.home") + "/bin/java");
    words.addAll(OPTIONS);
    words.addAll(options);
    words.addAll(List.of("-cp", classPath, main));
    return words;
  }

  /**
   * The option by which JVMs use the class-data archive, which is made when it is first asked for.
   */
  public synchronized String archive(Trainer trainer) throws IOException {
    if (archive == null) {
      archive = trainer.train(this, built);
    }
    return archive;
  }

  /**
   * Trains: runs a program on the host until it has said something, and ends it.
   *
   * @param name of the archive
   * @param said a part of the line after which it is ended
   * @return the option by which {@link #command} uses what was learned
   */
  public String train(String name, String said, Class<?> main, String... arguments)
      throws IOException {
    Path archive = built.resolve(name + ".aot");
    Files.deleteIfExists(archive);
    List<String> words = words(List.of("-XX:AOTCacheOutput=" + archive), main.getName());
    words.addAll(List.of(arguments));
    Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
    StringBuilder output = new StringBuilder();
    try (var lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        output.append(line).append('\n');
        if (line.contains(said)) {
          process.toHandle().destroy(); // whose output is still read
        }
      }
    }
    process.onExit().join();
    if (!Files.isRegularFile(archive)) {
      throw new IOException("the training run of " + name + " left no archive:\n" + output);
    }
    return "-XX:AOTCache=" + archive;
  }
}
