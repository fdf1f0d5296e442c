package io.dta.fattree.verify;

import static java.nio.ByteOrder.BIG_ENDIAN;

import io.dta.fattree.witness.FlowTruths;
import io.dta.primitives.store.AppendStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/** Reads lists of events to their ends, and finds the flows that events begin with. */
final class EntryReader {
  private static final int PORTS_OFFSET = 8;
  private static final int PROTOCOL_OFFSET = 12;

  private final FlowTruths flows;
  private final CollectorAnswers answers;

  EntryReader(FlowTruths flows, CollectorAnswers answers) {
    this.flows = flows;
    this.answers = answers;
  }

  List<UnsafeBuffer> entries(AppendStore store) throws IOException {
    List<UnsafeBuffer> entries = new ArrayList<>();
    for (int list = 0; list < store.lists(); list++) {
      long from = AppendStore.FIRST_SEQUENCE;
      while (true) {
        CollectorAnswers.Page page = answers.entries(store.name(), list, from);
        for (String entry : page.entries()) {
          entries.add(new UnsafeBuffer(HexFormat.of().parseHex(entry)));
        }
        if (page.entries().isEmpty()) {
          break;
        }
        from = page.next();
      }
    }
    return entries;
  }

  /** The flow whose 5-tuple an entry begins with, or {@link FlowTruths#NONE}. */
  int flow(UnsafeBuffer entry) {
    return flows.find(entry.getLong(0, BIG_ENDIAN), ports(entry));
  }

  /** Whether it is of acknowledgements, whose 5-tuple is the flow's the other way round. */
  boolean isBackwards(UnsafeBuffer entry) {
    long addresses = Long.rotateLeft(entry.getLong(0, BIG_ENDIAN), Integer.SIZE);
    long ports = ports(entry);
    long reversed = (ports >>> 8 & 0xFFFF) << 24 | (ports >>> 24 & 0xFFFF) << 8 | (ports & 0xFF);
    return flows.find(addresses, reversed) != FlowTruths.NONE;
  }

  private static long ports(UnsafeBuffer entry) {
    return Integer.toUnsignedLong(entry.getInt(PORTS_OFFSET, BIG_ENDIAN)) << 8
        | (entry.getByte(PROTOCOL_OFFSET) & 0xFF);
  }
}
