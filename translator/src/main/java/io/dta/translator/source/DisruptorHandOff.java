package io.dta.translator.source;

import io.dta.primitives.Primitive;
import io.dta.primitives.datagram.DecodeStatus;
import io.dta.primitives.datagram.ReportDecoder;
import io.dta.primitives.store.StoreTable;
import io.dta.primitives.wire.HeaderFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import org.agrona.MutableDirectBuffer;

/**
 * Passes datagrams to the shards' threads, through one LMAX Disruptor ring each, by reference.
 *
 * <p>With one shard a whole datagram is one event. With several, the datagram's reports are walked,
 * and consecutive ones of the same shard are one event; what cannot be decoded goes with the report
 * before it. The engines then do not know the reporter: sequence numbers count a reporter's reports
 * to all shards, and no engine sees them all, so that essential reports are translated but not
 * acknowledged (the engine counts them as untracked). Use one shard where reports must be
 * acknowledged.
 *
 * <p>Never waits: where a ring or the receive memory is full, the reports are counted, by
 * primitive, as received and dropped ({@link io.dta.translator.engine.DropReason#RING_FULL}). For
 * the source's thread.
 */
public final class DisruptorHandOff implements DatagramSink {
  private static final int UNDECODABLE = 0;
  private static final int ROWS = Primitive.values().length + 1;

  private final ReceiveMemory memory;
  private final ReportDecoder decoder;
  private final ReportDecoder dropDecoder;
  private final ShardSelector selector;
  private final Shard[] shards;

  /** By opcode; row 0 is what could not be decoded. One thread adds, any thread reads. */
  private final AtomicLongArray dropped = new AtomicLongArray(ROWS);

  private long arrivedNs;

  /**
   * @param ringSize the events that each shard's ring holds, a power of two
   */
  public DisruptorHandOff(
      HeaderFormat header, StoreTable stores, ReceiveMemory memory, int shards, int ringSize) {
    this.memory = memory;
    this.decoder = new ReportDecoder(header, stores);
    this.dropDecoder = new ReportDecoder(header, stores);
    this.selector = new ShardSelector(shards);
    this.shards = new Shard[shards];
    for (int i = 0; i < shards; i++) {
      this.shards[i] = new Shard(memory.buffer(), ringSize);
    }
    memory.releasedBy(this::neededFrom);
  }

  /** The shards, whose events the engines' threads poll. */
  public List<Shard> shards() {
    return List.of(shards);
  }

  /**
   * Reports dropped because a ring was full; from any thread.
   *
   * @param primitive null for what could not be decoded
   */
  public long dropped(Primitive primitive) {
    return dropped.get(primitive == null ? UNDECODABLE : primitive.opcode());
  }

  @Override
  public void arrived(long timeNs) {
    arrivedNs = timeNs;
  }

  @Override
  public void onDatagram(MutableDirectBuffer buffer, int offset, int length, int sourceAddress) {
    if (memory.isOverflowing()) {
      drop(offset, length);
    } else if (shards.length == 1) {
      offer(shards[0], offset, length, sourceAddress);
    } else {
      split(buffer, offset, length);
    }
  }

  private void split(MutableDirectBuffer buffer, int offset, int length) {
    decoder.wrap(buffer, offset, length);
    int runStart = offset;
    int runEnd = offset;
    Shard runShard = shards[0];
    while (decoder.next()) {
      if (decoder.status() == DecodeStatus.OK) {
        Shard shard = shards[selector.shard(decoder, buffer)];
        if (shard != runShard) {
          if (runEnd > runStart) {
            offer(runShard, runStart, runEnd - runStart, 0);
          }
          runStart = runEnd;
          runShard = shard;
        }
      }
      runEnd = decoder.reportOffset() + decoder.reportLength();
    }
    offer(runShard, runStart, runEnd - runStart, 0);
  }

  private void offer(Shard shard, int offset, int length, int sourceAddress) {
    if (!shard.offer(offset, length, sourceAddress, memory.slotNumber(offset), arrivedNs)) {
      drop(offset, length);
    }
  }

  /** Counts the reports of a run; the memory is the source's again. */
  private void drop(int offset, int length) {
    dropDecoder.wrap(memory.buffer(), offset, length);
    while (dropDecoder.next()) {
      int row =
          dropDecoder.status() == DecodeStatus.OK ? dropDecoder.primitive().opcode() : UNDECODABLE;
      dropped.lazySet(row, dropped.get(row) + 1);
    }
  }

  private long neededFrom() {
    long first = memory.claimed();
    for (Shard shard : shards) {
      first = Math.min(first, shard.neededFrom(memory.claimed()));
    }
    return first;
  }
}
