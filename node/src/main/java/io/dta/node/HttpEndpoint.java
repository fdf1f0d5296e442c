package io.dta.node;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/**
 * A node's HTTP endpoint: JSON routes, {@code /healthz}, {@code /readyz} and {@code /metrics}, each
 * request on a virtual thread.
 *
 * <p>Errors are {@code {"error":"sentence"}} with 400, 404, 405, 409, 413, 500 or 503. A request
 * that is not HTTP, or whose URI has characters that RFC 3986 does not allow unencoded (such as
 * {@code >}), is refused with a 400 by the JDK's server before it reaches a route.
 */
public final class HttpEndpoint implements AutoCloseable {
  private static final System.Logger LOGGER = System.getLogger(HttpEndpoint.class.getName());
  private static final String JSON = "application/json";
  private static final Set<String> OWN_PATHS = Set.of("/healthz", "/readyz", "/metrics");
  private static final int BACKLOG = 128;
  private static final int MAX_SENTENCE = 2000;
  private static final int DEFAULT_MAX_BODY = 8 << 20;
  private static final long GRACE_SECONDS = 5;

  static {
    // The JDK's server leaves Nagle's algorithm on, which costs 40 ms on a connection that is used
    // again.
    if (System.getProperty("sun.net.httpserver.nodelay") == null) {
      System.setProperty("sun.net.httpserver.nodelay", "true");
    }
  }

  private final Builder settings;
  private final ExpositionFormats formats = ExpositionFormats.init();
  private final RepeatedWarning failures =
      new RepeatedWarning(LOGGER, Level.ERROR, Duration.ofSeconds(10));

  /**
   * Each request holds the read lock while it is served, but for a streamed body, which has no end;
   * closing takes the write lock, and keeps it.
   */
  private final ReentrantReadWriteLock serving = new ReentrantReadWriteLock();

  private final Streams streams = new Streams();
  private final AtomicBoolean closed = new AtomicBoolean();
  private HttpServer server;
  private ExecutorService executor;

  private HttpEndpoint(Builder settings) {
    this.settings = settings;
  }

  /**
   * Builds an endpoint for 127.0.0.1 and an ephemeral port, without routes but the three that all
   * have.
   */
  public static Builder builder() {
    return new Builder();
  }

  /** What an endpoint serves and where; not for use after {@link #build}. */
  public static final class Builder {
    private final Router router = new Router();
    private String host = "127.0.0.1";
    private int port;
    private String remedy = "its configuration";
    private int maxBody = DEFAULT_MAX_BODY;
    private Supplier<Readiness> readiness = () -> Readiness.READY;
    private PrometheusRegistry registry = new PrometheusRegistry();

    private Builder() {}

    /**
     * Where to listen.
     *
     * @param newPort 0 for any that is free
     * @param setBy what sets the port, for the error that says it is in use: {@code --http-port} or
     *     {@code http.port in FILE}
     */
    public Builder listen(String newHost, int newPort, String setBy) {
      host = newHost;
      port = newPort;
      remedy = setBy;
      return this;
    }

    /**
     * Adds a route for GET, and for HEAD with it.
     *
     * @param path such as {@code /v1/key-write/{name}}
     * @param queryParameters all that it understands; others are a 400
     */
    public Builder get(String path, RequestHandler handler, String... queryParameters) {
      router.add("GET", path, handler, List.of(queryParameters));
      return this;
    }

    /** Adds a route for POST. */
    public Builder post(String path, RequestHandler handler, String... queryParameters) {
      router.add("POST", path, handler, List.of(queryParameters));
      return this;
    }

    /** Adds a route for DELETE. */
    public Builder delete(String path, RequestHandler handler, String... queryParameters) {
      router.add("DELETE", path, handler, List.of(queryParameters));
      return this;
    }

    /**
     * Whether the node is ready, asked at each {@code GET /readyz}; ready where this is not set.
     */
    public Builder readiness(Supplier<Readiness> newReadiness) {
      readiness = newReadiness;
      return this;
    }

    /** What {@code GET /metrics} exposes. */
    public Builder metrics(PrometheusRegistry newRegistry) {
      registry = newRegistry;
      return this;
    }

    /** The longest body of a request in bytes; 8 MiB where this is not set. */
    public Builder maxBody(int newMaxBody) {
      maxBody = newMaxBody;
      return this;
    }

    public HttpEndpoint build() {
      return new HttpEndpoint(this);
    }
  }

  /**
   * Binds and serves.
   *
   * @throws OperatorException where it cannot bind
   */
  public void start() {
    if (server != null) {
      throw new IllegalStateException("the endpoint was started before");
    }
    InetSocketAddress address = new InetSocketAddress(settings.host, settings.port);
    if (address.isUnresolved()) {
      throw new OperatorException(
          "host '%s' is unknown: choose another with %s".formatted(settings.host, settings.remedy));
    }
    try {
      server = HttpServer.create(address, BACKLOG);
    } catch (BindException e) {
      throw cannotBind(e);
    } catch (IOException e) {
      throw new OperatorException(
          "the HTTP server could not start on %s port %d: %s"
              .formatted(settings.host, settings.port, e.getMessage()),
          e);
    }
    executor = Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("http-", 0).factory());
    server.setExecutor(executor);
    server.createContext("/", this::serve);
    server.start();
  }

  /** The port that it listens on. */
  public int port() {
    return server.getAddress().getPort();
  }

  /** The URI that its routes start from, without a slash at the end. */
  public URI uri() {
    String host = settings.host.indexOf(':') < 0 ? settings.host : "[" + settings.host + "]";
    return URI.create("http://" + host + ":" + port());
  }

  /**
   * Gives requests that are being served five seconds to finish, refuses new ones, ends streams,
   * and stops listening.
   */
  @Override
  public void close() {
    if (server == null || !closed.compareAndSet(false, true)) {
      return;
    }
    // The server's own grace sometimes waits for requests that have just been answered.
    try {
      if (!serving.writeLock().tryLock(GRACE_SECONDS, TimeUnit.SECONDS)) {
        LOGGER.log(Level.WARNING, "requests were still being served when {0} closed", uri());
      }
      streams.awaitEnd();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    server.stop(0);
    executor.shutdownNow();
    failures.flush();
  }

  private OperatorException cannotBind(BindException e) {
    String message = e.getMessage() == null ? "" : e.getMessage();
    if (message.contains("in use")) {
      return new OperatorException(
          "port %d on %s is in use: stop the other process, or choose another port with %s"
              .formatted(settings.port, settings.host, settings.remedy),
          e);
    }
    if (message.contains("assign")) {
      return new OperatorException(
          "%s is not an address of this host: choose another with %s"
              .formatted(settings.host, settings.remedy),
          e);
    }
    return new OperatorException(
        "port %d on %s cannot be listened on (%s): choose another port with %s"
            .formatted(settings.port, settings.host, message, settings.remedy),
        e);
  }

  private void serve(HttpExchange exchange) {
    // The lock alone would let requests in, and go on doing so, while close waits for others.
    boolean open = !closed.get() && serving.readLock().tryLock();
    try (exchange) {
      try {
        if (!open) {
          throw new RequestException(503, "this node is shutting down");
        }
        answer(exchange);
      } catch (RequestException e) {
        sendError(exchange, e.status(), e.getMessage());
      } catch (Router.MethodNotAllowed e) {
        exchange.getResponseHeaders().set("Allow", e.allowed());
        sendError(
            exchange,
            405,
            "%s is not allowed here; %s".formatted(exchange.getRequestMethod(), e.getMessage()));
      } catch (RuntimeException e) {
        sendInternalError(exchange, e);
      }
    } catch (IOException e) {
      // The client went away; there is nobody to tell.
      LOGGER.log(Level.DEBUG, "a client went away: {0}", e.getMessage());
    } finally {
      if (open && serving.getReadHoldCount() > 0) {
        serving.readLock().unlock();
      }
    }
  }

  private void answer(HttpExchange exchange) throws IOException, Router.MethodNotAllowed {
    String method =
        exchange.getRequestMethod().equals("HEAD") ? "GET" : exchange.getRequestMethod();
    String rawPath = exchange.getRequestURI().getRawPath();
    String path = rawPath == null ? "" : rawPath;
    if (OWN_PATHS.contains(path)) {
      if (!method.equals("GET")) {
        throw new Router.MethodNotAllowed("GET");
      }
      answerOwn(exchange, path);
      return;
    }
    Router.Match match = settings.router.match(method, path);
    Request request =
        new Request(
            exchange, match.pathParameters(), match.route().queryParameters(), settings.maxBody);
    Object body;
    try {
      body = match.route().handler().handle(request);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      sendInternalError(exchange, e);
      return;
    }
    if (body == null) {
      exchange.sendResponseHeaders(204, -1);
    } else if (body instanceof StreamedBody stream) {
      serving.readLock().unlock();
      try {
        streams.send(exchange, stream);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    } else {
      sendJson(exchange, 200, body);
    }
  }

  private void answerOwn(HttpExchange exchange, String path) throws IOException {
    switch (path) {
      case "/healthz" -> sendJson(exchange, 200, Map.of("status", "alive"));
      case "/readyz" -> {
        Readiness readiness = settings.readiness.get();
        sendJson(exchange, readiness.ready() ? 200 : 503, readiness);
      }
      default -> sendMetrics(exchange);
    }
  }

  private void sendMetrics(HttpExchange exchange) throws IOException {
    String accept = exchange.getRequestHeaders().getFirst("Accept");
    ExpositionFormatWriter writer = formats.findWriter(accept);
    ByteArrayOutputStream text = new ByteArrayOutputStream(16 << 10);
    writer.write(text, settings.registry.scrape(), EscapingScheme.fromAcceptHeader(accept));
    send(exchange, 200, writer.getContentType(), text.toByteArray());
  }

  /** For what no client can put right. */
  private void sendInternalError(HttpExchange exchange, Exception e) throws IOException {
    failures.log(
        () ->
            "%s %s failed"
                .formatted(exchange.getRequestMethod(), exchange.getRequestURI().getRawPath()),
        e);
    sendError(exchange, 500, "internal error: see this node's log");
  }

  private static void sendError(HttpExchange exchange, int status, String sentence)
      throws IOException {
    if (status == 413) {
      // What was not read of the body would be taken for the next request.
      exchange.getResponseHeaders().set("Connection", "close");
    }
    // A sentence quotes what is wrong, which may be a body's megabytes.
    String error =
        sentence.length() <= MAX_SENTENCE ? sentence : sentence.substring(0, MAX_SENTENCE) + "…";
    sendJson(exchange, status, Map.of("error", error));
  }

  private static void sendJson(HttpExchange exchange, int status, Object body) throws IOException {
    byte[] json;
    try {
      json = Json.mapper().writeValueAsBytes(body);
    } catch (JsonProcessingException e) {
      // Our defect; as an IOException it would look as if the client had gone away.
      throw new IllegalStateException("the answer is not JSON", e);
    }
    send(exchange, status, JSON, json);
  }

  private static void send(HttpExchange exchange, int status, String type, byte[] body)
      throws IOException {
    Headers headers = exchange.getResponseHeaders();
    headers.set("Content-Type", type);
    if (exchange.getRequestMethod().equals("HEAD")) {
      headers.set("Content-Length", Integer.toString(body.length));
      exchange.sendResponseHeaders(status, -1);
      return;
    }
    exchange.sendResponseHeaders(status, body.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(body);
    }
  }
}
