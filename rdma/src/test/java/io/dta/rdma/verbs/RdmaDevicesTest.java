package io.dta.rdma.verbs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a directory as the kernel shows for a ConnectX and a soft-RoCE device. */
class RdmaDevicesTest {
  private static final String IPV4_GID = "0000:0000:0000:0000:0000:ffff:0a4d:0002";
  private static final String LINK_LOCAL_GID = "fe80:0000:0000:0000:5054:00ff:fe77:0002";
  private static final String NO_GID = "0000:0000:0000:0000:0000:0000:0000:0000";

  @TempDir private Path root;
  private RdmaDevices devices;

  @BeforeEach
  void makeDevices() throws IOException {
    devices = new RdmaDevices(root);
  }

  private void port(String device, int number, String state) throws IOException {
    write(device, number, "state", state);
    write(device, number, "link_layer", "Ethernet");
  }

  private void gid(String device, int port, int index, String gid, String type) throws IOException {
    write(device, port, "gids/" + index, gid);
    if (type != null) {
      write(device, port, "gid_attrs/types/" + index, type);
      write(device, port, "gid_attrs/ndevs/" + index, "eth0");
    }
  }

  private void write(String device, int port, String name, String content) throws IOException {
    Path file = root.resolve(device).resolve("ports").resolve("" + port).resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content + "\n");
  }

  private void connectX() throws IOException {
    port("mlx5_0", 1, "4: ACTIVE");
    gid("mlx5_0", 1, 0, LINK_LOCAL_GID, "IB/RoCE v1");
    gid("mlx5_0", 1, 1, LINK_LOCAL_GID, "RoCE v2");
    gid("mlx5_0", 1, 2, IPV4_GID, "IB/RoCE v1");
    gid("mlx5_0", 1, 3, IPV4_GID, "RoCE v2");
    gid("mlx5_0", 1, 4, NO_GID, null);
  }

  @Test
  void shouldFindTheRoceV2GidOfAnAddress() throws IOException {
    connectX();
    port("mlx5_1", 1, "1: DOWN");
    RdmaPort port = devices.find(InetAddress.ofLiteral("10.77.0.2"), null);
    assertEquals("mlx5_0", port.device());
    assertEquals(1, port.number());
    assertTrue(port.isActive());
    assertEquals(
        new RdmaPort.Gid(3, InetAddress.ofLiteral("10.77.0.2"), "RoCE v2", "eth0"),
        port.roceV2Gid(InetAddress.ofLiteral("10.77.0.2")));
    assertEquals(1, port.roceV2Gid(InetAddress.ofLiteral("fe80::5054:ff:fe77:2")).index());
    assertNull(port.roceV2Gid(InetAddress.ofLiteral("10.77.0.3")));
    assertEquals(4, port.gids().size());
    assertFalse(devices.ports().get(1).isActive());
  }

  @Test
  void shouldSayWhichAddressesThereAre() throws IOException {
    connectX();
    VerbsException failure =
        assertThrows(
            VerbsException.class, () -> devices.find(InetAddress.ofLiteral("10.0.0.9"), null));
    assertEquals(
        "no port of any RDMA device has the RoCEv2 address 10.0.0.9; there are: mlx5_0 port 1"
            + " (ACTIVE; fe80:0:0:0:5054:ff:fe77:2, 10.77.0.2). Give the address of one of them, or"
            + " that address to its network interface",
        failure.getMessage());
    VerbsException wrongDevice =
        assertThrows(
            VerbsException.class, () -> devices.find(InetAddress.ofLiteral("10.77.0.2"), "mlx5_7"));
    assertTrue(
        wrongDevice.getMessage().startsWith("no port of device 'mlx5_7' has"),
        wrongDevice.getMessage());
  }

  @Test
  void shouldSayHowToGetADevice() {
    VerbsException failure =
        assertThrows(
            VerbsException.class, () -> devices.find(InetAddress.ofLiteral("10.0.0.9"), null));
    assertTrue(failure.getMessage().contains("rdma link add rxe0 type rxe"), failure.getMessage());
    assertEquals(List.of(), new RdmaDevices(root.resolve("missing")).ports());
  }

  @Test
  void shouldReadTheDriversCounters() throws IOException {
    connectX();
    write("mlx5_0", 1, "hw_counters/out_of_buffer", "7");
    write("mlx5_0", 1, "hw_counters/lifespan", "ten");
    assertEquals(Map.of("out_of_buffer", 7L), devices.hardwareCounters("mlx5_0", 1));
    assertEquals(Map.of(), devices.hardwareCounters("mlx5_1", 1));
  }

  @Test
  void shouldTakeWhateverTheFilesSay() throws IOException {
    port("odd", 1, "");
    gid("odd", 1, 0, "not a gid", "RoCE v2");
    gid("odd", 1, 1, IPV4_GID, null);
    write("odd", 1, "gids/x", IPV4_GID);
    RdmaPort port = devices.ports().getFirst();
    assertFalse(port.isActive());
    assertNull(port.roceV2Gid(InetAddress.ofLiteral("10.77.0.2")));
  }
}
