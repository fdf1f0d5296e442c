package io.dta.rdma.verbs;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The RDMA devices of this host, as the kernel lists them in {@code /sys/class/infiniband}; no
 * library is needed to read it.
 */
public final class RdmaDevices {
  /** Where the kernel lists them. */
  public static final Path SYSFS = Path.of("/sys/class/infiniband");

  private static final String NO_GID = "0000:0000:0000:0000:0000:0000:0000:0000";
  private static final Pattern COUNTER = Pattern.compile("\\d{1,18}");
  private static final int GID_WORDS = 8;

  private final Path root;

  /** Of a directory of the form of {@link #SYSFS}. */
  public RdmaDevices(Path root) {
    this.root = root;
  }

  /** Of this host. */
  public static RdmaDevices ofThisHost() {
    return new RdmaDevices(SYSFS);
  }

  /** All ports of all devices, by name and number; none where the kernel has no RDMA. */
  public List<RdmaPort> ports() {
    List<RdmaPort> ports = new ArrayList<>();
    for (Path device : children(root)) {
      for (Path port : children(device.resolve("ports"))) {
        ports.add(port(device.getFileName().toString(), port));
      }
    }
    ports.sort(Comparator.comparing(RdmaPort::device).thenComparingInt(RdmaPort::number));
    return ports;
  }

  /**
   * The port whose RoCEv2 GID is an IP address.
   *
   * @param device the device to look at alone; null for all
   * @throws VerbsException where there is none, with those that there are
   */
  public RdmaPort find(InetAddress address, String device) throws VerbsException {
    List<RdmaPort> ports = ports();
    if (ports.isEmpty()) {
      throw new VerbsException(
          "this host has no RDMA device (%s is empty): load the NIC's driver, such as mlx5_ib, or try the kernel's soft-RoCE: modprobe rdma_rxe && rdma link add rxe0 type rxe netdev eth0"
              .formatted(root));
    }
    for (RdmaPort port : ports) {
      if ((device == null || device.equals(port.device())) && port.roceV2Gid(address) != null) {
        return port;
      }
    }
    throw new VerbsException(
        "no port of %s has the RoCEv2 address %s; there are: %s. Give the address of one of them, or that address to its network interface"
            .formatted(
                device == null ? "any RDMA device" : "device '" + device + "'",
                address.getHostAddress(),
                String.join(", ", ports.stream().map(RdmaPort::toString).toList())));
  }

  /**
   * The counters that a port's driver keeps, such as {@code out_of_buffer} of mlx5 or {@code
   * send_rnr_err} of soft-RoCE; empty where it keeps none.
   */
  public Map<String, Long> hardwareCounters(String device, int port) {
    Map<String, Long> counters = new TreeMap<>();
    Path directory = portDirectory(device, port).resolve("hw_counters");
    for (Path file : children(directory)) {
      String value = read(file);
      if (COUNTER.matcher(value).matches() && !file.endsWith("lifespan")) { // A setting among them.
        counters.put(file.getFileName().toString(), Long.parseLong(value));
      }
    }
    return counters;
  }

  private Path portDirectory(String device, int port) {
    return root.resolve(device).resolve("ports").resolve(Integer.toString(port));
  }

  private static RdmaPort port(String device, Path directory) {
    String state = read(directory.resolve("state")); // Such as "4: ACTIVE".
    List<RdmaPort.Gid> gids = new ArrayList<>();
    for (Path file : children(directory.resolve("gids"))) {
      RdmaPort.Gid gid = gid(directory, file.getFileName().toString());
      if (gid != null) {
        gids.add(gid);
      }
    }
    gids.sort(Comparator.comparingInt(RdmaPort.Gid::index));
    return new RdmaPort(
        device,
        number(directory.getFileName().toString()),
        state.substring(state.indexOf(':') + 1).strip(),
        read(directory.resolve("link_layer")),
        gids);
  }

  private static RdmaPort.Gid gid(Path port, String index) {
    String text = read(port.resolve("gids").resolve(index));
    String[] words = text.split(":", -1);
    if (text.equals(NO_GID) || words.length != GID_WORDS) {
      return null;
    }
    byte[] bytes = new byte[2 * GID_WORDS];
    for (int i = 0; i < GID_WORDS; i++) {
      int word = Integer.parseInt(words[i], 16);
      bytes[2 * i] = (byte) (word >> 8);
      bytes[2 * i + 1] = (byte) word;
    }
    Path attributes = port.resolve("gid_attrs");
    return new RdmaPort.Gid(
        number(index),
        SocketAddresses.address(bytes),
        read(attributes.resolve("types").resolve(index)),
        read(attributes.resolve("ndevs").resolve(index)));
  }

  private static int number(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  /** The content of a file; empty where it cannot be read, as with unused entries of a table. */
  private static String read(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      return "";
    }
  }

  private static List<Path> children(Path directory) {
    List<Path> children = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
      stream.forEach(children::add);
    } catch (IOException e) {
      return List.of(); // No such devices, ports or tables.
    }
    return children;
  }
}
