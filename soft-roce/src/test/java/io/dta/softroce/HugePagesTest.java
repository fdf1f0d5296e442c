package io.dta.softroce;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.dta.collector.CollectorContext;
import io.dta.node.YamlConfig;
import io.dta.softroce.guest.SoftRoce;
import io.dta.softroce.guest.SoftRoceGuest;
import io.dta.translator.connection.RdmaSettings;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Regions in huge pages that the guest reserved, registered at the kernel's driver. */
@SoftRoce
class HugePagesTest {
  private static final String RESERVED = "/proc/sys/vm/nr_hugepages";
  private static final int NUMBERS = 200;

  /** What the YAML file of a collector holds. */
  private record Node(CollectorContext collector) {}

  private static String configuration() {
    return YamlConfig.dump(
        new Node(
            new CollectorContext(
                null,
                new CollectorContext.Http(SoftRoceGuest.GUEST, GuestNode.HTTP_PORT),
                new CollectorContext.Rdma(
                    SoftRoceGuest.GUEST, null, CollectorContext.RdmaMode.VERBS, null, null),
                new CollectorContext.Regions(CollectorContext.Backing.HUGETLB, null, null),
                Reports.STORES,
                null)));
  }

  @AfterEach
  void giveBack(SoftRoceGuest guest) throws IOException {
    guest.run("echo 0 >" + RESERVED);
  }

  @Test
  void shouldSayHowManyToReserveAndThenUseThem(SoftRoceGuest guest) throws IOException {
    try (GuestNode refused = GuestNode.start(guest, "collector", configuration())) {
      assertEquals(1, refused.awaitEnd(), refused::output);
      assertTrue(
          refused
              .output()
              .contains("regions.backing hugetlb: 3 huge pages of 2,048 KiB are needed"),
          refused::output);
      assertTrue(refused.output().contains("sysctl -w vm.nr_hugepages=3"), refused::output);
    }

    guest.run("echo 3 >" + RESERVED);
    try (GuestNode collector = GuestNode.collector(guest, configuration());
        RunningTranslator translator =
            new RunningTranslator(GuestNode.uri(), RdmaSettings.Connect.AUTO, null);
        Reports reports = new Reports(translator)) {
      assertTrue(guest.run("cat /proc/meminfo").contains("HugePages_Free:        0"));
      for (JsonNode store : GuestNode.http().get("/v1/stores", JsonNode.class).get("stores")) {
        assertEquals("reserved", store.at("/region/hugePages").asText(), store::toString);
      }

      reports.send(NUMBERS);
      assertEquals(reports.reports(), translator.settle(reports.reports()).written());
      ReportAnswers answers = new ReportAnswers(GuestNode.uri());
      List<Integer> numbers = reports.numbers().boxed().toList();
      assertEquals(numbers, answers.values(reports.numbers()), collector::output);
      assertEquals(numbers, answers.entries());
      assertEquals(NUMBERS, answers.sum());
    }
  }
}
