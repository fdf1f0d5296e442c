package io.dta.cli.query;

import io.dta.cli.Output;
import io.dta.cli.terminal.Table;
import io.dta.collector.query.FlowPath;
import io.dta.collector.query.KeyCount;
import io.dta.collector.query.KeyEstimate;
import io.dta.collector.query.ListPage;
import io.dta.collector.query.SketchEpoch;
import io.dta.collector.query.SketchEpochs;
import io.dta.collector.query.ValueAnswer;
import io.dta.node.HttpJsonClient;
import io.dta.node.Json;
import io.dta.primitives.Primitive;
import io.dta.primitives.store.QueryPolicy;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dta query}. */
@Command(
    name = "query",
    description = {
      "Asks a collector. Without arguments: what stores it has. With a store and keys: what the"
          + " store knows of them; of a list, its number in the place of a key; of a sketch without"
          + " keys, its epochs."
    },
    footer = {
      "",
      "Exit code 1 when a key was asked for and nothing was found.",
      "",
      "Examples:",
      "  dta query",
      "  dta query paths '10.0.0.2:40001>10.3.1.3:443/tcp'",
      "  dta query postcards '10.0.0.2:40001>10.3.1.3:443/tcp' --policy consensus:2",
      "  dta query host-bytes 10.0.0.2 10.0.0.3",
      "  dta query events 3 --follow",
      "  dta query events 3 --follow --reader archiver",
      "  dta query flow-sizes '10.0.0.2:40001>10.3.1.3:443/tcp' --epoch 2"
    })
public final class QueryCommand implements Callable<Integer> {
  private static final long FOLLOW_INTERVAL_MILLIS = 200;
  private static final String FOLLOWER = "dta-query";

  @Spec private CommandSpec command;

  @Mixin private Output output;

  @Option(
      names = "--collector",
      paramLabel = "URL",
      description = "The collector's HTTP address (default ${DEFAULT-VALUE}).")
  private URI collector = URI.create("http://127.0.0.1:8040");

  @Parameters(index = "0", arity = "0..1", paramLabel = "STORE", description = "A store's name.")
  private String store;

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "KEY",
      description = "Keys in the form of the store's, or the number of a list.")
  private List<String> keys = List.of();

  @Option(
      names = "--policy",
      paramLabel = "POLICY",
      converter = PolicyConverter.class,
      description =
          "How copies become one answer: first-match, plurality, or consensus:T (default: the"
              + " store's own).")
  private QueryPolicy policy;

  @Option(
      names = "--from",
      paramLabel = "POSITION",
      description = "Where to begin in a list (default: the oldest entry that is there).")
  private Long from;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "At most so many entries of a list (default ${DEFAULT-VALUE}).")
  private int limit = 1000;

  @Option(names = "--follow", description = "Wait for further entries of a list until interrupted.")
  private boolean follow;

  @Option(
      names = "--reader",
      paramLabel = "NAME",
      description =
          "The name under which the collector's metrics show how far this reader of a list is"
              + " behind, and what it lost (with --follow "
              + FOLLOWER
              + " by default; give several readers a name each).")
  private String reader;

  @Option(
      names = "--epoch",
      paramLabel = "N",
      description = "Which epoch of a sketch (default: the newest that is finished).")
  private Long epoch;

  private HttpJsonClient client;

  private record KeyBatch(List<String> keys, QueryPolicy policy) {}

  private record CountBatch(List<String> keys) {}

  private record EpochBatch(List<String> keys, Long epoch) {}

  @Override
  public Integer call() throws InterruptedException {
    client = CollectorHttp.client(collector);
    StoreList stores = StoreList.of(client);
    if (store == null) {
      output.print(output.json() ? Json.compact(stores.json()) + "\n" : stores.table());
      return 0;
    }
    Primitive primitive = stores.primitiveOf(store);
    if (keys.isEmpty() && primitive != Primitive.SKETCH_MERGE) {
      throw new ParameterException(
          command.commandLine(),
          primitive == Primitive.APPEND
              ? "which list of '" + store + "'? give its number, from 0"
              : "which keys of '" + store + "'? give at least one");
    }
    return switch (primitive) {
      case KEY_WRITE -> values();
      case POSTCARDING -> paths();
      case KEY_INCREMENT -> counts();
      case APPEND -> list();
      case SKETCH_MERGE -> keys.isEmpty() ? epochs() : estimates();
    };
  }

  private int values() {
    List<ValueAnswer> answers =
        batch(Primitive.KEY_WRITE, new KeyBatch(keys, policy), ValueAnswer.class);
    Table table = new Table("KEY", "OUTCOME", "MATCHED", "AGREED", "VALUE");
    for (ValueAnswer answer : answers) {
      table.row(
          answer.key(),
          Json.mapper().convertValue(answer.outcome(), String.class),
          answer.matched() + " of " + answer.copies(),
          answer.agreed(),
          answer.words() == null ? answer.value() : join(answer.words()));
    }
    print(answers, table);
    return found(answers.stream().allMatch(answer -> answer.value() != null));
  }

  private int paths() {
    List<FlowPath> answers =
        batch(Primitive.POSTCARDING, new KeyBatch(keys, policy), FlowPath.class);
    Table table = new Table("KEY", "OUTCOME", "MATCHED", "AGREED", "PATH", "MISSING HOPS");
    for (FlowPath answer : answers) {
      table.row(
          answer.key(),
          Json.mapper().convertValue(answer.outcome(), String.class),
          answer.matched() + " of " + answer.copies(),
          answer.agreed(),
          answer.path().isEmpty() ? null : join(answer.path()),
          answer.missing().isEmpty() ? null : answer.missing().toString());
    }
    print(answers, table);
    return found(answers.stream().noneMatch(answer -> answer.path().isEmpty()));
  }

  private int counts() {
    List<KeyCount> answers = batch(Primitive.KEY_INCREMENT, new CountBatch(keys), KeyCount.class);
    Table table = new Table("KEY", "COUNT");
    for (int i = 0; i < answers.size(); i++) {
      // As it was asked for: the collector answers 10.0.0.2 with the number that it stands for.
      table.row(keys.get(i), answers.get(i).count());
    }
    print(answers, table);
    return 0;
  }

  private int estimates() {
    List<KeyEstimate> answers =
        batch(Primitive.SKETCH_MERGE, new EpochBatch(keys, epoch), KeyEstimate.class);
    Table table = new Table("KEY", "EPOCH", "ESTIMATE", "BOUND", "CONFIDENCE");
    for (KeyEstimate answer : answers) {
      table.row(
          answer.key(),
          answer.epoch(),
          answer.estimate(),
          answer.bound() == null ? null : Math.round(answer.bound()),
          answer.confidence() == null
              ? null
              : String.format(Locale.ROOT, "%.1f %%", 100 * answer.confidence()));
    }
    print(answers, table);
    return 0;
  }

  private int epochs() {
    SketchEpochs answer = client.get(path(Primitive.SKETCH_MERGE, ""), SketchEpochs.class);
    Table table = new Table("EPOCH", "STATE", "COLUMNS", "COMPLETE", "REPORTERS", "MERGED");
    for (SketchEpoch each : answer.epochs()) {
      table.row(
          each.epoch(),
          Json.mapper().convertValue(each.state(), String.class),
          each.columns(),
          each.completeColumns(),
          each.expectedReporters(),
          each.mergedReporters());
    }
    print(answer, table);
    return 0;
  }

  private int list() throws InterruptedException {
    if (keys.size() > 1) {
      throw new ParameterException(command.commandLine(), "one list at a time");
    }
    ListPage page = page(from);
    print(page);
    if (follow) {
      follow(page.next());
    } else if (!output.json()) {
      output.remark("next position: " + page.next());
    }
    return 0;
  }

  private void follow(long first) throws InterruptedException {
    long position = first;
    while (true) {
      TimeUnit.MILLISECONDS.sleep(FOLLOW_INTERVAL_MILLIS);
      ListPage page = page(position);
      if (!page.entries().isEmpty() || page.lostFrames() > 0) {
        print(page);
      }
      position = page.next();
    }
  }

  private ListPage page(Long position) {
    String path = path(Primitive.APPEND, "/" + HttpJsonClient.encode(keys.getFirst()));
    String name = reader == null && follow ? FOLLOWER : reader;
    return client.get(
        HttpJsonClient.path(path, "from", position, "limit", limit, "reader", name),
        ListPage.class);
  }

  private void print(ListPage page) {
    if (output.json()) {
      output.println(Json.compact(page));
      return;
    }
    if (page.lostFrames() > 0) {
      output.remark(page.lostFrames() + " frames were overwritten before they were read");
    }
    page.entries().forEach(output::println);
  }

  private <T> List<T> batch(Primitive primitive, Object body, Class<T> answer) {
    return CollectorHttp.batch(client, path(primitive, "/query"), body, answer);
  }

  private String path(Primitive primitive, String rest) {
    return "/v1/" + primitive.label() + "/" + HttpJsonClient.encode(store) + rest;
  }

  private void print(Object json, Table table) {
    output.print(output.json() ? Json.compact(json) + "\n" : table.render(0));
  }

  private static String join(List<Long> words) {
    return words.stream().map(String::valueOf).collect(Collectors.joining(" "));
  }

  private static int found(boolean all) {
    return all ? 0 : 1;
  }
}
