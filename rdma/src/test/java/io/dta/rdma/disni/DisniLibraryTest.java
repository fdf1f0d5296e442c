package io.dta.rdma.disni;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.agrona.concurrent.SystemNanoClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a host without DiSNI's native library, or with a wrong one, is told. */
class DisniLibraryTest {
  @TempDir private Path folder;

  @Test
  void shouldFindTheLibraryInTheSearchPath() throws Exception {
    Path library = Files.createFile(folder.resolve(System.mapLibraryName("disni")));
    String path = String.join(File.pathSeparator, "/nowhere", folder.toString(), "/lib");
    assertEquals(Optional.of(library), DisniLibrary.find(path));
    assertEquals(Optional.empty(), DisniLibrary.find("/nowhere"));
    assertEquals(Optional.empty(), DisniLibrary.find("\0"));
  }

  @Test
  void shouldSayWhereAMissingLibraryWasLookedForAndWhatToDo() {
    assumeTrue(DisniLibrary.find().isEmpty(), "libdisni.so is installed here");
    String message = assertThrows(IOException.class, DisniLibrary::load).getMessage();
    assertTrue(message.startsWith("libdisni.so not found: it is not in "), message);
    assertTrue(message.contains(System.getProperty("java.library.path")), message);
    assertTrue(message.contains("DISNI_LIBRARY"), message);
    InetAddress peer = InetAddress.getLoopbackAddress();
    assertEquals(
        message,
        assertThrows(
                IOException.class,
                () -> new DisniConnector(peer, 1, Duration.ofSeconds(1), SystemNanoClock.INSTANCE))
            .getMessage());
    assertEquals(
        message, assertThrows(IOException.class, () -> new DisniResponder(peer, 1)).getMessage());
  }

  @Test
  void shouldRefuseIpv6() throws Exception {
    InetAddress peer = InetAddress.getByName("fe80::1");
    String message =
        assertThrows(IOException.class, () -> new DisniResponder(peer, 1)).getMessage();
    assertTrue(message.startsWith("fe80:0:0:0:0:0:0:1 is an IPv6 address"), message);
  }

  @Test
  void shouldRefuseRegionsThatDisniCannotMeasure() throws Exception {
    DisniResponder.requireLength(Integer.MAX_VALUE);
    String message =
        assertThrows(IOException.class, () -> DisniResponder.requireLength(1L << 31)).getMessage();
    assertEquals(
        "a region of 2,147,483,648 bytes is too long for DiSNI, which ends at 2,147,483,647: make"
            + " the store smaller, or use 'verbs'",
        message);
  }
}
