package io.dta.softroce;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.dta.collector.CollectorContext;
import io.dta.rdma.control.ConnectionOffer;
import io.dta.rdma.control.TransportService;
import io.dta.softroce.guest.SoftRoceGuest;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** Collector and translator in the guest by DiSNI. */
@EnabledIf(value = "hasLibrary", disabledReason = DisniTest.WITHOUT_LIBRARY)
class DisniNodesTest extends GuestNodesTest {
  static boolean hasLibrary() {
    return DisniTest.hasLibrary();
  }

  @BeforeAll
  static void start(SoftRoceGuest guest) throws IOException {
    startCollector(guest, CollectorContext.RdmaMode.DISNI);
  }

  @Override
  String translatorRdma() {
    return "{transport: disni}";
  }

  @Test
  void shouldOfferRdmaCmAlone() {
    assertEquals(
        new ConnectionOffer(
            SoftRoceGuest.GUEST, 4791, CM_PORT, false, List.of(TransportService.RC)),
        HTTP.get("/v1/rdma", ConnectionOffer.class));
  }
}
