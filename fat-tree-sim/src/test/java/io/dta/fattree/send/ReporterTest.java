package io.dta.fattree.send;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dta.primitives.Primitive;
import io.dta.primitives.datagram.DecodeStatus;
import io.dta.primitives.datagram.ReportDecoder;
import io.dta.primitives.key.KeyFormat;
import io.dta.primitives.store.AppendStore;
import io.dta.primitives.store.KeyIncrementStore;
import io.dta.primitives.store.StoreTable;
import io.dta.primitives.wire.AppendReport;
import io.dta.primitives.wire.HeaderFormat;
import io.dta.primitives.wire.KeyIncrementReport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class ReporterTest {
  private static final AppendStore EVENTS = new AppendStore(3, "events", 8, 4, 16, 16);
  private static final KeyIncrementStore COUNTS =
      new KeyIncrementStore(5, "counts", KeyFormat.U32, 1024, 2);

  private final RecordingSink sink = new RecordingSink();
  private final SendTally tally = new SendTally();
  private final UnsafeBuffer word = new UnsafeBuffer(new byte[4]);
  private long now = TimeUnit.SECONDS.toNanos(1);
  private final ReportClock clock =
      new ReportClock() {
        @Override
        public long nanoTime() {
          return now;
        }

        @Override
        public void pause(long nanos) {
          throw new AssertionError("nobody waits here");
        }
      };

  private Reporter reporter(double loss) {
    LossInjector injector = new LossInjector(loss, new SplittableRandom(1));
    return new Reporter(0, sink, injector, tally, clock);
  }

  private void append(Reporter reporter, int count) throws IOException {
    for (int i = 0; i < count; i++) {
      word.putInt(0, i);
      reporter.append(EVENTS, 7, word, 0);
    }
  }

  private void pass(long milliseconds) {
    now += TimeUnit.MILLISECONDS.toNanos(milliseconds);
  }

  /** The sequence numbers of the essential reports in all datagrams so far, which are forgotten. */
  private List<Integer> seqnums() {
    ReportDecoder decoder =
        new ReportDecoder(HeaderFormat.FULL, new StoreTable(List.of(EVENTS, COUNTS)));
    List<Integer> seqnums = new ArrayList<>();
    for (byte[] datagram : sink.datagrams) {
      decoder.wrap(new UnsafeBuffer(datagram), 0, datagram.length);
      while (decoder.next()) {
        assertEquals(DecodeStatus.OK, decoder.status());
        if (decoder.hasSeqnum()) {
          seqnums.add(decoder.seqnum());
        }
      }
    }
    sink.datagrams.clear();
    return seqnums;
  }

  @Test
  void shouldPutSeveralReportsIntoADatagram() throws IOException {
    Reporter reporter = reporter(0);
    int reportLength = HeaderFormat.FULL.length() + KeyIncrementReport.length(4);
    int fitting = Reporter.MAX_DATAGRAM_LENGTH / reportLength;
    for (int i = 0; i < fitting + 1; i++) {
      assertTrue(reporter.keyIncrement(COUNTS, word, 0, i));
    }
    assertEquals(1, sink.datagrams.size());
    assertEquals(fitting * reportLength, sink.datagrams.getFirst().length);
    reporter.flush();
    reporter.flush();
    assertEquals(2, sink.datagrams.size());
    assertEquals(reportLength, sink.datagrams.getLast().length);
    SendCounters counters = tally.counters();
    assertEquals(2, counters.datagrams());
    assertEquals((long) (fitting + 1) * reportLength, counters.bytes());
    assertEquals(
        new SendCounters.OfPrimitive(fitting + 1, fitting + 1, 0, 0),
        counters.of(Primitive.KEY_INCREMENT));
  }

  @Test
  void shouldNumberEssentialReportsOnly() throws IOException {
    Reporter reporter = reporter(0);
    append(reporter, 1);
    reporter.keyIncrement(COUNTS, word, 0, 1);
    append(reporter, 1);
    reporter.flush();
    assertEquals(List.of(0, 1), seqnums());
    assertEquals(2, reporter.outstanding());
  }

  @Test
  void shouldForgetWhatACumulativeAckCovers() throws IOException {
    Reporter reporter = reporter(0);
    append(reporter, 5);
    reporter.flush();
    sink.acknowledge(3, false);
    sink.acknowledge(1, false);
    sink.acknowledge(200, false);
    reporter.poll();
    assertEquals(1, reporter.outstanding());
  }

  @Test
  void shouldSendAgainWhatANackNamesOncePerWhile() throws IOException {
    Reporter reporter = reporter(0);
    append(reporter, 5);
    reporter.flush();
    seqnums();
    pass(5);
    sink.acknowledge(2, true);
    sink.acknowledge(2, true);
    sink.acknowledge(5, true);
    reporter.poll();
    assertEquals(List.of(2), seqnums(), "once, and nothing for one that was never sent");
    assertEquals(5, reporter.outstanding());
    assertEquals(new SendCounters.OfPrimitive(5, 6, 0, 1), tally.counters().of(Primitive.APPEND));
  }

  @Test
  void shouldSendAgainByTimeAndWaitLongerEachTime() throws IOException {
    Reporter reporter = reporter(0);
    append(reporter, 2);
    reporter.flush();
    seqnums();
    pass(49);
    reporter.poll();
    assertEquals(List.of(), seqnums());
    pass(2);
    reporter.poll();
    assertEquals(List.of(0, 1), seqnums());
    pass(99);
    reporter.poll();
    assertEquals(List.of(), seqnums());
    pass(2);
    sink.acknowledge(0, false);
    reporter.poll();
    assertEquals(List.of(1), seqnums(), "progress makes it impatient again");
  }

  @Test
  void shouldRepeatTheSameBytes() throws IOException {
    Reporter reporter = reporter(0);
    word.putInt(0, 0x01020304);
    reporter.append(EVENTS, 7, word, 0);
    reporter.flush();
    pass(60);
    reporter.poll();
    assertEquals(2, sink.datagrams.size());
    assertEquals(
        new UnsafeBuffer(sink.datagrams.getFirst()), new UnsafeBuffer(sink.datagrams.getLast()));
    UnsafeBuffer datagram = new UnsafeBuffer(sink.datagrams.getLast());
    assertEquals(7, AppendReport.list(datagram, HeaderFormat.FULL.length()));
  }

  @Test
  void shouldWaitForRoomInTheWindowAndCountOverItsEnd() throws IOException {
    Reporter reporter = reporter(0);
    List<Integer> expected = new ArrayList<>();
    for (int round = 0; round < 5; round++) {
      append(reporter, RetransmissionWindow.SIZE - reporter.outstanding());
      assertEquals(RetransmissionWindow.SIZE, reporter.outstanding());
      sink.acknowledge((round * 100 + 99) & 0xFF, false);
      append(reporter, 1);
      assertEquals(RetransmissionWindow.SIZE - 99, reporter.outstanding());
    }
    reporter.flush();
    for (int i = 0; i < 400 + RetransmissionWindow.SIZE + 1; i++) {
      expected.add(i & 0xFF);
    }
    assertEquals(expected, seqnums());
  }

  @Test
  void shouldSurviveAnythingThatArrives() throws IOException {
    Reporter reporter = reporter(0);
    append(reporter, 3);
    sink.receive();
    sink.receive((byte) 0);
    sink.receive((byte) 0, (byte) 0, (byte) 0);
    sink.receive(new byte[64]);
    reporter.poll();
    assertEquals(3, reporter.outstanding());
  }

  @Test
  void shouldSayThatNobodyIsThere() throws IOException {
    Reporter reporter = reporter(0);
    append(reporter, 1);
    for (int i = 0; i < 20; i++) {
      pass(500);
      reporter.poll();
    }
    pass(500);
    String message = assertThrows(IOException.class, reporter::poll).getMessage();
    assertTrue(message.startsWith("1 essential reports to a test are not acknowledged"), message);
  }

  @Test
  void shouldLoseWhatInjectionTakes() throws IOException {
    Reporter reporter = reporter(0.5);
    int survived = 0;
    for (int i = 0; i < 1000; i++) {
      survived += reporter.keyIncrement(COUNTS, word, 0, 1) ? 1 : 0;
    }
    reporter.flush();
    int reportLength = HeaderFormat.FULL.length() + KeyIncrementReport.length(4);
    int bytes = sink.datagrams.stream().mapToInt(datagram -> datagram.length).sum();
    assertEquals(survived * reportLength, bytes);
    assertEquals(500, survived, 80);
    assertEquals(
        new SendCounters.OfPrimitive(1000, 1000, 1000 - survived, 0),
        tally.counters().of(Primitive.KEY_INCREMENT));
    assertFalse(tally.counters().lost() == 0);
  }
}
