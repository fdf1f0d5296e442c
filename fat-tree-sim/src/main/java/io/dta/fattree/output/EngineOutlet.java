package io.dta.fattree.output;

import io.dta.collector.query.QueryService;
import io.dta.fattree.send.KeyWrites;
import io.dta.fattree.send.ReportSink;
import io.dta.fattree.send.Reporters;
import io.dta.fattree.send.SimulatedClock;
import io.dta.fattree.verify.CollectorAnswers;
import io.dta.primitives.store.Store;
import io.dta.rdma.capture.DatagramFile;
import io.dta.translator.engine.EngineSnapshot;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The product's engine in this process, by the time of the simulation: one seed makes one run, to
 * the last byte of the collector's memory.
 */
public final class EngineOutlet implements Outlet {
  private final List<Store> stores;
  private final SimulatedClock clock = new SimulatedClock();
  private final CollectorMemory memory;
  private final EngineSink sink;
  private final DatagramFile capture;
  private final Reporters reporters;

  /**
   * An engine with its memory.
   *
   * @param switches how many reporters there are
   * @param loss the probability that a report is lost
   * @param captureFile gets every datagram; null for none
   */
  public EngineOutlet(List<Store> stores, int switches, double loss, long seed, Path captureFile)
      throws IOException {
    this.stores = List.copyOf(stores);
    capture = captureFile == null ? null : DatagramFile.create(captureFile);
    memory = new CollectorMemory(stores);
    sink = new EngineSink(memory, this.stores, switches, EngineSink.PATIENT, clock);
    ReportSink first = capture == null ? sink : new CaptureSink(sink, capture, clock);
    reporters = new Reporters(first, loss, seed, clock);
  }

  @Override
  public KeyWrites values() {
    return reporters;
  }

  @Override
  public Reporters reporters() {
    return reporters;
  }

  @Override
  public void flush(long nanos) throws IOException {
    clock.advanceTo(nanos);
    reporters.flush();
  }

  @Override
  public void drain() throws IOException {
    reporters.drain();
    sink.drain();
  }

  @Override
  public Delivery delivery() {
    EngineSnapshot snapshot = sink.snapshot();
    Map<String, Long> fate = new LinkedHashMap<>();
    fate.put("written", snapshot.written());
    snapshot.droppedByReason().forEach((reason, count) -> fate.put(reason.label(), count));
    fate.put("uncertain", snapshot.uncertain());
    fate.put("in flight", snapshot.inFlight());
    fate.put("lost on purpose", reporters.counters().lost());
    return new Delivery(
        "the translation engine and memory of this process",
        reporters.sent(),
        reporters.counters().datagrams(),
        fate,
        snapshot.operations(),
        1);
  }

  /** The memory that the reports are written to. */
  public CollectorMemory memory() {
    return memory;
  }

  @Override
  public CollectorAnswers answers() {
    return new QueryServiceAnswers(
        new QueryService(stores, memory::segment, QueryServiceAnswers.BATCH_LIMIT));
  }

  @Override
  public void close() {
    sink.close();
    memory.close();
    Closing.quietly(capture);
  }
}
