package io.dta.collector.connection;

import io.dta.node.OperatorException;
import io.dta.rdma.ImmediateListener;
import io.dta.rdma.RemoteRegion;
import io.dta.rdma.control.ConnectionOffer;
import io.dta.rdma.control.QueuePairReply;
import io.dta.rdma.control.QueuePairRequest;
import io.dta.rdma.memory.MemoryRegion;
import io.dta.rdma.verbs.ResponderCounters;
import io.dta.rdma.verbs.ResponderEvent;
import io.dta.rdma.verbs.VerbsException;
import io.dta.rdma.verbs.VerbsOptions;
import io.dta.rdma.verbs.VerbsResponder;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** An RDMA NIC, or the kernel's soft-RoCE, through libibverbs and librdmacm. */
public final class VerbsRnic implements Rnic {
  /** RoCEv2's UDP port, the only one that hardware knows. */
  private static final int UDP_PORT = 4791;

  /**
   * Messages that came while no receive was there, as drivers call them: soft-RoCE counts the NAKs
   * that it sent, mlx5 the messages.
   */
  private static final List<String> RECEIVER_NOT_READY = List.of("send_rnr_err", "out_of_buffer");

  private final VerbsResponder responder;

  /**
   * Opens the device and listens for RDMA CM.
   *
   * @param host an IP address of the device's port
   * @param device the device's name; null for the one that has the address
   * @param cmPort 0 lets the system choose
   * @throws OperatorException where rdma-core, the device or the port is not to be had
   */
  public VerbsRnic(String host, String device, int cmPort) {
    try {
      responder = new VerbsResponder(VerbsOptions.of(InetAddress.getByName(host), device, cmPort));
    } catch (UnknownHostException e) {
      throw new OperatorException(
          "rdma.host '%s' is not known: expected an IP address of the RDMA device's port"
              .formatted(host),
          e);
    } catch (VerbsException e) {
      throw new OperatorException("rdma.mode 'verbs': " + e.getMessage(), e);
    }
  }

  @Override
  public RemoteRegion register(MemoryRegion region) {
    try {
      return responder.register(region);
    } catch (VerbsException e) {
      throw new OperatorException(e.getMessage(), e);
    }
  }

  @Override
  public void start(ImmediateListener immediates) {
    responder.start(immediates);
  }

  @Override
  public ConnectionOffer offer() {
    return responder.offer();
  }

  @Override
  public QueuePairReply create(QueuePairRequest request) {
    return responder.create(request);
  }

  @Override
  public boolean destroy(int queuePairNumber) {
    return responder.destroy(queuePairNumber);
  }

  @Override
  public List<QueuePairStatus> queuePairs() {
    return responder.queuePairs().stream().map(VerbsRnic::status).toList();
  }

  private static QueuePairStatus status(VerbsResponder.Status status) {
    return new QueuePairStatus(
        status.queuePairNumber(),
        status.service(),
        status.state(),
        status.address(),
        UDP_PORT,
        status.remoteQueuePairNumber(),
        status.pathMtu());
  }

  @Override
  public List<String> problems() {
    return responder.problems();
  }

  @Override
  public Map<String, Long> events() {
    Map<String, Long> events = new TreeMap<>();
    for (ResponderEvent event : ResponderEvent.values()) {
      events.put(label(event), responder.counters().get(event));
    }
    responder
        .hardwareCounters()
        .forEach((name, value) -> events.put("device-" + name.replace('_', '-'), value));
    return events;
  }

  private static String label(ResponderEvent event) {
    return event.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  @Override
  public List<RnicMetric> metrics() {
    ResponderCounters counters = responder.counters();
    return List.of(
        RnicMetric.of(
            RnicDescriptions.FAILURES, () -> counters.get(ResponderEvent.SERVICE_FAILURES)),
        new RnicMetric(
            RnicDescriptions.OPERATIONS,
            () -> Map.of("write-immediate", counters.get(ResponderEvent.IMMEDIATES))),
        new RnicMetric(RnicDescriptions.NAKS, () -> Map.of("rnr", receiverNotReady())),
        new RnicMetric(
            RnicDescriptions.CONNECTIONS,
            () ->
                values(
                    counters,
                    ResponderEvent.ACCEPTED,
                    ResponderEvent.REJECTED,
                    ResponderEvent.MADE,
                    ResponderEvent.ENDED,
                    ResponderEvent.FAILED)),
        new RnicMetric(RnicDescriptions.DEVICE, responder::hardwareCounters));
  }

  private long receiverNotReady() {
    Map<String, Long> counters = responder.hardwareCounters();
    return RECEIVER_NOT_READY.stream().mapToLong(name -> counters.getOrDefault(name, 0L)).sum();
  }

  private static Map<String, Long> values(ResponderCounters counters, ResponderEvent... events) {
    Map<String, Long> values = new TreeMap<>();
    for (ResponderEvent event : events) {
      values.put(label(event), counters.get(event));
    }
    return values;
  }

  @Override
  public void close() {
    responder.close();
  }
}
