package io.dta.cli.demo;

import io.dta.fattree.FatTreeConfig;
import io.dta.translator.connection.RdmaSettings.Transport;
import io.dta.translator.engine.EngineSettings;
import java.time.Duration;

/**
 * What a demo runs.
 *
 * @param run the data centre
 * @param transport what joins the translator and the collector
 * @param wellKnownPorts whether the services listen where they do by default, so that others find
 *     them, rather than on free ports
 */
record DemoSettings(FatTreeConfig run, Transport transport, boolean wellKnownPorts) {
  /**
   * The engine's defaults, but for the time that a path may wait for the rest of its hops: the
   * hops' reporters share two cores with everything else here, and may be kept waiting between one
   * hop and the next for longer than any switch.
   */
  static final EngineSettings ENGINE = patient(EngineSettings.DEFAULTS);

  private static EngineSettings patient(EngineSettings defaults) {
    return new EngineSettings(
        defaults.appendFlush(),
        defaults.batchMemory(),
        defaults.postcardRows(),
        Duration.ofSeconds(1),
        defaults.openEpochs(),
        defaults.epochTimeout(),
        defaults.sketchMemory(),
        defaults.operationsPerSecond(),
        defaults.maxReporters(),
        defaults.reporterWindow(),
        defaults.nackInterval(),
        defaults.nackAttempts());
  }
}
