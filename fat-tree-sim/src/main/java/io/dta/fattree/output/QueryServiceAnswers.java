package io.dta.fattree.output;

import io.dta.collector.query.EpochChoice;
import io.dta.collector.query.ListPage;
import io.dta.collector.query.QueryService;
import io.dta.fattree.verify.CollectorAnswers;
import io.dta.primitives.store.EpochState;
import io.dta.primitives.store.PostcardingReader;
import io.dta.primitives.store.QueryPolicy;
import java.util.List;

/** Asks a collector's query service without HTTP between. */
public final class QueryServiceAnswers implements CollectorAnswers {
  public static final int BATCH_LIMIT = 1000;

  private final QueryService service;

  public QueryServiceAnswers(QueryService service) {
    this.service = service;
  }

  @Override
  public List<Value> values(String store, List<String> keys) {
    return service.keyWrite(store).lookup(keys, QueryPolicy.PLURALITY, null).stream()
        .map(answer -> new Value(answer.outcome(), answer.value()))
        .toList();
  }

  @Override
  public List<Path> paths(String store, List<String> keys) {
    return service.postcarding(store).lookup(keys, PostcardingReader.PAPER_POLICY, null).stream()
        .map(
            answer ->
                new Path(
                    answer.outcome(),
                    answer.hops().stream().map(hop -> new Hop(hop.hop(), hop.value())).toList()))
        .toList();
  }

  @Override
  public List<Long> counts(String store, List<String> keys) {
    return service.keyIncrement(store).count(keys, null).stream()
        .map(answer -> answer.count().longValueExact())
        .toList();
  }

  @Override
  public Page entries(String store, int list, long from) {
    ListPage page = service.append(store).page(list, from, BATCH_LIMIT);
    return new Page(page.entries(), page.next(), page.lostFrames());
  }

  @Override
  public List<Epoch> epochs(String store) {
    return service.sketch(store).epochs(false).epochs().stream()
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
    return service.sketch(store).estimate(keys, new EpochChoice(epoch, false)).stream()
        .map(answer -> answer.estimate())
        .toList();
  }

  @Override
  public double cardinality(String store, long epoch) {
    return service.sketch(store).cardinality(new EpochChoice(epoch, false)).estimate();
  }
}
