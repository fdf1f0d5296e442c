package io.dta.p4;

import io.dta.fattree.send.ReportClock;
import io.dta.fattree.send.ReportSink;
import io.dta.fattree.send.Reporter;
import io.dta.fattree.send.Reporters;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/** The simulator's reporter, whose datagrams are kept instead of sent: one report each. */
final class JavaReporter {
  private final List<byte[]> datagrams = new ArrayList<>();
  private final Queue<byte[]> answers = new ArrayDeque<>();
  private final Reporters reporters = new Reporters(new Sink(), 0, 1, new Clock());

  /** Something that is reported. */
  interface Report {
    void by(Reporter reporter) throws IOException;
  }

  /** The datagram of one report. */
  byte[] report(Report report) throws IOException {
    report.by(reporters.of(1));
    reporters.of(1).flush();
    return datagrams.removeLast();
  }

  /** Takes an acknowledgement. */
  void acknowledge(byte[] acknowledgement) throws IOException {
    answers.add(acknowledgement);
    reporters.of(1).poll();
  }

  private final class Sink implements ReportSink {
    @Override
    public int reporters() {
      return 1;
    }

    @Override
    public void send(int reporter, ByteBuffer datagram, int reports) {
      byte[] bytes = new byte[datagram.remaining()];
      datagram.get(bytes);
      datagrams.add(bytes);
    }

    @Override
    public boolean receive(int reporter, ByteBuffer datagram) {
      byte[] answer = answers.poll();
      if (answer == null) {
        return false;
      }
      datagram.clear().put(answer).flip();
      return true;
    }

    @Override
    public String target() {
      return "nobody";
    }
  }

  /** No time passes: nothing is sent again by itself. */
  private static final class Clock implements ReportClock {
    @Override
    public long nanoTime() {
      return 0;
    }

    @Override
    public void pause(long nanos) {
      throw new IllegalStateException("the window is full");
    }
  }
}
