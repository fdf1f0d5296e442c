package io.dta.softroce;

import io.dta.cli.Dta;
import io.dta.rdma.disni.DisniConnector;
import io.dta.rdma.disni.DisniResponder;
import io.dta.rdma.verbs.VerbsRequester;
import io.dta.softroce.guest.GuestJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What the class-data archive of the guest's JVMs is trained with: a collector and a translator in
 * one JVM on the host. Without an RDMA device there, the classes that need one are only loaded.
 */
final class Training {
  private static final String READY = "translator takes reports";

  private static final String COLLECTOR =
      """
      collector:
        http: {port: 8040}
        rdma: {port: 0}
        stores:
          - {primitive: key-write, id: 0, name: values, key: u32, valueLength: 8, slots: 1024, redundancy: 2}
          - {primitive: key-increment, id: 0, name: counters, key: u32, counters: 1024, redundancy: 2}
          - {primitive: append, id: 0, name: events, lists: 4, entryLength: 4, batch: 16, frames: 64}
      """;

  private static final String TRANSLATOR =
      """
      translator:
        listen: {port: 0}
        collectors: ["http://127.0.0.1:8040"]
        rdma: {port: 0}
        http: {port: 0}
      """;

  private Training() {}

  /** Trains, and returns the option by which a JVM uses what was learned. */
  static String run(GuestJvm jvm, Path folder) throws IOException {
    Path collector = Files.writeString(folder.resolve("training-collector.yaml"), COLLECTOR);
    Path translator = Files.writeString(folder.resolve("training-translator.yaml"), TRANSLATOR);
    return jvm.train(
        "training", READY, Training.class, collector.toString(), translator.toString());
  }

  public static void main(String[] files) throws ClassNotFoundException {
    for (Class<?> each :
        List.of(VerbsRequester.class, DisniResponder.class, DisniConnector.class)) {
      Class.forName(each.getName());
    }
    Thread.ofPlatform()
        .daemon()
        .start(() -> Dta.main(new String[] {"collector", "--config", files[0]}));
    Dta.main(new String[] {"translator", "--config", files[1]});
  }
}
