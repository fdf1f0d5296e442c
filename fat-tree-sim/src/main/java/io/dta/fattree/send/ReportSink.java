package io.dta.fattree.send;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Where reporters' datagrams go and their acknowledgements come from. Used by one thread. */
public interface ReportSink {
  /** How many reporters it serves: one for every switch, or 1 that all of them share. */
  int reporters();

  /**
   * Sends a datagram, at once or when the receiver can take it.
   *
   * @param reporter the number of its reporter, from 0
   * @param datagram from its position to its limit
   * @param reports how many reports it carries
   */
  void send(int reporter, ByteBuffer datagram, int reports) throws IOException;

  /**
   * Takes the next datagram that has arrived for a reporter: an acknowledgement.
   *
   * @param datagram is cleared, filled and flipped
   * @return false where none has arrived
   */
  boolean receive(int reporter, ByteBuffer datagram) throws IOException;

  /** Whom the datagrams go to, for error messages. */
  String target();
}
