package io.dta.translator.engine;

/**
 * Sends an ACK or a NACK ({@link io.dta.primitives.wire.Acknowledgement}) to a reporter. Called on
 * the engine's thread, from {@link TranslationEngine#doWork}; must not block. What it cannot send
 * is lost: the engine repeats NACKs by itself, and a later ACK covers an earlier one.
 */
@FunctionalInterface
public interface AcknowledgementSender {
  /**
   * Sends one answer.
   *
   * @param address the reporter's IPv4 address, as it was given to {@link
   *     TranslationEngine#onDatagram}
   * @param seqnum 0 to 255
   * @param nack false for an ACK, which is cumulative
   */
  void send(int address, int seqnum, boolean nack);
}
