package io.dta.cli.query;

import io.dta.collector.query.Cardinality;
import io.dta.collector.query.FlowPath;
import io.dta.collector.query.KeyCount;
import io.dta.collector.query.KeyEstimate;
import io.dta.collector.query.ListPage;
import io.dta.collector.query.SketchEpochs;
import io.dta.collector.query.ValueAnswer;
import io.dta.fattree.verify.CollectorAnswers;
import io.dta.node.HttpJsonClient;
import io.dta.primitives.store.EpochState;
import java.net.URI;
import java.util.List;

/** A collector's answers over its HTTP API, in batches. */
public final class HttpCollectorAnswers implements CollectorAnswers {
  /** Entries of a list asked for at a time. */
  private static final int PAGE = 8192;

  private final HttpJsonClient client;

  /**
   * @param url the collector's HTTP address
   */
  public HttpCollectorAnswers(URI url) {
    client = CollectorHttp.client(url);
  }

  private record Keys(List<String> keys) {}

  private record EpochKeys(List<String> keys, Long epoch) {}

  @Override
  public List<Value> values(String store, List<String> keys) {
    return CollectorHttp.<ValueAnswer>batch(
            client, "/v1/key-write/" + store + "/query", new Keys(keys), ValueAnswer.class)
        .stream()
        .map(answer -> new Value(answer.outcome(), answer.value()))
        .toList();
  }

  @Override
  public List<Path> paths(String store, List<String> keys) {
    return CollectorHttp.<FlowPath>batch(
            client, "/v1/postcarding/" + store + "/query", new Keys(keys), FlowPath.class)
        .stream()
        .map(HttpCollectorAnswers::path)
        .toList();
  }

  private static Path path(FlowPath answer) {
    return new Path(
        answer.outcome(),
        answer.hops().stream().map(hop -> new Hop(hop.hop(), hop.value())).toList());
  }

  @Override
  public List<Long> counts(String store, List<String> keys) {
    return CollectorHttp.<KeyCount>batch(
            client, "/v1/key-increment/" + store + "/query", new Keys(keys), KeyCount.class)
        .stream()
        .map(answer -> answer.count().longValue())
        .toList();
  }

  @Override
  public Page entries(String store, int list, long from) {
    String path =
        HttpJsonClient.path("/v1/append/" + store + "/" + list, "from", from, "limit", PAGE);
    ListPage page = client.get(path, ListPage.class);
    return new Page(page.entries(), page.next(), page.lostFrames());
  }

  @Override
  public List<Epoch> epochs(String store) {
    return client.get("/v1/sketch-merge/" + store, SketchEpochs.class).epochs().stream()
        .map(
            epoch ->
                new Epoch(
                    epoch.epoch(),
                    epoch.state() == EpochState.COMPLETE,
                    epoch.completeColumns(),
                    epoch.expectedReporters(),
                    epoch.mergedReporters()))
        .toList();
  }

  @Override
  public List<Long> estimates(String store, long epoch, List<String> keys) {
    return CollectorHttp.<KeyEstimate>batch(
            client,
            "/v1/sketch-merge/" + store + "/query",
            new EpochKeys(keys, epoch),
            KeyEstimate.class)
        .stream()
        .map(KeyEstimate::estimate)
        .toList();
  }

  @Override
  public double cardinality(String store, long epoch) {
    String path = HttpJsonClient.path("/v1/sketch-merge/" + store + "/cardinality", "epoch", epoch);
    return client.get(path, Cardinality.class).estimate();
  }
}
