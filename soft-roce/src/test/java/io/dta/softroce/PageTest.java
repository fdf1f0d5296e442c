package io.dta.softroce;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.dta.cli.Dta;
import io.dta.softroce.guest.SoftRoce;
import io.dta.softroce.guest.SoftRoceGuest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Follows docs/rdma.md as its reader does: types the commands of its code blocks and compares what
 * they print. {@code ./dta} is these tests' classes, without the build that the script does first.
 * Ports are those of the page: the tests have a network namespace of their own.
 */
@SoftRoce
class PageTest {
  private static final String FOLDER = "/run/page";
  private static final String COLLECTOR = "collector#";

  @TempDir Path folder;

  private static Page page() throws IOException {
    Path module = Path.of(System.getProperty("basedir", "")).toAbsolutePath();
    return Page.read(module.resolve("../docs/rdma.md"));
  }

  /** {@code ./dta} of this host. */
  private void installHere() throws IOException {
    String java = System.getProperty("java.home") + "/bin/java";
    String classPath = System.getProperty("java.class.path");
    Path dta =
        Files.writeString(
            folder.resolve("dta"),
            """
            #!/bin/sh
            exec '%s' --add-exports=java.base/jdk.internal.misc=ALL-UNNAMED \
            --add-exports=java.base/sun.nio.ch=ALL-UNNAMED --enable-native-access=ALL-UNNAMED \
            --sun-misc-unsafe-memory-access=allow -XX:TieredStopAtLevel=1 -cp '%s' %s "$@"
            """
                .formatted(java, classPath, Dta.class.getName()));
    Files.setPosixFilePermissions(dta, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static void installIn(SoftRoceGuest guest) throws IOException {
    guest.run("mkdir -p " + FOLDER);
    String script = "#!/bin/sh\n" + GuestNode.command(guest, Dta.class) + " \"$@\"\n";
    guest.write(FOLDER + "/dta", script.getBytes(StandardCharsets.UTF_8));
    guest.run("chmod +x " + FOLDER + "/dta");
  }

  @Test
  void shouldLeadToReportsInMemoryWithNothingButLinux() throws IOException {
    List<Page.Command> commands = page().commands("Nothing but Linux: no RDMA at all");
    assertTrue(commands.size() >= 8, commands::toString);
    installHere();
    try (Terminal here = Terminal.here(folder)) {
      for (Page.Command command : commands) {
        assertEquals("$", command.prompt());
        assertNull(here.run(command));
      }
    }
  }

  @Test
  void shouldLeadToReportsInMemoryThatTheKernelsDriverWrote(SoftRoceGuest guest)
      throws IOException {
    List<Page.Command> commands = page().commands("Nothing but Linux: the kernel's soft-RoCE");
    assertTrue(commands.size() >= 9, commands::toString);
    installHere();
    installIn(guest);
    guest.run("rdma link delete rxe0"); // The page adds it.
    try (Terminal collector = Terminal.in(guest, FOLDER);
        Terminal translator = Terminal.here(folder)) {
      for (Page.Command command : commands) {
        boolean atCollector = command.prompt().equals(COLLECTOR);
        assertNull((atCollector ? collector : translator).run(command));
        if (atCollector && command.text().contains("./dta collector")) {
          // An emulated JVM's first answers take longer than a reader's.
          GuestNode.http().get("/v1/rdma", JsonNode.class);
          GuestNode.http().get("/v1/stores", JsonNode.class);
        }
      }
    }
  }

  @Test
  void shouldNoticeWhatIsNotPrinted() {
    Page.Command command = new Page.Command("$", "x", List.of("a  12 of 1,000", "{\"b\":7,…"));

    assertNull(command.missing(List.of("more", "{\"b\":8,\"c\":9}", "a 7 of 3.5")));
    assertEquals("{\"b\":7,…", command.missing(List.of("a 7 of 3.5")));
    assertFalse(command.missing(List.of("{\"b\":8,\"c\":9}", "a 7 or 3.5")) == null);
  }
}
