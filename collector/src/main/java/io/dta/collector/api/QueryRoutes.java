package io.dta.collector.api;

import io.dta.collector.api.QueryBodies.Answers;
import io.dta.collector.api.QueryBodies.CountBatch;
import io.dta.collector.api.QueryBodies.EstimateBatch;
import io.dta.collector.api.QueryBodies.HeavyHitterRequest;
import io.dta.collector.api.QueryBodies.KeyBatch;
import io.dta.collector.metrics.ListReaders;
import io.dta.collector.metrics.QueryCounts;
import io.dta.collector.query.AppendQueries;
import io.dta.collector.query.EpochChoice;
import io.dta.collector.query.FlowPath;
import io.dta.collector.query.KeyCount;
import io.dta.collector.query.KeyEstimate;
import io.dta.collector.query.KeyIncrementQueries;
import io.dta.collector.query.KeyWriteQueries;
import io.dta.collector.query.ListPage;
import io.dta.collector.query.PostcardingQueries;
import io.dta.collector.query.QueryException;
import io.dta.collector.query.QueryService;
import io.dta.collector.query.SketchQueries;
import io.dta.collector.query.ValueAnswer;
import io.dta.node.Request;
import io.dta.node.RequestException;
import io.dta.node.RequestHandler;
import io.dta.primitives.Primitive;
import io.dta.primitives.store.Outcome;
import io.dta.primitives.store.PostcardingReader;
import io.dta.primitives.store.QueryPolicy;
import java.io.IOException;
import java.util.List;
import java.util.function.Function;

/** The routes that ask stores. */
final class QueryRoutes {
  private static final int MOST_COPIES = 8;
  private static final long MAX_POSITION = 0xFFFF_FFFFL;
  private static final int DEFAULT_LIMIT = 1000;
  private static final int OK = 200;
  private static final int INTERNAL_ERROR = 500;
  private static final double DEFAULT_THRESHOLD = 0.01;

  private final QueryService queries;
  private final QueryCounts counts;
  private final ListReaders readers;
  private final int batchLimit;

  QueryRoutes(QueryService queries, QueryCounts counts, ListReaders readers, int batchLimit) {
    this.queries = queries;
    this.counts = counts;
    this.readers = readers;
    this.batchLimit = batchLimit;
  }

  void register(Routes routes) {
    get(routes, Primitive.KEY_WRITE, "", this::keyWrite, "key", "policy", "redundancy");
    post(routes, Primitive.KEY_WRITE, "/query", this::keyWriteBatch);
    get(routes, Primitive.POSTCARDING, "", this::postcarding, "key", "policy", "redundancy");
    post(routes, Primitive.POSTCARDING, "/query", this::postcardingBatch);
    get(routes, Primitive.KEY_INCREMENT, "", this::keyIncrement, "key", "redundancy");
    post(routes, Primitive.KEY_INCREMENT, "/query", this::keyIncrementBatch);
    get(routes, Primitive.APPEND, "/heads", this::appendHeads);
    get(routes, Primitive.APPEND, "/{list}", this::appendList, "from", "limit", "reader");
    get(routes, Primitive.SKETCH_MERGE, "", this::sketchEpochs, "unfinished");
    get(
        routes,
        Primitive.SKETCH_MERGE,
        "/estimate",
        this::sketchEstimate,
        "key",
        "epoch",
        "unfinished");
    post(routes, Primitive.SKETCH_MERGE, "/query", this::sketchBatch);
    post(routes, Primitive.SKETCH_MERGE, "/heavy-hitters", this::sketchHeavyHitters);
    get(
        routes,
        Primitive.SKETCH_MERGE,
        "/cardinality",
        this::sketchCardinality,
        "epoch",
        "unfinished");
  }

  private void get(
      Routes routes,
      Primitive primitive,
      String rest,
      RequestHandler handler,
      String... queryParameters) {
    routes.get(path(primitive, rest), measured(primitive, handler), queryParameters);
  }

  private void post(Routes routes, Primitive primitive, String rest, RequestHandler handler) {
    routes.post(path(primitive, rest), measured(primitive, handler));
  }

  /**
   * A handler whose time and refusals are counted, and whose {@link QueryException}s have a status.
   */
  private RequestHandler measured(Primitive primitive, RequestHandler handler) {
    return request -> {
      int status = INTERNAL_ERROR;
      long startNs = System.nanoTime();
      try {
        Object answer = handler.handle(request);
        status = OK;
        return answer;
      } catch (QueryException e) {
        RequestException refusal =
            e.isNotFound()
                ? RequestException.notFound(e.getMessage())
                : RequestException.badRequest(e.getMessage());
        status = refusal.status();
        throw refusal;
      } catch (RequestException e) {
        status = e.status();
        throw e;
      } finally {
        counts.asked(primitive, store(request), status, System.nanoTime() - startNs);
      }
    };
  }

  private <A> void answered(
      Primitive primitive, String store, List<A> answers, Function<A, Outcome> outcomeOf) {
    for (Outcome outcome : Outcome.values()) {
      long keys = answers.stream().filter(answer -> outcomeOf.apply(answer) == outcome).count();
      counts.answered(primitive, store, outcome, keys);
    }
  }

  private static String path(Primitive primitive, String rest) {
    return "/v1/" + primitive.label() + "/{store}" + rest;
  }

  private static String store(Request request) {
    return request.path("store");
  }

  private static QueryPolicy policy(Request request) {
    return request.query("policy", QueryPolicy::parse, null);
  }

  private static Integer redundancy(Request request) {
    return request.has("redundancy")
        ? (int) request.queryNumber("redundancy", 1, MOST_COPIES, 1)
        : null;
  }

  private static EpochChoice epoch(Request request) {
    return EpochChoice.parse(
        request.query("epoch", Function.identity(), null), request.queryFlag("unfinished"));
  }

  private Object keyWrite(Request request) {
    KeyWriteQueries store = queries.keyWrite(store(request));
    KeyBatch one =
        new KeyBatch(List.of(request.query("key")), policy(request), redundancy(request));
    return values(request, store, one).getFirst();
  }

  private Object keyWriteBatch(Request request) throws IOException {
    KeyWriteQueries store = queries.keyWrite(store(request));
    return new Answers<>(values(request, store, request.body(KeyBatch.class)));
  }

  private List<ValueAnswer> values(Request request, KeyWriteQueries store, KeyBatch batch) {
    List<ValueAnswer> answers =
        store.lookup(batch.keys(), batch.policyOr(QueryPolicy.PLURALITY), batch.redundancy());
    answered(Primitive.KEY_WRITE, store(request), answers, ValueAnswer::outcome);
    return answers;
  }

  private Object postcarding(Request request) {
    PostcardingQueries store = queries.postcarding(store(request));
    KeyBatch one =
        new KeyBatch(List.of(request.query("key")), policy(request), redundancy(request));
    return paths(request, store, one).getFirst();
  }

  private Object postcardingBatch(Request request) throws IOException {
    PostcardingQueries store = queries.postcarding(store(request));
    return new Answers<>(paths(request, store, request.body(KeyBatch.class)));
  }

  private List<FlowPath> paths(Request request, PostcardingQueries store, KeyBatch batch) {
    List<FlowPath> answers =
        store.lookup(
            batch.keys(), batch.policyOr(PostcardingReader.PAPER_POLICY), batch.redundancy());
    answered(Primitive.POSTCARDING, store(request), answers, FlowPath::outcome);
    return answers;
  }

  private Object keyIncrement(Request request) {
    KeyIncrementQueries store = queries.keyIncrement(store(request));
    return counts(
            request, store, new CountBatch(List.of(request.query("key")), redundancy(request)))
        .getFirst();
  }

  private Object keyIncrementBatch(Request request) throws IOException {
    KeyIncrementQueries store = queries.keyIncrement(store(request));
    return new Answers<>(counts(request, store, request.body(CountBatch.class)));
  }

  private List<KeyCount> counts(Request request, KeyIncrementQueries store, CountBatch batch) {
    List<KeyCount> answers = store.count(batch.keys(), batch.redundancy());
    answered(
        Primitive.KEY_INCREMENT,
        store(request),
        answers,
        answer -> answer.count().signum() == 0 ? Outcome.EMPTY : Outcome.VALUE);
    return answers;
  }

  private Object appendHeads(Request request) {
    return valued(request, Primitive.APPEND, queries.append(store(request)).heads());
  }

  private Object appendList(Request request) {
    AppendQueries store = queries.append(store(request));
    int list = (int) request.pathNumber("list", 0, Integer.MAX_VALUE);
    Long from = request.has("from") ? (Long) request.queryNumber("from", 0, MAX_POSITION, 0) : null;
    int limit =
        (int) request.queryNumber("limit", 1, batchLimit, Math.min(DEFAULT_LIMIT, batchLimit));
    String reader = request.query("reader", QueryRoutes::readerName, null);
    ListPage page = store.page(list, from, limit);
    if (reader != null) {
      readers.read(store(request), reader, page);
    }
    answered(
        Primitive.APPEND,
        store(request),
        List.of(page),
        answer -> answer.entries().isEmpty() ? Outcome.EMPTY : Outcome.VALUE);
    return page;
  }

  private static String readerName(String text) {
    if (!text.matches("[a-zA-Z0-9][a-zA-Z0-9._-]{0,62}")) {
      throw new IllegalArgumentException(
          "expected 1 to 63 letters, digits, dots, hyphens or underscores");
    }
    return text;
  }

  private Object sketchEpochs(Request request) {
    SketchQueries store = queries.sketch(store(request));
    return valued(request, Primitive.SKETCH_MERGE, store.epochs(request.queryFlag("unfinished")));
  }

  private Object sketchEstimate(Request request) {
    SketchQueries store = queries.sketch(store(request));
    return estimates(request, store, List.of(request.query("key")), epoch(request)).getFirst();
  }

  private Object sketchBatch(Request request) throws IOException {
    SketchQueries store = queries.sketch(store(request));
    EstimateBatch batch = request.body(EstimateBatch.class);
    return new Answers<>(estimates(request, store, batch.keys(), batch.choice()));
  }

  private List<KeyEstimate> estimates(
      Request request, SketchQueries store, List<String> keys, EpochChoice choice) {
    List<KeyEstimate> answers = store.estimate(keys, choice);
    answered(Primitive.SKETCH_MERGE, store(request), answers, answer -> Outcome.VALUE);
    return answers;
  }

  private Object sketchHeavyHitters(Request request) throws IOException {
    SketchQueries store = queries.sketch(store(request));
    HeavyHitterRequest body = request.body(HeavyHitterRequest.class);
    boolean hasList = body.list() != null && body.list().store() != null;
    if ((body.keys() != null) == hasList) {
      throw RequestException.badRequest(
          "expected the candidates either as keys, a list of keys, or as list, such as"
              + " {\"store\": \"flows\", \"list\": 0}");
    }
    double threshold = body.threshold() == null ? DEFAULT_THRESHOLD : body.threshold();
    return valued(
        request,
        Primitive.SKETCH_MERGE,
        hasList
            ? store.heavyHitters(
                queries.append(body.list().store()), body.list().list(), threshold, body.choice())
            : store.heavyHitters(body.keys(), threshold, body.choice()));
  }

  private Object sketchCardinality(Request request) {
    SketchQueries store = queries.sketch(store(request));
    return valued(request, Primitive.SKETCH_MERGE, store.cardinality(epoch(request)));
  }

  /** Counts an answer that cannot be empty. */
  private Object valued(Request request, Primitive primitive, Object answer) {
    answered(primitive, store(request), List.of(answer), one -> Outcome.VALUE);
    return answer;
  }
}
