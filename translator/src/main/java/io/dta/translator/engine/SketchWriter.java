package io.dta.translator.engine;

import io.dta.primitives.Primitive;
import io.dta.primitives.store.SketchStore;
import io.dta.primitives.wire.ImmediateData;
import io.dta.rdma.RdmaQueuePair;
import org.agrona.concurrent.UnsafeBuffer;

/** Posts the WRITEs of a Sketch-Merge store: groups of columns, and epochs' trailers. */
final class SketchWriter {
  private static final int OPCODE = Primitive.SKETCH_MERGE.opcode();

  private final SketchStore store;
  private final int storeIndex;
  private final int groupLength;
  private final CollectorLink link;
  private final EngineCounters counters;
  private final UnsafeBuffer trailer = new UnsafeBuffer(new byte[SketchStore.TRAILER_LENGTH]);

  SketchWriter(SketchStore store, CollectorLink link, EngineCounters counters) {
    this.store = store;
    this.storeIndex = LinkRegions.index(store);
    this.groupLength = store.columnsPerWrite() * store.columnLength();
    this.link = link;
    this.counters = counters;
  }

  /**
   * Posts a group of columns, with which reports end.
   *
   * @return as {@link RdmaQueuePair#write}
   */
  int group(SketchEpoch epoch, int group, int reports) {
    int index = group * groupLength;
    return link.writeLast(
        storeIndex,
        store.epochOffset(epoch.number()) + index,
        epoch.columns(),
        index,
        groupLength,
        OPCODE,
        reports,
        epoch.openedNs());
  }

  /**
   * Posts a trailer; the last one of an epoch tells the collector where a report asked for that.
   *
   * @return as {@link RdmaQueuePair#write}
   */
  int trailer(SketchEpoch epoch, int state) {
    epoch.putTrailer(trailer, state);
    long offset = store.epochOffset(epoch.number()) + store.trailerOffset();
    int length = SketchStore.TRAILER_LENGTH;
    boolean immediate = state != SketchStore.OPEN && epoch.isImmediate();
    int data = ImmediateData.of(Primitive.SKETCH_MERGE, store.id(), epoch.number());
    int result =
        immediate
            ? link.writeLastImmediate(
                storeIndex, offset, trailer, 0, length, data, OPCODE, 0, epoch.openedNs())
            : link.writeLast(storeIndex, offset, trailer, 0, length, OPCODE, 0, epoch.openedNs());
    if (result == RdmaQueuePair.POSTED) {
      counters.operations(OPCODE, 1);
    }
    return result;
  }
}
