package io.dta.fattree;

import io.dta.fattree.network.NetworkObserver;
import io.dta.fattree.send.Reporters;
import java.io.IOException;

/**
 * Makes reports leave: at every tick those that wait in datagrams, at the end all, until the
 * essential ones are acknowledged. It comes after all reporters.
 */
final class ReportPump implements NetworkObserver {
  private final Reporters reporters;

  ReportPump(Reporters reporters) {
    this.reporters = reporters;
  }

  @Override
  public void onTick(long now) throws IOException {
    reporters.flush();
  }

  @Override
  public void onEnd(long now) throws IOException {
    reporters.drain();
  }
}
