package io.dta.rdma.verbs;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** What can be seen of libibverbs and librdmacm on any host. */
class VerbsWithoutDeviceTest {
  private static boolean isInstalled(String library) {
    try {
      Native.library(library, "");
      return true;
    } catch (VerbsException e) {
      return false;
    }
  }

  @Test
  void shouldSayWhatToInstall() {
    VerbsException failure =
        assertThrows(
            VerbsException.class,
            () -> Native.library("libibverbs-of-no-host.so.1", "libibverbs1"));
    assertTrue(failure.isMissing());
    assertEquals(
        "libibverbs-of-no-host.so.1 is not installed: apt-get install rdma-core libibverbs1;"
            + " without an RDMA device, the collector's 'rdma.mode: software' and the translator's"
            + " 'rdma.transport: rocev2' need neither",
        failure.getMessage());
  }

  @Test
  void shouldFindEveryFunctionThatItCalls() {
    Assumptions.assumeTrue(
        isInstalled("libibverbs.so.1") && isInstalled("librdmacm.so.1"),
        "rdma-core is not installed");
    assertDoesNotThrow(Ibverbs::get);
    assertDoesNotThrow(Rdmacm::get);
  }

  @Test
  void shouldHaveTheLibrarysWordsForStatus() throws VerbsException {
    Assumptions.assumeTrue(isInstalled("libibverbs.so.1"), "rdma-core is not installed");
    assertEquals("remote access error", Ibverbs.get().statusName(10));
    assertEquals("port error", Ibverbs.get().eventName(VerbsLayout.Value.IBV_EVENT_PORT_ERR));
  }

  @Test
  void shouldRefuseAHostWithoutADevice() {
    Assumptions.assumeTrue(isInstalled("libibverbs.so.1"), "rdma-core is not installed");
    Assumptions.assumeFalse(Files.isDirectory(RdmaDevices.SYSFS), "this host has RDMA");
    VerbsException failure =
        assertThrows(
            VerbsException.class,
            () -> new VerbsResponder(VerbsOptions.of(InetAddress.ofLiteral("127.0.0.1"), null, 0)));
    assertTrue(failure.getMessage().contains("this host has no RDMA device"), failure.getMessage());
  }

  @Test
  void shouldSayWhyRdmaCmIsNotToBeHad() {
    Assumptions.assumeTrue(isInstalled("librdmacm.so.1"), "rdma-core is not installed");
    Assumptions.assumeFalse(Files.exists(Path.of("/dev/infiniband/rdma_cm")), "this host has RDMA");
    VerbsException failure =
        assertThrows(
            VerbsException.class, () -> new CmListener(InetAddress.ofLiteral("127.0.0.1"), 0));
    assertTrue(failure.isMissing());
    assertTrue(failure.getMessage().contains("modprobe rdma_ucm"), failure.getMessage());
  }

  @Test
  void shouldWriteAddressesAsTheCLibraryDoes() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment ipv4 = SocketAddresses.of(arena, InetAddress.ofLiteral("10.77.0.2"), 40045);
      assertEquals(
          "02009c6d0a4d0002" + "00".repeat(20), HexFormat.of().formatHex(ipv4.toArray(JAVA_BYTE)));
      assertEquals("/10.77.0.2:40045", SocketAddresses.read(ipv4).toString());
      MemorySegment ipv6 = SocketAddresses.of(arena, InetAddress.ofLiteral("fd00::1"), 1);
      assertEquals(
          "0a000001" + "00000000" + "fd" + "00".repeat(14) + "01" + "00000000",
          HexFormat.of().formatHex(ipv6.toArray(JAVA_BYTE)));
      assertEquals(InetAddress.ofLiteral("fd00::1"), SocketAddresses.read(ipv6).getAddress());
      ipv6.set(JAVA_BYTE, 0, (byte) 27); // AF_IB
      assertNull(SocketAddresses.read(ipv6));
    }
  }

  @Test
  void shouldMapIpv4AddressesToGids() {
    assertArrayEquals(
        HexFormat.of().parseHex("00000000000000000000ffff0a4d0002"),
        SocketAddresses.gid(InetAddress.ofLiteral("10.77.0.2")));
  }

  @Test
  void shouldSayWhatRdmaCmMeans() {
    assertEquals(
        "rejected (nothing listens at that port)",
        CmEvents.describe(new Rdmacm.Event(1, 8, 8, 0, 0, 0)));
    assertTrue(
        CmEvents.describe(new Rdmacm.Event(1, 7, -110, 0, 0, 0))
            .endsWith("Connection timed out (errno 110)"));
    assertEquals("event 99", CmEvents.describe(new Rdmacm.Event(1, 99, 0, 0, 0, 0)));
  }
}
