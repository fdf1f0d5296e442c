package io.dta.translator;

import io.dta.node.HttpEndpoint;
import io.dta.node.OperatorException;
import io.dta.node.UnreachableException;
import io.dta.primitives.Primitive;
import io.dta.rdma.ConnectionException;
import io.dta.rdma.capture.PacketCapture;
import io.dta.rdma.udp.KernelDrops;
import io.dta.translator.TranslatorContext.Threading;
import io.dta.translator.connection.Collectors;
import io.dta.translator.connection.ShardConnection;
import io.dta.translator.engine.AcknowledgementSender;
import io.dta.translator.engine.DropReason;
import io.dta.translator.engine.EngineContext;
import io.dta.translator.engine.EngineCounters;
import io.dta.translator.engine.EngineSnapshot;
import io.dta.translator.engine.LinkState;
import io.dta.translator.engine.LinkStatus;
import io.dta.translator.engine.TranslationEngine;
import io.dta.translator.source.AcknowledgementQueue;
import io.dta.translator.source.DatagramSink;
import io.dta.translator.source.DisruptorHandOff;
import io.dta.translator.source.ReceiveMemory;
import io.dta.translator.source.Shard;
import io.dta.translator.source.UdpSource;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;

/**
 * The translator as a service: a source, its engines, their queue pairs and the threads that run
 * them.
 *
 * <p>Made with a context and inert until {@link #start()}; {@link #close()} receives what has
 * arrived, writes what is held, and disconnects. Use one once. The other methods are for any
 * thread.
 */
public final class Translator implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Translator.class.getName());

  /** How long the threads get beyond the engines' own time to write what they hold. */
  private static final long CLOSE_MARGIN_MS = 10_000;

  private static final long POLL_NS = 1_000_000;

  /** How long the first connection to a collector may take. */
  private static final long CONNECT_NS = TimeUnit.SECONDS.toNanos(60);

  /**
   * A shard's connection to a collector.
   *
   * @param shard from 0
   */
  public record Link(int shard, LinkStatus status) {}

  private final TranslatorContext context;
  private final PacketCapture capture;
  private final NanoClock clock = SystemNanoClock.INSTANCE;
  private final ErrorLog errors = new ErrorLog();
  private final List<EngineCounters> counters = new ArrayList<>();
  private final List<Link> links = new ArrayList<>();

  /** Of each shard that sends RoCEv2 packets itself. */
  private final Map<Integer, KernelDrops> rdmaDrops = new TreeMap<>();

  private final List<AgentRunner> engineRunners = new ArrayList<>();
  private final List<Sleep> sleeps = new ArrayList<>();
  private final List<AcknowledgementQueue> acknowledgements = new ArrayList<>();

  private ReceiveMemory memory;
  private Collectors collectors;
  private UdpSource source;
  private DisruptorHandOff handOff;
  private SourceAgent sourceAgent;
  private AgentRunner sourceRunner;
  private HttpEndpoint endpoint;
  private volatile boolean running;

  public Translator(TranslatorContext context) {
    this(context, null);
  }

  /**
   * A translator whose packets are captured: reports, answers to them, and RoCEv2 both ways where
   * it passes this process, as with transport {@code rocev2}.
   *
   * @param capture stays the caller's, to be closed after the translator; null for none
   */
  public Translator(TranslatorContext context, PacketCapture capture) {
    this.context = context;
    this.capture = capture;
  }

  /**
   * Connects to the collectors, opens the socket and starts the threads.
   *
   * @throws UnreachableException where a collector does not answer or cannot be connected yet;
   *     another translator of the same context may be started later
   * @throws OperatorException where one of these is not possible, with what to do about it; nothing
   *     is left behind
   */
  public synchronized void start() {
    if (collectors != null) {
      throw new IllegalStateException("a translator starts once");
    }
    try {
      collectors = Collectors.discover(context.collectors(), context.rdma());
      CompletableFuture<Void> opened =
          context.threads().threading() == Threading.SHARED ? startShared() : startDisruptor();
      opened.join();
      running = true;
      endpoint = TranslatorEndpoint.start(context.http(), this);
    } catch (CompletionException e) {
      close();
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  private CompletableFuture<Void> startShared() {
    memory = new ReceiveMemory(UdpSource.MESSAGES_PER_READ, UdpSource.MESSAGES_PER_READ);
    ShardConnection connection = collectors.connect(0, clock, capture);
    // The engine and the source need each other, and answers only follow reports.
    TranslationEngine engine =
        engine(connection, (address, seqnum, nack) -> source.send(address, seqnum, nack));
    source = new UdpSource(context.listen(), memory, sink(engine), capture);
    Sleep sleep = sleep();
    SharedAgent agent = new SharedAgent(source, engine, connection, clock, sleep, shutdownNs());
    engineRunners.add(start(agent, sleep));
    return agent.opened();
  }

  private CompletableFuture<Void> startDisruptor() {
    TranslatorContext.Threads threads = context.threads();
    memory = new ReceiveMemory(threads.receiveSlots(), UdpSource.MESSAGES_PER_READ);
    handOff =
        new DisruptorHandOff(
            context.header(), collectors.stores(), memory, threads.shards(), threads.ringSize());
    source = new UdpSource(context.listen(), memory, handOff, capture);
    Sleep sourceSleep = sleep();
    for (int i = 0; i < threads.shards(); i++) {
      AcknowledgementQueue queue = new AcknowledgementQueue(source, sourceSleep::end);
      acknowledgements.add(queue);
      ShardConnection connection = collectors.connect(i, clock, capture);
      TranslationEngine engine = engine(connection, queue);
      Shard shard = handOff.shards().get(i);
      Sleep sleep = sleep();
      shard.wokenBy(sleep::end);
      ShardAgent agent =
          new ShardAgent(i, shard, engine, sink(engine), connection, clock, sleep, shutdownNs());
      engineRunners.add(start(agent, sleep));
    }
    sourceAgent =
        new SourceAgent(source, handOff, handOff.shards(), acknowledgements, clock, sourceSleep);
    sourceRunner = start(sourceAgent, sourceSleep);
    return sourceAgent.opened();
  }

  private TranslationEngine engine(
      ShardConnection connection, AcknowledgementSender acknowledgements) {
    TranslationEngine engine;
    try {
      engine =
          new TranslationEngine(
              new EngineContext(
                  collectors.stores(),
                  context.header(),
                  connection.targets(),
                  context.engine(),
                  acknowledgements,
                  clock));
    } catch (IllegalArgumentException e) {
      connection.close();
      throw new OperatorException("the translator cannot serve its stores: " + e.getMessage(), e);
    } catch (OutOfMemoryError e) {
      connection.close();
      throw new OperatorException(
          "the memory for batches, cache rows and sketch epochs cannot be had: %s; lower the stores'"
                  .formatted(e.getMessage())
              + " sizes or 'engine.openEpochs' and 'engine.postcardRows', or raise the JVM's"
              + " limits",
          e);
    } catch (RuntimeException e) {
      connection.close();
      throw e;
    }
    try {
      engine.awaitConnected(CONNECT_NS);
    } catch (ConnectionException e) {
      ShardAgent.close(engine, connection);
      throw new UnreachableException(e.getMessage(), e);
    }
    int shard = counters.size();
    counters.add(engine.counters());
    engine.links().forEach(status -> links.add(new Link(shard, status)));
    if (connection.localAddress() != null) {
      rdmaDrops.put(shard, KernelDrops.of(connection.localAddress()));
    }
    return engine;
  }

  private DatagramSink sink(TranslationEngine engine) {
    return new EngineSink(engine, context.threads().acknowledge());
  }

  private Sleep sleep() {
    Sleep sleep = new Sleep(context.threads().idle());
    sleeps.add(sleep);
    return sleep;
  }

  private AgentRunner start(Agent agent, Sleep sleep) {
    AgentRunner runner = new AgentRunner(sleep.strategy(), errors, null, agent);
    AgentRunner.startOnThread(runner);
    return runner;
  }

  private long shutdownNs() {
    return context.shutdownTimeout().toNanos();
  }

  /**
   * Stops receiving, after what has arrived until now; writes what is held, as far as the
   * collectors take it within the context's shutdown time-out; disconnects. Does nothing the second
   * time. Returns when all threads have ended, even where the caller is interrupted: they use
   * memory that is returned here.
   */
  @Override
  public synchronized void close() {
    boolean interrupted = Thread.interrupted();
    running = false;
    if (endpoint != null) {
      endpoint.close();
      endpoint = null;
    }
    if (sourceAgent != null && !sourceAgent.opened().isCompletedExceptionally()) {
      await(sourceAgent.stopReceiving());
    }
    engineRunners.forEach(this::close);
    engineRunners.clear();
    if (sourceRunner != null) {
      close(sourceRunner);
      sourceRunner = null;
      sourceAgent = null;
    }
    sleeps.forEach(Sleep::close);
    sleeps.clear();
    if (memory != null) {
      memory.close();
      memory = null;
    }
    errors.flush();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void close(AgentRunner runner) {
    int timeoutMs = (int) (context.shutdownTimeout().toMillis() + CLOSE_MARGIN_MS);
    runner.close(
        timeoutMs,
        thread ->
            LOG.log(
                System.Logger.Level.WARNING,
                "{0} does not end within {1} ms",
                thread.getName(),
                Integer.toString(timeoutMs)));
    boolean interrupted = false;
    while (!runner.isClosed()) { // The runner does not wait where the caller is interrupted.
      interrupted |= Thread.interrupted();
      LockSupport.parkNanos(POLL_NS);
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void await(CompletableFuture<Void> quiet) {
    try {
      quiet.get(CLOSE_MARGIN_MS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (TimeoutException | ExecutionException e) {
      LOG.log(System.Logger.Level.WARNING, "what has arrived could not be handed over", e);
    }
  }

  /** Where every report went until now. */
  public Accounting accounting() {
    return Accounting.of(snapshot());
  }

  /** The counters of all engines, and what the source dropped. */
  public EngineSnapshot snapshot() {
    EngineSnapshot sum = EngineSnapshot.EMPTY;
    for (EngineCounters each : List.copyOf(counters)) {
      sum = sum.plus(each.snapshot());
    }
    DisruptorHandOff rings = handOff;
    if (rings != null) {
      for (Primitive primitive : Primitive.values()) {
        sum = sum.withDropped(primitive, DropReason.RING_FULL, rings.dropped(primitive));
      }
      sum = sum.withDropped(null, DropReason.RING_FULL, rings.dropped(null));
    }
    return sum;
  }

  /** Why reports cannot be written at the moment, for {@code /readyz}; none where they can. */
  public List<String> problems() {
    if (!running) {
      return List.of("the translator is not running");
    }
    List<String> problems = new ArrayList<>();
    for (Link link : links) {
      LinkStatus status = link.status();
      LinkState state = status.state();
      if (state != LinkState.UP) {
        String problem = status.problem();
        problems.add(
            "shard %d is not connected to collector %s (%s): %s; it is connected again by itself"
                .formatted(
                    link.shard(),
                    status.collector(),
                    state.label(),
                    problem == null ? "it is on the way" : problem));
      }
    }
    return problems;
  }

  /** The UDP port that reports arrive at, 0 before the start. */
  public int port() {
    UdpSource current = source;
    return current == null ? 0 : current.port();
  }

  /** Where it serves HTTP; for a translator that was started and not closed. */
  public URI uri() {
    return endpoint.uri();
  }

  /** The connections, one a collector and shard. */
  public List<Link> links() {
    return List.copyOf(links);
  }

  /** All that its metrics show, at one moment; for a translator that was started. */
  TranslatorReading reading() {
    Map<String, Long> kernelDrops = new LinkedHashMap<>();
    kernelDrops.put("reports", source.kernelDrops());
    rdmaDrops.forEach((shard, drops) -> kernelDrops.put("rdma-" + shard, drops.read()));
    return new TranslatorReading(
        snapshot(),
        List.copyOf(counters),
        links.stream().map(TranslatorReading.LinkReading::of).toList(),
        source.counters(),
        kernelDrops,
        handOff == null ? List.of() : handOff.shards(),
        lostAcknowledgements(),
        errors.count());
  }

  /** Errors that agents met. */
  long errors() {
    return errors.count();
  }

  private long lostAcknowledgements() {
    long lost = source.counters().lostAcknowledgements();
    for (AcknowledgementQueue queue : acknowledgements) {
      lost += queue.lost();
    }
    return lost;
  }
}
