package io.dta.softroce;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.dta.cli.query.HttpCollectorAnswers;
import io.dta.fattree.verify.CollectorAnswers;
import io.dta.primitives.store.Outcome;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** What a collector answers about {@link Reports}. */
final class ReportAnswers {
  private final CollectorAnswers answers;

  ReportAnswers(URI collector) {
    answers = new HttpCollectorAnswers(collector);
  }

  /** Those numbers whose value is there; a value that is not the number's own fails. */
  List<Integer> values(IntStream numbers) throws IOException {
    List<Integer> asked = numbers.boxed().toList();
    List<CollectorAnswers.Value> values =
        answers.values(Reports.VALUES.name(), asked.stream().map(String::valueOf).toList());
    List<Integer> found = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      if (values.get(i).outcome() == Outcome.VALUE) {
        assertEquals("%016x".formatted(asked.get(i)), values.get(i).value());
        found.add(asked.get(i));
      }
    }
    return found;
  }

  /** The numbers in the list, in its order. */
  List<Integer> entries() throws IOException {
    List<Integer> entries = new ArrayList<>();
    CollectorAnswers.Page page = answers.entries(Reports.LIST.name(), 0, 1);
    while (!page.entries().isEmpty()) {
      page.entries().forEach(entry -> entries.add(Integer.parseInt(entry, 16)));
      page = answers.entries(Reports.LIST.name(), 0, page.next());
    }
    return entries;
  }

  /** The sum of all counters. */
  long sum() throws IOException {
    List<String> keys = IntStream.range(0, Reports.COUNTERS).mapToObj(Integer::toString).toList();
    return answers.counts(Reports.COUNTS.name(), keys).stream().flatMapToLong(LongStream::of).sum();
  }
}
