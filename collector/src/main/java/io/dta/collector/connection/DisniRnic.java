package io.dta.collector.connection;

import io.dta.node.OperatorException;
import io.dta.rdma.ImmediateListener;
import io.dta.rdma.RemoteRegion;
import io.dta.rdma.control.ConnectionOffer;
import io.dta.rdma.control.QueuePairReply;
import io.dta.rdma.control.QueuePairRequest;
import io.dta.rdma.control.TransportService;
import io.dta.rdma.disni.DisniResponder;
import io.dta.rdma.memory.MemoryRegion;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;

/**
 * An RDMA NIC, or the kernel's soft-RoCE, through DiSNI. Queue pairs are made by RDMA CM alone;
 * their peer's number and path MTU are not known here and are given as 0.
 */
public final class DisniRnic implements Rnic {
  private static final int UDP_PORT = 4791;

  private final String host;
  private final DisniResponder responder;

  /**
   * Loads DiSNI's native library, opens the device and binds RDMA CM's port.
   *
   * @param host an IPv4 address of the device's port
   * @param cmPort 0 lets the system choose
   * @throws OperatorException where the library, the device or the port is not to be had
   */
  public DisniRnic(String host, int cmPort) {
    try {
      InetAddress address = InetAddress.getByName(host);
      this.host = address.getHostAddress();
      responder = new DisniResponder(address, cmPort);
    } catch (UnknownHostException e) {
      throw new OperatorException(
          "rdma.host '%s' is not known: expected an IPv4 address of the RDMA device's port"
              .formatted(host),
          e);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private static OperatorException failed(IOException e) {
    return new OperatorException("rdma.mode 'disni': " + e.getMessage(), e);
  }

  @Override
  public RemoteRegion register(MemoryRegion region) {
    try {
      return responder.register(region);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  @Override
  public void start(ImmediateListener immediates) {
    try {
      responder.start(immediates);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  @Override
  public ConnectionOffer offer() {
    return new ConnectionOffer(
        host, UDP_PORT, responder.cmPort(), false, List.of(TransportService.RC));
  }

  @Override
  public QueuePairReply create(QueuePairRequest request) {
    throw new IllegalArgumentException(
        "this collector's RNIC is used through DiSNI, which connects by RDMA CM alone (port %d): set 'rdma.connect: cm' and 'rdma.service: rc' of the translator, or 'rdma.mode: verbs' of the collector"
            .formatted(responder.cmPort()));
  }

  @Override
  public boolean destroy(int queuePairNumber) {
    return responder.disconnect(queuePairNumber);
  }

  @Override
  public List<QueuePairStatus> queuePairs() {
    return responder.connections().stream().map(DisniRnic::status).toList();
  }

  private static QueuePairStatus status(DisniResponder.Connection connection) {
    return new QueuePairStatus(
        connection.queuePairNumber(),
        TransportService.RC,
        connection.state(),
        connection.peer().getAddress().getHostAddress(),
        UDP_PORT,
        0,
        0);
  }

  @Override
  public List<String> problems() {
    return responder.problems();
  }

  @Override
  public Map<String, Long> events() {
    return Map.of(
        "accepted", responder.accepted(),
        "rejected", responder.refused(),
        "immediates", responder.immediates());
  }

  @Override
  public List<RnicMetric> metrics() {
    return List.of(
        new RnicMetric(
            RnicDescriptions.OPERATIONS, () -> Map.of("write-immediate", responder.immediates())),
        new RnicMetric(
            RnicDescriptions.CONNECTIONS,
            () -> Map.of("accepted", responder.accepted(), "rejected", responder.refused())));
  }

  @Override
  public void close() {
    responder.close();
  }
}
