package io.dta.softroce;

import io.dta.collector.connection.QueuePairStatus;
import io.dta.collector.connection.Rnic;
import io.dta.collector.connection.RnicMetric;
import io.dta.rdma.ImmediateListener;
import io.dta.rdma.QueuePairState;
import io.dta.rdma.RemoteRegion;
import io.dta.rdma.control.ConnectionOffer;
import io.dta.rdma.control.QueuePairReply;
import io.dta.rdma.control.QueuePairRequest;
import io.dta.rdma.control.TransportService;
import io.dta.rdma.memory.MemoryRegion;
import io.dta.softroce.guest.SoftRoceGuest;
import io.dta.softroce.guest.VerbsPeer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The RNIC of a collector here whose memory is a {@link VerbsPeer}'s in the guest: what translators
 * write arrives there, and {@link #mirror} brings it here to be queried.
 */
final class PeerRnic implements Rnic {
  private static final int ROCE_PORT = 4791;
  private static final int PATH_MTU = 1024;
  private static final int ATOMICS = 16;
  private static final int CM_PORT = 40045;
  private static final int FIRST_PSN = 0x300;

  private final SoftRoceGuest guest;
  private final VerbsPeer peer;
  private final List<Registered> regions = new ArrayList<>();
  private final List<QueuePairStatus> queuePairs = new ArrayList<>();

  private record Registered(MemoryRegion here, String name) {}

  PeerRnic(SoftRoceGuest guest) throws IOException {
    this.guest = guest;
    peer = guest.peer();
  }

  @Override
  public synchronized RemoteRegion register(MemoryRegion region) {
    String name = "region-" + regions.size();
    regions.add(new Registered(region, name));
    return register(name, region.length());
  }

  private RemoteRegion register(String name, long length) {
    try {
      VerbsPeer.Region there = peer.region(name, length);
      return new RemoteRegion(there.address(), there.rkey(), there.length());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Deregisters all regions; their memory stays. */
  synchronized void deregister() throws IOException {
    for (Registered each : regions) {
      peer.ask("deregister " + each.name());
    }
  }

  /** Registers a region again, with another key. */
  synchronized RemoteRegion registerAgain(MemoryRegion region) {
    for (Registered each : regions) {
      if (each.here() == region) {
        return register(each.name(), region.length());
      }
    }
    throw new IllegalArgumentException("never registered: " + region);
  }

  /** Copies what is in the guest's memory to this collector's. */
  synchronized void mirror() throws IOException {
    for (Registered each : regions) {
      String file = "/run/" + each.name();
      peer.ask("save " + each.name() + " " + file);
      byte[] bytes = guest.read(file);
      MemorySegment.copy(
          MemorySegment.ofArray(bytes), 0, each.here().segment(), 0, each.here().length());
    }
  }

  @Override
  public synchronized void start(ImmediateListener immediates) {
    try {
      peer.ask("listen " + CM_PORT);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public ConnectionOffer offer() {
    return new ConnectionOffer(
        SoftRoceGuest.GUEST,
        ROCE_PORT,
        CM_PORT,
        true,
        List.of(TransportService.RC, TransportService.UC));
  }

  @Override
  public synchronized QueuePairReply create(QueuePairRequest request) {
    try {
      String kind = request.service() == TransportService.RC ? "rc" : "uc";
      int number = Integer.decode(peer.ask("qp " + kind).get("qpn"));
      int pathMtu = Math.min(request.pathMtu(), PATH_MTU);
      peer.ask(
          "connect 0x%x %s 0x%x 0x%x 0x%x %d %d"
              .formatted(
                  number,
                  request.address(),
                  request.queuePairNumber(),
                  request.startingPsn(),
                  FIRST_PSN,
                  pathMtu,
                  ATOMICS));
      queuePairs.add(
          new QueuePairStatus(
              number,
              request.service(),
              QueuePairState.READY_TO_RECEIVE,
              request.address(),
              request.udpPort(),
              request.queuePairNumber(),
              pathMtu));
      return new QueuePairReply(SoftRoceGuest.GUEST, ROCE_PORT, number, pathMtu, ATOMICS);
    } catch (IOException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }

  @Override
  public synchronized boolean destroy(int queuePairNumber) {
    try {
      queuePairs.removeIf(each -> each.queuePairNumber() == queuePairNumber);
      return peer.answer("destroy " + queuePairNumber).startsWith("ok");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public synchronized List<QueuePairStatus> queuePairs() {
    return List.copyOf(queuePairs);
  }

  @Override
  public List<String> problems() {
    return List.of();
  }

  @Override
  public Map<String, Long> events() {
    return Map.of();
  }

  @Override
  public List<RnicMetric> metrics() {
    return List.of();
  }

  @Override
  public void close() {
    peer.close();
  }
}
