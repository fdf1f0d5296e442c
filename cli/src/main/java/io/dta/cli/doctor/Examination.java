package io.dta.cli.doctor;

import io.dta.collector.CollectorContext;
import io.dta.primitives.wire.DtaPorts;
import io.dta.rdma.memory.ReservedHugePages;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDatagramChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The checks, in the order in which a person would make them. Each looks at the real thing and
 * changes nothing.
 */
final class Examination {
  private static final int ROCE_PORT = 4791;
  private static final int HTTP_PORT = CollectorContext.Http.DEFAULT_PORT;
  private static final int WANTED_SOCKET_BUFFER = 4 << 20;
  private static final Pattern SELECTED = Pattern.compile("\\[(\\w+)]");

  private Examination() {}

  static List<Finding> run() {
    List<Finding> findings = new ArrayList<>();
    findings.add(java());
    findings.add(cores());
    findings.add(memory());
    findings.add(epoll());
    findings.add(coalescing());
    findings.add(socketBuffer("receive buffer", StandardSocketOptions.SO_RCVBUF, "rmem_max"));
    findings.add(socketBuffer("send buffer", StandardSocketOptions.SO_SNDBUF, "wmem_max"));
    findings.add(udpPort("report port", DtaPorts.REPORTS, "translator"));
    findings.add(udpPort("RoCEv2 port", ROCE_PORT, "collector"));
    findings.add(httpPort());
    findings.add(loopback());
    findings.add(hugePages());
    findings.add(reservedHugePages());
    return findings;
  }

  private static Finding java() {
    Runtime.Version version = Runtime.version();
    return version.feature() >= 25
        ? Finding.ok("Java", version + " in " + System.getProperty("java.home"))
        : Finding.fail(
            "Java", version.toString(), "install a JDK 25 or newer, or set DTA_JAVA_HOME to one");
  }

  private static Finding cores() {
    int cores = Runtime.getRuntime().availableProcessors();
    return cores >= 4
        ? Finding.ok("processors", cores + " cores")
        : Finding.note(
            "processors",
            cores + (cores == 1 ? " core" : " cores"),
            "fine for the demo; with fewer than 4 cores keep 'threading: shared'");
  }

  private static Finding memory() {
    try {
      Matcher available =
          Pattern.compile("MemAvailable:\\s+(\\d+) kB")
              .matcher(Files.readString(Path.of("/proc/meminfo")));
      if (!available.find()) {
        return Finding.note("memory", "unknown", null);
      }
      long mebibytes = Long.parseLong(available.group(1)) >> 10;
      return mebibytes >= 1024
          ? Finding.ok("memory", mebibytes + " MiB available")
          : Finding.note(
              "memory", mebibytes + " MiB available", "use small stores: 'dta demo' needs 512 MiB");
    } catch (IOException e) {
      return Finding.note("memory", "cannot be read: " + e.getMessage(), null);
    }
  }

  private static Finding epoll() {
    return Epoll.isAvailable()
        ? Finding.ok("epoll", "native transport loaded")
        : Finding.fail(
            "epoll",
            "native transport not available: " + Epoll.unavailabilityCause().getMessage(),
            "the translator needs Linux on x86-64 or AArch64 with glibc");
  }

  private static Finding coalescing() {
    if (!Epoll.isAvailable()) {
      return Finding.fail("UDP segmentation", "unknown without epoll", null);
    }
    return EpollDatagramChannel.isSegmentedDatagramPacketSupported()
        ? Finding.ok("UDP segmentation", "GSO and GRO supported")
        : Finding.note(
            "UDP segmentation",
            "not supported by this kernel",
            "Linux 5.0 or newer receives up to eight times as many reports a second");
  }

  private static Finding socketBuffer(String check, SocketOption<Integer> option, String limit) {
    try (DatagramChannel channel = DatagramChannel.open()) {
      channel.setOption(option, WANTED_SOCKET_BUFFER);
      int granted = channel.getOption(option);
      String found = (granted >> 10) + " KiB granted of " + (WANTED_SOCKET_BUFFER >> 10) + " KiB";
      return granted >= WANTED_SOCKET_BUFFER
          ? Finding.ok(check, found)
          : Finding.note(
              check,
              found,
              "bursts are lost in the kernel sooner; as root: sysctl -w net.core.%s=%d"
                  .formatted(limit, WANTED_SOCKET_BUFFER));
    } catch (IOException e) {
      return Finding.fail(check, "cannot be set: " + e.getMessage(), null);
    }
  }

  private static Finding udpPort(String check, int port, String service) {
    try (DatagramChannel channel = DatagramChannel.open()) {
      channel.bind(new InetSocketAddress(port));
      return Finding.ok(check, "UDP " + port + " is free");
    } catch (IOException e) {
      return Finding.note(
          check,
          "UDP " + port + " cannot be bound: " + e.getMessage(),
          "is a " + service + " running already? then all is well; otherwise stop what holds it");
    }
  }

  private static Finding httpPort() {
    try (ServerSocketChannel channel = ServerSocketChannel.open()) {
      channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), HTTP_PORT));
      return Finding.ok("HTTP port", "TCP " + HTTP_PORT + " is free");
    } catch (IOException e) {
      return Finding.note(
          "HTTP port",
          "TCP " + HTTP_PORT + " cannot be bound: " + e.getMessage(),
          "is a collector running already? then all is well; otherwise choose another port");
    }
  }

  private static Finding loopback() {
    try (DatagramChannel channel = DatagramChannel.open()) {
      channel.bind(new InetSocketAddress("127.77.0.1", 0));
      return Finding.ok("loopback", "every address of 127.0.0.0/8 can be bound");
    } catch (IOException e) {
      return Finding.fail(
          "loopback",
          "127.77.0.1 cannot be bound: " + e.getMessage(),
          "the simulator gives every switch an address of 127.0.0.0/8; bring the interface lo up");
    }
  }

  private static Finding hugePages() {
    Path file = Path.of("/sys/kernel/mm/transparent_hugepage/enabled");
    try {
      Matcher selected = SELECTED.matcher(Files.readString(file));
      String mode = selected.find() ? selected.group(1) : "unknown";
      String found = "transparent huge pages: " + mode;
      return mode.equals("never")
          ? Finding.note(
              "huge pages",
              found,
              "random writes into large stores are up to three times faster with them, and an RDMA"
                  + " NIC needs fewer translations of addresses; as root: echo madvise > "
                  + file)
          : Finding.ok("huge pages", found);
    } catch (IOException e) {
      return Finding.note("huge pages", "not offered by this kernel", null);
    }
  }

  private static Finding reservedHugePages() {
    String check = "reserved huge pages";
    try {
      ReservedHugePages huge = ReservedHugePages.ofThisHost();
      return Finding.ok(
          check,
          huge.pageBytes() == 0
              ? "not offered by this kernel"
              : "%,d of %,d KiB each, %,d free ('backing: hugetlb')"
                  .formatted(huge.reserved(), huge.pageBytes() >> 10, huge.free()));
    } catch (IOException e) {
      return Finding.note(check, "cannot be read: " + e.getMessage(), null);
    }
  }
}
