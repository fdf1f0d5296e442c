package io.dta.primitives.datagram;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dta.primitives.key.KeyFormat;
import io.dta.primitives.store.AppendStore;
import io.dta.primitives.store.KeyIncrementStore;
import io.dta.primitives.store.StoreTable;
import io.dta.primitives.wire.BaseHeader;
import io.dta.primitives.wire.HeaderFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.agrona.concurrent.UnsafeBuffer;

class ReportRunTest {
  private static final AppendStore EVENTS = new AppendStore(0, "events", 4, 4, 4, 8);
  private static final AppendStore OTHERS = new AppendStore(1, "others", 4, 4, 4, 8);
  private static final KeyIncrementStore COUNTS =
      new KeyIncrementStore(0, "counts", KeyFormat.U32, 8, 2);
  private static final StoreTable STORES = new StoreTable(List.of(EVENTS, OTHERS, COUNTS));

  /** A report as a run shows it. */
  private record Seen(DecodeStatus status, int offset, int flags) {}

  @Property(tries = 500)
  void shouldFindInRunsWhatItFindsOneByOne(@ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    UnsafeBuffer buffer = new UnsafeBuffer(new byte[1000]);
    DatagramBuilder datagram = new DatagramBuilder(HeaderFormat.FULL);
    datagram.wrap(buffer, 0, 1000);
    for (int group = random.nextInt(8); group >= 0; group--) {
      int kind = random.nextInt(4);
      int flags = random.nextInt(4) == 0 ? BaseHeader.IMMEDIATE_FLAG : 0;
      for (int i = random.nextInt(6); i >= 0; i--) {
        switch (kind) {
          case 0 -> datagram.append(EVENTS, flags, random.nextInt(256), 0, buffer, 900);
          case 1 -> datagram.append(OTHERS, flags, random.nextInt(256), 0, buffer, 900);
          default -> datagram.keyIncrement(COUNTS, flags, 0, 1, buffer, 900, 1);
        }
      }
    }
    int length = datagram.length() - random.nextInt(3);
    List<Seen> oneByOne = new ArrayList<>();
    ReportDecoder decoder = new ReportDecoder(HeaderFormat.FULL, STORES);
    decoder.wrap(buffer, 0, length);
    while (decoder.next()) {
      oneByOne.add(new Seen(decoder.status(), decoder.reportOffset(), decoder.flags()));
    }
    List<Seen> inRuns = new ArrayList<>();
    int runs = 0;
    decoder.wrap(buffer, 0, length);
    while (decoder.next()) {
      int offset = decoder.reportOffset();
      int count = decoder.status() == DecodeStatus.OK ? decoder.takeRun() : 1;
      for (int i = 0; i < count; i++) {
        inRuns.add(
            new Seen(decoder.status(), offset + i * decoder.reportLength(), decoder.flags()));
      }
      runs++;
    }
    assertEquals(oneByOne, inRuns);
    assertTrue(runs <= 9 + 1, "runs of " + inRuns.size() + " reports: " + runs);
  }
}
