package io.dta.cli.demo;

import io.dta.fattree.DemoStores;
import io.dta.fattree.FatTreeRun;
import io.dta.fattree.verify.VerificationReport;
import io.dta.translator.Accounting;
import java.util.List;

/**
 * What a demo found.
 *
 * @param run the truth and what was sent
 * @param accounting where the translator put every report
 * @param answers the collector's answers compared with the truth
 * @param findings a sentence for everything that is wrong
 * @param reportSeconds how long reporting took, until nothing was in flight
 * @param querySeconds how long all queries took
 * @param elapsedSeconds all of it, starting and stopping included
 */
record DemoOutcome(
    DemoStores stores,
    FatTreeRun.Result run,
    Accounting accounting,
    VerificationReport answers,
    List<String> findings,
    double reportSeconds,
    double querySeconds,
    double elapsedSeconds) {

  boolean ok() {
    return findings.isEmpty();
  }
}
