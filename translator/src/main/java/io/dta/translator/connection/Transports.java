package io.dta.translator.connection;

import io.dta.node.OperatorException;
import io.dta.rdma.capture.PacketCapture;
import org.agrona.concurrent.NanoClock;

/** Opens the transport that the settings name. */
final class Transports {
  private static final System.Logger LOG = System.getLogger(Transports.class.getName());

  private Transports() {}

  /**
   * Opens a shard's transport.
   *
   * @param first a collector to reach, for the address to send from
   * @param clock of the queue pairs' time-outs
   * @param capture gets a copy of every RoCEv2 packet that passes this process; null for none
   * @throws OperatorException where it cannot be had
   */
  static Transport open(
      RdmaSettings settings, CollectorClient first, NanoClock clock, PacketCapture capture) {
    if (capture != null && settings.transport() != RdmaSettings.Transport.ROCEV2) {
      LOG.log(
          System.Logger.Level.WARNING,
          "rdma.transport ''{0}'': no RoCEv2 packet passes this process, so that the capture has"
              + " reports and the answers to them alone; {1}",
          settings.transport().label(),
          settings.transport() == RdmaSettings.Transport.LOCAL
              ? "there are no other packets"
              : "'tcpdump -i' with the name of the RDMA device captures the rest where the NIC's"
                  + " driver lets it, 'rdma.transport: rocev2' always");
    }
    return switch (settings.transport()) {
      case ROCEV2 -> RoceTransport.open(settings, first, clock, capture);
      case LOCAL -> new LocalTransport();
      case VERBS -> VerbsTransport.open(settings, first, clock);
      case DISNI -> DisniTransport.open(settings, clock);
    };
  }
}
