package io.dta.grafana;

import java.io.IOException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RulesTest {
  @BeforeEach
  void assumePrometheus() {
    Promtool.assumeThere();
  }

  @Test
  void shouldBeAConfigurationThatPrometheusTakes() throws IOException, InterruptedException {
    Promtool.check("", "check", "config", "prometheus.yml");
    Promtool.check("", "check", "rules", "alerts.yml");
  }

  @Test
  void shouldCallWhomTheyShouldWhenTheyShould() throws IOException, InterruptedException {
    Promtool.check("", "test", "rules", "alerts.test.yml");
  }
}
