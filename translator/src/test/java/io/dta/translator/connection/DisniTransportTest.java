package io.dta.translator.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.dta.node.OperatorException;
import io.dta.rdma.ConnectionException;
import io.dta.rdma.PendingQueuePair;
import io.dta.rdma.control.ConnectionOffer;
import io.dta.rdma.control.TransportService;
import io.dta.rdma.disni.DisniLibrary;
import io.dta.translator.connection.RdmaSettings.Connect;
import io.dta.translator.connection.RdmaSettings.Service;
import io.dta.translator.connection.RdmaSettings.Transport;
import java.util.List;
import org.agrona.concurrent.SystemNanoClock;
import org.junit.jupiter.api.Test;

/** What DiSNI cannot do is refused with a sentence that says why, and what can. */
class DisniTransportTest {
  private static String refusal(Connect connect, Service service, String address) {
    RdmaSettings settings =
        new RdmaSettings(Transport.DISNI, connect, service, address, null, null, null, null);
    return assertThrows(
            OperatorException.class, () -> DisniTransport.open(settings, SystemNanoClock.INSTANCE))
        .getMessage();
  }

  @Test
  void shouldRefuseWhatDisniHasNot() {
    String uc = refusal(null, Service.UC, null);
    assertTrue(uc.startsWith("rdma.transport 'disni' with 'service: uc': DiSNI makes"), uc);
    String control = refusal(Connect.CONTROL, null, null);
    assertTrue(control.contains("'connect: control': DiSNI has no queue pairs"), control);
    String address = refusal(null, null, "192.0.2.1");
    assertTrue(address.contains("'address: 192.0.2.1': with DiSNI the route"), address);
  }

  @Test
  void shouldSayThatTheLibraryIsMissing() {
    assumeTrue(DisniLibrary.find().isEmpty(), "libdisni.so is installed here");
    String message = refusal(Connect.CM, Service.RC, null);
    assertTrue(message.startsWith("rdma.transport 'disni': libdisni.so not found: "), message);
  }

  private static String failure(ConnectionOffer offer) {
    Collector collector = new Collector(new CollectorClient("http://127.0.0.1:8040"), null, offer);
    try (PendingQueuePair pending =
        new DisniTransport(SystemNanoClock.INSTANCE).connect(collector, (id, status) -> {})) {
      return assertThrows(ConnectionException.class, pending::poll).getMessage();
    }
  }

  @Test
  void shouldNeedACollectorThatServesRdmaCm() {
    String message =
        failure(
            new ConnectionOffer(
                "127.0.0.1", 40000, null, true, List.of(TransportService.values())));
    assertTrue(
        message.startsWith("collector http://127.0.0.1:8040 does not serve RDMA CM"), message);
  }

  @Test
  void shouldRefuseIpv6() {
    String message =
        failure(new ConnectionOffer("fe80::1", 4791, 40045, false, List.of(TransportService.RC)));
    assertEquals(
        "collector http://127.0.0.1:8040: fe80:0:0:0:0:0:0:1 is an IPv6 address, and DiSNI knows"
            + " IPv4 alone: use an IPv4 address, or 'verbs'",
        message);
  }
}
