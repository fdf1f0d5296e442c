package io.dta.translator;

import io.dta.translator.engine.TranslationEngine;
import io.dta.translator.source.DatagramSink;
import org.agrona.MutableDirectBuffer;

/**
 * Hands datagrams to an engine.
 *
 * @param acknowledge false where the engine is not told who reports, so that essential reports are
 *     translated, and not acknowledged
 */
record EngineSink(TranslationEngine engine, boolean acknowledge) implements DatagramSink {
  @Override
  public void arrived(long timeNs) {
    engine.arrived(timeNs);
  }

  @Override
  public void onDatagram(MutableDirectBuffer buffer, int offset, int length, int sourceAddress) {
    engine.onDatagram(buffer, offset, length, acknowledge ? sourceAddress : 0);
  }
}
